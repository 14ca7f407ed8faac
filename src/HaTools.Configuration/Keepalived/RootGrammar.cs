namespace HaTools.Configuration.Keepalived;

/// <summary>The top level. global_defs holds for what stands before it too, so blocks are gathered first. Each area has a file.</summary>
internal static partial class RootGrammar
{
    public static Grammar<RootDraft> Grammar { get; } = new("", [.. Vrrp, .. Trackers, .. Network, .. Services, .. Ssl]);

    private static Keyword<RootDraft>[] Vrrp =>
    [
        new() { Name = "global_defs", HasBlock = true, Repeatable = true, Read = (_, statement, draft) => draft.Globals.Add(statement) },
        new()
        {
            Name = "vrrp_instance", Required = 1, Allowed = 1, HasBlock = true, Repeatable = true,
            Read = (_, s, draft) => draft.Instances.Add(s),
        },
        new()
        {
            Name = "vrrp_sync_group", Required = 1, Allowed = 1, HasBlock = true, Repeatable = true,
            Read = (_, s, draft) => draft.SyncGroups.Add(s),
        },
        new() { Name = "garp_group", HasBlock = true, Repeatable = true, Read = (_, s, draft) => draft.GarpGroups.Add(s) },
        new()
        {
            Name = "interface_up_down_delays", HasBlock = true, Repeatable = true,
            Read = (reading, s, draft) => InterfaceGrammar.ReadDelays(reading, s, draft.Delays),
        },
    ];

    private static Keyword<RootDraft>[] Services =>
    [
        new()
        {
            Name = "virtual_server", Required = 1, Allowed = 2, HasBlock = true, Repeatable = true,
            Read = (_, s, draft) => draft.Servers.Add(s),
        },
        new()
        {
            Name = "virtual_server_group", Required = 1, Allowed = 4, HasBlock = true, Repeatable = true,
            Read = (_, s, draft) => draft.ServerGroups.Add(s),
        },
        new() { Name = "direct_routing_address", HasBlock = true, Repeatable = true, Read = (_, s, draft) => draft.DirectRouting.Add(s) },
        new() { Name = "tunnel_address", HasBlock = true, Repeatable = true, Read = (_, s, draft) => draft.Tunnels.Add(s) },
    ];
}

/// <summary>The blocks of the top level, by kind.</summary>
internal sealed partial class RootDraft
{
    public List<ConfStatement> Globals { get; } = [];

    public List<ConfStatement> Instances { get; } = [];

    public List<ConfStatement> SyncGroups { get; } = [];

    public List<ConfStatement> GarpGroups { get; } = [];

    public List<(InterfaceDelay Delay, ConfWord Word)> Delays { get; } = [];

    public List<ConfStatement> Servers { get; } = [];

    public List<ConfStatement> ServerGroups { get; } = [];

    public List<ConfStatement> DirectRouting { get; } = [];

    public List<ConfStatement> Tunnels { get; } = [];
}
