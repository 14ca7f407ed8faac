namespace HaTools.Vrrp;

/// <summary>The ways from state to state (RFC 9568 section 6.4).</summary>
internal sealed partial class VrrpRouter
{
    /// <summary>The first step of an instance.</summary>
    private void Begin(int index, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        i.StateSince = now;
        Readiness readiness = Assess(i);
        if (!(readiness.IsReady && i.Settings.StartsAsMaster)) actions.Add(new RouterAction(RouterActionKind.RemoveAddresses, index));
        if (readiness.IsFault) EnterFault(index, readiness, now, actions);
        else if (readiness.IsReady) Enter(index, TransitionReason.Startup, now, actions);
    }

    /// <summary>From Initialize or Fault into the election.</summary>
    private void Enter(int index, TransitionReason reason, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        i.FaultReason = TransitionReason.None;
        i.FaultTracker = -1;
        // A master that is gone meanwhile shall not leave its interval behind.
        i.ForgetMasterInterval();
        if (i.Settings.StartsAsMaster)
        {
            AnnounceMastership(index, now, actions, lateness: 0);
            TakeAddresses(index, actions);
            SendGarps(index, GarpBurst.Takeover, actions);
            ChangeState(index, VrrpStateKind.Master, reason, now, actions);
        }
        else
        {
            i.MasterAddress = 0;
            RestartDownTimer(index, now, masterIsStopping: false);
            ChangeState(index, VrrpStateKind.Backup, reason, now, actions);
        }
    }

    /// <summary>
    /// The part of becoming master that other routers wait for: an advert, then the timers. The addresses and the change of state follow.
    /// </summary>
    private void AnnounceMastership(int index, long now, RouterActions actions, long lateness)
    {
        RouterInstance i = instances[index];
        SendAdvert(index, i.Priority, actions, lateness);
        i.MasterAddress = i.SourceAddress;
        i.ForgetMasterInterval();
        i.ClearTimers();
        i.Timer = now + i.Settings.Interval;
        i.GarpTimer = i.Settings.GarpDelay == 0 ? DeadlineHeap.Never : now + i.Settings.GarpDelay;
        Arm(index);
    }

    private static void TakeAddresses(int index, RouterActions actions) =>
        actions.Add(new RouterAction(RouterActionKind.AddAddresses, index));

    /// <summary>From master to backup because of a better router.</summary>
    private void Yield(int index, in VrrpAdvert advert, long now, RouterActions actions)
    {
        UInt128 peer = advert.Header.Source;
        actions.Add(new RouterAction(RouterActionKind.HigherPriorityAdvert, index) { Value = advert.Priority, Peer = peer });
        actions.Add(new RouterAction(RouterActionKind.RemoveAddresses, index));
        instances[index].ClearTimers();
        Follow(index, advert, now);
        ChangeState(index, VrrpStateKind.Backup, TransitionReason.HigherPriorityAdvert, now, actions, peer: peer);
    }

    private void EnterFault(int index, in Readiness readiness, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        i.FaultReason = readiness.Reason;
        i.FaultTracker = readiness.Tracker;
        LeaveElection(index, actions);
        ChangeState(index, VrrpStateKind.Fault, readiness.Reason, now, actions, tracker: readiness.Tracker);
    }

    /// <summary>To Initialize, for good or until something starts the instance again.</summary>
    private void End(int index, TransitionReason reason, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        if (i.Retired || i.State == VrrpStateKind.Initialize) return;
        LeaveElection(index, actions);
        i.FaultReason = TransitionReason.None;
        i.FaultTracker = -1;
        ChangeState(index, VrrpStateKind.Initialize, reason, now, actions);
    }

    private void LeaveElection(int index, RouterActions actions)
    {
        RouterInstance i = instances[index];
        i.ClearTimers();
        Arm(index);
        if (i.State != VrrpStateKind.Master) return;
        i.MasterAddress = 0;
        if (i.CanSend) SendAdvert(index, VrrpProtocol.StopPriority, actions);
        actions.Add(new RouterAction(RouterActionKind.RemoveAddresses, index));
    }

    private void ChangeState(
        int index,
        VrrpStateKind to,
        TransitionReason reason,
        long now,
        RouterActions actions,
        int tracker = -1,
        UInt128 peer = default,
        long lateness = 0)
    {
        RouterInstance i = instances[index];
        VrrpStateKind from = i.State;
        i.State = to;
        i.StateSince = now;
        if (to == VrrpStateKind.Master) i.Counters.BecameMaster++;
        if (from == VrrpStateKind.Master) i.Counters.ReleasedMaster++;
        actions.Add(new RouterAction(RouterActionKind.StateChanged, index)
        {
            From = from,
            To = to,
            Reason = reason,
            Tracker = tracker,
            Peer = peer,
            Lateness = lateness,
        });
    }
}
