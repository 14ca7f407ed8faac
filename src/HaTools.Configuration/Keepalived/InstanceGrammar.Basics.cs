using System.Globalization;

namespace HaTools.Configuration.Keepalived;

/// <summary>What an instance is: interface, virtual router id, version, interval.</summary>
internal static partial class InstanceGrammar
{
    private static readonly TimeSpan LongestVersion3Interval = TimeSpan.FromMilliseconds(40_950);

    private static Keyword<InstanceDraft>[] Basics =>
    [
        new() { Name = "state", Required = 1, Allowed = 1, Read = ReadState },
        new() { Name = "interface", Required = 1, Allowed = 1, Read = (_, s, d) => d.Interface = s.Words[1] },
        new() { Name = "virtual_router_id", Required = 1, Allowed = 1, Read = ReadRouterId },
        new() { Name = "priority", Required = 1, Allowed = 1, Read = ReadPriority },
        new() { Name = "advert_int", Required = 1, Allowed = 1, Read = ReadInterval },
        new() { Name = "version", Required = 1, Allowed = 1, Read = ReadVersion },
        new() { Name = "native_ipv6", Read = ReadNativeIpv6 },
        new() { Name = "self_fence", Required = 1, Allowed = 1, Read = (r, s, d) => d.SelfFencing = SelfFence(r, s.Words[1]) },
    ];

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

    private static VrrpInstance WithBasics(InstanceBuild build, ConfWord name)
    {
        InstanceDraft draft = build.Draft;
        if (draft.Device is null) build.Reading.Error("MissingKeyword", name, $"The vrrp_instance `{name.Text}` has no `interface`.");
        if (draft.RouterId is null && !draft.RouterIdGiven)
            build.Reading.Error("MissingKeyword", name, $"The vrrp_instance `{name.Text}` has no `virtual_router_id`.");
        int version = Version(build, draft);
        int priority = Priority(build.Reading, draft);
        return new VrrpInstance
        {
            Name = name.Text,
            Interface = draft.Device?.Text ?? "",
            VirtualRouterId = draft.RouterId ?? 0,
            Priority = priority,
            AdvertisementInterval = Interval(build.Reading, draft, version),
            Version = version,
            InitialState = State(build, draft, priority),
            Strict = build.IsStrict,
            SelfFencing = draft.SelfFencing,
        };
    }

    // Over IPv6 there is version 3 only, whatever vrrp_version says.
    private static int Version(InstanceBuild build, InstanceDraft draft)
    {
        if (draft.Family != 6) return draft.Version ?? build.Globals.Version;
        if (draft is { Version: 2, VersionWord: { } word })
            build.Reading.Warning("VersionIgnored", word, "Over IPv6 there is VRRP version 3 only: taken as 3.");
        return 3;
    }

    // Without a word, each of state and priority is what the other says of the owner.
    private static int Priority(ConfReading reading, InstanceDraft draft)
    {
        if (draft.Priority is { } priority) return priority;
        if (draft.InitialState != VrrpInitialState.Master) return 100;
        reading.Warning("MissingPriority", draft.StateWord,
            "With `state MASTER` and no `priority` keepalived takes this router for the address owner (255), and so do we. Write a `priority`.");
        return 255;
    }

    private static VrrpInitialState State(InstanceBuild build, InstanceDraft draft, int priority)
    {
        VrrpInitialState owner = priority == 255 ? VrrpInitialState.Master : VrrpInitialState.Backup;
        if (draft.InitialState is not { } state) return owner;
        if (!build.IsStrict || state == owner) return state;
        build.Reading.Warning("StrictMode", draft.StateWord,
            "With strict mode MASTER is the state of the address owner (255) and of no other: the priority decides, as in keepalived.");
        return owner;
    }

    private static void ReadNativeIpv6(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        reading.Warning("Deprecated", statement.Keyword, "`native_ipv6` is obsolete: the addresses tell the family.");
        if (draft.TakeFamily(reading, statement.Keyword, 6)) draft.IsNativeIpv6 = true;
    }

    private static void ReadState(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        ConfWord word = statement.Words[1];
        draft.StateWord = word;
        draft.InitialState = word.Text == "MASTER" ? VrrpInitialState.Master : VrrpInitialState.Backup;
        if (word.Text is not ("MASTER" or "BACKUP"))
            reading.Warning("UnknownState", word, $"`{word.Text}` is neither MASTER nor BACKUP; taken as BACKUP, as keepalived does.");
    }

    private static void ReadRouterId(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        ConfWord word = statement.Words[1];
        draft.RouterIdGiven = true;
        draft.RouterId = ConfValues.RequiredInteger(reading, word, "virtual_router_id", 1, 255);
    }

    private static void ReadPriority(ConfReading reading, ConfStatement statement, InstanceDraft draft) =>
        draft.Priority = ConfValues.Integer(reading, statement.Words[1], 1, 255, "taken as 100, as keepalived does") ?? 100;

    private static void ReadVersion(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        draft.VersionWord = statement.Words[1];
        draft.Version = ConfValues.Integer(reading, statement.Words[1], 2, 3, "keepalived ignores it") ?? draft.Version;
    }

    private static void ReadInterval(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        draft.IntervalWord = statement.Words[1];
        draft.Interval = ConfValues.Seconds(reading, statement.Words[1], 0.01m, 255m, "keepalived ignores it") ?? draft.Interval;
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
        string taken = rounded.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        reading.Warning("IntervalRounded", draft.IntervalWord, version == 3
            ? $"VRRP version 3 counts in units of 10 ms; taken as {taken} s, as keepalived does."
            : $"VRRP version 2 counts in whole seconds; taken as {taken} s, as keepalived does. Fractions need `version 3`.");
        return rounded;
    }
}

/// <summary>What an instance is.</summary>
internal sealed partial class InstanceDraft
{
    public VrrpInitialState? InitialState { get; set; }

    public ConfWord StateWord { get; set; } = ConfWord.None;

    public ConfWord? Interface { get; set; }

    /// <summary>What adverts are sent and heard on: the interface, or the VRF instead of one.</summary>
    public ConfWord? Device => Interface ?? Vrf;

    public bool RouterIdGiven { get; set; }

    public int? RouterId { get; set; }

    public int? Priority { get; set; }

    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    public ConfWord IntervalWord { get; set; } = ConfWord.None;

    public int? Version { get; set; }

    public ConfWord? VersionWord { get; set; }

    /// <summary>4 or 6, as the first address of any kind said; null: none has been met.</summary>
    public int? Family { get; private set; }

    public bool IsNativeIpv6 { get; set; }

    public SelfFencing? SelfFencing { get; set; }

    /// <summary>
    /// Takes an address of a family into the instance. The first one decides; false: this one is of the other, which has been told, and is ignored.
    /// </summary>
    public bool TakeFamily(ConfReading reading, ConfWord word, int family)
    {
        Family ??= family;
        if (Family == family) return true;
        reading.Warning("AddressFamilyMismatch", word, $"`{word.Text}`: what stands above made this an IPv{Family} instance; keepalived ignores this, and so do we.");
        return false;
    }
}
