namespace HaTools.Netlink.Ipvs;

/// <summary>An IPVS virtual service (linux/ip_vs.h, IPVS_SVC_ATTR_*). Compared by value, counters included.</summary>
public sealed record IpvsService
{
    /// <summary>What identifies it.</summary>
    public required IpvsServiceKey Key { get; init; }

    /// <summary>The scheduler's name (rr, wrr, lc, wlc, sh, mh …), up to 15 bytes. The kernel loads <c>ip_vs_NAME</c> by itself. ipvsadm's default is wlc.</summary>
    public string Scheduler { get; init; } = "wlc";

    /// <summary>
    /// The flags. <see cref="IpvsServiceFlags.Persistent"/> goes with <see cref="Timeout"/>; <see cref="IpvsServiceFlags.Hashed"/> is the kernel's own:
    /// it is there when a service is read, and not sent.
    /// </summary>
    public IpvsServiceFlags Flags { get; init; }

    /// <summary>The persistence timeout in seconds; 0 where the service is not persistent.</summary>
    public uint Timeout { get; init; }

    /// <summary>
    /// How many leading bits of the client's address persistence looks at, 0 to 32 (IPv4), 1 to 128 (IPv6); null: all of them.
    /// Reads back as null where it is all of them.
    /// </summary>
    public int? PersistencePrefixLength { get; init; }

    /// <summary>The persistence engine (<c>sip</c>), up to 15 bytes; null: none.</summary>
    public string? PersistenceEngine { get; init; }

    /// <summary>The counters when it was read; all 0 in a service to be written.</summary>
    public IpvsStatistics Statistics { get; init; }

    /// <summary>As <c>tcp 192.0.2.1:80 wrr persistent 50</c>.</summary>
    public override string ToString() => $"{Key} {Scheduler}{((Flags & IpvsServiceFlags.Persistent) != 0 ? $" persistent {Timeout}" : "")}";
}

/// <summary>Flags of a service (linux/ip_vs.h, IP_VS_SVC_F_*).</summary>
[Flags]
public enum IpvsServiceFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>A client stays with its real server for the timeout (ipvsadm -p).</summary>
    Persistent = 0x1,

    /// <summary>The service is in the kernel's table: set by the kernel.</summary>
    Hashed = 0x2,

    /// <summary>Each UDP packet is scheduled by itself (ipvsadm -o).</summary>
    OnePacket = 0x4,

    /// <summary>Scheduler flag 1 (ipvsadm -b flag-1): sh-fallback, mh-fallback.</summary>
    Scheduler1 = 0x8,

    /// <summary>Scheduler flag 2 (ipvsadm -b flag-2): sh-port, mh-port.</summary>
    Scheduler2 = 0x10,

    /// <summary>Scheduler flag 3 (ipvsadm -b flag-3).</summary>
    Scheduler3 = 0x20,
}
