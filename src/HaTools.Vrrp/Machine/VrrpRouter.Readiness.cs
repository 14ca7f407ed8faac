namespace HaTools.Vrrp;

/// <summary>
/// What an instance needs before it may take part in the election: an interface with an address, and trackers that have not failed.
/// </summary>
internal sealed partial class VrrpRouter
{
    /// <summary>The host tells what it knows of an instance's interface, at first and whenever it changes.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="reading">What it knows.</param>
    /// <param name="now">Now.</param>
    /// <param name="actions">What is to be done.</param>
    public void OnInterface(int instance, in InterfaceReading reading, long now, RouterActions actions)
    {
        RouterInstance i = instances[instance];
        if (i.InterfaceKnown && i.Interface == reading) return;
        if (reading.IsMute && !(i.InterfaceKnown && i.Interface.IsMute)) i.MuteSince = now;
        if (reading.Source == 0 && i.Interface.Source != 0) i.LostSource = i.Interface.Source;
        i.InterfaceKnown = true;
        i.Interface = reading;
        Disturbances++;
        if (i.State == VrrpStateKind.Master) i.MasterAddress = reading.Source;
        Settle(instance, TransitionReason.InterfaceUp, now, actions);
    }

    /// <summary>A tracker has a result, after its rise and fall.</summary>
    /// <param name="tracker">Its index in <see cref="TrackersOf"/>.</param>
    /// <param name="reading">The result.</param>
    /// <param name="now">Now.</param>
    /// <param name="actions">What is to be done.</param>
    public void OnTracker(int tracker, TrackerReading reading, long now, RouterActions actions)
    {
        if (trackers[tracker] == reading) return;
        trackers[tracker] = reading;
        ReadOnlySpan<int> followers = settings.FollowersOf(tracker);
        foreach (int follower in followers)
        {
            if (!instances[follower].Retired) UpdatePriority(follower, now, actions);
        }

        int[]? settled = null;
        foreach (int follower in followers)
        {
            // Members of a group follow one another here; once is enough for all.
            if (instances[follower].Settings.Unit == settled) continue;
            settled = instances[follower].Settings.Unit;
            Settle(follower, TransitionReason.TrackerRecovered, now, actions);
        }
    }

    private void UpdatePriority(int index, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        int priority = EffectivePriority(i);
        if (priority == i.Priority) return;
        int previous = i.Priority;
        i.Priority = priority;
        Disturbances++;
        if (!started) return;
        actions.Add(new RouterAction(RouterActionKind.PriorityChanged, index) { Previous = previous, Value = priority });
        // A master says it with the next advert. A backup's skew is another from the moment that its timer was set.
        if (i.State == VrrpStateKind.Backup && !i.HasExpired) RescheduleDownTimer(index, now);
    }

    private Readiness Assess(RouterInstance i)
    {
        if (!i.InterfaceKnown) return Readiness.Waiting;
        InstanceSettings own = i.Settings;
        if (own.LacksPeers) return Readiness.Fault(TransitionReason.NoPeer);
        if (!i.Interface.IsUp && !own.Instance.DontTrackPrimary) return Readiness.Fault(TransitionReason.InterfaceDown);
        if (!i.Interface.CanHear) return Readiness.Fault(TransitionReason.CannotHear);
        if (i.SourceAddress == 0) return Readiness.Fault(TransitionReason.NoSourceAddress);
        if (own.Instance.TrackSourceAddress && !i.Interface.HasConfiguredSource)
            return Readiness.Fault(TransitionReason.SourceAddressMissing);
        if (i.Interface.Obstacle == AddressObstacle.InterfaceDown) return Readiness.Fault(TransitionReason.AddressInterfaceDown);
        if (i.Interface.Obstacle == AddressObstacle.Refused) return Readiness.Fault(TransitionReason.AddressesRefused);
        bool waiting = false;
        foreach (TrackerUse use in own.Trackers)
        {
            TrackerReading reading = trackers[use.Tracker];
            if (use.IsFault(reading)) return Readiness.Fault(TransitionReason.TrackerFailed, use.Tracker);
            waiting |= use.IsAwaited(reading);
        }

        return waiting ? Readiness.Waiting : Readiness.Ready;
    }

    /// <summary>Ready, waiting for a first word, or in fault for a reason.</summary>
    private readonly record struct Readiness(bool IsReady, TransitionReason Reason, int Tracker)
    {
        public static Readiness Ready => new(true, TransitionReason.None, -1);

        public static Readiness Waiting => new(false, TransitionReason.None, -1);

        public bool IsFault => Reason != TransitionReason.None;

        public static Readiness Fault(TransitionReason reason, int tracker = -1) => new(false, reason, tracker);
    }
}
