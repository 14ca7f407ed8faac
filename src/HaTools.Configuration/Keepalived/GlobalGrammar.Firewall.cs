namespace HaTools.Configuration.Keepalived;

/// <summary>The firewall, and the names of virtual MAC interfaces.</summary>
internal static partial class GlobalGrammar
{
    private const string KeepalivedTable = "keepalived";
    private const string KeepalivedMarkTable = "keepalived_ipvs";

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
        new() { Name = "nftables_ipvs", Allowed = 1, Read = (_, s, d) => (d.MarksGroups, d.GroupMarks) = (true, d.GroupMarks with { Table = s.Argument(1)?.Text ?? KeepalivedMarkTable }) },
        new() { Name = "nftables_ipvs_priority", Required = 1, Allowed = 1, Read = ReadMarkPriority },
        new() { Name = "nftables_ipvs_start_fwmark", Required = 1, Allowed = 1, Read = ReadMarkStart },
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

    private static void ReadMarkPriority(ConfReading reading, ConfStatement statement, GlobalDraft draft)
    {
        draft.GroupMarkOptions.Add(statement.Keyword);
        if (ConfValues.RequiredInteger(reading, statement.Words[1], "nftables_ipvs_priority", int.MinValue, int.MaxValue) is { } priority)
            draft.GroupMarks = draft.GroupMarks with { Priority = priority };
    }

    private static void ReadMarkStart(ConfReading reading, ConfStatement statement, GlobalDraft draft)
    {
        draft.GroupMarkOptions.Add(statement.Keyword);
        ConfWord word = statement.Words[1];
        if (ConfValues.Unsigned(word) is not (> 0 and var start)) reading.Error("ValueOutOfRange", word, $"`{word.Text}` is no firewall mark: a whole number from 1 to {uint.MaxValue}.");
        else draft.GroupMarks = draft.GroupMarks with { Start = start };
    }

    /// <summary>How groups are marked; null: they are not.</summary>
    public static GroupMarkSettings? GroupMarksOf(ConfReading reading, GlobalDraft draft)
    {
        if (draft.MarksGroups) return draft.GroupMarks;
        foreach (ConfWord option in draft.GroupMarkOptions) reading.Warning("NoEffect", option, "Without `nftables_ipvs` no group is marked: this does nothing.");
        return null;
    }

    private static void ReadIptables(ConfReading reading, ConfStatement statement, GlobalDraft draft) => reading.Warning(
        "NoEffect", statement.Keyword,
        "HaTools does what these chains are for with a table of nftables of its own, as keepalived does where there is no iptables: no chain is touched.");
}

/// <summary>The firewall, and the names of virtual MAC interfaces.</summary>
internal sealed partial class GlobalDraft
{
    public FirewallSettings Firewall { get; set; } = new();

    /// <summary>Whether the addresses of groups are marked, as <see cref="GroupMarks"/> says.</summary>
    public bool MarksGroups { get; set; }

    public GroupMarkSettings GroupMarks { get; set; } = new();

    /// <summary>What does nothing where they are not.</summary>
    public List<ConfWord> GroupMarkOptions { get; } = [];

    public bool DisableLocalIgmp { get; set; }

    public ConfWord? VirtualMacPrefix { get; set; }

    public ConfWord? VirtualMacAddressPrefix { get; set; }
}
