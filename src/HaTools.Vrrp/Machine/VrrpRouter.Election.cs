namespace HaTools.Vrrp;

/// <summary>Who is master: RFC 9568 section 6.4.</summary>
internal sealed partial class VrrpRouter
{
    /// <summary>
    /// The shortest time from one answer to a lower master to the next: 5 ms. Should a peer believe that it is the better one all the same
    /// (it compares addresses in another way, say), each answer would be answered, as fast as the network can. Adverts of an honest peer
    /// are 10 ms apart or more.
    /// </summary>
    private const long AnswerGap = 5_000_000;

    /// <summary>The shortest time from one notice of a lower master to the next, since a command may be run for each: 1 s.</summary>
    private const long LowerNoticeGap = 1_000_000_000;

    /// <summary>Adverts of a second owner that are put up with, each after one of ours.</summary>
    private const int MostRivalAdverts = 3;

    /// <summary>RFC 9568 section 6.4.2.</summary>
    private void HearAsBackup(int index, in VrrpAdvert advert, in ReceiveTime time, RouterActions actions)
    {
        long now = time.Monotonic;
        RouterInstance i = instances[index];
        if (i.IsDemoted && (advert.Source != i.MasterAddress || advert.Priority != VrrpProtocol.OwnerPriority))
            EndDemotion(index, now, actions);
        i.MasterAddress = advert.Source;
        if (advert.Priority == VrrpProtocol.StopPriority)
        {
            actions.Add(new RouterAction(RouterActionKind.MasterStopping, index) { Peer = advert.Source });
            RestartDownTimer(index, now, DownWait.Stopping, time.Arrival);
            Disturbances++;
        }
        else if (advert.Priority >= i.Priority)
        {
            i.PreemptAt = 0;
            Follow(index, advert, now, time.Arrival);
        }
        else if (DelaysPreemption(i, now) || !i.Settings.Preempts || IsHeld(i.Settings.Unit))
        {
            if (!IsHeldByBetter(i, advert, now)) Follow(index, advert, now, time.Arrival);
        }
        else
        {
            i.Preempting = true;
        }
    }

    /// <summary>
    /// With versions 2 and 3 side by side a better master of one version alone and a lower one of the other, which cannot hear each other, may be
    /// there together for as long as they like. The lower one must not shorten the time for which the better one is waited: it may speak ten times as
    /// often, and when the delay of preemption is over, or a few of its adverts are lost, we would take over from a master that lives.
    /// </summary>
    private static bool IsHeldByBetter(RouterInstance i, in VrrpAdvert advert, long now) =>
        i.Settings.Instance.AlsoVersion2 && !i.HasExpired && i.BetterVersion != 0 && i.BetterVersion != advert.Version
        && i.Timer >= now + VrrpTiming.MasterDownInterval(i.Settings.Version, i.Priority, advert.Interval, i.Settings.Instance.DownTimerAdverts);

    /// <summary>
    /// keepalived's <c>preempt_delay</c>: from the first advert of a lower master on it is followed for that time; then its adverts are not
    /// heeded any more, and the timer runs out as without the delay.
    /// </summary>
    private bool DelaysPreemption(RouterInstance i, long now)
    {
        if (i.Settings.PreemptDelay == 0 || !i.Settings.Preempts) return false;
        if (i.PreemptAt == 0) i.PreemptAt = Math.Max(now, heldUntil) + i.Settings.PreemptDelay;
        return now < i.PreemptAt;
    }

    /// <summary>RFC 9568 section 6.4.3, and for version 2 the same, as keepalived does it.</summary>
    private void HearAsMaster(int index, in VrrpAdvert advert, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        if (advert.Priority == VrrpProtocol.StopPriority)
        {
            SendAdvert(index, i.Priority, now, actions);
            i.Timer = now + i.Settings.Interval;
            Arm(index);
            return;
        }

        if (advert.Priority == VrrpProtocol.OwnerPriority && i.Priority == VrrpProtocol.OwnerPriority)
            FaceRivalOwner(index, advert, now, actions);
        if (advert.Priority > i.Priority || (advert.Priority == i.Priority && advert.Source > i.SourceAddress))
            Yield(index, advert, now, actions);
        else
            Assert(index, advert, now, actions);
    }

    /// <summary>As master: tells a lower one who is master, and its clients too.</summary>
    private void Assert(int index, in VrrpAdvert advert, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        actions.Add(new RouterAction(RouterActionKind.LowerPriorityAdvert, index) { Value = advert.Priority, Peer = advert.Source });
        if (now < i.NextAnswer) return;
        i.NextAnswer = now + AnswerGap;
        if (!i.Settings.Instance.LowerPriorityNoAdvert) SendAdvert(index, i.Priority, now, actions);
        // The lower one gives up all members of a group at once, and then is not heard on the others.
        foreach (int member in i.Settings.Unit) Reclaim(member, now, actions);
        if (now < i.NextLowerNotice) return;
        i.NextLowerNotice = now + LowerNoticeGap;
        actions.Add(new RouterAction(RouterActionKind.NotifyLowerPriority, index) { Value = advert.Priority, Peer = advert.Source });
    }

    /// <summary>
    /// Two routers claim to be the owner, which is a mistake in a configuration. The one of the lower address yields, by the usual rule. If it
    /// goes on speaking after three adverts of ours, because it is deaf as the older RFCs have it, it is this one that goes down to 254 until
    /// the rival is gone: one master is better than two (keepalived does the same).
    /// </summary>
    private void FaceRivalOwner(int index, in VrrpAdvert advert, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        if (advert.Source > i.SourceAddress) return;
        // A rival that was not heard for more than two of its intervals had given way.
        if (now - i.RivalHeard > 5 * Math.Max(advert.Interval, i.Settings.Interval) / 2) i.RivalAdverts = 0;
        if (i.RivalAdverts == 0 || i.LastSent > i.RivalHeard) i.RivalAdverts++;
        i.RivalHeard = now;
        if (i.RivalAdverts <= MostRivalAdverts) return;
        i.IsDemoted = true;
        UpdatePriority(index, now, actions);
    }

    private void EndDemotion(int index, long now, RouterActions actions)
    {
        if (!instances[index].IsDemoted) return;
        instances[index].IsDemoted = false;
        UpdatePriority(index, now, actions);
    }

    /// <summary>As backup: takes the sender for the master.</summary>
    private void Follow(int index, in VrrpAdvert advert, long now, long arrival)
    {
        RouterInstance i = instances[index];
        i.MasterAddress = advert.Source;
        i.MasterInterval = advert.Interval;
        i.MasterIntervalLearned = true;
        RestartDownTimer(index, now, DownWait.Full, arrival);
        if (advert.Priority >= i.Priority) i.BetterVersion = advert.Version;
    }
}
