using System.Net;
using System.Net.Sockets;
using System.Text;
using static HaTools.Netlink.linux_ip_vs;

namespace HaTools.Netlink.Ipvs;

/// <summary>An IPVS virtual service (linux/ip_vs.h, IPVS_SVC_ATTR_*). Compared by value, counters included.</summary>
public sealed record IpvsService
{
    /// <summary>What identifies it.</summary>
    public required IpvsServiceKey Key { get; init; }

    /// <summary>
    /// The scheduler's name (rr, wrr, lc, wlc, sh, mh …), 1 to 15 bytes. The kernel loads <c>ip_vs_NAME</c> by itself. ipvsadm's default
    /// is wlc.
    /// </summary>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    public string Scheduler
    {
        get;
        init => field = Name(value, IP_VS_SCHEDNAME_MAXLEN, "scheduler");
    } = "wlc";

    /// <summary>
    /// The flags. <see cref="IpvsServiceFlags.Persistent"/> goes with <see cref="Timeout"/>; <see cref="IpvsServiceFlags.Hashed"/> is the
    /// kernel's own: it is never there when a service is read, and not sent.
    /// </summary>
    public IpvsServiceFlags Flags { get; init => field = value & ~IpvsServiceFlags.Hashed; }

    /// <summary>The persistence timeout in seconds; 0 where the service is not persistent.</summary>
    public uint Timeout { get; init; }

    /// <summary>
    /// Which bits of the client's address persistence looks at: a mask of the service's family
    /// (<see cref="NetmaskOf"/>), for IPv6 always that of a prefix. Null: all of them; so it reads back too.
    /// </summary>
    public IPAddress? Netmask { get; init; }

    /// <summary>The persistence engine (<c>sip</c>), 1 to 15 bytes; null: none.</summary>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    public string? PersistenceEngine
    {
        get;
        init => field = value is null ? null : Name(value, IP_VS_PENAME_MAXLEN, "persistence engine");
    }

    /// <summary>The counters when it was read; all 0 in a service to be written.</summary>
    public IpvsStatistics Statistics { get; init; }

    /// <summary>The mask of a prefix length; null for the whole address, which is how <see cref="Netmask"/> says that.</summary>
    /// <param name="family">InterNetwork or InterNetworkV6.</param>
    /// <param name="prefixLength">0 to 32, or 1 to 128.</param>
    /// <exception cref="ArgumentOutOfRangeException">The prefix length is outside the family's range.</exception>
    public static IPAddress? NetmaskOf(AddressFamily family, int prefixLength)
    {
        bool four = family == AddressFamily.InterNetwork;
        ArgumentOutOfRangeException.ThrowIfLessThan(prefixLength, four ? 0 : 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefixLength, four ? 32 : 128);
        byte[] mask = new byte[four ? 4 : 16];
        for (int bit = 0; bit < prefixLength; bit++) mask[bit / 8] |= (byte)(0x80 >> (bit % 8));
        return prefixLength == mask.Length * 8 ? null : new IPAddress(mask);
    }

    /// <summary>As <c>tcp 192.0.2.1:80 wrr persistent 50</c>.</summary>
    public override string ToString() => $"{Key} {Scheduler}{((Flags & IpvsServiceFlags.Persistent) != 0 ? $" persistent {Timeout}" : "")}";

    private static string Name(string value, int limit, string kind)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        return Encoding.UTF8.GetByteCount(value) < limit
            ? value
            : throw new ArgumentException($"'{value}': the name of a {kind} has at most {limit - 1} bytes.");
    }
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
