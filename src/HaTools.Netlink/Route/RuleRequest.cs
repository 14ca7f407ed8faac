using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HaTools.Netlink.Route;

/// <summary>A rule of policy routing to add or to take away (RTM_NEWRULE, RTM_DELRULE; linux/fib_rules.h).</summary>
public record RuleRequest
{
    /// <summary>IPv4 (InterNetwork) or IPv6 (InterNetworkV6).</summary>
    public required AddressFamily Family { get; init; }

    /// <summary>Its place among the rules, lowest first (FRA_PRIORITY); null: the kernel takes one below the second rule's.</summary>
    public uint? Priority { get; init; }

    /// <summary>Whether it is for packets that do not meet its conditions (FIB_RULE_INVERT).</summary>
    public bool Invert { get; init; }

    /// <summary>The sources that it is for; null: all.</summary>
    public IPNetwork? Source { get; init; }

    /// <summary>The destinations that it is for; null: all.</summary>
    public IPNetwork? Destination { get; init; }

    /// <summary>The incoming interface, up to 15 bytes (<c>lo</c>: this host's own packets); it need not exist. Null: any.</summary>
    public string? InputInterface { get; init; }

    /// <summary>The interface that the sending socket is bound to, up to 15 bytes; it need not exist. Null: any.</summary>
    public string? OutputInterface { get; init; }

    /// <summary>The packet's mark; null: any.</summary>
    public uint? Mark { get; init; }

    /// <summary>The bits of the mark that count; null: all, where there is a mark.</summary>
    public uint? MarkMask { get; init; }

    /// <summary>The type of service; 0: any.</summary>
    public byte Tos { get; init; }

    /// <summary>The id of the tunnel that the packet came by; null or 0: any.</summary>
    public ulong? TunnelId { get; init; }

    /// <summary>The ids of the users whose sockets' packets it is for; null: all.</summary>
    public ValueRange? Users { get; init; }

    /// <summary>Whether the packet's VRF says which table (FRA_L3MDEV).</summary>
    public bool L3MasterDevice { get; init; }

    /// <summary>The protocol in the IP header; null or 0: any.</summary>
    public byte? IpProtocol { get; init; }

    /// <summary>The source ports; null: all.</summary>
    public ValueRange? SourcePorts { get; init; }

    /// <summary>The destination ports; null: all.</summary>
    public ValueRange? DestinationPorts { get; init; }

    /// <summary>What becomes of the packet.</summary>
    public RuleType Type { get; init; } = RuleType.Table;

    /// <summary>With <see cref="RuleType.Table"/>: the table to look into; null: main, or with <see cref="L3MasterDevice"/> the VRF's.</summary>
    public uint? Table { get; init; }

    /// <summary>With <see cref="RuleType.Goto"/>: the priority of the rule to go on with, behind this one; it need not exist.</summary>
    public uint? Target { get; init; }

    /// <summary>Routes of this prefix length or a shorter one do not count (FRA_SUPPRESS_PREFIXLEN); null: all do.</summary>
    public int? SuppressPrefixLength { get; init; }

    /// <summary>Routes by interfaces of this group do not count (FRA_SUPPRESS_IFGROUP); null: all do.</summary>
    public uint? SuppressInterfaceGroup { get; init; }

    /// <summary>IPv4: the destination realm in the low 16 bits, the source realm in the high (FRA_FLOW); null: none.</summary>
    public uint? Realms { get; init; }

    /// <summary>Who made it (RTPROT_*, /etc/iproute2/rt_protos).</summary>
    public byte Protocol { get; init; } = RouteRequest.StaticProtocol;

    /// <summary>As <c>100: from 192.0.2.0/24 lookup 10</c>, in the words of <c>ip rule</c>.</summary>
    public sealed override string ToString()
    {
        var text = new StringBuilder();
        if (Priority is { } priority) text.Append($"{priority}: ");
        if (Family == AddressFamily.InterNetworkV6 && Source is null && Destination is null) text.Append("inet6 ");
        text.Append(Invert ? "not " : "").Append($"from {(Source is { } from ? $"{from}" : "all")}");
        if (Destination is { } to) text.Append($" to {to}");
        if (Mark is { } mark) text.Append($" fwmark 0x{mark:x}");
        if (InputInterface is not null) text.Append($" iif {InputInterface}");
        if (OutputInterface is not null) text.Append($" oif {OutputInterface}");
        text.Append(Type switch
        {
            RuleType.Table when L3MasterDevice => " l3mdev",
            RuleType.Table => $" lookup {Table ?? RouteRequest.MainTable}",
            RuleType.Goto => $" goto {Target}",
            _ => $" {Type.ToString().ToLowerInvariant()}",
        });
        return text.ToString();
    }
}

/// <summary>What becomes of a packet that meets a rule (linux/fib_rules.h, FR_ACT_*).</summary>
public enum RuleType : byte
{
    /// <summary>None given: in a removal, any.</summary>
    Unspecified = 0,

    /// <summary>A table is looked into (FR_ACT_TO_TBL).</summary>
    Table = 1,

    /// <summary>Another rule goes on.</summary>
    Goto = 2,

    /// <summary>Nothing: the next rule.</summary>
    Nop = 3,

    /// <summary>It is thrown away.</summary>
    Blackhole = 6,

    /// <summary>It is answered with ICMP unreachable.</summary>
    Unreachable = 7,

    /// <summary>It is answered with ICMP communication administratively prohibited.</summary>
    Prohibit = 8,
}

/// <summary>Numbers from one to another, both included.</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last, not below the first.</param>
public readonly record struct ValueRange(uint First, uint Last)
{
    /// <summary>As <c>10-20</c>, or <c>10</c>.</summary>
    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}
