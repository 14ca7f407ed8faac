namespace HaTools.Engine.Vrrp;

/// <summary>What the VRRP thread shows of its progress; written by that thread, and read by who watches it.</summary>
internal sealed class VrrpPulse
{
    private long steps;
    private long waitsUntil;

    /// <summary>How many steps it has done.</summary>
    public long Steps => Volatile.Read(ref steps);

    /// <summary>A step is done; the next one begins.</summary>
    public void Step()
    {
        Volatile.Write(ref waitsUntil, 0);
        Volatile.Write(ref steps, steps + 1);
    }

    /// <summary>It waits, for news or for a moment; long.MaxValue: for news alone.</summary>
    public void Wait(long until) => Volatile.Write(ref waitsUntil, until);

    /// <summary>Whether it has something to do: it waits for nothing, or for a moment that has passed.</summary>
    public bool IsDue(long now) => Volatile.Read(ref waitsUntil) <= now;
}
