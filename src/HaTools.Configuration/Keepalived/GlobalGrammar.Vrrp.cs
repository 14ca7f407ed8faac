namespace HaTools.Configuration.Keepalived;

/// <summary>What holds for instances that do not say otherwise.</summary>
internal static partial class GlobalGrammar
{
    private static Keyword<GlobalDraft>[] VrrpDefaults =>
    [
        new() { Name = "vrrp_version", Required = 1, Allowed = 1, Read = ReadVersion },
        new()
        {
            Name = "vrrp_garp_master_delay", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.GarpDelay = InstanceGrammar.GarpDelay(r, s.Words[1]) ?? d.GarpDelay,
        },
        new()
        {
            Name = "vrrp_garp_master_repeat", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.GarpRepeat = InstanceGrammar.GarpRepeat(r, s.Words[1]) ?? d.GarpRepeat,
        },
        new() { Name = "v3_checksum_as_v2", Allowed = 1, Read = (r, s, d) => d.ChecksumAsVersion2 = ConfValues.Boolean(r, s) },
    ];

    private static void ReadVersion(ConfReading reading, ConfStatement statement, GlobalDraft draft) =>
        draft.Version = ConfValues.Integer(reading, statement.Words[1], 2, 3, "keepalived ignores it") ?? draft.Version;
}

/// <summary>What holds for instances that do not say otherwise.</summary>
internal sealed partial class GlobalDraft
{
    public int Version { get; set; } = 2;

    public TimeSpan GarpDelay { get; set; } = TimeSpan.FromSeconds(5);

    public int GarpRepeat { get; set; } = 5;

    public bool ChecksumAsVersion2 { get; set; }
}
