using HaTools.Engine.Vrrp;

namespace HaTools.Engine.Control;

/// <summary>How long a node is waited for that was asked something.</summary>
/// <param name="Reading">What it tells, and what it would do.</param>
/// <param name="Changing">What it does: a start of thousands of interfaces, or the last notify scripts, may take their time.</param>
internal sealed record ControlPatience(TimeSpan Reading, TimeSpan Changing)
{
    /// <summary>
    /// A little longer than a VRRP thread that hangs is given (<see cref="VrrpWatch"/>): the node itself knows best what is the matter, and says so then.
    /// </summary>
    public static ControlPatience Default { get; } = new(TimeSpan.FromSeconds(VrrpWatch.Rest + VrrpWatch.Looks + 5), TimeSpan.FromMinutes(2));

    /// <summary>For a call of that method.</summary>
    public TimeSpan For(string method) =>
        method is VarlinkNames.Apply or VarlinkNames.Reload or VarlinkNames.Stop ? Changing : Reading;
}
