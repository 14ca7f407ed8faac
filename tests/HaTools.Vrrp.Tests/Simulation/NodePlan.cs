namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>What a node says of one virtual router.</summary>
internal sealed record RouterPlan
{
    public bool Present { get; init; } = true;

    public int Priority { get; init; }

    public bool NoPreempt { get; init; }

    public bool StartsAsMaster { get; init; }

    /// <summary>What the tracker "weigh" does to the priority; not 0.</summary>
    public int Weight { get; init; }

    public long Interval { get; init; }

    public long PreemptDelay { get; init; }

    /// <summary>Whether this node has an address more than the others.</summary>
    public bool OtherAddresses { get; init; }

    /// <summary>Whether this node's password is not the others'.</summary>
    public bool OtherPassword { get; init; }

    public bool IsOwner => Priority == VrrpProtocol.OwnerPriority;

    public bool Preempts => !NoPreempt || IsOwner;

    /// <summary>RFC 9568 section 6.1: 1 to 254, or the owner's 255. An unknown tracker counts as nothing.</summary>
    public int EffectivePriority(TrackerState weigh)
    {
        if (IsOwner) return Priority;
        bool counts = Weight > 0 ? weigh == TrackerState.Up : weigh == TrackerState.Down;
        return Math.Clamp(Priority + (counts ? Weight : 0), 1, 254);
    }

    public static RouterPlan Draw(LanPlan lan, Random random) => new()
    {
        // Few different ones, so that equals meet often; with or without an owner.
        Priority = random.Next(12) == 0 ? 255 : random.Next(3) == 0 ? random.Next(1, 255) : 100 + 10 * random.Next(4),
        NoPreempt = random.Next(3) == 0,
        StartsAsMaster = random.Next(2) == 0,
        Weight = 10 * random.Next(1, 3) * (random.Next(2) == 0 ? 1 : -1),
        Interval = random.Next(2) == 0 ? lan.Interval : lan.OtherInterval,
        PreemptDelay = lan.PreemptDelay > 0 && random.Next(2) == 0 ? random.NextInt64(lan.PreemptDelay) / 100 * 100 : 0,
    };
}

/// <summary>What a node is configured with.</summary>
internal sealed class NodePlan(RouterPlan[] routers)
{
    public RouterPlan[] Routers { get; } = routers;

    /// <summary>How long the node waits at its start, in nanoseconds.</summary>
    public long StartupDelay { get; init; }

    /// <summary>On a LAN where nodes differ in that.</summary>
    public Speech Speech { get; init; }

    public HaConfiguration? Configuration { get; set; }

    public static NodePlan Draw(LanPlan lan, Random random) => new([.. Enumerable.Range(0, lan.Routers).Select(_ => RouterPlan.Draw(lan, random))])
    {
        StartupDelay = random.Next(4) == 0 ? random.NextInt64(2 * lan.LongestInterval) / 100 * 100 : 0,
        Speech = lan.IsMixed ? DrawSpeech(random) : Speech.Both,
    };

    private static Speech DrawSpeech(Random random) => (Speech)random.Next(3);

    /// <summary>Some change that an operator might make, whether good or bad for the others.</summary>
    public NodePlan Changed(LanPlan lan, Random random)
    {
        // An upgrade, or one that is taken back.
        if (lan.IsMixed && random.Next(4) == 0) return new NodePlan(Routers) { StartupDelay = StartupDelay, Speech = DrawSpeech(random) };
        RouterPlan[] next = [.. Routers];
        int r = random.Next(next.Length);
        next[r] = random.Next(8) switch
        {
            0 => next[r] with { Priority = RouterPlan.Draw(lan, random).Priority },
            1 => next[r] with { NoPreempt = !next[r].NoPreempt },
            2 => next[r] with { OtherAddresses = !next[r].OtherAddresses },
            3 => next[r] with { Present = !next[r].Present },
            4 => next[r] with { OtherPassword = !next[r].OtherPassword },
            5 when lan.Version == 2 => next[r] with { Interval = next[r].Interval == lan.Interval ? 3 * lan.Interval : lan.Interval },
            5 => next[r] with { Interval = next[r].Interval == lan.Interval ? lan.OtherInterval : lan.Interval },
            6 => next[r] with { PreemptDelay = RouterPlan.Draw(lan, random).PreemptDelay },
            _ => RouterPlan.Draw(lan, random),
        };
        return new NodePlan(next) { StartupDelay = StartupDelay, Speech = Speech };
    }

    /// <summary>The same on a LAN of strict mode: deaf owners are one, the first node, or they would be masters side by side for ever.</summary>
    public NodePlan FitFor(LanPlan lan, int index) => !lan.Strict || (index == 0 && !lan.AlsoVersion2) ? this : new NodePlan(
    [
        .. Routers.Select(r => index == 0 ? WithWordOfOwner(r) : r.IsOwner ? r with { Priority = VrrpProtocol.OwnerPriority - 1 } : r),
    ])
    {
        StartupDelay = StartupDelay,
        Speech = Speech,
    };

    /// <summary>In strict mode only the owner is told to be master from the start. (As that is drawn, there is one on half of the LANs.)</summary>
    private static RouterPlan WithWordOfOwner(RouterPlan router) => router.StartsAsMaster ? router with { Priority = VrrpProtocol.OwnerPriority } : router;

    /// <summary>
    /// The same, agreeing with the others in what must agree: addresses, password, and for all who speak version 2 the interval; and in a sync
    /// group one member with the other, since members that are not alike in the election would pull each other to and fro.
    /// </summary>
    public NodePlan Agreeing(LanPlan lan) => new(
    [
        .. Routers.Select(r => (lan.IsGroup ? Routers[0] : r) with
        {
            OtherAddresses = false,
            OtherPassword = false,
            Interval = lan.Version == 2 || (lan.IsMixed && Speech != Speech.OnlyVersion3) ? lan.Interval : lan.IsGroup ? Routers[0].Interval : r.Interval,
        }),
    ])
    {
        StartupDelay = StartupDelay,
        Speech = Speech,
    };
}
