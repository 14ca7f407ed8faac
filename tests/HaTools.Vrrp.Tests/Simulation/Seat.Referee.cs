namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>
/// The referee: a second, naive reading of RFC 3768 and RFC 9568 section 6, which says after each step of the machine whether that was
/// allowed, and whether something was left out. It sees what the node sees: its own clock, the datagrams that it heard, what it is configured
/// with, and no other node. It holds in any trouble. What nodes promise one another is the <see cref="Judge"/>'s.
/// </summary>
internal sealed partial class Seat
{
    /// <summary>A lower master is not answered more often than this (the machine's own limit).</summary>
    private const long AnswerGap = 5 * Wire.Ms;

    private VrrpStateKind judgedState;

    // As backup: from when the timer runs, whether only the skew is waited for, and the master's interval, where it has said one.
    private long timerStart;
    private bool masterIsStopping;

    // As backup after a sleep: only whoever lives is waited for, one interval and the skew.
    private bool hearsFirst;
    private long? learnedInterval;

    // As master: when it last said so.
    private long lastAdvert;
    private long lastAnswer;

    // What the present step has brought.
    private bool hears;
    private bool rejects;
    private bool heardIsValid;
    private int heardPriority;
    private long heardInterval;
    private bool heardIsHigherAddress;
    private int sent;
    private int sentStop;

    /// <summary>An owner may have gone down to 254 because of another that does not give way.</summary>
    private bool IsOurPriority(int priority) => priority == EffectivePriority || (EffectivePriority == 255 && priority == 254);

    /// <summary>A backup's timer by RFC 3768 and RFC 9568 section 6.1: 3 intervals and the skew, or the skew alone.</summary>
    private long Wait
    {
        get
        {
            bool version2 = Host.Lan.Plan.Version == 2;
            long interval = version2 ? Plan.Interval : learnedInterval ?? Plan.Interval;
            long skew = (256 - EffectivePriority) * (version2 ? Wire.Second : interval) / 256;
            return masterIsStopping ? skew : (hearsFirst ? 1 : 3) * interval + skew;
        }
    }

    /// <summary>The shortest down interval that another may have: priority 254.</summary>
    private long PatienceOfOthers => 3 * Plan.Interval + 2 * (Host.Lan.Plan.Version == 2 ? Wire.Second : Plan.Interval) / 256;

    private long MasterInterval => Host.Lan.Plan.Version == 2 ? Plan.Interval : learnedInterval ?? Plan.Interval;

    public void Hears(Packet packet)
    {
        hears = true;
        heardPriority = packet.Priority;
        heardInterval = packet.Interval;
        heardIsHigherAddress = packet.Source > Host.Address;
        heardIsValid = IsValid(packet);
    }

    /// <summary>RFC 3768 section 7.1: another interval, another password: MUST discard.</summary>
    private bool IsValid(Packet packet) => Host.Lan.Plan.Version == 3 || (packet.Interval == Plan.Interval
        && (!Host.Lan.Plan.Password || packet.AuthenticationData.StartsWith(Plan.OtherPassword ? "other\0\0\0"u8 : "same\0\0\0\0"u8)));

    /// <summary>Whether a datagram is a valid advert that a master of this seat would yield to.</summary>
    public bool WouldYieldTo(Packet packet) =>
        packet.VirtualRouterId == VirtualRouterId && IsValid(packet)
        && (packet.Priority > EffectivePriority || (packet.Priority == EffectivePriority && packet.Source > Host.Address));

    public void Rejects() => rejects = true;

    public void Sends(Step step, Packet packet)
    {
        if (packet.Priority == 0)
        {
            sentStop++;
            return;
        }

        sent++;
        Expect(step != Step.Timer || !Host.HasUnreadBetter(this), "speaks before it has read what a better master said");
        Expect(IsOurPriority(packet.Priority), $"says priority {packet.Priority} instead of {EffectivePriority}");
        Expect(packet.Interval == Plan.Interval, $"says an interval of {packet.Interval} ns");
        lastAdvert = Host.Local;
    }

