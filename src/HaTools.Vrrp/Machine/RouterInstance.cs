namespace HaTools.Vrrp;

/// <summary>The state of one instance. The router alone changes it.</summary>
internal sealed class RouterInstance(InstanceSettings settings)
{
    public InstanceSettings Settings = settings;

    public VrrpStateKind State = VrrpStateKind.Initialize;
    public long StateSince;

    /// <summary>The effective priority.</summary>
    public int Priority = settings.Instance.Priority;

    /// <summary>Whether the host has said anything about the interface.</summary>
    public bool InterfaceKnown;
    public bool InterfaceUp;
    public UInt128 SourceAddress;

    /// <summary>What keeps the host from putting up the addresses.</summary>
    public AddressObstacle Obstacle;

    public TransitionReason FaultReason;
    public int FaultTracker = -1;

    public UInt128 MasterAddress;
    public long LastAdvert;

    /// <summary>The master's interval that the timers of a backup go by: ours until another is learned (version 3).</summary>
    public long MasterInterval = settings.Interval;
    public bool MasterIntervalLearned;

    /// <summary>As master: when the next advert is due. As backup: when we take over.</summary>
    public long Timer = DeadlineHeap.Never;

    /// <summary>As backup: from when the timer runs, so that it can be set anew when the priority changes.</summary>
    public long TimerStart;

    /// <summary>As backup: the master has said that it stops, so that only the skew is waited for.</summary>
    public bool MasterIsStopping;

    /// <summary>When the next burst of gratuitous ARPs is due.</summary>
    public long GarpTimer = DeadlineHeap.Never;

    /// <summary>Whether that burst is the one that follows another master's retreat at once; the usual second one comes after it.</summary>
    public bool GarpReclaims;

    /// <summary>As master: from when a lower master's advert is answered again.</summary>
    public long NextAnswer = long.MinValue;

    /// <summary>The instance is going away: nothing happens to it any more.</summary>
    public bool Retired;

    public InstanceCounters Counters;

    public PeerNotes Peers { get; } = new();

    public bool CanSend => InterfaceUp && SourceAddress != 0;

    public long Deadline => Math.Min(Timer, GarpTimer);

    public long MasterDownInterval => VrrpTiming.MasterDownInterval(Settings.Version, Priority, MasterInterval);

    public long Skew => VrrpTiming.Skew(Settings.Version, Priority, MasterInterval);

    public void ForgetMasterInterval()
    {
        MasterInterval = Settings.Interval;
        MasterIntervalLearned = false;
    }

    public void ClearTimers()
    {
        Timer = GarpTimer = DeadlineHeap.Never;
        GarpReclaims = MasterIsStopping = false;
    }
}
