namespace HaTools.Configuration.Keepalived;

/// <summary>Who becomes master, and when.</summary>
internal static partial class InstanceGrammar
{
    private static Keyword<InstanceDraft>[] Elections =>
    [
        new() { Name = "preempt", Read = (_, _, d) => d.NoPreempt = null },
        new() { Name = "nopreempt", Read = (_, s, d) => d.NoPreempt = s.Keyword },
        new() { Name = "preempt_delay", Required = 1, Allowed = 1, Read = ReadPreemptDelay },
        new() { Name = "strict_mode", Allowed = 1, Read = (r, s, d) => d.Strict = ConfValues.Boolean(r, s) },
        new() { Name = "lower_prio_no_advert", Allowed = 1, Read = (r, s, d) => d.LowerPriorityNoAdvert = ConfSwitch.Read(r, s) },
        new() { Name = "higher_prio_send_advert", Allowed = 1, Read = (r, s, d) => d.HigherPrioritySendAdvert = ConfSwitch.Read(r, s) },
        new() { Name = "owner_ignore_adverts", Allowed = 1, Read = (r, s, d) => d.OwnerIgnoreAdverts = ConfSwitch.Read(r, s) },
        new()
        {
            Name = "down_timer_adverts", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.DownTimerAdverts = DownTimerAdverts(r, s.Words[1]) is { } n ? (n, s.Words[1]) : d.DownTimerAdverts,
        },
        new() { Name = "timer_expired_backup", Allowed = 1, Read = ReadTimerExpired },
        new() { Name = "thread_timer_expired", Allowed = 1, Read = ReadThreadTimerExpired },
    ];

    public static int? DownTimerAdverts(ConfReading reading, ConfWord word) =>
        ConfValues.Integer(reading, word, 1, 100, "keepalived ignores it");

    private static VrrpInstance WithElections(InstanceBuild build, VrrpInstance instance)
    {
        bool noPreempt = NoPreempt(build.Reading, build.Draft, instance);
        return instance with
        {
            NoPreempt = noPreempt,
            PreemptDelay = PreemptDelay(build, instance, noPreempt),
            LowerPriorityNoAdvert = LowerPriorityNoAdvert(build),
            HigherPrioritySendAdvert = HigherPrioritySendAdvert(build),
            OwnerIgnoreAdverts = OwnerIgnoreAdverts(build, instance),
            DownTimerAdverts = DownTimerAdverts(build),
            TimerExpiredBackup = TimerExpired(build, noPreempt),
        };
    }

    private static bool NoPreempt(ConfReading reading, InstanceDraft draft, VrrpInstance instance)
    {
        if (draft.NoPreempt is not { } word) return false;
        if (instance.Priority == 255)
        {
            reading.Warning("NoPreemptWithOwner", word, "The address owner (255) always preempts: keepalived clears `nopreempt`, and so do we.");
            return false;
        }
        if (instance.InitialState != VrrpInitialState.Master) return true;
        reading.Warning("NoPreemptWithMaster", word,
            "`nopreempt` does not work with `state MASTER`: keepalived clears it, and so do we. Write `state BACKUP` on both nodes.");
        return false;
    }

    private static TimeSpan PreemptDelay(InstanceBuild build, VrrpInstance instance, bool noPreempt)
    {
        if (build.Draft.PreemptDelay is not { } given || given.Delay == TimeSpan.Zero) return TimeSpan.Zero;
        string? why = instance.InitialState == VrrpInitialState.Master ? "`state MASTER`"
            : build.IsStrict ? "strict mode"
            : noPreempt ? "`nopreempt`" : null;
        if (why is null) return given.Delay;
        build.Reading.Warning("PreemptDelayIgnored", given.Word, $"`preempt_delay` does not go with {why}: keepalived clears it, and so do we.");
        return TimeSpan.Zero;
    }

    private static bool LowerPriorityNoAdvert(InstanceBuild build)
    {
        if (!build.IsStrict) return build.Draft.LowerPriorityNoAdvert?.On ?? build.Globals.LowerPriorityNoAdvert;
        if (build.Draft.LowerPriorityNoAdvert is { On: false } off) Strict(build, off.Word, "`lower_prio_no_advert` is on");
        return true;
    }

    private static bool HigherPrioritySendAdvert(InstanceBuild build)
    {
        if (!build.IsStrict) return build.Draft.HigherPrioritySendAdvert?.On ?? build.Globals.HigherPrioritySendAdvert;
        if (build.Draft.HigherPrioritySendAdvert is { On: true } on) Strict(build, on.Word, "`higher_prio_send_advert` is off");
        return false;
    }

    private static bool OwnerIgnoreAdverts(InstanceBuild build, VrrpInstance instance)
    {
        ConfSwitch? given = build.Draft.OwnerIgnoreAdverts;
        if (instance.Priority != 255)
        {
            if (given is { On: true } on)
                build.Reading.Warning("NotTheOwner", on.Word, "`owner_ignore_adverts` is for priority 255: keepalived ignores it, and so do we.");
            return false;
        }
        if (!build.IsStrict) return given?.On ?? build.Globals.OwnerIgnoreAdverts;
        if (given is { On: false } off) Strict(build, off.Word, "`owner_ignore_adverts` is on");
        return true;
    }

    private static int DownTimerAdverts(InstanceBuild build)
    {
        int usual = build.Globals.DownTimerAdverts;
        if (!build.IsStrict) return build.Draft.DownTimerAdverts?.Number ?? usual;
        if (build.Draft.DownTimerAdverts is { Number: not 3 } given) Strict(build, given.Word, "`down_timer_adverts` is 3");
        return 3;
    }

    private static int? TimerExpired(InstanceBuild build, bool noPreempt)
    {
        if (build.Draft.TimerExpired is not { } given || noPreempt) return build.Draft.TimerExpired?.Priority;
        build.Reading.Warning("NeedsNoPreempt", given.Word, "`timer_expired_backup` needs `nopreempt`: keepalived clears it, and so do we.");
        return null;
    }

    private static void Strict(InstanceBuild build, ConfWord word, string rule) =>
        build.Reading.Warning("StrictMode", word, $"With strict mode {rule}: keepalived takes it so, and so do we.");

    private static void ReadPreemptDelay(ConfReading reading, ConfStatement statement, InstanceDraft draft) =>
        draft.PreemptDelay = ConfValues.Seconds(reading, statement.Words[1], 0m, 1000m, "taken as 0, as keepalived does") is { } delay
            ? (delay, statement.Words[1]) : null;

    private static void ReadTimerExpired(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        int? priority = statement.Argument(1) is { } word ? ConfValues.Integer(reading, word, 1, 254, "keepalived ignores it") : 254;
        if (priority is { } given) draft.TimerExpired = (given, statement.Keyword);
    }

    private static void ReadThreadTimerExpired(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        reading.Warning("Deprecated", statement.Keyword, "`thread_timer_expired` is called `timer_expired_backup`.");
        ReadTimerExpired(reading, statement, draft);
    }
}

/// <summary>Who becomes master, and when.</summary>
internal sealed partial class InstanceDraft
{
    public ConfWord? NoPreempt { get; set; }

    public (TimeSpan Delay, ConfWord Word)? PreemptDelay { get; set; }

    public bool? Strict { get; set; }

    public ConfSwitch? LowerPriorityNoAdvert { get; set; }

    public ConfSwitch? HigherPrioritySendAdvert { get; set; }

    public ConfSwitch? OwnerIgnoreAdverts { get; set; }

    public (int Number, ConfWord Word)? DownTimerAdverts { get; set; }

    public (int Priority, ConfWord Word)? TimerExpired { get; set; }
}
