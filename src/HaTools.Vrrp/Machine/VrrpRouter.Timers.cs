namespace HaTools.Vrrp;

/// <summary>Time: adverts, the master-down timer, bursts of announcements, the delay at the start.</summary>
internal sealed partial class VrrpRouter
{
    /// <summary>What is due together and follows the adverts; emptied in each step.</summary>
    private readonly List<DueEffect> due = new(64);

    /// <summary>
    /// Everything that is due at <paramref name="now"/>. What is due together is emitted together, for all instances first the adverts,
    /// which other routers wait for, then addresses, then announcements, then the changes of state; each instance keeps its own order by
    /// that.
    /// </summary>
    public void OnTimer(long now, RouterActions actions)
    {
        due.Clear();
        while (deadlines.Earliest is not DeadlineHeap.Never and var earliest && earliest <= now) Expire(deadlines.EarliestItem, now, actions);
        foreach (DueEffect d in due)
        {
            if (d.Kind == DueKind.StepDown && instances[d.Index].State == VrrpStateKind.Master) StepDown(d.Index, now, actions);
        }

        foreach (DueEffect d in due)
        {
            if (d.Kind == DueKind.Takeover) TakeAddresses(d.Index, actions);
        }

        foreach (DueEffect d in due)
        {
            if (d.Kind == DueKind.Takeover) SendGarps(d.Index, GarpBurst.Takeover, actions);
            else if (d.Kind == DueKind.Burst && instances[d.Index].State == VrrpStateKind.Master) SendGarps(d.Index, d.Burst, actions);
        }

        foreach (DueEffect d in due)
        {
            if (d.Kind == DueKind.Takeover)
                ChangeState(d.Index, VrrpStateKind.Master, d.Reason, now, actions, lateness: d.Lateness);
        }

        foreach (DueEffect d in due)
        {
            if (d.Kind == DueKind.Takeover && instances[d.Index].Settings.Group is >= 0 and var group)
                NoteGroup(group, TransitionReason.MasterDownTimer, now, actions);
        }
    }

    /// <summary>The delay at the start: the longer of keepalived's <c>vrrp_startup_delay</c> and <c>vrrp_delay_after_boot</c>.</summary>
    private void HoldBack(long now, long sinceBoot)
    {
        HaConfiguration node = settings.Configuration;
        long startup = node.StartupDelay.Ticks * TimeSpan.NanosecondsPerTick;
        long afterBoot = node.DelayAfterBoot.Ticks * TimeSpan.NanosecondsPerTick - sinceBoot;
        long delay = Math.Max(startup, afterBoot);
        heldUntil = delay > 0 ? now + delay : long.MinValue;
    }

    /// <summary>Handles the timers of one instance that are due, and sets them to a time after now.</summary>
    private void Expire(int index, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        if (i.Timer <= now)
        {
            long lateness = now - i.Timer;
            i.Counters.MaxTimerLateness = Math.Max(i.Counters.MaxTimerLateness, lateness);
            if (i.State == VrrpStateKind.Master) ExpireAsMaster(index, lateness, now, actions);
            else ExpireAsBackup(index, lateness, now, actions);
        }

        if (i.State == VrrpStateKind.Master) ExpireBursts(index, now);
        Arm(index);
    }

    private void ExpireAsMaster(int index, long lateness, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        if (i.HasSlept(now))
        {
            // Removals come after the adverts of those that did not sleep too long.
            i.ClearTimers();
            due.Add(new DueEffect(index, DueKind.StepDown));
            return;
        }

        SendAdvert(index, i.Priority, now, actions, lateness);
        // From deadline to deadline, so that lateness does not add up; adverts missed in a stall are left out, not caught up.
        i.Timer += (lateness / i.Settings.Interval + 1) * i.Settings.Interval;
    }

    private void ExpireAsBackup(int index, long lateness, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];

        // The next advert is heard in its time, also of a member that waits for the others of its group.
        Disturbances++;
        // The machine slept, and may have been deaf: a master that lives is heard within an interval, so that much is waited for, once. (Had
        // only our process slept, its adverts would have waited in the socket, and have come before this.)
        if (lateness >= i.MasterInterval && i.Wait != DownWait.Hearing)
        {
            i.TimerStart = now;
            i.Wait = DownWait.Hearing;
            RescheduleDownTimer(index, now);
            return;
        }

        DownWait wait = i.Wait;
        i.HasExpired = true;
        i.Timer = DeadlineHeap.Never;
        int[] unit = i.Settings.Unit;
        if (!CanTakeOver(unit, wait)) return;
        foreach (int member in unit)
        {
            RouterInstance m = instances[member];
            if (m.State != VrrpStateKind.Backup || m.Retired) continue;
            bool own = member == index;
            AnnounceMastership(member, now, actions, own ? lateness : 0);
            due.Add(new DueEffect(member, DueKind.Takeover)
            {
                Reason = own ? TransitionReason.MasterDownTimer : TransitionReason.SyncGroup,
                Lateness = own ? lateness : 0,
            });
        }
    }

    /// <summary>As backup: waits from now, or from the end of the delay at the start.</summary>
    private void RestartDownTimer(int index, long now, DownWait wait) => RestartDownTimer(index, now, wait, now);

    /// <summary>As backup: waits since an advert arrived.</summary>
    private void RestartDownTimer(int index, long now, DownWait wait, long arrival)
    {
        RouterInstance i = instances[index];
        i.TimerStart = Math.Max(arrival, heldUntil);
        i.Wait = wait;
        i.HasExpired = i.Preempting = false;
        i.BetterVersion = 0;
        RescheduleDownTimer(index, now);
    }

    /// <summary>As backup: reckons the timer anew from when it was started; if that is in the past by now, it is due now.</summary>
    private void RescheduleDownTimer(int index, long now)
    {
        RouterInstance i = instances[index];
        i.Timer = Math.Max(now, i.TimerStart + i.WaitTime);
        Arm(index);
    }

    private enum DueKind : byte
    {
        StepDown,
        Takeover,
        Burst,
    }

    private readonly record struct DueEffect(int Index, DueKind Kind)
    {
        public DueEffect(int index, GarpBurst burst) : this(index, DueKind.Burst) => Burst = burst;

        public GarpBurst Burst { get; init; }

        public TransitionReason Reason { get; init; }

        public long Lateness { get; init; }
    }
}
