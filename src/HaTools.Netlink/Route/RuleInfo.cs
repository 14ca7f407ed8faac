using System.Net;

namespace HaTools.Netlink.Route;

/// <summary>A rule as the kernel has it (RTM_NEWRULE). It is a request, too: it can be taken away or added again as it was read.</summary>
public sealed record RuleInfo : RuleRequest
{
    /// <summary>The kernel's flags (linux/fib_rules.h, FIB_RULE_*).</summary>
    public RuleFlags Flags { get; init; }

    /// <summary>Whether this is the rule that the kernel made of a request: equal in everything, as the kernel keeps it.</summary>
    /// <param name="wanted">The request, with a priority.</param>
    public bool Satisfies(RuleRequest wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return Protocol == wanted.Protocol && Decides(wanted);
    }

    /// <summary>As <see cref="Satisfies"/>, whoever made it: while it is there, the kernel takes no second one.</summary>
    /// <param name="wanted">The request, with a priority.</param>
    public bool Decides(RuleRequest wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return Family == wanted.Family && (Priority ?? 0) == (wanted.Priority ?? 0) && Invert == wanted.Invert
            && Equals(Normal(Source), Normal(wanted.Source)) && Equals(Normal(Destination), Normal(wanted.Destination))
            && InputInterface == wanted.InputInterface && OutputInterface == wanted.OutputInterface
            && (Mark ?? 0) == (wanted.Mark ?? 0) && EffectiveMask(this) == EffectiveMask(wanted)
            && Tos == wanted.Tos && (TunnelId ?? 0) == (wanted.TunnelId ?? 0) && Users == wanted.Users
            && L3MasterDevice == wanted.L3MasterDevice && (IpProtocol ?? 0) == (wanted.IpProtocol ?? 0)
            && SourcePorts == wanted.SourcePorts && DestinationPorts == wanted.DestinationPorts
            && Type == wanted.Type && EffectiveTable(this) == EffectiveTable(wanted) && (Target ?? 0) == (wanted.Target ?? 0)
            && SuppressPrefixLength == wanted.SuppressPrefixLength && SuppressInterfaceGroup == wanted.SuppressInterfaceGroup
            && (Realms ?? 0) == (wanted.Realms ?? 0);
    }

    private static IPNetwork? Normal(IPNetwork? network) => network is { PrefixLength: 0 } ? null : network;

    private static uint EffectiveMask(RuleRequest rule) => rule.MarkMask ?? (rule.Mark is null or 0 ? 0 : uint.MaxValue);

    private static uint EffectiveTable(RuleRequest rule) =>
        rule.Type != RuleType.Table || rule.L3MasterDevice ? 0 : rule.Table ?? RouteRequest.MainTable;
}

/// <summary>Flags of a rule (linux/fib_rules.h, FIB_RULE_*).</summary>
[Flags]
public enum RuleFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>It cannot be taken away.</summary>
    Permanent = 0x1,

    /// <summary>Its conditions are turned round.</summary>
    Invert = 0x2,

    /// <summary>There is no rule yet where it goes on.</summary>
    Unresolved = 0x4,

    /// <summary>Its incoming interface does not exist now.</summary>
    InputDetached = 0x8,

    /// <summary>Its outgoing interface does not exist now.</summary>
    OutputDetached = 0x10,
}
