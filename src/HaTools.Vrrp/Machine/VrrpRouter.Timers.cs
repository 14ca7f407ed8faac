namespace HaTools.Vrrp;

/// <summary>Time: adverts, the master-down timer, bursts of gratuitous ARPs.</summary>
internal sealed partial class VrrpRouter
{
    /// <summary>
    /// From the answer to another master's advert to the burst of gratuitous ARPs that follows it: 50 ms. That master sent its own
    /// gratuitous ARPs when it took the addresses, and they may still be on the way when our answer goes out; a burst that goes out with
    /// the answer alone could be the older word, and clients would stay with the wrong router until the usual second burst after 5 s.
    /// </summary>
    private const long ReclaimDelay = 50_000_000;

    /// <summary>
    /// Everything that is due at <paramref name="now"/>. What is due together is emitted together, for all instances first the adverts,
    /// which other routers wait for, then addresses, then gratuitous ARPs, then the changes of state; each instance keeps its own order by
    /// that.
    /// </summary>
    public void OnTimer(long now, RouterActions actions)
    {
        int count = 0;
        while (deadlines.Earliest <= now) due[count++] = Expire(deadlines.EarliestItem, now, actions);
        ReadOnlySpan<DueInstance> expired = due.AsSpan(0, count);
        foreach (DueInstance d in expired)
        {
            if (d.TakesOver) TakeAddresses(d.Index, actions);
        }

        foreach (DueInstance d in expired)
        {
            if (d.TakesOver || d.SendsGarps) SendGarps(d.Index, d.TakesOver ? GarpBurst.Takeover : d.Burst, actions);
        }

        foreach (DueInstance d in expired)
        {
            if (!d.TakesOver) continue;
            ChangeState(d.Index, VrrpStateKind.Master, TransitionReason.MasterDownTimer, now, actions, lateness: d.Lateness);
        }
    }

    /// <summary>Handles the timers of one instance that are due, and sets them to a time after now.</summary>
    private DueInstance Expire(int index, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        var expired = new DueInstance { Index = index };
        if (i.Timer <= now)
        {
            expired.Lateness = now - i.Timer;
            i.Counters.MaxTimerLateness = Math.Max(i.Counters.MaxTimerLateness, expired.Lateness);
            if (i.State == VrrpStateKind.Master)
            {
                SendAdvert(index, i.Priority, actions, expired.Lateness);
                // From deadline to deadline, so that lateness does not add up; adverts missed in a stall are left out, not caught up.
                i.Timer += (expired.Lateness / i.Settings.Interval + 1) * i.Settings.Interval;
            }
            else
            {
                expired.TakesOver = true;
                AnnounceMastership(index, now, actions, expired.Lateness);
            }
        }

        if (i.GarpTimer <= now)
        {
            expired.SendsGarps = true;
            expired.Burst = i.GarpReclaims ? GarpBurst.LowerPriority : GarpBurst.Second;
            bool another = i.GarpReclaims && i.Settings.GarpDelay != 0;
            i.GarpTimer = another ? now + i.Settings.GarpDelay : DeadlineHeap.Never;
            i.GarpReclaims = false;
        }

        Arm(index);
        return expired;
    }

    /// <summary>
    /// As master, wins the clients back from another master that has shown itself: a burst now, one when that master has surely yielded,
    /// one later.
    /// </summary>
    private void Reclaim(int index, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        // A master that cannot hear us goes on for ever; it shall not make us flood the network.
        if (i.GarpReclaims) return;
        SendGarps(index, GarpBurst.LowerPriority, actions);
        i.GarpReclaims = true;
        i.GarpTimer = now + ReclaimDelay;
        Arm(index);
    }

    /// <summary>As backup: waits from now for the down interval, or only for the skew.</summary>
    private void RestartDownTimer(int index, long now, bool masterIsStopping)
    {
        RouterInstance i = instances[index];
        i.TimerStart = now;
        i.MasterIsStopping = masterIsStopping;
        RescheduleDownTimer(index, now);
    }

    /// <summary>As backup: reckons the timer anew from when it was started; if that is in the past by now, it is due now.</summary>
    private void RescheduleDownTimer(int index, long now)
    {
        RouterInstance i = instances[index];
        i.Timer = Math.Max(now, i.TimerStart + (i.MasterIsStopping ? i.Skew : i.MasterDownInterval));
        Arm(index);
    }

    private struct DueInstance
    {
        public int Index;
        public bool TakesOver;
        public bool SendsGarps;
        public GarpBurst Burst;
        public long Lateness;
    }
}
