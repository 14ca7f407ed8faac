namespace HaTools.Vrrp;

/// <summary>The ways from state to state (RFC 9568 section 6.4).</summary>
internal sealed partial class VrrpRouter
{
    /// <summary>
    /// The first step of an instance: what a dead predecessor may have left goes, unless we are to be master this very moment.
    /// </summary>
    private void Begin(int index, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        i.StateSince = now;
        bool isMasterAtOnce = StartsAsMaster(i.Settings.Unit) && now >= heldUntil && Assess(i.Settings.Unit).IsReady;
        if (!isMasterAtOnce) actions.Add(new RouterAction(RouterActionKind.RemoveAddresses, index));
    }

    /// <summary>
    /// The part of becoming master that other routers wait for: an advert, then the timers. The addresses and the change of state follow.
    /// </summary>
    private void AnnounceMastership(int index, long now, RouterActions actions, long lateness)
    {
        RouterInstance i = instances[index];
        EndDemotion(index, now, actions);
        bool inSilence = i.Wait != DownWait.Stopping && !i.Preempting;
        i.ClearTimers();
        i.TookOverInSilence = inSilence;
        SendAdvert(index, i.Priority, now, actions, lateness);
        i.MasterAddress = i.SourceAddress;
        i.ForgetMasterInterval();
        i.Timer = now + i.Settings.Interval;
        StartBursts(i, now);
        Arm(index);
    }

    private static void TakeAddresses(int index, RouterActions actions) =>
        actions.Add(new RouterAction(RouterActionKind.AddAddresses, index));

    /// <summary>From master to backup because of a better router.</summary>
    private void Yield(int index, in VrrpAdvert advert, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        int[] unit = i.Settings.Unit;

        // If we took over because nobody was heard, the better router may have been there all the time, unheard, and clients may hold our
        // hardware address. It cannot know that unless it hears us; then it announces the addresses anew (as a lower master's advert makes it
        // do). Who yields to a router that was only preempting, or has come back after a word of parting, says nothing, unless it is told to.
        // Nor is it said where our interval is the shorter one, not even where it is asked for (keepalived does it then): backups would learn
        // it from that word, and not hear the better router in time; if that one is told not to answer, this went on for ever.
        bool warns = i.Settings.Instance.HigherPrioritySendAdvert || (i.TookOverInSilence && !i.Settings.Instance.Strict);
        if (warns && advert.Interval <= i.Settings.Interval)
        {
            foreach (int member in unit)
            {
                // A member with a shorter interval may have slept past what others wait, though the one that hears has not.
                if (instances[member].State == VrrpStateKind.Master && !instances[member].HasSlept(now))
                    SendAdvert(member, instances[member].Priority, now, actions);
            }
        }

        actions.Add(new RouterAction(RouterActionKind.HigherPriorityAdvert, index) { Value = advert.Priority, Peer = advert.Source });
        EnterBackup(index, TransitionReason.HigherPriorityAdvert, DownWait.Full, now, actions, advert.Source);
        Follow(index, advert, now, now);
        if (i.Settings.Group >= 0) NoteGroup(i.Settings.Group, TransitionReason.HigherPriorityAdvert, now, actions);
    }

    /// <summary>
    /// As master that slept (a stopped process, a paused machine) for longer than the best of the others would wait: another may be master by
    /// now. To send the advert that is overdue would make two of them. So the addresses go first, and then we listen, for one interval and
    /// the skew: a master that lives is heard in that time, and is followed or preempted by the usual rules; and a router that is alone, or
    /// whose peers slept too (they were one machine's guests), is back after that time, and not only after a whole down interval. To keep the
    /// addresses while we listen would be kinder to a lone router and wrong for all others, and none can know that it is alone: backups are
    /// silent.
    /// </summary>
    private void StepDown(int index, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        i.Counters.MaxTimerLateness = Math.Max(i.Counters.MaxTimerLateness, now - i.Timer);
        EnterBackup(index, TransitionReason.TimerLate, DownWait.Hearing, now, actions);
        if (i.Settings.Group is >= 0 and var group) NoteGroup(group, TransitionReason.TimerLate, now, actions);
    }

    /// <summary>From master to backup, the whole unit.</summary>
    private void EnterBackup(
        int index, TransitionReason reason, DownWait wait, long now, RouterActions actions, AddressBits peer = default)
    {
        int[] unit = instances[index].Settings.Unit;
        foreach (int member in unit)
        {
            if (instances[member].State == VrrpStateKind.Master)
                actions.Add(new RouterAction(RouterActionKind.RemoveAddresses, member));
        }

        foreach (int member in unit)
        {
            RouterInstance i = instances[member];
            if (i.State != VrrpStateKind.Master) continue;
            i.ClearTimers();
            i.MasterAddress = 0;
            RestartDownTimer(member, now, wait);
            ChangeState(member, VrrpStateKind.Backup, member == index ? reason : TransitionReason.SyncGroup, now, actions, peer: peer);
        }
    }

    /// <summary>To Initialize, for good or until something starts the instance again.</summary>
    private void End(int index, TransitionReason reason, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        if (i.Retired || i.State == VrrpStateKind.Initialize) return;
        SayGoodbye(index, now, actions);
        LeaveElection(index, actions);
        i.FaultReason = TransitionReason.None;
        i.FaultTracker = -1;
        ChangeState(index, VrrpStateKind.Initialize, reason, now, actions);
    }

    /// <summary>As master: priority 0, so that a backup need not wait.</summary>
    private void SayGoodbye(int index, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        if (i is { State: VrrpStateKind.Master, Retired: false } && i.CanPart(now))
            SendAdvert(index, VrrpProtocol.StopPriority, now, actions);
    }

    private void LeaveElection(int index, RouterActions actions)
    {
        RouterInstance i = instances[index];
        i.ClearTimers();
        Arm(index);
        if (i.State != VrrpStateKind.Master) return;
        i.MasterAddress = 0;
        actions.Add(new RouterAction(RouterActionKind.RemoveAddresses, index));
    }

    private void ChangeState(
        int index,
        VrrpStateKind to,
        TransitionReason reason,
        long now,
        RouterActions actions,
        int tracker = -1,
        AddressBits peer = default,
        long lateness = 0)
    {
        RouterInstance i = instances[index];
        VrrpStateKind from = i.State;
        i.State = to;
        i.StateSince = now;
        Disturbances++;
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
