using HaTools.Engine.Vrrp;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// A setting of the plane's that is kept at a value. Where somebody else keeps it at another one (a second node, a configuration manager), the two of us
/// must not fill the log: each time that it has to be set right the next time waits longer.
/// </summary>
/// <param name="what">The setting.</param>
/// <param name="value">Its value.</param>
internal sealed class Kept<TSetting, TValue>(TSetting what, TValue value)
{
    private int failures;
    private long next = long.MinValue;

    public TSetting What { get; } = what;

    public TValue Value { get; } = value;

    public bool MaySetRight(long now) => now >= next;

    /// <summary>It is being set right.</summary>
    public void Pause(long now) => next = now + Backoff.Usual(++failures);

    /// <summary>It is as it should be; where that lasts longer than the pause would, whoever changed it has done so once.</summary>
    public void SeenRight(long now)
    {
        if (next != long.MinValue && now >= next + Backoff.Usual(failures + 1)) failures = 0;
    }
}
