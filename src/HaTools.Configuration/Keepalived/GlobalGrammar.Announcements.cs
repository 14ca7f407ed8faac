namespace HaTools.Configuration.Keepalived;

/// <summary>Gratuitous ARPs and unsolicited neighbour advertisements of instances that do not say otherwise, and their pace.</summary>
internal static partial class GlobalGrammar
{
    private static Keyword<GlobalDraft>[] Announcements =>
    [
        new()
        {
            Name = "vrrp_garp_master_delay", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.GivenGarpDelay = InstanceGrammar.GarpDelay(r, s.Words[1]) ?? d.GivenGarpDelay,
        },
        new()
        {
            Name = "vrrp_garp_master_repeat", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.GivenGarpRepeat = InstanceGrammar.GarpRepeat(r, s) ?? d.GivenGarpRepeat,
        },
        new()
        {
            Name = "vrrp_garp_master_refresh", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.GarpRefresh = InstanceGrammar.GarpRefresh(r, s.Words[1]),
        },
        new()
        {
            Name = "vrrp_garp_master_refresh_repeat", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.GarpRefreshRepeat = InstanceGrammar.GarpRepeat(r, s) ?? d.GarpRefreshRepeat,
        },
        new()
        {
            Name = "vrrp_garp_lower_prio_delay", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.GarpLowerPriorityDelay = InstanceGrammar.GarpDelay(r, s.Words[1]) ?? d.GarpLowerPriorityDelay,
        },
        new()
        {
            Name = "vrrp_garp_lower_prio_repeat", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.GarpLowerPriorityRepeat = InstanceGrammar.GarpCount(r, s.Words[1]) ?? d.GarpLowerPriorityRepeat,
        },
        new() { Name = "vrrp_min_garp", Allowed = 1, Read = (r, s, d) => d.MinimumGarp = ConfValues.Boolean(r, s) },
        new() { Name = "vrrp_garp_interval", Required = 1, Allowed = 1, Read = (r, s, d) => d.GarpInterval = Pace(r, s.Words[1]) ?? d.GarpInterval },
        new()
        {
            Name = "vrrp_gna_interval", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.NeighborAdvertisementInterval = Pace(r, s.Words[1]) ?? d.NeighborAdvertisementInterval,
        },
        new() { Name = "vrrp_garp_extra_if", Allowed = 2, Read = (r, s, d) => d.GarpExtra = InstanceGrammar.GarpExtra(r, s) ?? d.GarpExtra },
        new() { Name = "vrrp_vmac_garp_intvl", Allowed = 2, Read = (r, s, d) => d.GarpExtra = InstanceGrammar.GarpExtra(r, s) ?? d.GarpExtra },
    ];

    /// <summary>The least time between two messages; 0: none.</summary>
    public static TimeSpan? Pace(ConfReading reading, ConfWord word) =>
        ConfValues.Seconds(reading, word, 0m, LongestTimer, "keepalived ignores it");
}

/// <summary>Gratuitous ARPs and unsolicited neighbour advertisements.</summary>
internal sealed partial class GlobalDraft
{
    public TimeSpan? GivenGarpDelay { get; set; }

    public int? GivenGarpRepeat { get; set; }

    /// <summary>Whether one message without a second burst is the default.</summary>
    public bool MinimumGarp { get; set; }

    public TimeSpan GarpDelay => GivenGarpDelay ?? (MinimumGarp ? TimeSpan.Zero : TimeSpan.FromSeconds(5));

    public int GarpRepeat => GivenGarpRepeat ?? (MinimumGarp ? 1 : 5);

    public TimeSpan GarpRefresh { get; set; }

    public int GarpRefreshRepeat { get; set; } = 1;

    public TimeSpan? GarpLowerPriorityDelay { get; set; }

    public int? GarpLowerPriorityRepeat { get; set; }

    public TimeSpan GarpInterval { get; set; }

    public TimeSpan NeighborAdvertisementInterval { get; set; }

    public (TimeSpan Interval, bool All) GarpExtra { get; set; }
}
