using HaTools.Engine.Vrrp;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// A parameter that is kept at a value. Where somebody else keeps it at another one (a second node, a configuration manager), the two of us
/// must not fill the log: each time that it has to be set right the next time waits longer.
/// </summary>
internal sealed class KeptParameter(IpvsParameter parameter, string value)
{
    private int failures;
    private long next = long.MinValue;

    public IpvsParameter Parameter { get; } = parameter;

    /// <summary>As it is written.</summary>
    public string Value { get; } = value;

    public bool MaySetRight(long now) => now >= next;

    /// <summary>It is being set right.</summary>
    public void Pause(long now) => next = now + Backoff.Usual(++failures);

    /// <summary>It is as it should be; where that lasts longer than the pause would, whoever changed it has done so once.</summary>
    public void SeenRight(long now)
    {
        if (next != long.MinValue && now >= next + Backoff.Usual(failures + 1)) failures = 0;
    }
}
