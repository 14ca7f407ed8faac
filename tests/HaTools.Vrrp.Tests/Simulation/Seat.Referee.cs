namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>
/// The referee: a second, naive reading of RFC 3768 and RFC 9568 section 6, and of keepalived's sync groups and delays, which says after each
/// step of the machine whether that was allowed, and whether something was left out. It sees what the node sees: its own clock, the datagrams
/// that it heard, what it is configured with, and no other node. It holds in any trouble. What nodes promise one another is the
/// <see cref="Judge"/>'s.
/// </summary>
internal sealed partial class Seat
{
    /// <summary>A lower master is not answered more often than this (the machine's own limit).</summary>
    private const long AnswerGap = 5 * Wire.Ms;

    /// <summary>As many adverts of a second owner are put up with (the machine's own limit).</summary>
    private const int MostRivalAdverts = 3;

    private int machinesPriority;

    /// <summary>How many adverts of a second owner were heard that ought to give way, since the node takes part.</summary>
    private int rivalAdverts;

    /// <summary>The state before the present step.</summary>
    private VrrpStateKind before;

    // As master: when it last said so, and when it last answered a lower one.
    private long lastAdvert;
    private long lastAnswer = long.MinValue / 2;

    // What the present step has brought.
    private bool mayTakeOver;
    private bool hears;
    private bool rejects;
    private bool heardIsValid;
    private int heardPriority;
    private int heardVersion;
    private long heardInterval;
    private bool heardIsHigherAddress;
    private int sent;
    private int sentStop;
    private int sentInVersion2;

    private bool IsReady => IsInterfaceUp && Host.Vital == TrackerState.Up;

    private bool IsFaulty => !IsInterfaceUp || Host.Vital == TrackerState.Down;

    /// <summary>An owner that is told to be master from the start waits for nobody; in a sync group all members must be.</summary>
    private bool StartsAsMaster => !IsHeld && Array.TrueForAll(Unit, s => s.Plan is { IsOwner: true, StartsAsMaster: true });

    /// <summary>
    /// Whether it was silent for so long, as master, that another may have taken over by now: for the down interval of priority 254, and two
    /// intervals at least.
    /// </summary>
    private bool HasSlept
    {
        get
        {
            long skew = 2 * (Version == 2 ? Wire.Second : Interval) / 256;
            return Host.Local - lastAdvert >= Math.Max(2 * Interval, Host.Lan.Plan.DownTimerAdverts * Interval + skew);
        }
    }

    public void Rejects() => rejects = true;

    public void Sends(Step step, Packet packet)
    {
        if (packet.Version != Version)
        {
            sentInVersion2++;
            Expect(packet.Version == 2 && AlsoVersion2, $"speaks version {packet.Version}");
            Expect(packet.Interval == LanPlan.InVersion2(Interval), $"says an interval of {packet.Interval} ns in version 2");
            return;
        }

        if (packet.Priority == 0)
        {
            sentStop++;
            return;
        }

        sent++;
        Expect(step != Step.Timer || !Host.HasUnreadBetter(this), "speaks before it has read what a better master said");
        Expect(packet.Interval == Interval, $"says an interval of {packet.Interval} ns");
        bool isOurs = packet.Priority == ConfiguredPriority || (MayBeDemoted && packet.Priority == 254);
        Expect(isOurs, $"says priority {packet.Priority} instead of {ConfiguredPriority}");
    }

    /// <summary>After each step, for all places first: what the step means for the timers.</summary>
    public void Observe(Step step, int priority)
    {
        machinesPriority = priority;
        if (step == Step.Timer && before == VrrpStateKind.Backup) Expire();
    }

    /// <summary>Then: what that means for a whole group.</summary>
    public void Decide() => mayTakeOver = MayTakeOver;

