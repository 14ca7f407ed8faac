using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary><c>auth_hmac</c> of keepalived 2.4.3.</summary>
internal static partial class InstanceGrammar
{
    private const int MostWindow = 300;

    public static Grammar<HmacDraft> HmacGrammar { get; } = new("auth_hmac",
    [
        new() { Name = "key", Required = 2, Allowed = 2, Repeatable = true, Read = ReadHmacKey },
        new()
        {
            Name = "active_key", Required = 1, Allowed = 1,
            Read = (r, s, d) => (d.ActiveKey, d.ActiveWord) = (ConfValues.RequiredInteger(r, s.Words[1], "id of a key", 1, 255), s.Words[1]),
        },
        new()
        {
            Name = "time_window", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.TimeWindow =
                ConfValues.Integer(r, s.Words[1], 1, MostWindow, "keepalived ignores it") is { } t ? TimeSpan.FromSeconds(t) : d.TimeWindow,
        },
        new() { Name = "anti_replay", Required = 1, Allowed = 1, Read = ReadAntiReplay },
        new() { Name = "mode", Required = 1, Allowed = 1, Read = ReadHmacMode },
    ]);

    // Several blocks are one, as for keepalived.
    private static void ReadHmac(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        draft.HmacBlock ??= statement.Keyword;
        draft.Hmac ??= new HmacDraft();
        reading.ReadBlock(HmacGrammar, statement.Block!, draft.Hmac);
    }

    // keepalived switches the extension off when a key is amiss, so that forged adverts count: that is refused here.
    private static VrrpHmac? BuildHmac(InstanceBuild build)
    {
        if (build.Draft is not { HmacBlock: { } block, Hmac: { } draft }) return null;
        ModelPath path = build.Path.Key("hmac");
        if (draft.ActiveWord is { } active) build.Positions.Note(path.Key("activeKey"), active.Position);
        for (int i = 0; i < draft.Keys.Count; i++) build.Positions.Note(path.Element("keys", i), draft.Keys[i].Word.Position);
        if (draft.Keys.Count == 0) build.Reading.Error("MissingKeyword", block, "`auth_hmac` needs a `key ID SECRET`.");
        if (draft.ActiveWord is null) build.Reading.Error("MissingKeyword", block, "`auth_hmac` needs an `active_key ID`.");
        if (build.IsStrict && draft.Mode is { } given && given.Mode != VrrpHmacMode.Enforce) Strict(build, given.Word, "the `mode` of `auth_hmac` is enforce");
        return new VrrpHmac
        {
            Keys = draft.Keys.Select(k => k.Key).ToValueList(),
            ActiveKey = draft.ActiveKey ?? 0,
            AntiReplay = draft.AntiReplay,
            TimeWindow = draft.TimeWindow,
            Mode = build.IsStrict ? VrrpHmacMode.Enforce : draft.Mode?.Mode ?? VrrpHmacMode.Enforce,
        };
    }

    private static void ReadHmacKey(ConfReading reading, ConfStatement statement, HmacDraft draft)
    {
        if (ConfValues.RequiredInteger(reading, statement.Words[1], "id of a key", 1, 255) is { } id)
            draft.Keys.Add((new VrrpHmacKey(id, statement.Words[2].Text), statement.Words[2]));
    }

    private static void ReadAntiReplay(ConfReading reading, ConfStatement statement, HmacDraft draft)
    {
        ConfWord word = statement.Words[1];
        if (word.Text is not ("time" or "monotonic")) reading.UnknownWord(word, "anti_replay", ["time", "monotonic"]);
        draft.AntiReplay = word.Text == "monotonic" ? VrrpAntiReplay.Monotonic : VrrpAntiReplay.Time;
    }

    private static void ReadHmacMode(ConfReading reading, ConfStatement statement, HmacDraft draft)
    {
        ConfWord word = statement.Words[1];
        VrrpHmacMode? mode = word.Text switch
        {
            "enforce" => VrrpHmacMode.Enforce,
            "permissive" => VrrpHmacMode.Permissive,
            "receive-only" => VrrpHmacMode.ReceiveOnly,
            _ => null,
        };
        if (mode is { } known) draft.Mode = (known, word);
        else reading.UnknownWord(word, "mode of auth_hmac", ["enforce", "permissive", "receive-only"]);
    }
}

/// <summary>An auth_hmac while it is read.</summary>
internal sealed class HmacDraft
{
    public List<(VrrpHmacKey Key, ConfWord Word)> Keys { get; } = [];

    public int? ActiveKey { get; set; }

    public ConfWord? ActiveWord { get; set; }

    public TimeSpan? TimeWindow { get; set; }

    public VrrpAntiReplay AntiReplay { get; set; }

    public (VrrpHmacMode Mode, ConfWord Word)? Mode { get; set; }
}

/// <summary><c>auth_hmac</c>.</summary>
internal sealed partial class InstanceDraft
{
    public ConfWord? HmacBlock { get; set; }

    public HmacDraft? Hmac { get; set; }
}
