namespace HaTools.Configuration.Keepalived;

/// <summary>Gratuitous ARPs and unsolicited neighbour advertisements.</summary>
internal static partial class InstanceGrammar
{
    private static Keyword<InstanceDraft>[] Announcements =>
    [
        new()
        {
            Name = "garp_master_delay", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.GarpDelay = GarpDelay(r, s.Words[1]) ?? d.GarpDelay,
        },
        new()
        {
            Name = "garp_master_repeat", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.GarpRepeat = GarpRepeat(r, s.Words[1]) ?? d.GarpRepeat,
        },
    ];

    public static TimeSpan? GarpDelay(ConfReading reading, ConfWord word) =>
        ConfValues.Seconds(reading, word, 0m, 86400m, "keepalived ignores it");

    public static int? GarpRepeat(ConfReading reading, ConfWord word) =>
        word.Text == "0"
            ? Repaired(reading, word, 1, "garp_master_repeat must be greater than 0; taken as 1, as keepalived does.")
            : ConfValues.Integer(reading, word, 1, 255, "it is ignored");

    private static VrrpInstance WithAnnouncements(InstanceBuild build, VrrpInstance instance) => instance with
    {
        GarpRepeat = build.Draft.GarpRepeat ?? build.Globals.GarpRepeat,
        GarpDelay = build.Draft.GarpDelay ?? build.Globals.GarpDelay,
    };
}

/// <summary>Gratuitous ARPs and unsolicited neighbour advertisements.</summary>
internal sealed partial class InstanceDraft
{
    public int? GarpRepeat { get; set; }

    public TimeSpan? GarpDelay { get; set; }
}
