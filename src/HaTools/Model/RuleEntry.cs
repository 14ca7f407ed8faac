using System.Net;

namespace HaTools;

/// <summary>A rule of policy routing, as <c>ip rule</c> has it: one that follows mastership or stays.</summary>
public sealed record RuleEntry
{
    /// <summary>4 or 6.</summary>
    public required int Family { get; init; }

    /// <summary>The order, lowest first. Every rule needs one; keepalived.conf gives those without one 16384 and less.</summary>
    public uint? Preference { get; init; }

    /// <summary>Whether it applies where its conditions do not hold (<c>not</c>).</summary>
    public bool Not { get; init; }

    /// <summary>The source prefix; null: any.</summary>
    public IPNetwork? From { get; init; }

    /// <summary>The destination prefix; null: any.</summary>
    public IPNetwork? To { get; init; }

    /// <summary>The incoming interface (<c>iif</c>, <c>dev</c>).</summary>
    public string? InputInterface { get; init; }

    /// <summary>The outgoing interface (<c>oif</c>).</summary>
    public string? OutputInterface { get; init; }

    /// <summary>The packet's mark.</summary>
    public uint? Mark { get; init; }

    /// <summary>The mark's mask; null: all bits.</summary>
    public uint? MarkMask { get; init; }

    /// <summary>Type of service, 0 to 255.</summary>
    public int Tos { get; init; }

    /// <summary>The tunnel's id.</summary>
    public ulong? TunnelId { get; init; }

    /// <summary>The users whose sockets it is for.</summary>
    public NumberRange? Users { get; init; }

    /// <summary>Whether the interface's VRF decides on the table.</summary>
    public bool L3MasterDevice { get; init; }

    /// <summary>IP protocol (<c>ipproto</c>).</summary>
    public int? IpProtocol { get; init; }

    /// <summary>Source ports.</summary>
    public NumberRange? SourcePorts { get; init; }

    /// <summary>Destination ports.</summary>
    public NumberRange? DestinationPorts { get; init; }

    /// <summary>What happens.</summary>
    public RuleAction Action { get; init; } = RuleAction.Table;

    /// <summary>The table to look into, with <see cref="RuleAction.Table"/>.</summary>
    public uint? Table { get; init; }

    /// <summary>The rule to go on with, with <see cref="RuleAction.Goto"/>.</summary>
    public uint? Target { get; init; }

    /// <summary>Routes with prefixes of this length or shorter are passed over (<c>suppress_prefixlength</c>).</summary>
    public int? SuppressPrefixLength { get; init; }

    /// <summary>Routes by interfaces of this group are passed over (<c>suppress_ifgroup</c>).</summary>
    public uint? SuppressInterfaceGroup { get; init; }

    /// <summary>Realms, as <see cref="RouteEntry.Realms"/>.</summary>
    public uint? Realms { get; init; }

    /// <summary>Who made it, 0 to 255; null: 18 (keepalived, in iproute2's table), as is every rule that is watched.</summary>
    public int? Protocol { get; init; }

    /// <summary>Whether its loss is neither repaired nor a reason for FAULT.</summary>
    public bool NoTrack { get; init; }

    /// <summary>Static rules: the <see cref="StaticTrackGroup"/> that its loss puts into FAULT.</summary>
    public string? TrackGroup { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{(Preference is { } p ? $"{p}: " : "")}{(Not ? "not " : "")}from {From?.ToString() ?? "all"}{(To is null ? "" : $" to {To}")}"
        + (InputInterface is null ? "" : $" iif {InputInterface}") + (Mark is { } m ? $" fwmark 0x{m:x}" : "")
        + (Action == RuleAction.Table ? $" table {Table}" : $" {Action.ToString().ToLowerInvariant()}");
}

/// <summary>Actions of rules; the numbers are rtnetlink's (linux/fib_rules.h, FR_ACT_*).</summary>
public enum RuleAction
{
    /// <summary>Looks into a table.</summary>
    Table = 1,

    /// <summary>Goes on with another rule.</summary>
    Goto = 2,

    /// <summary>Does nothing.</summary>
    Nop = 3,

    /// <summary>Throws away.</summary>
    Blackhole = 6,

    /// <summary>Answers: unreachable.</summary>
    Unreachable = 7,

    /// <summary>Answers: prohibited.</summary>
    Prohibit = 8,
}

/// <summary>A range of numbers, both ends included.</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last, not below the first.</param>
public readonly record struct NumberRange(uint First, uint Last)
{
    /// <inheritdoc/>
    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}
