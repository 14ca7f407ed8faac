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
        i.InterfaceKnown = true;
        i.InterfaceUp = reading.IsUp;
        i.SourceAddress = reading.Source;
        i.Obstacle = reading.Obstacle;
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
        for (int i = 0; i < instances.Length; i++)
        {
            foreach (TrackerUse use in instances[i].Settings.Trackers)
            {
                if (use.Tracker != tracker) continue;
                Settle(i, TransitionReason.TrackerRecovered, now, actions);
                break;
            }
        }
    }

    /// <summary>
    /// Draws the conclusions after anything that an instance depends on may have changed. Changes nothing when nothing did.
    /// </summary>
    /// <param name="index">The instance.</param>
    /// <param name="recovery">What ended the fault, if this ends it.</param>
    /// <param name="now">Now.</param>
    /// <param name="actions">What is to be done.</param>
    private void Settle(int index, TransitionReason recovery, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        if (i.Retired) return;
        UpdatePriority(index, now, actions);
        if (!started) return;
        Readiness readiness = Assess(i);
        if (readiness.IsFault)
        {
            if (i.State != VrrpStateKind.Fault) EnterFault(index, readiness, now, actions);
            i.FaultReason = readiness.Reason;
            i.FaultTracker = readiness.Tracker;
        }
        else if (readiness.IsReady)
        {
            if (i.State == VrrpStateKind.Initialize) Enter(index, TransitionReason.Startup, now, actions);
            else if (i.State == VrrpStateKind.Fault) Enter(index, recovery, now, actions);
        }
        else if (i.State == VrrpStateKind.Fault)
        {
            // The fault is over, but a tracker has not been heard of yet. An instance that runs is left running in this case.
            End(index, recovery, now, actions);
        }
    }

    private void UpdatePriority(int index, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        int priority = i.Settings.EffectivePriority(trackers);
        if (priority == i.Priority) return;
        int previous = i.Priority;
        i.Priority = priority;
        if (!started) return;
        actions.Add(new RouterAction(RouterActionKind.PriorityChanged, index) { Previous = previous, Value = priority });
        // A master says it with the next advert. A backup's skew is another from the moment that its timer was set.
        if (i.State == VrrpStateKind.Backup) RescheduleDownTimer(index, now);
    }

    private Readiness Assess(RouterInstance i)
    {
        if (!i.InterfaceKnown) return Readiness.Waiting;
        if (!i.InterfaceUp) return Readiness.Fault(TransitionReason.InterfaceDown);
        if (i.SourceAddress == 0) return Readiness.Fault(TransitionReason.NoSourceAddress);
        if (i.Obstacle == AddressObstacle.InterfaceDown) return Readiness.Fault(TransitionReason.AddressInterfaceDown);
        if (i.Obstacle == AddressObstacle.Refused) return Readiness.Fault(TransitionReason.AddressesRefused);
        bool waiting = false;
        foreach (TrackerUse use in i.Settings.Trackers)
        {
            if (use.Weight != 0) continue;
            if (use.IsFailed(trackers)) return Readiness.Fault(TransitionReason.TrackerFailed, use.Tracker);
            waiting |= trackers[use.Tracker].State == TrackerState.Unknown;
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
