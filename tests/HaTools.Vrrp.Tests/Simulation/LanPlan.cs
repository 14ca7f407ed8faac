using System.Net;

namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>What all nodes of a simulated LAN have in common, drawn from the seed.</summary>
internal sealed record LanPlan
{
    /// <summary>Clocks differ from the true time by up to this many parts in a million: 1 %.</summary>
    public const int ClockError = 10_000;

    private static readonly long[] intervalsOfVersion3 = [10, 20, 50, 100, 100, 200, 1000, 2500];

    public required int Version { get; init; }

    public required int Nodes { get; init; }

    /// <summary>4 or 6.</summary>
    public int Family { get; init; } = 4;

    /// <summary>The number of virtual routers; their ids count from 1.</summary>
    public int Routers { get; init; } = 1;

    /// <summary>The number of networks; virtual router r is on network (r - 1) % Segments, and each node has an interface on every one.</summary>
    public int Segments { get; init; } = 1;

    /// <summary>Whether a node's virtual routers are a sync group.</summary>
    public bool IsGroup { get; init; }

    /// <summary>In a sync group: whether the members keep their trackers' weights.</summary>
    public bool TrackingWeight { get; init; }

    /// <summary>Whether adverts go to each node by itself.</summary>
    public bool IsUnicast { get; init; }

    /// <summary>The intervals that nodes may have, in nanoseconds; with version 2 they are the same.</summary>
    public required long Interval { get; init; }

    public required long OtherInterval { get; init; }

    /// <summary>As many intervals of silence make a master dead.</summary>
    public int DownTimerAdverts { get; init; } = 3;

    /// <summary>The longest delay of preemption that a node may have, in nanoseconds.</summary>
    public long PreemptDelay { get; init; }

    /// <summary>From the first burst of gratuitous ARPs to the second, in nanoseconds.</summary>
    public long GarpDelay { get; init; } = 5 * Wire.Second;

    /// <summary>Version 2: with a password, or with the authentication header.</summary>
    public VrrpAuthenticationType? Authentication { get; init; }

    /// <summary>auth_hmac, and how replayed adverts are told.</summary>
    public VrrpAntiReplay? Hmac { get; init; }

    /// <summary>Strict mode: the owner of the addresses is deaf, and who yields says nothing.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether nodes say everything in version 2 too (RFC 9568 section 8.4): all of them, if it is not <see cref="IsMixed"/>.</summary>
    public bool AlsoVersion2 { get; init; }

    /// <summary>
    /// With <see cref="AlsoVersion2"/>: whether nodes of version 2 alone, or of version 3 alone, are beside those of both. The first two do not
    /// hear each other, and nobody can help that.
    /// </summary>
    public bool IsMixed { get; init; }

    /// <summary>Whether somebody may be of version 2 alone, whose skew is up to a second.</summary>
    public bool HasVersion2Alone => Version == 2 || IsMixed;

    public bool LowerPriorityNoAdvert { get; init; }

    public bool HigherPrioritySendAdvert { get; init; }

    public bool PseudoHeader { get; init; }

    /// <summary>Whether a machine may refuse an advert because it may be a replayed one, which depends on what it has heard before.</summary>
    public bool RefusesReplays => Authentication == VrrpAuthenticationType.AuthenticationHeader || Hmac is not null;

    /// <summary>The longest that anybody may say.</summary>
    public long LongestInterval
    {
        get
        {
            long longest = Math.Max(Interval, OtherInterval);
            return AlsoVersion2 ? InVersion2(longest) : longest;
        }
    }

    public long ShortestInterval => Math.Min(Interval, OtherInterval);

    /// <summary>The longest that a datagram takes in calm.</summary>
    public long CalmDelay => Math.Min(Wire.Ms, ShortestInterval / 20);

