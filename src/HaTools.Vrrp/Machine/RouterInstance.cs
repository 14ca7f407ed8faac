namespace HaTools.Vrrp;

/// <summary>The state of one instance. The router alone changes it.</summary>
internal sealed class RouterInstance(InstanceSettings settings)
{
    public InstanceSettings Settings = settings;

    public VrrpStateKind State = VrrpStateKind.Initialize;
    public long StateSince;

    /// <summary>The effective priority.</summary>
    public int Priority = settings.Instance.Priority;

    /// <summary>The owner has gone down to 254, because another that claims to be the owner does not give way.</summary>
    public bool IsDemoted;

    /// <summary>Whether the host has said anything about the interface.</summary>
    public bool InterfaceKnown;
    public InterfaceReading Interface;

    /// <summary>The host is not ready to take over from a master that lives.</summary>
    public bool IsHeld;

    public TransitionReason FaultReason;
    public int FaultTracker = -1;

    public AddressBits MasterAddress;
    public long LastAdvert;

    /// <summary>The master's interval that the timers of a backup go by: ours until another is learned (version 3).</summary>
    public long MasterInterval = settings.Interval;
    public bool MasterIntervalLearned;

    /// <summary>As master: when the next advert is due. As backup: when we take over.</summary>
    public long Timer = DeadlineHeap.Never;

    /// <summary>As backup: from when the timer runs, so that it can be set anew when the priority changes.</summary>
    public long TimerStart;

    /// <summary>As backup: for what.</summary>
    public DownWait Wait;

    /// <summary>As backup in a sync group: the timer has run out, and the other members are waited for.</summary>
    public bool HasExpired;

    /// <summary>As backup: until when a lower master is left in place; 0: none was heard yet.</summary>
    public long PreemptAt;

    /// <summary>As backup: the version that the master which is followed speaks, if it is no lower one; else 0.</summary>
    public int BetterVersion;

    /// <summary>As backup: a lower master was heard and not heeded since the timer was started; we preempt it.</summary>
    public bool Preempting;

    /// <summary>The priority in the advert that was heard last, if to hear it again would change nothing but times; else 0.</summary>
    public int RepeatablePriority;

    /// <summary>As master: when we last sent an advert.</summary>
    public long LastSent = long.MinValue;

    /// <summary>As master: nobody was heard when we took over. If somebody better shows, there may have been two masters all along.</summary>
    public bool TookOverInSilence;

    /// <summary>When announcements of the addresses are due, one deadline for each kind.</summary>
    public BurstTimers Bursts = BurstTimers.None;

    /// <summary>As master: from when a lower master's advert is answered again.</summary>
    public long NextAnswer = long.MinValue;

    /// <summary>As master: from when somebody is told again that lower masters are about.</summary>
    public long NextLowerNotice = long.MinValue;

    /// <summary>As owner and master: how often in a row a second owner was heard that ought to have given way after what we said.</summary>
    public int RivalAdverts;
    public long RivalHeard;

    /// <summary>With versions 2 and 3 side by side: who was last heard with version 3, and when. Its version 2 is not heeded.</summary>
    public AddressBits Version3Source;
    public long Version3At;

    /// <summary>The authentication header's numbers.</summary>
    public AuthenticationHeaderSequence Sequence;

    /// <summary>The instance is going away: nothing happens to it any more.</summary>
    public bool Retired;

    public InstanceCounters Counters;

    public PeerNotes Peers { get; } = new();

    public AddressBits SourceAddress => Interface.Source;

    /// <summary>The source that there was last, where there is none now.</summary>
    public AddressBits LostSource;

    /// <summary>
    /// What an advert is sent from. The last one, with priority 0, goes from an address that the host has just lost (a lease that ended): backups need not wait for
    /// what the interface could still say. Only of IPv4, whose header is ours.
    /// </summary>
    public AddressBits AdvertSource => SourceAddress != 0 || Settings.Family != 4 ? SourceAddress : LostSource;

    /// <summary>Since when no advert gets out by the interface; meaningful while that is so.</summary>
    public long MuteSince;

    /// <summary>
    /// Whether a last advert gets out, and is of use. Who was mute for longer than others wait has a successor by now, who needs no farewell; the backups of that one
    /// would cut their wait to a skew time, and the best of them might take over before the answer of a master that is well.
    /// </summary>
    public bool CanPart(long now) =>
        AdvertSource != 0 && (Interface.CanPart || (Interface.CanHear && (Interface.IsUp || Settings.Instance.DontTrackPrimary)))
        && (!Interface.IsMute || now - MuteSince < Settings.PatienceOfOthers);

    public long Deadline => Math.Min(Timer, Bursts.Earliest);

    public long MasterDownInterval =>
        VrrpTiming.MasterDownInterval(Settings.Version, Priority, MasterInterval, Settings.Instance.DownTimerAdverts);

    public long Skew => VrrpTiming.Skew(Settings.Version, Priority, MasterInterval);

    /// <summary>As backup: how long the timer runs.</summary>
    public long WaitTime => Wait switch
    {
        DownWait.Full => MasterDownInterval,
        DownWait.Hearing => MasterInterval + Skew,
        DownWait.Stopping => Skew,
        _ => 0,
    };

    /// <summary>As master: whether we were silent for so long that another may be master by now.</summary>
    public bool HasSlept(long now) => State == VrrpStateKind.Master && now - LastSent >= Settings.PatienceOfOthers;

    public void ForgetMasterInterval()
    {
        MasterInterval = Settings.Interval;
        MasterIntervalLearned = false;
    }

    public void ClearTimers()
    {
        Timer = DeadlineHeap.Never;
        Bursts = BurstTimers.None;
        Wait = DownWait.Full;
        HasExpired = Preempting = TookOverInSilence = false;
        PreemptAt = 0;
        LastSent = long.MinValue;
        RivalAdverts = 0;
    }
}

/// <summary>What a backup's timer waits for.</summary>
internal enum DownWait : byte
{
    /// <summary>The down interval.</summary>
    Full,

    /// <summary>The skew: the master has said that it stops.</summary>
    Stopping,

    /// <summary>One interval and the skew: any master that lives speaks in that time. For who wakes from a sleep.</summary>
    Hearing,

    /// <summary>Nothing but the time from which the timer runs: the owner, once the delay at the start is over.</summary>
    Nothing,
}