    /// <summary>Then: whether the step was right.</summary>
    public void Check(Step step)
    {
        if (Happening(step, before, State) is { } happening) Host.Lan.Table?.Add(new Transition(before, happening, State));
        CheckReadiness(step);
        Expect(HoldsAddresses == (State == VrrpStateKind.Master), $"is {State} and {(HoldsAddresses ? "holds" : "lacks")} addresses");
        bool isOurs = machinesPriority == ConfiguredPriority || (MayBeDemoted && machinesPriority == 254);
        // A new tracker, or one of a new instance, has not been told yet.
        Expect(isOurs || step == Step.Reconfigure, $"has priority {machinesPriority} instead of {ConfiguredPriority}");
        CheckWords(step);
        Expect(sentInVersion2 == (AlsoVersion2 ? sent + sentStop : 0), $"says {sentInVersion2} words in version 2");
        if (hears) CheckRejection();

        // The timers of all members are run; an advert is heard by one, and what the others missed is known when their timers are run. If that
        // one is awake it yields as always: a better master has spoken, and a whole down interval is waited for (RFC 9568 section 6.4.3).
        bool slept = before == VrrpStateKind.Master
            && Array.Exists(Unit, s => s.before == VrrpStateKind.Master && s.HasSlept && (step != Step.Advert || s.HeardSomething));
        if (before != State) CheckTransition(step, slept);
        else if (State == VrrpStateKind.Backup && HeardSomething) HearAsBackup();
        else if (State == VrrpStateKind.Backup && step == Step.Timer) Expect(!mayTakeOver, "does not take over, and its time is over");
        else if (State == VrrpStateKind.Master && HeardSomething) HearAsMaster();
    }

    /// <summary>And then, when all have been looked at.</summary>
    public void EndStep(Step step)
    {
        if (sent > 0) lastAdvert = Host.Local;
        if (step == Step.Reconfigure) Reconfigured();
        before = State;
        hears = rejects = false;
        sent = sentStop = sentInVersion2 = 0;
        ListenIfHeld();
        RescheduleTimer();
    }

    /// <summary>When the timers have been run: nothing may be due any more.</summary>
    public void CheckTimers()
    {
        if (State == VrrpStateKind.Backup)
            Expect(hasExpired ? !MayTakeOver : Host.Local < timer, $"has not taken over {Host.Local - timer} ns after its timer ran out");
        if (State == VrrpStateKind.Master)
            Expect(Host.Local - lastAdvert < Interval, $"is master and has said nothing for {Host.Local - lastAdvert} ns");
    }

    /// <summary>The states in which a node may be, by its interface and the tracker whose failure is a fault.</summary>
    private void CheckReadiness(Step step)
    {
        if (step is Step.Stop or Step.Reconfigure || !Host.IsStarted) return;
        if (Array.Exists(Unit, s => s.IsFaulty))
            Expect(State == VrrpStateKind.Fault, $"is {State} and not FAULT");
        else if (Array.TrueForAll(Unit, s => s.IsReady))
            Expect(State is VrrpStateKind.Backup or VrrpStateKind.Master, $"is {State} without a reason");
        else
            Expect(State is VrrpStateKind.Initialize || before == State || Array.Exists(Unit, s => s.before == VrrpStateKind.Master),
                $"is {State} and knows nothing of a tracker");
        foreach (Seat other in Unit)
        {
            Expect(other.State == State || other.State == VrrpStateKind.Initialize || State == VrrpStateKind.Initialize,
                $"is {State}, and vrid {other.VirtualRouterId} of its group is {other.State}");
        }
    }

    /// <summary>Who speaks: a master; and once whoever yields, for the better one to know that there were two, or because it is told to.</summary>
    private void CheckWords(Step step)
    {
        bool wasMaster = before == VrrpStateKind.Master;
        bool isGroup = Unit.Length > 1;
        // Who slept says nothing stale; and no word of a shorter interval than the better one's, which backups would learn.
        bool yields = wasMaster && State == VrrpStateKind.Backup && step == Step.Advert && sent == 1 && !HasSlept && !Host.Lan.Plan.Strict
            && Array.Exists(Unit, s => s.IsBeaten && s.heardInterval <= s.Interval);
        // Before another member of the group steps down, its own timer was run.
        bool speaksFirst = wasMaster && isGroup && step == Step.Timer && !HasSlept;
        // The machine is told of one member's interface after the other. It may join a master, and then hear that the group is in fault.
        bool joinsAndLeaves = isGroup && step == Step.Facts && sent == 1 && sentStop == 1;
        Expect(sent == 0 || State == VrrpStateKind.Master || yields || speaksFirst || joinsAndLeaves, "sends adverts and is not master");
        bool leaves = wasMaster && State is VrrpStateKind.Fault or VrrpStateKind.Initialize;
        int expected = wasMaster && leaves && IsInterfaceUp ? 1 : 0;
        // For the same reason it may say a word that does not go out any more.
        bool isUnheard = isGroup && leaves && !IsInterfaceUp;
        Expect(sentStop == expected || isUnheard || joinsAndLeaves, $"says {sentStop} times that it stops being master");
    }

