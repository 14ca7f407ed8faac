namespace HaTools.Vrrp;

/// <summary>An instance as it stands now. Times are nanoseconds of the host's monotonic clock, addresses numbers of the instance's family (IPv4 in the low 32 bits).</summary>
internal readonly struct InstanceView
{
    public VrrpStateKind State { get; init; }

    /// <summary>The effective priority, after trackers, 1 to 255.</summary>
    public int Priority { get; init; }

    /// <summary>Who is master as far as we know: ourselves while master; 0: none is known.</summary>
    public AddressBits MasterAddress { get; init; }

    /// <summary>Our own address on the interface; 0: none.</summary>
    public AddressBits SourceAddress { get; init; }

    /// <summary>When the present state was entered.</summary>
    public long StateSince { get; init; }

    /// <summary>When the last valid advert was heard; 0: none yet.</summary>
    public long LastAdvert { get; init; }

    /// <summary>The interval between adverts in force now: ours, or while version 3 is backup the one learned from the master.</summary>
    public long AdvertInterval { get; init; }

    /// <summary>The silence after which a backup takes over: 3 intervals and the skew, with the interval in force.</summary>
    public long MasterDownInterval { get; init; }

    /// <summary>Why the instance is in fault; None when it is not.</summary>
    public TransitionReason FaultReason { get; init; }

    /// <summary>The index of the failed tracker where that is the reason; else -1.</summary>
    public int FaultTracker { get; init; }

    /// <summary>As backup: until when a lower master that was heard is left in place; 0: none was, or there is no such delay.</summary>
    public long PreemptAt { get; init; }

    public InstanceCounters Counters { get; init; }
}
