using System.Text;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary><c>vrrp_instance</c>, with our <c>self_fence</c>.</summary>
internal static class InstanceGrammar
{
    private static readonly TimeSpan LongestVersion3Interval = TimeSpan.FromMilliseconds(40_950);

    public static Grammar<InstanceDraft> Authentication { get; } = new("authentication",
    [
        new() { Name = "auth_type", Required = 1, Allowed = 1, Read = ReadAuthenticationType },
        new() { Name = "auth_pass", Required = 1, Allowed = 1, Read = (_, s, d) => d.Password = s.Words[1] },
    ]);

    public static Grammar<InstanceDraft> Grammar { get; } = new("vrrp_instance",
    [
        new() { Name = "state", Required = 1, Allowed = 1, Read = ReadState },
        new() { Name = "interface", Required = 1, Allowed = 1, Read = (_, s, d) => d.Interface = s.Words[1] },
        new() { Name = "virtual_router_id", Required = 1, Allowed = 1, Read = ReadRouterId },
        new() { Name = "priority", Required = 1, Allowed = 1, Read = ReadPriority },
        new() { Name = "advert_int", Required = 1, Allowed = 1, Read = ReadInterval },
        new() { Name = "version", Required = 1, Allowed = 1, Read = ReadVersion },
        new() { Name = "authentication", HasBlock = true, Read = ReadAuthentication },
        // More than one of these blocks add up.
        new()
        {
            Name = "virtual_ipaddress", HasBlock = true, Repeatable = true,
            Read = (r, s, d) => AddressLines.Read(r, s.Block!, d.Addresses),
        },
        new() { Name = "track_script", HasBlock = true, Repeatable = true, Read = ReadTrackScript },
        new() { Name = "preempt", Read = (_, _, d) => d.NoPreempt = null },
        new() { Name = "nopreempt", Read = (_, s, d) => d.NoPreempt = s.Keyword },
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
        new() { Name = "v3_checksum_as_v2", Allowed = 1, Read = (r, s, d) => d.ChecksumAsVersion2 = ConfValues.Boolean(r, s) },
        new() { Name = "self_fence", Required = 1, Allowed = 1, Read = (r, s, d) => d.SelfFencing = SelfFence(r, s.Words[1]) },
    ], new Dictionary<string, string>
    {
        ["smtp_alert"] = "mail alerts are not sent by this version.",
        ["accept"] = "addresses are always accepted, which is keepalived's default too.",
        ["debug"] = "keepalived reads it and does nothing, and so do we.",
        ["skip_check_adv_addr"] = "it saves keepalived a comparison that HaTools does not need to be spared.",
        ["kernel_rx_buf_size"] = "HaTools sizes its buffers itself.",
    });

    public static TimeSpan? GarpDelay(ConfReading reading, ConfWord word) =>
        ConfValues.Seconds(reading, word, 0m, 86400m, "keepalived ignores it");

    public static int? GarpRepeat(ConfReading reading, ConfWord word) =>
        word.Text == "0"
            ? Repaired(reading, word, 1, "garp_master_repeat must be greater than 0; taken as 1, as keepalived does.")
            : ConfValues.Integer(reading, word, 1, 255, "it is ignored");

    public static SelfFencing? SelfFence(ConfReading reading, ConfWord word)
    {
        switch (word.Text)
        {
            case "off":
                return SelfFencing.Off;
            case "auto" or "on":
                return SelfFencing.Automatic;
        }
        if (int.TryParse(word.Text, out int seconds) && seconds is >= 2 and <= 86400)
            return SelfFencing.After(TimeSpan.FromSeconds(seconds));
        reading.Error("ValueOutOfRange", word, $"`{word.Text}` is no self_fence: off, auto, or whole seconds from 2 to 86400.");
        return null;
    }

