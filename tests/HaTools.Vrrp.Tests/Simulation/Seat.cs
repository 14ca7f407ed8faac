namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>What a host has just asked its machine.</summary>
internal enum Step
{
    Start,
    Stop,
    Advert,
    Timer,

    /// <summary>An interface or a tracker changed.</summary>
    Facts,
    Reconfigure,
}

/// <summary>A node's place at one virtual router, and what the host knows of it.</summary>
internal sealed partial class Seat(SimulatedHost host, int number)
{
    private const long ShortestLifetime = 2 * Wire.Second;
    private bool held;
    private long heldUntil;

    public SimulatedHost Host { get; } = host;

    public int Number { get; } = number;

    public int VirtualRouterId => Number + 1;

    public int Segment => Number % Host.Lan.Plan.Segments;

    /// <summary>The machine's index of it; -1: the node does not take part.</summary>
    public int Instance { get; private set; } = -1;

    public RouterPlan Plan { get; private set; } = new();

    /// <summary>The version that its machine is configured with; with both it is version 3.</summary>
    public int Version { get; private set; } = host.Lan.Plan.Version;

    /// <summary>Whether it speaks and hears version 2 beside version 3.</summary>
    public bool AlsoVersion2 { get; private set; }

    /// <summary>The interval that it says.</summary>
    public long Interval => LanPlan.IntervalIn(Version, Plan.Interval);

    /// <summary>What changes state together with it: the sync group's members, or it alone.</summary>
    public Seat[] Unit { get; set; } = [];

    public VrrpStateKind State { get; private set; }

    public bool IsInterfaceUp => Host.IsInterfaceUp(Segment);

    /// <summary>Whether its host is not ready to take this virtual router over from a master that lives.</summary>
    public bool HoldsBack { get; set; }

    /// <summary>The same of all that change state together.</summary>
    public bool IsHeld => Array.Exists(Unit, s => s.HoldsBack);

    /// <summary>Whether it ought to be in the election.</summary>
    public bool IsCandidate =>
        Host.IsRunning && Instance >= 0 && Host.Vital == TrackerState.Up && Array.TrueForAll(Unit, s => s.IsInterfaceUp);

    /// <summary>In a sync group the weights of a member's own trackers count only where that is asked for.</summary>
    public int ConfiguredPriority =>
        Host.Lan.Plan is { IsGroup: true, TrackingWeight: false } ? Plan.Priority : Plan.EffectivePriority(Host.Weigh);

    /// <summary>
    /// The priority that it has in the election. An owner goes down to 254 while another that claims to be the owner does not give way: when it
    /// comes back from there is not looked at here.
    /// </summary>
    public int EffectivePriority => Plan.IsOwner && machinesPriority == 254 ? 254 : ConfiguredPriority;

    /// <summary>
    /// Whether the virtual addresses stand on the node. Those of a dead node do until their lifetime is over, which was set anew at some
    /// time within the third of it before.
    /// </summary>
    public bool HoldsAddresses
    {
        get => held && Host.Lan.Now < heldUntil;
        set => (held, heldUntil) = (value, long.MaxValue);
    }

    public void Take(NodePlan node, int instance)
    {
        LanPlan lan = Host.Lan.Plan;
        if (Instance >= 0 && instance < 0) Vanish();
        if (Version != lan.VersionOf(node)) ChangeVersion(lan.VersionOf(node), LanPlan.IntervalIn(lan.VersionOf(node), node.Routers[Number].Interval));
        (Plan, Instance, Version, AlsoVersion2) = (node.Routers[Number], instance, lan.VersionOf(node), lan.AlsoVersion2Of(node));
    }

    /// <summary>Whether it hears what another says: a router of version 2 alone and one of version 3 alone are deaf to each other.</summary>
    public bool CanHear(Seat other) => Version == other.Version || AlsoVersion2 || other.AlsoVersion2;

    public void Enters(VrrpStateKind state)
    {
        VrrpStateKind before = State;
        State = state;
        if (before == state) return;
        Host.Lan.Trace.Add(Host.Lan.Now, Host.Index, NameOf(state), VirtualRouterId);
        Host.Lan.Judge.Changed(this, before);
    }

    /// <summary>The instance is not there any more; nothing was said about it.</summary>
    public void Vanish()
    {
        if (HoldsAddresses) heldUntil = Host.Lan.Now + Lifetime - Host.Lan.Random.NextInt64(Lifetime / 3);
        Instance = -1;
        Enters(VrrpStateKind.Initialize);
        Forget();
    }

    public void Expect(bool promise, string otherwise)
    {
        if (!promise) Host.Lan.Judge.Break($"node {Host.Index}, vrid {VirtualRouterId}: {otherwise}");
    }

    /// <summary>The longest down interval of a peer, at least two seconds.</summary>
    private long Lifetime => Math.Max(
        ShortestLifetime, (Host.Lan.Plan.DownTimerAdverts + 1) * Interval + (Version == 2 ? Wire.Second : 0));

    private static string NameOf(VrrpStateKind state) => state switch
    {
        VrrpStateKind.Master => "is MASTER",
        VrrpStateKind.Backup => "is BACKUP",
        VrrpStateKind.Fault => "is FAULT",
        _ => "is out",
    };
}
