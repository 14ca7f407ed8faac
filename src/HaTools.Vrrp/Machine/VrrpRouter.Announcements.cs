namespace HaTools.Vrrp;

/// <summary>When the addresses are announced to the clients: gratuitous ARPs, and neighbour advertisements for IPv6.</summary>
internal sealed partial class VrrpRouter
{
    /// <summary>
    /// From the answer to another master's advert to the burst of gratuitous ARPs that follows it: 50 ms. That master sent its own
    /// gratuitous ARPs when it took the addresses, and they may still be on the way when our answer goes out; a burst that goes out with
    /// the answer alone could be the older word, and clients would stay with the wrong router until the usual second burst after 5 s.
    /// </summary>
    private const long ReclaimDelay = 50_000_000;

    /// <summary>Somebody asks for the addresses of an instance to be announced once more. Who is not master says nothing.</summary>
    public void Announce(int instance, RouterActions actions)
    {
        if (instances[instance].State == VrrpStateKind.Master) SendGarps(instance, GarpBurst.OnDemand, actions);
    }

    private static int RepeatOf(InstanceSettings settings, GarpBurst burst) => burst switch
    {
        GarpBurst.LowerPriority => settings.LowerPriorityRepeat,
        GarpBurst.Refresh => settings.Instance.GarpRefreshRepeat,
        GarpBurst.ExtraInterfaces => 1,
        _ => settings.Instance.GarpRepeat,
    };

    private void SendGarps(int index, GarpBurst burst, RouterActions actions) => actions.Add(
        new RouterAction(RouterActionKind.SendGratuitousArp, index) { Value = RepeatOf(instances[index].Settings, burst), Burst = burst });

    /// <summary>On becoming master: what follows the first burst.</summary>
    private static void StartBursts(RouterInstance i, long now)
    {
        InstanceSettings own = i.Settings;
        i.Bursts = BurstTimers.None;
        if (own.GarpDelay != 0) i.Bursts.Second = now + own.GarpDelay;
        if (own.GarpRefresh != 0) i.Bursts.Refresh = now + own.GarpDelay + own.GarpRefresh;
        if (own.GarpExtraInterval != 0) i.Bursts.Extra = now + own.GarpDelay + own.GarpExtraInterval;
    }

    /// <summary>
    /// As master, wins the clients back from another master that has shown itself: a burst now, one when that master has surely yielded,
    /// one later.
    /// </summary>
    private void Reclaim(int index, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        if (i.State != VrrpStateKind.Master || i.Settings.LowerPriorityRepeat == 0) return;
        // A master that cannot hear us goes on for ever; it shall not make us flood the network.
        if (i.Bursts.Reclaim != DeadlineHeap.Never) return;
        SendGarps(index, GarpBurst.LowerPriority, actions);
        i.Bursts.Reclaim = now + ReclaimDelay;
        if (i.Settings.LowerPriorityDelay != 0) i.Bursts.Second = DeadlineHeap.Never;
        Arm(index);
    }

    /// <summary>Sends the bursts that are due, and sets their timers to a time after now.</summary>
    private void ExpireBursts(int index, long now)
    {
        RouterInstance i = instances[index];
        InstanceSettings own = i.Settings;
        if (i.Bursts.Second <= now)
        {
            i.Bursts.Second = DeadlineHeap.Never;
            due.Add(new DueEffect(index, GarpBurst.Second));
        }

        if (i.Bursts.LowerPriority <= now)
        {
            i.Bursts.LowerPriority = DeadlineHeap.Never;
            due.Add(new DueEffect(index, GarpBurst.LowerPriority));
        }

        if (i.Bursts.Reclaim <= now)
        {
            i.Bursts.Reclaim = DeadlineHeap.Never;
            if (own.LowerPriorityDelay != 0) i.Bursts.LowerPriority = now + own.LowerPriorityDelay;
            due.Add(new DueEffect(index, GarpBurst.LowerPriority));
        }

        if (i.Bursts.Refresh <= now)
        {
            i.Bursts.Refresh = now + own.GarpRefresh;
            due.Add(new DueEffect(index, GarpBurst.Refresh));
        }

        if (i.Bursts.Extra <= now)
        {
            i.Bursts.Extra = now + own.GarpExtraInterval;
            due.Add(new DueEffect(index, GarpBurst.ExtraInterfaces));
        }
    }
}