    private void CheckTransition(Step step, bool slept)
    {
        bool enters = step is Step.Facts or Step.Start or Step.Reconfigure;
        switch (before, State)
        {
            case (VrrpStateKind.Backup, VrrpStateKind.Master):
                // With a member of the group that is master; or with one that enters the election, when all are the owner's.
                bool joins = enters && (Array.Exists(Unit, s => s.before == VrrpStateKind.Master)
                    || (StartsAsMaster && Array.Exists(Unit, s => s.before is VrrpStateKind.Initialize or VrrpStateKind.Fault)));
                Expect(joins || step == Step.Timer, $"is master by {step}");
                Expect(joins || mayTakeOver, $"took over {timer - Host.Local} ns before its timer runs out");
                Expect(sent > 0, "took over and did not say so");
                BecomeMaster();
                break;
            case (VrrpStateKind.Master, VrrpStateKind.Backup) when slept && step is Step.Timer or Step.Advert:
                // It slept for so long that others may have taken over: it steps down first, whatever it then hears.
                Expect(sent == 0 || !HasSlept, "slept, and speaks before it steps down");
                EnterBackup(DownWait.Hearing);
                if (HeardSomething) HearAsBackup();
                break;
            case (VrrpStateKind.Master, VrrpStateKind.Backup):
                Expect(step == Step.Advert && Array.Exists(Unit, s => s.IsBeaten), $"yields by {step} to priority {heardPriority}");
                EnterBackup(DownWait.Full);
                if (IsBeaten) Follow();
                break;
            case (_, VrrpStateKind.Backup):
                Expect(enters, $"enters the election by {step}");
                Expect(!StartsAsMaster || Host.Local < Host.HeldUntil, "owns the addresses and waits");
                EnterBackup(StartsAsMaster ? DownWait.Nothing : DownWait.Full);
                break;
            case (_, VrrpStateKind.Master):
                Expect(StartsAsMaster || Array.Exists(Unit, s => s.before == VrrpStateKind.Master), "does not own the addresses and does not wait");
                Expect(sent > 0, "took over and did not say so");
                BecomeMaster();
                break;
            default:
                // To Fault or Initialize: whether that is right was looked at before.
                Expect(enters || step == Step.Stop, $"goes from {before} to {State} by {step}");
                break;
        }
    }

    /// <summary>RFC 9568 section 6.4.3.</summary>
    private void HearAsMaster()
    {
        Expect(!IsBeaten, $"does not yield to priority {heardPriority}");
        if (heardPriority != 0 && (Host.Lan.Plan.LowerPriorityNoAdvert || Host.Local - lastAnswer < AnswerGap)) return;
        Expect(sent > 0, $"does not answer priority {heardPriority}");
        if (heardPriority != 0) lastAnswer = Host.Local;
    }

    private void Forget()
    {
        before = VrrpStateKind.Initialize;
        lastAnswer = long.MinValue / 2;
        hears = rejects = false;
        rivalAdverts = 0;
        version3Source = 0;
        sent = sentStop = sentInVersion2 = 0;
        Unit = [];
        EnterBackup(DownWait.Full);
    }

    private Happening? Happening(Step step, VrrpStateKind from, VrrpStateKind to) => step switch
    {
        Step.Start => Simulation.Happening.Startup,
        Step.Stop => Simulation.Happening.Shutdown,
        Step.Timer => Simulation.Happening.TimerFires,
        Step.Advert when !HeardSomething => null,
        Step.Advert when heardPriority == 0 => Simulation.Happening.StopHeard,
        Step.Advert when heardPriority < EffectivePriority => Simulation.Happening.LowerHeard,
        Step.Advert when heardPriority > EffectivePriority => Simulation.Happening.HigherHeard,
        Step.Advert when heardIsHigherAddress => Simulation.Happening.EqualHeardFromHigherAddress,
        Step.Advert => Simulation.Happening.EqualHeardFromLowerAddress,
        _ when from != VrrpStateKind.Fault && to == VrrpStateKind.Fault => Simulation.Happening.FaultArises,
        _ when from == VrrpStateKind.Fault && to != VrrpStateKind.Fault => Simulation.Happening.FaultEnds,
        _ => null,
    };
}