    /// <param name="random">What decides.</param>
    /// <param name="isPlain">Whether packets may be changed on the way, without a key.</param>
    public static LanPlan Draw(Random random, bool isPlain)
    {
        int version = random.Next(3) == 0 ? 2 : 3;
        int routers = random.Next(3) == 0 ? random.Next(2, 4) : 1;
        long interval = (version == 2 ? random.Next(1, 3) * 1000 : intervalsOfVersion3[random.Next(intervalsOfVersion3.Length)]) * Wire.Ms;
        // Only version 3 lets the intervals differ: a backup learns its master's.
        int ratio = version == 3 && random.Next(2) == 0 ? random.Next(4) == 0 ? 20 : random.Next(1, 6) : 1;
        long other = Math.Min(interval * ratio, 40 * Wire.Second);
        bool turned = random.Next(2) == 0;
        bool hmac = !isPlain && random.Next(5) == 0;
        return new LanPlan
        {
            Version = version,
            Nodes = random.Next(2, 6),
            Family = version == 3 && random.Next(3) == 0 ? 6 : 4,
            Routers = routers,
            Segments = random.Next(1, routers + 1),
            IsGroup = routers > 1 && random.Next(3) != 0,
            TrackingWeight = random.Next(2) == 0,
            IsUnicast = random.Next(4) == 0,
            Interval = turned ? other : interval,
            OtherInterval = turned ? interval : other,
            DownTimerAdverts = random.Next(4) == 0 ? random.Next(2, 6) : 3,
            PreemptDelay = random.Next(3) == 0 ? 1 + random.NextInt64(5 * interval) : 0,
            Authentication = version == 3 || hmac || random.Next(2) == 0 ? null
                : isPlain || random.Next(2) == 0 ? VrrpAuthenticationType.SimplePassword : VrrpAuthenticationType.AuthenticationHeader,
            Hmac = hmac ? random.Next(2) == 0 ? VrrpAntiReplay.Time : VrrpAntiReplay.Monotonic : null,
            LowerPriorityNoAdvert = random.Next(4) == 0,
            HigherPrioritySendAdvert = random.Next(4) == 0,
            PseudoHeader = random.Next(3) == 0,
        };
    }

    /// <summary>An interval as version 2 says it: whole seconds, rounded up (RFC 9568 section 8.4.2).</summary>
    public static long InVersion2(long interval) => (interval + Wire.Second - 1) / Wire.Second * Wire.Second;

    /// <summary>The same with version 2 beside version 3, where that can be.</summary>
    public LanPlan WithVersion2() => Version == 3 && Family == 4 && Hmac is null ? this with { AlsoVersion2 = true } : this;

    /// <summary>
    /// The same with version 2 beside version 3 on some nodes, and one of the two alone on others, where that can be. Calm takes seconds there,
    /// because of version 2; with shorter intervals it would be nearly all that there is.
    /// </summary>
    public LanPlan Mixed() => WithVersion2() is not { AlsoVersion2: true } both ? this : both with
    {
        IsMixed = true,
        Interval = Math.Max(Interval, 100 * Wire.Ms),
        OtherInterval = Math.Max(OtherInterval, 100 * Wire.Ms),
    };

    /// <summary>The version of a node; with both it is version 3, and version 2 beside it.</summary>
    public int VersionOf(NodePlan node) => IsMixed && node.Speech == Speech.OnlyVersion2 ? 2 : Version;

    /// <summary>Whether a node says everything in version 2 too.</summary>
    public bool AlsoVersion2Of(NodePlan node) => AlsoVersion2 && (!IsMixed || node.Speech == Speech.Both);

    /// <summary>The interval that a node of this version can be told: version 2 has whole seconds.</summary>
    public static long IntervalIn(int version, long interval) => version == 2 ? InVersion2(interval) : interval;

    /// <summary>
    /// The same in strict mode, with what that demands; where there is a password or the authentication header, just the same, since strict mode
    /// refuses them. auth_hmac it lets be.
    /// </summary>
    public LanPlan Stricter() => Authentication is not null ? this : this with
    {
        Strict = true,
        IsUnicast = false,
        DownTimerAdverts = 3,
        PreemptDelay = 0,
        LowerPriorityNoAdvert = true,
        HigherPrioritySendAdvert = false,
    };