    /// <summary>Builds the instance, and notes where it was written; null when what it needs is missing.</summary>
    public static VrrpInstance? Build(ConfReading reading, ConfStatement statement, GlobalDraft globals,
        ModelPositions positions, int index)
    {
        var draft = new InstanceDraft();
        reading.ReadBlock(Grammar, statement.Block!, draft);
        ConfWord name = statement.Words[1];
        if (draft.Interface is null) reading.Error("MissingKeyword", name, $"The vrrp_instance `{name.Text}` has no `interface`.");
        if (draft.RouterId is null && !draft.RouterIdGiven)
            reading.Error("MissingKeyword", name, $"The vrrp_instance `{name.Text}` has no `virtual_router_id`.");
        int version = draft.Version ?? globals.Version;
        bool noPreempt = NoPreempt(reading, draft);
        TimeSpan interval = Interval(reading, draft, version);
        VrrpAuthentication? authentication = BuildAuthentication(reading, draft, version);
        if (draft.Interface is not { } device || draft.RouterId is not { } routerId) return null;

        NotePositions(positions, new ModelPath("vrrpInstances", index), name, draft);
        return new VrrpInstance
        {
            Name = name.Text,
            Interface = device.Text,
            VirtualRouterId = routerId,
            Priority = draft.Priority,
            AdvertisementInterval = interval,
            Version = version,
            InitialState = draft.InitialState,
            NoPreempt = noPreempt,
            Authentication = authentication,
            ChecksumForm = (draft.ChecksumAsVersion2 ?? globals.ChecksumAsVersion2)
                ? VrrpChecksumForm.MessageOnly
                : VrrpChecksumForm.PseudoHeader,
            VirtualAddresses = draft.Addresses.Select(a => a.Address).ToValueList(),
            TrackScripts = draft.Tracked.Select(t => t.Script).ToValueList(),
            GarpRepeat = draft.GarpRepeat ?? globals.GarpRepeat,
            GarpDelay = draft.GarpDelay ?? globals.GarpDelay,
            SelfFencing = draft.SelfFencing,
        };
    }

    private static void NotePositions(ModelPositions positions, ModelPath path, ConfWord name, InstanceDraft draft)
    {
        positions.Note(path, name.Position);
        if (draft.Interface is { } device) positions.Note(path with { Property = "interface" }, device.Position);
        positions.Note(path with { Property = "virtualRouterId" }, draft.RouterIdPosition);
        if (draft.Password is { } password) positions.Note(path with { Property = "authentication" }, password.Position);
        for (int i = 0; i < draft.Addresses.Count; i++)
        {
            AddressLine line = draft.Addresses[i];
            ModelPath address = path with { List = "virtualAddresses", Item = i };
            positions.Note(address, line.Word.Position);
            if (line.Label is { } label) positions.Note(address with { Property = "label" }, label.Position);
            if (line.Device is { } own) positions.Note(address with { Property = "device" }, own.Position);
            if (line.Broadcast is { } broadcast) positions.Note(address with { Property = "broadcast" }, broadcast.Position);
        }
        for (int i = 0; i < draft.Tracked.Count; i++)
            positions.Note(path with { List = "trackScripts", Item = i }, draft.Tracked[i].Word.Position);
    }

    private static int Repaired(ConfReading reading, ConfWord word, int value, string message)
    {
        reading.Warning("ValueOutOfRange", word, message);
        return value;
    }

    private static void ReadState(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        ConfWord word = statement.Words[1];
        draft.InitialState = word.Text == "MASTER" ? VrrpInitialState.Master : VrrpInitialState.Backup;
        if (word.Text is not ("MASTER" or "BACKUP"))
            reading.Warning("UnknownState", word, $"`{word.Text}` is neither MASTER nor BACKUP; taken as BACKUP, as keepalived does.");
    }

    private static void ReadRouterId(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        ConfWord word = statement.Words[1];
        (draft.RouterIdGiven, draft.RouterIdPosition) = (true, word.Position);
        draft.RouterId = ConfValues.RequiredInteger(reading, word, "virtual_router_id", 1, 255);
    }

    private static void ReadPriority(ConfReading reading, ConfStatement statement, InstanceDraft draft) =>
        draft.Priority = ConfValues.Integer(reading, statement.Words[1], 1, 255, "taken as 100, as keepalived does") ?? 100;

    private static void ReadVersion(ConfReading reading, ConfStatement statement, InstanceDraft draft) =>
        draft.Version = ConfValues.Integer(reading, statement.Words[1], 2, 3, "keepalived ignores it") ?? draft.Version;

    private static void ReadInterval(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        draft.IntervalWord = statement.Words[1];
        draft.Interval = ConfValues.Seconds(reading, statement.Words[1], 0.01m, 255m, "keepalived ignores it") ?? draft.Interval;
    }

    private static void ReadAuthenticationType(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        ConfWord word = statement.Words[1];
        draft.AuthenticationType = word;
        if (word.Text == "AH") reading.NotSupported(word, "`auth_type AH`");
        else if (word.Text != "PASS") reading.UnknownWord(word, "auth_type", ["PASS"]);
    }

    private static void ReadAuthentication(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        draft.AuthenticationBlock = statement.Keyword;
        reading.ReadBlock(Authentication, statement.Block!, draft);
    }