    /// <summary>After each step.</summary>
    public void Check(Step step, int machinesPriority)
    {
        VrrpStateKind before = judgedState, after = judgedState = State;
        long now = Host.Local;
        if (Happening(step, before, after) is { } happening) Host.Lan.Table?.Add(new Transition(before, happening, after));
        CheckReadiness(step, after);
        Expect(HoldsAddresses == (after == VrrpStateKind.Master), $"is {after} and {(HoldsAddresses ? "holds" : "lacks")} addresses");
        if (step is Step.Facts or Step.Start or Step.Timer)
            Expect(IsOurPriority(machinesPriority), $"has priority {machinesPriority} instead of {EffectivePriority}");
        // Who yields may have been master beside the better one all the time, and says so once, for the better one to win its clients back.
        bool yields = before == VrrpStateKind.Master && after == VrrpStateKind.Backup && step == Step.Advert;
        Expect(sent == 0 || after == VrrpStateKind.Master || (yields && sent == 1 && IsBeaten), "sends adverts and is not master");
        bool leaves = before == VrrpStateKind.Master && after is VrrpStateKind.Fault or VrrpStateKind.Initialize;
        bool canSay = IsInterfaceUp;
        Expect(sentStop == (before == VrrpStateKind.Master && leaves && canSay ? 1 : 0), $"says {sentStop} times that it stops being master");
        if (before != after) CheckTransition(step, before, after, now);
        else if (after == VrrpStateKind.Backup && step == Step.Advert && hears) HearAsBackup(now);
        else if (after == VrrpStateKind.Backup && step == Step.Timer && now - timerStart - Wait >= MasterInterval) ListenOnce(now);
        else if (after == VrrpStateKind.Master && step == Step.Advert && hears) HearAsMaster(now);
        if (hears)
        {
            bool expected = !heardIsValid;
            Expect(rejects == expected || step != Step.Advert, expected ? "heeds an advert that it must discard" : "discards a valid advert");
        }

        hears = rejects = false;
        sent = sentStop = 0;
    }

    /// <summary>When the timers have been run: nothing may be due any more.</summary>
    public void CheckTimers()
    {
        long now = Host.Local;
        if (State == VrrpStateKind.Backup) Expect(now - timerStart < Wait, $"has not taken over after {now - timerStart} ns, {Wait} are its down interval");
        if (State == VrrpStateKind.Master) Expect(now - lastAdvert < Plan.Interval, $"is master and has said nothing for {now - lastAdvert} ns");
    }

    private Happening? Happening(Step step, VrrpStateKind before, VrrpStateKind after) => step switch
    {
        Step.Start => Simulation.Happening.Startup,
        Step.Stop => Simulation.Happening.Shutdown,
        Step.Timer => Simulation.Happening.TimerFires,
        Step.Advert when !heardIsValid => null,
        Step.Advert when heardPriority == 0 => Simulation.Happening.StopHeard,
        Step.Advert when heardPriority < EffectivePriority => Simulation.Happening.LowerHeard,
        Step.Advert when heardPriority > EffectivePriority => Simulation.Happening.HigherHeard,
        Step.Advert when heardIsHigherAddress => Simulation.Happening.EqualHeardFromHigherAddress,
        Step.Advert => Simulation.Happening.EqualHeardFromLowerAddress,
        _ when before != VrrpStateKind.Fault && after == VrrpStateKind.Fault => Simulation.Happening.FaultArises,
        _ when before == VrrpStateKind.Fault && after != VrrpStateKind.Fault => Simulation.Happening.FaultEnds,
        _ => null,
    };

