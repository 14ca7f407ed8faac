using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// A parameter that is kept at a value. Where somebody else keeps it at another one (a second node, a configuration manager), the two of us
/// must not fill the log: each time that it has to be set right the next time waits longer.
/// </summary>
internal sealed class KeptParameter(IpvsParameter parameter, string value)
{
    private const long Second = 1_000_000_000;
    private const long FirstPause = Second;
    private const long LongestPause = 64 * Second;

    private long pause = FirstPause;
    private long next = long.MinValue;

    public IpvsParameter Parameter { get; } = parameter;

    /// <summary>As it is written.</summary>
    public string Value { get; } = value;

    public bool MaySetRight(long now) => now >= next;

    /// <summary>It is being set right.</summary>
    public void Pause(long now)
    {
        next = now + pause;
        pause = Math.Min(pause * 2, LongestPause);
    }

    /// <summary>It is as it should be; where that lasts longer than the pause would, whoever changed it has done so once.</summary>
    public void SeenRight(long now)
    {
        if (next != long.MinValue && now >= next + pause) pause = FirstPause;
    }
}