    /// <summary>A node's own address on every network.</summary>
    public AddressBits AddressOf(int node) => WireAddress.Of(IpOf(node));

    /// <summary>The node that has an address.</summary>
    public int NodeOf(AddressBits address) => (int)((uint)address - (uint)AddressOf(0));

    /// <summary>The configuration of a node, made once for each.</summary>
    public HaConfiguration Configuration(NodePlan node, int index) => node.Configuration ??= new HaConfiguration
    {
        Scripts = [Script("weigh"), Script("vital")],
        StartupDelay = TimeSpan.FromTicks(node.StartupDelay / TimeSpan.NanosecondsPerTick),
        SyncGroups = IsGroup && node.Routers.Any(r => r.Present)
            ? [new VrrpSyncGroup { Name = "G", Members = [.. Present(node).Select(NameOf)], TrackingWeight = TrackingWeight }]
            : [],
        VrrpInstances = Present(node).Select(r => Instance(r, node, index)).ToValueList(),
    };

    private static ScriptTracker Script(string name) => new() { Name = name, Command = "x" };

    private static string NameOf(int router) => $"VI_{router + 1}";

    private IEnumerable<int> Present(NodePlan node) => Enumerable.Range(0, Routers).Where(r => node.Routers[r].Present);

    private IPAddress IpOf(int node) => IPAddress.Parse(Family == 4 ? $"10.0.0.{node + 1}" : $"fe80::{node + 1:x}");

    private VrrpInstance Instance(int router, NodePlan node, int index)
    {
        int version = VersionOf(node);
        RouterPlan plan = node.Routers[router];
        return Instance(router, plan, index) with
        {
            Version = version,
            AlsoVersion2 = AlsoVersion2Of(node),
            AdvertisementInterval = TimeSpan.FromTicks(IntervalIn(version, plan.Interval) / TimeSpan.NanosecondsPerTick),
        };
    }

    private VrrpInstance Instance(int router, RouterPlan plan, int node) => new()
    {
        Name = NameOf(router),
        Interface = $"eth{router % Segments}",
        VirtualRouterId = router + 1,
        Priority = plan.Priority,
        NoPreempt = plan.NoPreempt,
        PreemptDelay = TimeSpan.FromTicks(plan.PreemptDelay / TimeSpan.NanosecondsPerTick),
        InitialState = plan.StartsAsMaster ? VrrpInitialState.Master : VrrpInitialState.Backup,
        DownTimerAdverts = DownTimerAdverts,
        VirtualAddresses = [VirtualAddressOf(router, 1), .. plan.OtherAddresses ? [VirtualAddressOf(router, 2)] : Array.Empty<VirtualAddress>()],
        Authentication = Authentication is { } type ? new VrrpAuthentication(type, plan.OtherPassword ? "other" : "same") : null,
        Hmac = Hmac is { } replay
            ? new VrrpHmac { Keys = [new VrrpHmacKey(1, new string(plan.OtherPassword ? 'b' : 'a', 32))], ActiveKey = 1, AntiReplay = replay }
            : null,
        ChecksumForm = PseudoHeader ? VrrpChecksumForm.PseudoHeader : VrrpChecksumForm.MessageOnly,
        UnicastPeers = IsUnicast
            ? Enumerable.Range(0, Nodes).Where(n => n != node).Select(n => new UnicastPeer(IpOf(n))).ToValueList()
            : [],
        SourceAddress = IsUnicast ? IpOf(node) : null,
        Strict = Strict,
        LowerPriorityNoAdvert = LowerPriorityNoAdvert,
        HigherPrioritySendAdvert = HigherPrioritySendAdvert,
        GarpDelay = TimeSpan.FromTicks(GarpDelay / TimeSpan.NanosecondsPerTick),
        TrackScripts = [new Tracked("weigh", plan.Weight), new Tracked("vital", 0)],
    };

    private VirtualAddress VirtualAddressOf(int router, int number) =>
        new() { Address = IPAddress.Parse(Family == 4 ? $"10.0.{router + 1}.{number}" : $"fd00::{router + 1:x}:{number}") };
}