    /// <summary>The states in which a node may be, by its interface and the tracker whose failure is a fault.</summary>
    private void CheckReadiness(Step step, VrrpStateKind after)
    {
        if (step is Step.Stop or Step.Reconfigure || !Host.IsStarted) return;
        if (!IsInterfaceUp || Host.Vital == TrackerState.Down) Expect(after == VrrpStateKind.Fault, $"is {after} and not FAULT");
        else if (Host.Vital == TrackerState.Unknown) Expect(after == VrrpStateKind.Initialize, $"is {after} and knows nothing of a tracker");
        else Expect(after is VrrpStateKind.Backup or VrrpStateKind.Master, $"is {after} without a reason");
    }

    private void CheckTransition(Step step, VrrpStateKind before, VrrpStateKind after, long now)
    {
        switch (before, after)
        {
            case (VrrpStateKind.Backup, VrrpStateKind.Master):
                Expect(step == Step.Timer, $"is master by {step}");
                Expect(now - timerStart >= Wait, $"took over after {now - timerStart} ns, {Wait} are its down interval");
                Expect(sent > 0, "took over and did not say so");
                learnedInterval = null;
                break;
            case (VrrpStateKind.Master, VrrpStateKind.Backup) when now - lastAdvert >= PatienceOfOthers:
                // It slept for so long that others may have taken over: it steps down first, whatever it then hears.
                Expect(sent == 0, "slept, and speaks before it steps down");
                timerStart = now;
                (masterIsStopping, hearsFirst, learnedInterval) = (false, true, null);
                if (step == Step.Advert && hears) HearAsBackup(now);
                break;
            case (VrrpStateKind.Master, VrrpStateKind.Backup):
                Expect(step == Step.Advert && hears && heardIsValid && IsBeaten, $"yields by {step} to priority {heardPriority}");
                Follow(now);
                break;
            case (_, VrrpStateKind.Backup):
                learnedInterval = null;
                timerStart = now;
                masterIsStopping = hearsFirst = false;
                Expect(step is Step.Facts or Step.Start or Step.Reconfigure, $"enters the election by {step}");
                Expect(!(Plan.Priority == 255 && Plan.StartsAsMaster), "owns the addresses and waits");
                break;
            case (_, VrrpStateKind.Master):
                Expect(Plan.Priority == 255 && Plan.StartsAsMaster, "does not own the addresses and does not wait");
                Expect(sent > 0, "took over and did not say so");
                learnedInterval = null;
                break;
            default:
                // To Fault or Initialize: whether that is right was looked at before.
                Expect(step is Step.Facts or Step.Start or Step.Stop, $"goes from {before} to {after} by {step}");
                break;
        }
    }

    /// <summary>Whether the advert that was heard is a better master's (RFC 9568 section 6.4.3).</summary>
    private bool IsBeaten =>
        heardPriority != 0 && (heardPriority > EffectivePriority || (heardPriority == EffectivePriority && heardIsHigherAddress));

    /// <summary>RFC 9568 section 6.4.2: whether the timer starts anew, with what, or the advert is passed over.</summary>
    private void HearAsBackup(long now)
    {
        if (!heardIsValid) return;
        if (heardPriority == 0)
        {
            timerStart = now;
            masterIsStopping = true;
            hearsFirst = false;
        }
        else if (!Plan.Preempts || heardPriority >= EffectivePriority)
        {
            Follow(now);
        }
    }

    /// <summary>RFC 9568 section 6.4.3.</summary>
    private void HearAsMaster(long now)
    {
        if (!heardIsValid) return;
        Expect(!IsBeaten, $"does not yield to priority {heardPriority}");
        if (heardPriority != 0 && now - lastAnswer < AnswerGap) return;
        Expect(sent > 0, $"does not answer priority {heardPriority}");
        if (heardPriority != 0) lastAnswer = now;
    }

    /// <summary>The timer ran out much too late: the node slept, and may listen for one interval before it takes over, once.</summary>
    private void ListenOnce(long now)
    {
        Expect(!hearsFirst || masterIsStopping, "listens again and again");
        timerStart = now;
        (masterIsStopping, hearsFirst) = (false, true);
    }

    private void Follow(long now)
    {
        timerStart = now;
        masterIsStopping = hearsFirst = false;
        learnedInterval = heardInterval;
    }
}
