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
            Read = (r, s, d) => d.GarpRepeat = GarpRepeat(r, s) ?? d.GarpRepeat,
        },
        new() { Name = "garp_master_refresh", Required = 1, Allowed = 1, Read = (r, s, d) => d.GarpRefresh = GarpRefresh(r, s.Words[1]) },
        new()
        {
            Name = "garp_master_refresh_repeat", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.GarpRefreshRepeat = GarpRepeat(r, s) ?? d.GarpRefreshRepeat,
        },
        new() { Name = "garp_lower_prio_delay", Required = 1, Allowed = 1, Read = ReadLowerPriorityDelay },
        new() { Name = "garp_lower_prio_repeat", Required = 1, Allowed = 1, Read = ReadLowerPriorityRepeat },
        new() { Name = "garp_extra_if", Allowed = 2, Read = (r, s, d) => d.GarpExtra = GarpExtra(r, s) ?? d.GarpExtra },
        new() { Name = "vmac_garp_intvl", Allowed = 2, Read = (r, s, d) => d.GarpExtra = GarpExtra(r, s) ?? d.GarpExtra },
    ];

    public static TimeSpan? GarpDelay(ConfReading reading, ConfWord word) =>
        ConfValues.WholeSeconds(reading, word, 86400, "keepalived ignores it");

    public static TimeSpan GarpRefresh(ConfReading reading, ConfWord word) =>
        ConfValues.WholeSeconds(reading, word, 8_640_000, "taken as 0, as keepalived does") ?? TimeSpan.Zero;

    /// <summary>How often each message of a burst is sent: at least once, and here at most 255 times.</summary>
    public static int? GarpRepeat(ConfReading reading, ConfStatement statement)
    {
        ConfWord word = statement.Words[1];
        if (word.Text == "0")
            return Repaired(reading, word, 1, $"`{statement.Keyword.Text}` must be greater than 0; taken as 1, as keepalived does.");
        return GarpCount(reading, word);
    }

    /// <summary>How often each message is sent, if at all.</summary>
    public static int? GarpCount(ConfReading reading, ConfWord word) =>
        int.TryParse(word.Text, out int count) && count > 255
            ? Repaired(reading, word, 255, "HaTools sends each message up to 255 times; taken as 255.")
            : ConfValues.Integer(reading, word, 0, 255, "it is ignored");

    /// <summary><c>[all] SECONDS</c>, in any order; null: nothing came of it.</summary>
    public static (TimeSpan Interval, bool All)? GarpExtra(ConfReading reading, ConfStatement statement)
    {
        ConfWord keyword = statement.Keyword;
        if (keyword.Text is "vmac_garp_intvl" or "vrrp_vmac_garp_intvl")
            reading.Warning("Deprecated", keyword, $"`{keyword.Text}` is called `{(keyword.Text[1] == 'm' ? "garp_extra_if" : "vrrp_garp_extra_if")}`.");
        bool all = false;
        TimeSpan? interval = null;
        for (int i = 1; i <= Math.Min(2, statement.ArgumentCount); i++)
        {
            if (statement.Words[i].Text == "all") all = true;
            else if (ConfValues.WholeSeconds(reading, statement.Words[i], 86400, "keepalived ignores the line") is { } given) interval = given;
            else return null;
        }
        if (interval is { } time) return (time, all);
        reading.Warning("MissingValue", keyword, $"`{keyword.Text}` without a time: keepalived ignores it, and so do we.");
        return null;
    }

    private static VrrpInstance WithAnnouncements(InstanceBuild build, VrrpInstance instance)
    {
        (InstanceDraft draft, GlobalDraft globals) = (build.Draft, build.Globals);
        int repeat = draft.GarpRepeat ?? globals.GarpRepeat;
        TimeSpan delay = draft.GarpDelay ?? globals.GarpDelay;
        int lowerRepeat = LowerPriorityRepeat(build);
        TimeSpan lowerDelay = LowerPriorityDelay(build);
        (TimeSpan Interval, bool All) extra = draft.GarpExtra ?? globals.GarpExtra;
        return instance with
        {
            GarpRepeat = repeat,
            GarpDelay = delay,
            GarpRefresh = draft.GarpRefresh ?? globals.GarpRefresh,
            GarpRefreshRepeat = draft.GarpRefreshRepeat ?? globals.GarpRefreshRepeat,
            // keepalived falls back to the global numbers, not to the instance's.
            GarpLowerPriorityRepeat = lowerRepeat == repeat ? null : lowerRepeat,
            GarpLowerPriorityDelay = lowerDelay == delay ? null : lowerDelay,
            GarpExtraInterval = extra.Interval,
            GarpExtraAll = extra.All,
        };
    }

    private static int LowerPriorityRepeat(InstanceBuild build)
    {
        if (!build.IsStrict) return build.Draft.GarpLowerPriorityRepeat?.Count ?? build.Globals.GarpLowerPriorityRepeat ?? build.Globals.GarpRepeat;
        if (build.Draft.GarpLowerPriorityRepeat is { Count: > 0 } given) Strict(build, given.Word, "`garp_lower_prio_repeat` is 0");
        return 0;
    }

    private static TimeSpan LowerPriorityDelay(InstanceBuild build)
    {
        if (!build.IsStrict) return build.Draft.GarpLowerPriorityDelay?.Delay ?? build.Globals.GarpLowerPriorityDelay ?? build.Globals.GarpDelay;
        if (build.Draft.GarpLowerPriorityDelay is { } given && given.Delay > TimeSpan.Zero) Strict(build, given.Word, "`garp_lower_prio_delay` is 0");
        return TimeSpan.Zero;
    }

    private static void ReadLowerPriorityDelay(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        if (GarpDelay(reading, statement.Words[1]) is { } delay) draft.GarpLowerPriorityDelay = (delay, statement.Words[1]);
    }

    private static void ReadLowerPriorityRepeat(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        if (GarpCount(reading, statement.Words[1]) is { } count) draft.GarpLowerPriorityRepeat = (count, statement.Words[1]);
    }
}

/// <summary>Gratuitous ARPs and unsolicited neighbour advertisements.</summary>
internal sealed partial class InstanceDraft
{
    public int? GarpRepeat { get; set; }

    public TimeSpan? GarpDelay { get; set; }

    public TimeSpan? GarpRefresh { get; set; }

    public int? GarpRefreshRepeat { get; set; }

    public (TimeSpan Delay, ConfWord Word)? GarpLowerPriorityDelay { get; set; }

    public (int Count, ConfWord Word)? GarpLowerPriorityRepeat { get; set; }

    public (TimeSpan Interval, bool All)? GarpExtra { get; set; }
}
