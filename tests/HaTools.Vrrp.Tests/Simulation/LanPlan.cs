using System.Net;

namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>What all nodes of a simulated LAN have in common, drawn from the seed.</summary>
internal sealed class LanPlan
{
    /// <summary>Clocks differ from the true time by up to this many parts in a million: 1 %.</summary>
    public const int ClockError = 10_000;

    private static readonly long[] intervalsOfVersion3 = [10, 20, 50, 100, 100, 200, 1000, 2500];

    public static LanPlan Draw(Random random)
    {
        int version = random.Next(3) == 0 ? 2 : 3;
        int routers = random.Next(3) == 0 ? random.Next(2, 4) : 1;
        long interval = (version == 2 ? random.Next(1, 3) * 1000 : intervalsOfVersion3[random.Next(intervalsOfVersion3.Length)]) * Wire.Ms;
        // Only version 3 lets the intervals differ: a backup learns its master's.
        int ratio = version == 3 && random.Next(2) == 0 ? random.Next(4) == 0 ? 20 : random.Next(1, 6) : 1;
        long other = Math.Min(interval * ratio, 40 * Wire.Second);
        bool turned = random.Next(2) == 0;
        return new LanPlan
        {
            Version = version,
            Nodes = random.Next(2, 6),
            Routers = routers,
            Segments = random.Next(1, routers + 1),
            Interval = turned ? other : interval,
            OtherInterval = turned ? interval : other,
            Password = version == 2 && random.Next(3) == 0,
            PseudoHeader = random.Next(3) == 0,
        };
    }

    public required int Version { get; init; }

    public required int Nodes { get; init; }

    /// <summary>The number of virtual routers; their ids count from 1.</summary>
    public int Routers { get; init; } = 1;

    /// <summary>The number of networks; virtual router r is on network (r - 1) % Segments, and each node has an interface on every one.</summary>
    public int Segments { get; init; } = 1;

    /// <summary>The intervals that nodes may have, in nanoseconds; with version 2 they are the same.</summary>
    public required long Interval { get; init; }

    public required long OtherInterval { get; init; }

    /// <summary>From the first burst of gratuitous ARPs to the second, in nanoseconds.</summary>
    public long GarpDelay { get; init; } = 5 * Wire.Second;

    public bool Password { get; init; }

    public bool PseudoHeader { get; init; }

    public long LongestInterval => Math.Max(Interval, OtherInterval);

    public long ShortestInterval => Math.Min(Interval, OtherInterval);

    /// <summary>The longest that a datagram takes in calm.</summary>
    public long CalmDelay => Math.Min(Wire.Ms, ShortestInterval / 20);

    public static UInt128 AddressOf(int node) => Wire.Address("10.0.0.1") + (uint)node;

    /// <summary>The configuration of a node, made once for each.</summary>
    public HaConfiguration Configuration(NodePlan node) => node.Configuration ??= new HaConfiguration
    {
        Scripts = [Script("weigh"), Script("vital")],
        VrrpInstances = Enumerable.Range(0, Routers).Where(r => node.Routers[r].Present)
            .Select(r => Instance(r, node.Routers[r])).ToValueList(),
    };

    private static ScriptTracker Script(string name) => new() { Name = name, Command = "x" };

    private VrrpInstance Instance(int router, RouterPlan plan) => new()
    {
        Name = $"VI_{router + 1}",
        Interface = $"eth{router % Segments}",
        VirtualRouterId = router + 1,
        Version = Version,
        Priority = plan.Priority,
        NoPreempt = plan.NoPreempt,
        InitialState = plan.StartsAsMaster ? VrrpInitialState.Master : VrrpInitialState.Backup,
        AdvertisementInterval = TimeSpan.FromTicks(plan.Interval / TimeSpan.NanosecondsPerTick),
        VirtualAddresses = [VirtualAddressOf(router, 1), .. plan.OtherAddresses ? [VirtualAddressOf(router, 2)] : Array.Empty<VirtualAddress>()],
        Authentication = Password ? Wire.Password(plan.OtherPassword ? "other" : "same") : null,
        ChecksumForm = PseudoHeader ? VrrpChecksumForm.PseudoHeader : VrrpChecksumForm.MessageOnly,
        GarpDelay = TimeSpan.FromTicks(GarpDelay / TimeSpan.NanosecondsPerTick),
        TrackScripts = [new Tracked("weigh", plan.Weight), new Tracked("vital", 0)],
    };

    private static VirtualAddress VirtualAddressOf(int router, int number) =>
        new() { Address = new IPAddress([10, 0, (byte)(router + 1), (byte)number]) };
}

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

    /// <summary>Whether this node has an address more than the others.</summary>
    public bool OtherAddresses { get; init; }

    /// <summary>Whether this node's password is not the others'.</summary>
    public bool OtherPassword { get; init; }

    public bool Preempts => !NoPreempt || Priority == VrrpProtocol.OwnerPriority;

    /// <summary>RFC 9568 section 6.1: 1 to 254, or the owner's 255. An unknown tracker counts as nothing.</summary>
    public int EffectivePriority(TrackerState weigh)
    {
        if (Priority == VrrpProtocol.OwnerPriority) return Priority;
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
    };
}

/// <summary>What a node is configured with.</summary>
internal sealed class NodePlan(RouterPlan[] routers)
{
    public RouterPlan[] Routers { get; } = routers;

    public HaConfiguration? Configuration { get; set; }

    /// <summary>The same, compiled.</summary>
    public RouterSettings? Settings { get; set; }

    /// <summary>Some change that an operator might make, whether good or bad for the others.</summary>
    public NodePlan Changed(LanPlan lan, Random random)
    {
        RouterPlan[] next = [.. Routers];
        int r = random.Next(next.Length);
        next[r] = random.Next(7) switch
        {
            0 => next[r] with { Priority = RouterPlan.Draw(lan, random).Priority },
            1 => next[r] with { NoPreempt = !next[r].NoPreempt },
            2 => next[r] with { OtherAddresses = !next[r].OtherAddresses },
            3 => next[r] with { Present = !next[r].Present },
            4 => next[r] with { OtherPassword = lan.Password && !next[r].OtherPassword },
            5 when lan.Version == 2 => next[r] with { Interval = next[r].Interval == lan.Interval ? 3 * lan.Interval : lan.Interval },
            5 => next[r] with { Interval = next[r].Interval == lan.Interval ? lan.OtherInterval : lan.Interval },
            _ => RouterPlan.Draw(lan, random),
        };
        return new NodePlan(next);
    }

    /// <summary>The same, agreeing with the others in what must agree: addresses, password, and with version 2 the interval.</summary>
    public NodePlan Agreeing(LanPlan lan) => new(
    [
        .. Routers.Select(r => r with
        {
            OtherAddresses = false,
            OtherPassword = false,
            Interval = lan.Version == 2 ? lan.Interval : r.Interval,
        }),
    ]);
}
