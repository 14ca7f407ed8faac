namespace HaTools.Vrrp;

/// <summary>
/// What changes state together: the members of a sync group, or an instance alone. After each step the members agree: all are master, all
/// are backup, or none takes part. The one exception is a member that does not know yet what it needs, in a group that runs already (a
/// reload has added it): it stays in Initialize and joins the others as soon as it is ready.
/// </summary>
internal sealed partial class VrrpRouter
{
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
        int[] unit = i.Settings.Unit;
        Readiness readiness = Assess(unit);
        if (readiness.IsFault)
        {
            EnterFault(unit, now, actions);
        }
        else if (HasMember(unit, VrrpStateKind.Master))
        {
            JoinMaster(unit, recovery, now, actions);
        }
        else if (readiness.IsReady)
        {
            if (HasMember(unit, VrrpStateKind.Initialize) || HasMember(unit, VrrpStateKind.Fault)) Enter(unit, recovery, now, actions);
        }
        else
        {
            // The fault is over, but something has not been heard of yet. What runs is left running in this case.
            foreach (int member in unit)
            {
                if (instances[member].State == VrrpStateKind.Fault) End(member, recovery, now, actions);
            }
        }

        if (i.Settings.Group >= 0) NoteGroup(i.Settings.Group, recovery, now, actions);
    }

    /// <summary>In fault if one is, ready if all are.</summary>
    private Readiness Assess(ReadOnlySpan<int> unit)
    {
        Readiness whole = Readiness.Ready;
        foreach (int member in unit)
        {
            if (instances[member].Retired) continue;
            Readiness one = Assess(instances[member]);
            if (one.IsFault) return one;
            if (!one.IsReady) whole = one;
        }

        return whole;
    }

    private bool HasMember(ReadOnlySpan<int> unit, VrrpStateKind state)
    {
        foreach (int member in unit)
        {
            if (!instances[member].Retired && instances[member].State == state) return true;
        }

        return false;
    }

    private void EnterFault(ReadOnlySpan<int> unit, long now, RouterActions actions)
    {
        // The words that others wait for come first.
        foreach (int member in unit) SayGoodbye(member, now, actions);
        foreach (int member in unit)
        {
            RouterInstance i = instances[member];
            if (i.Retired) continue;
            Readiness own = Assess(i);
            i.FaultReason = own.IsFault ? own.Reason : TransitionReason.SyncGroup;
            i.FaultTracker = own.Tracker;
            if (i.State == VrrpStateKind.Fault) continue;
            LeaveElection(member, actions);
            ChangeState(member, VrrpStateKind.Fault, i.FaultReason, now, actions, tracker: i.FaultTracker);
        }
    }

    /// <summary>From Initialize or Fault into the election.</summary>
    private void Enter(ReadOnlySpan<int> unit, TransitionReason recovery, long now, RouterActions actions)
    {
        bool asMaster = StartsAsMaster(unit);
        if (asMaster && now >= heldUntil)
        {
            foreach (int member in unit) Prepare(member);
            BecomeMaster(unit, recovery, now, actions);
            return;
        }

        foreach (int member in unit)
        {
            RouterInstance i = instances[member];
            if (i.Retired || i.State is VrrpStateKind.Backup or VrrpStateKind.Master) continue;
            Prepare(member);
            i.MasterAddress = 0;
            i.PreemptAt = 0;
            RestartDownTimer(member, now, asMaster ? DownWait.Nothing : DownWait.Full);
            ChangeState(member, VrrpStateKind.Backup, ReasonOf(i, recovery), now, actions);
        }
    }

    /// <summary>
    /// With a master in the group, the others that are ready become master too. That is so after a reload has put them together, or when a new
    /// member has got what it needed: the traffic of those that are master is not moved for the sake of the new one. If another router is
    /// the better one for it, its advert moves the whole group.
    /// </summary>
    private void JoinMaster(ReadOnlySpan<int> unit, TransitionReason recovery, long now, RouterActions actions)
    {
        foreach (int member in unit)
        {
            RouterInstance i = instances[member];
            if (i.Retired || i.State == VrrpStateKind.Master) continue;
            if (i.State != VrrpStateKind.Backup && !Assess(i).IsReady) continue;
            Prepare(member);
            ReadOnlySpan<int> alone = new(in member);
            BecomeMaster(alone, recovery, now, actions);
        }
    }

    /// <summary>Leaves what was behind: a fault, and the interval of a master that is gone meanwhile.</summary>
    private void Prepare(int index)
    {
        RouterInstance i = instances[index];
        i.FaultReason = TransitionReason.None;
        i.FaultTracker = -1;
        i.ForgetMasterInterval();
    }

    private void BecomeMaster(ReadOnlySpan<int> unit, TransitionReason recovery, long now, RouterActions actions)
    {
        foreach (int member in unit) AnnounceMastership(member, now, actions, lateness: 0);
        foreach (int member in unit) TakeAddresses(member, actions);
        foreach (int member in unit) SendGarps(member, GarpBurst.Takeover, actions);
        foreach (int member in unit)
            ChangeState(member, VrrpStateKind.Master, ReasonOf(instances[member], recovery), now, actions);
    }

    /// <summary>
    /// Whether a unit of which one member's timer has run out takes over. After the word of a master that it stops: yes, for the members of
    /// a group have one master, and it may have no way to say so on the others, if its interface there is the reason. After mere silence
    /// only when the timers of all have run out: a master that is heard by the others is alive, and would take the group back at once, again
    /// and again.
    /// </summary>
    private bool CanTakeOver(ReadOnlySpan<int> unit, DownWait wait)
    {
        if (wait == DownWait.Stopping) return true;
        foreach (int member in unit)
        {
            RouterInstance i = instances[member];
            if (!i.Retired && i.State == VrrpStateKind.Backup && !i.HasExpired) return false;
        }

        return true;
    }

    private bool StartsAsMaster(ReadOnlySpan<int> unit)
    {
        if (IsHeld(unit)) return false;
        foreach (int member in unit)
        {
            if (!instances[member].Settings.StartsAsMaster) return false;
        }

        return true;
    }

    private static TransitionReason ReasonOf(RouterInstance i, TransitionReason recovery) =>
        i.State == VrrpStateKind.Initialize && recovery != TransitionReason.Reconfigured ? TransitionReason.Startup : recovery;

    /// <summary>Tells of a group's state when it has changed, after its members' changes.</summary>
    private void NoteGroup(int group, TransitionReason reason, long now, RouterActions actions)
    {
        RouterGroup g = groups[group];
        VrrpStateKind state = VrrpStateKind.Initialize;
        foreach (int member in g.Members)
        {
            if (instances[member].State != VrrpStateKind.Initialize && !instances[member].Retired) state = instances[member].State;
        }

        if (state == g.State) return;
        VrrpStateKind from = g.State;
        g.State = state;
        g.StateSince = now;
        actions.Add(new RouterAction(RouterActionKind.GroupStateChanged, -1) { Group = group, From = from, To = state, Reason = reason });
    }
}
