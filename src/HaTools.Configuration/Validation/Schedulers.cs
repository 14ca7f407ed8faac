namespace HaTools.Configuration;

/// <summary>The kernel's IPVS schedulers.</summary>
internal static class Schedulers
{
    /// <summary>Those of Linux up to 6.x (net/netfilter/ipvs/Kconfig); a module of one's own may bring others.</summary>
    public static IReadOnlyCollection<string> Known { get; } =
        ["rr", "wrr", "lc", "wlc", "fo", "ovf", "lblc", "lblcr", "dh", "sh", "mh", "sed", "nq", "twos"];

    /// <summary>Those that choose by the packet alone, so that the same one goes to the same server again, on every director with the same servers.</summary>
    public static IReadOnlyCollection<string> Pure { get; } = ["mh", "sh", "dh"];

    /// <summary>That of a stateless service.</summary>
    public const string Stateless = "mh";

    /// <summary>That of a service that names none.</summary>
    public static string UsualOf(bool stateless) => stateless ? Stateless : new VirtualServer().Scheduler;

    /// <summary>Those that have flags (<see cref="SchedulerFlags.Fallback"/>, <see cref="SchedulerFlags.Port"/>).</summary>
    public static IReadOnlyCollection<string> Hashing { get; } = ["sh", "mh"];
}
