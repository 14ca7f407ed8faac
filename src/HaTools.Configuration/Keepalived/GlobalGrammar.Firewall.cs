namespace HaTools.Configuration.Keepalived;

/// <summary>The firewall, and the names of virtual MAC interfaces.</summary>
internal static partial class GlobalGrammar
{
    private const string KeepalivedTable = "keepalived";

    private static Keyword<GlobalDraft>[] Firewall =>
    [
        new() { Name = "nftables", Allowed = 1, Read = ReadTable },
        new() { Name = "nftables_priority", Required = 1, Allowed = 1, Read = ReadPriority },
        new() { Name = "nftables_counters", Read = (_, _, d) => d.Firewall = d.Firewall with { Counters = true } },
        new()
        {
            Name = "nftables_ifindex",
            Read = (r, s, _) => r.Warning("NoEffect", s.Keyword, "HaTools' rules name interfaces, so that they outlive one that is made anew: this does nothing."),
        },
        new() { Name = "vrrp_iptables", Allowed = 2, Read = ReadIptables },
        new()
        {
            Name = "vrrp_ipsets", Allowed = 6,
            Read = (r, s, _) => r.Warning("NoEffect", s.Keyword, "HaTools' firewall is a table of nftables, which has sets of its own: no ipset is made."),
        },
        new() { Name = "disable_local_igmp", Read = (_, _, d) => d.DisableLocalIgmp = true },
        new() { Name = "vmac_prefix", Required = 1, Allowed = 1, Read = (_, s, d) => d.VirtualMacPrefix = s.Words[1] },
        new() { Name = "vmac_addr_prefix", Required = 1, Allowed = 1, Read = (_, s, d) => d.VirtualMacAddressPrefix = s.Words[1] },
    ];

    /// <summary>Takes what was read into the node.</summary>
    public static HaConfiguration WithFirewall(GlobalDraft draft, HaConfiguration node) => node with
    {
        Firewall = draft.Firewall,
        DisableLocalIgmp = draft.DisableLocalIgmp,
        VirtualMacPrefix = draft.VirtualMacPrefix?.Text ?? node.VirtualMacPrefix,
        VirtualMacAddressPrefix = draft.VirtualMacAddressPrefix?.Text,
    };

    private static void ReadTable(ConfReading reading, ConfStatement statement, GlobalDraft draft) =>
        draft.Firewall = draft.Firewall with { Table = statement.Argument(1)?.Text ?? KeepalivedTable };

    private static void ReadPriority(ConfReading reading, ConfStatement statement, GlobalDraft draft)
    {
        if (ConfValues.RequiredInteger(reading, statement.Words[1], "nftables_priority", int.MinValue, int.MaxValue) is { } priority)
            draft.Firewall = draft.Firewall with { Priority = priority };
    }

    private static void ReadIptables(ConfReading reading, ConfStatement statement, GlobalDraft draft) => reading.Warning(
        "NoEffect", statement.Keyword,
        "HaTools does what these chains are for with a table of nftables of its own, as keepalived does where there is no iptables: no chain is touched.");
}

/// <summary>The firewall, and the names of virtual MAC interfaces.</summary>
internal sealed partial class GlobalDraft
{
    public FirewallSettings Firewall { get; set; } = new();

    public bool DisableLocalIgmp { get; set; }

    public ConfWord? VirtualMacPrefix { get; set; }

    public ConfWord? VirtualMacAddressPrefix { get; set; }
}
