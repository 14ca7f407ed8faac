namespace HaTools.Configuration;

/// <summary>The kernel's IPVS schedulers.</summary>
internal static class Schedulers
{
    /// <summary>Those of Linux up to 6.x (net/netfilter/ipvs/Kconfig); a module of one's own may bring others.</summary>
    public static IReadOnlyCollection<string> Known { get; } =
        ["rr", "wrr", "lc", "wlc", "fo", "ovf", "lblc", "lblcr", "dh", "sh", "mh", "sed", "nq", "twos"];

    /// <summary>Those that have flags (<see cref="SchedulerFlags.Fallback"/>, <see cref="SchedulerFlags.Port"/>).</summary>
    public static IReadOnlyCollection<string> Hashing { get; } = ["sh", "mh"];
}