    private static void ReadTrackScript(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        foreach (ConfStatement line in statement.Block!)
        {
            if (!reading.Admit(line)) continue;
            ConfWord name = line.Keyword;
            if (line.Block is not null)
            {
                reading.Diagnostics.Error("UnexpectedBrace", line.BlockPosition, "{", "A line of track_script takes no block.");
                continue;
            }
            int? weight = null;
            if (line.Argument(1) is { } option)
            {
                if (option.Text != "weight") reading.UnknownWord(option, "option of track_script", ["weight"]);
                else if (line.Argument(2) is not { } value) reading.Error("MissingValue", option, "`weight` needs a value.");
                else
                {
                    weight = ScriptGrammar.Weight(reading, value);
                    if (line.Argument(3) is { Text: "reverse" } reverse) reading.NotSupported(reverse, "`weight … reverse`");
                    else reading.ReportSurplus(null, line, 3);
                }
            }
            if (draft.Tracked.Exists(t => t.Script.Name == name.Text))
                reading.Warning("DuplicateName", name, $"`{name.Text}` is tracked already; this line is ignored, as keepalived does.");
            else draft.Tracked.Add((new Tracked(name.Text, weight), name));
        }
    }

    private static bool NoPreempt(ConfReading reading, InstanceDraft draft)
    {
        if (draft.NoPreempt is not { } word) return false;
        if (draft.InitialState != VrrpInitialState.Master) return true;
        reading.Warning("NoPreemptWithMaster", word,
            "`nopreempt` does not work with `state MASTER`: keepalived clears it, and so do we. Write `state BACKUP` on both nodes.");
        return false;
    }

    private static TimeSpan Interval(ConfReading reading, InstanceDraft draft, int version)
    {
        TimeSpan given = draft.Interval;
        if (version == 3 && given > LongestVersion3Interval)
        {
            reading.Warning("ValueOutOfRange", draft.IntervalWord,
                "VRRP version 3 has intervals up to 40.95 s; taken as 40.95 s, as keepalived does.");
            return LongestVersion3Interval;
        }
        long unit = version == 3 ? TimeSpan.TicksPerMillisecond * 10 : TimeSpan.TicksPerSecond;
        if (given.Ticks % unit == 0) return given;
        var rounded = TimeSpan.FromTicks(Math.Max(1, (given.Ticks + unit / 2) / unit) * unit);
        string taken = rounded.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        reading.Warning("IntervalRounded", draft.IntervalWord, version == 3
            ? $"VRRP version 3 counts in units of 10 ms; taken as {taken} s, as keepalived does."
            : $"VRRP version 2 counts in whole seconds; taken as {taken} s, as keepalived does. Fractions need `version 3`.");
        return rounded;
    }

    private static VrrpAuthentication? BuildAuthentication(ConfReading reading, InstanceDraft draft, int version)
    {
        if (draft.AuthenticationBlock is not { } block) return null;
        if (version == 3)
        {
            reading.Warning("AuthenticationIgnored", block, "VRRP version 3 has no authentication: keepalived ignores this, and so do we.");
            return null;
        }
        if (draft.AuthenticationType is null)
        {
            reading.Warning("AuthenticationIgnored", block,
                "Without `auth_type` there is no authentication: keepalived ignores this, and so do we.");
            return null;
        }
        if (draft.Password is not { } password)
        {
            reading.Error("MissingKeyword", block, "`auth_type PASS` needs an `auth_pass`.");
            return null;
        }
        return new VrrpAuthentication(VrrpAuthenticationType.SimplePassword, OnWire(reading, password));
    }

    // 8 bytes go on the wire. Where the cut falls into the middle of a character the text stays whole, since no text can hold half of one.
    private static string OnWire(ConfReading reading, ConfWord password)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(password.Text);
        if (bytes.Length <= 8) return password.Text;
        reading.Diagnostics.Warning("PasswordCut", password.Position, "********",
            "A password has 8 bytes: keepalived cuts the rest, and so do we.");
        return (bytes[8] & 0xc0) == 0x80 ? password.Text : Encoding.UTF8.GetString(bytes, 0, 8);
    }
}

/// <summary>A vrrp_instance while it is read.</summary>
internal sealed class InstanceDraft
{
    public VrrpInitialState InitialState { get; set; }

    public ConfWord? Interface { get; set; }

    public bool RouterIdGiven { get; set; }

    public int? RouterId { get; set; }

    public TextPosition RouterIdPosition { get; set; }

    public int Priority { get; set; } = 100;

    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    public ConfWord IntervalWord { get; set; }

    public int? Version { get; set; }

    public ConfWord? AuthenticationBlock { get; set; }

    public ConfWord? AuthenticationType { get; set; }

    public ConfWord? Password { get; set; }

    public List<AddressLine> Addresses { get; } = [];

    public List<(Tracked Script, ConfWord Word)> Tracked { get; } = [];

    public ConfWord? NoPreempt { get; set; }

    public int? GarpRepeat { get; set; }

    public TimeSpan? GarpDelay { get; set; }

    public bool? ChecksumAsVersion2 { get; set; }

    public SelfFencing? SelfFencing { get; set; }
}
