namespace HaTools.Vrrp;

/// <summary>
/// Adverts that say what the last one said. To a backup each of them only moves the end of its wait; so a host may keep them, and hand over the last one before anything
/// else happens to the instance, and before <see cref="OnTimer"/> at a time when the instance's wait may be over. To the router this is as if it had heard each in its time.
/// </summary>
internal sealed partial class VrrpRouter
{
    /// <summary>Changes with whatever may change the answer of <see cref="MayKeepRepeats"/> to no, the instance's own adverts aside.</summary>
    public long Disturbances { get; private set; }

    /// <summary>
    /// Whether the advert that an instance heard last may be kept when it comes again, from the same source, in the same way and with the same bytes (of its IP header the
    /// identification may differ). Not where each advert has its number, nor where the answer to it depends on the time or on other adverts.
    /// </summary>
    public bool MayKeepRepeats(int instance)
    {
        RouterInstance i = instances[instance];
        return started && !i.Retired && i.RepeatablePriority > 0
            && i is { State: VrrpStateKind.Backup, Wait: DownWait.Full, HasExpired: false, Preempting: false, PreemptAt: 0, IsDemoted: false }
            && (i.RepeatablePriority >= i.Priority || !i.Settings.Preempts)
            && i.MasterAddress != i.SourceAddress
            && !IsStopping(i.Settings.Unit);
    }

    /// <summary>When an instance has to do something next; <see cref="long.MaxValue"/>: there is no need.</summary>
    public long DeadlineOf(int instance) => instances[instance].Deadline;

    /// <summary>
    /// Some adverts were kept, of which the last is handed over next, as received when it came: the others are counted. (No time of theirs is later than its.)
    /// </summary>
    public void CountKept(int instance, long others)
    {
        if (started && !instances[instance].Retired) instances[instance].Counters.AdvertsReceived += others;
    }

    /// <summary>Whether the master of a member has said that it stops: the unit then takes over when that member's wait is over, whatever the others hear.</summary>
    private bool IsStopping(ReadOnlySpan<int> unit)
    {
        foreach (int member in unit)
        {
            if (instances[member] is { State: VrrpStateKind.Backup, Wait: DownWait.Stopping, Retired: false }) return true;
        }

        return false;
    }

    private static int RepeatablePriorityOf(RouterInstance i, in VrrpAdvert advert, bool listDiffers)
    {
        InstanceSettings own = i.Settings;
        bool isNumbered = own.Hmac is not null || own.AuthenticationType == (int)VrrpAuthenticationType.AuthenticationHeader;

        // A list that differs is counted with each advert. Of two versions the one may eclipse the other for a while.
        return isNumbered || own.Instance.AlsoVersion2 || listDiffers ? 0 : advert.Priority;
    }
}
