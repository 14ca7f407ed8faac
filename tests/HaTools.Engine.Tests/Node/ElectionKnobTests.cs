using HaTools.Configuration;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Vrrp;
using HaTools.Linux;
using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Tests.Node;

/// <summary>What keepalived.conf lets users turn in the election, on a node whose neighbour says what the test wants.</summary>
public sealed class ElectionKnobTests
{
    private const string Vip = "10.9.0.101/32";
    private static readonly TimeSpan SleepersInterval = TimeSpan.FromSeconds(2);

    [NamespaceFact]
    public async Task Lower_prio_no_advert_leaves_lower_adverts_unanswered_and_garp_lower_prio_says_how_clients_are_told()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        using var capture = new FrameCapture(b);
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(a, Read(150, """
            advert_int 1
            garp_master_repeat 1
            garp_master_delay 0
            garp_lower_prio_repeat 3
            garp_lower_prio_delay 2
            lower_prio_no_advert
            """));
        await Eventually.True(() => a.Has(Vip));
        await Eventually.True(() => Garps(capture) == 1);

        Say(b, 100);
        await Eventually.True(() => Garps(capture) == 1 + 3);
        await Eventually.True(() => Garps(capture) == 1 + 2 * 3);

        int adverts = Adverts(capture, 150);
        long heard = await HeardAsync(node);
        for (int i = 0; i < 100; i++)
        {
            Say(b, 100);
            await Task.Delay(20);
        }

        await stage.UntilAsync(async () => await HeardAsync(node) == heard + 100);
        // Its own rhythm went on, and nothing else.
        Assert.InRange(Adverts(capture, 150) - adverts, 1, 50);
        Assert.Equal(VrrpStateKind.Master, (await node.GetStatusAsync()).Instances[0].State);
    }

    [NamespaceFact]
    public async Task Higher_prio_send_advert_is_the_last_word_of_who_yields()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        using var capture = new FrameCapture(b);
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(a, Read(150, "advert_int 1\nhigher_prio_send_advert"));
        // One that preempts, and so yields in silence otherwise.
        Say(b, 100);
        await stage.UntilAsync(async () => await HeardAsync(node) == 1);
        await Eventually.True(() => a.Has(Vip));

        // Just after one of its own.
        int before = Adverts(capture, 150);
        await Eventually.True(() => Adverts(capture, 150) > before);
        before = Adverts(capture, 150);
        Say(b, 200);
        await stage.UntilEventAsync(node, "(VI_1) Entering BACKUP STATE");
        await Eventually.True(() => Adverts(capture, 150) > before);
        Assert.False(a.Has(Vip));
    }

    [NamespaceFact]
    public async Task Owner_ignore_adverts_makes_the_owner_deaf()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(a, Read(255, "state MASTER\nadvert_int 1\nowner_ignore_adverts"));
        await Eventually.True(() => a.Has(Vip));
        await RefusesAsOwnerAsync(stage, node, a, b);
    }

    [NamespaceFact]
    public async Task Strict_mode_brings_what_the_RFC_knows_and_nothing_else()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        using var capture = new FrameCapture(b);
        await using var stage = new NodeStage();
        // What strict mode does not know is taken back, each with a warning.
        const string Text = "advert_int 1\nstrict_mode on\ngarp_master_delay 0\ngarp_lower_prio_repeat 3\ndown_timer_adverts 20\nhigher_prio_send_advert on";
        await using (HaNode node = await stage.StartAsync(a, Read(150, Text)))
        {
            // Three intervals and the skew, not twenty.
            HaEvent backup = await stage.UntilEventAsync(node, "(VI_1) Entering BACKUP STATE (init)");
            HaEvent master = await stage.UntilEventAsync(node, "(VI_1) Entering MASTER STATE");
            Assert.InRange((master.Time - backup.Time).TotalSeconds, 3, 15);
            await Eventually.True(() => Garps(capture) == 5);
            int adverts = Adverts(capture, 150);
            for (int i = 0; i < 100; i++)
            {
                Say(b, 100);
                await Task.Delay(20);
            }

            await stage.UntilAsync(async () => await HeardAsync(node) == 100);
            Assert.InRange(Adverts(capture, 150) - adverts, 1, 50);
            Assert.Equal(5, Garps(capture));
        }

        await using HaNode owner = await stage.StartAsync(a, Read(255, "state MASTER\nadvert_int 1\nstrict_mode on"));
        await Eventually.True(() => a.Has(Vip));
        await RefusesAsOwnerAsync(stage, owner, a, b);
    }

    /// <summary>A busy machine may make the sleep longer than it is meant to be: then it proves nothing, and is slept once more.</summary>
    [NamespaceFact]
    public async Task Timer_expired_backup_says_how_long_a_sleep_is_harmless()
    {
        for (int attempt = 1; !await SleepAsync(); attempt++) Assert.True(attempt < 20, "no sleep was as long as it was meant to be");
    }

    /// <summary>Two masters sleep for more than three intervals. False: the one that may sleep for almost four has slept longer.</summary>
    private static async Task<bool> SleepAsync()
    {
        // Who knows that the others have priority 1 may sleep for almost four intervals; else it is three.
        using TestNetwork one = new(1), two = new(1);
        await using TestHost informed = await TestHost.StartAsync(one.Nodes[0], Sleeper(timerExpiredBackup: 1));
        await using TestHost usual = await TestHost.StartAsync(two.Nodes[0], Sleeper(timerExpiredBackup: null));
        TestHost[] both = [informed, usual];
        foreach (TestHost host in both) await host.Becomes(VrrpStateKind.Master);

        using var hang = new ManualResetEventSlim();
        foreach (TestHost host in both)
        {
            host.Hang = hang;
            host.Host.SetTracker(new TrackerKey(TrackerKind.Script, "weighs"), TrackerReading.Of(false));
        }

        await Eventually.True(() => both.All(host => host.IsHanging));
        await Task.Delay(3.2 * SleepersInterval);
        foreach (TestHost host in both) host.Hang = null;
        hang.Set();

        // How late an advert is that was due an interval after the last one.
        await Eventually.True(() => Lateness(informed) > TimeSpan.Zero);
        TimeSpan slept = SleepersInterval + Lateness(informed), mostHarmless = (3 + (255 / 256.0)) * SleepersInterval;
        if (slept > mostHarmless - TimeSpan.FromMilliseconds(300)) return false;
        await Eventually.True(() => usual.StateAsync().GetAwaiter().GetResult().Statistic.ReleasedMaster == 1);
        long sent = (await informed.StateAsync()).Statistic.AdvertsSent;
        await Eventually.True(() => informed.StateAsync().GetAwaiter().GetResult().Statistic.AdvertsSent > sent);
        Assert.Equal((VrrpStateKind.Master, 0), ((await informed.StateAsync()).State, (await informed.StateAsync()).Statistic.ReleasedMaster));
        return true;

        static TimeSpan Lateness(TestHost host) => TimeSpan.FromTicks(
            host.Events.Where(e => e.Code == VrrpHostEventCode.TimerLate).Select(e => e.First).DefaultIfEmpty().Max() / TimeSpan.NanosecondsPerTick);
    }

    /// <summary>Its neighbour claims to own the addresses too, and has the higher address.</summary>
    private static async Task RefusesAsOwnerAsync(NodeStage stage, HaNode node, TestNode a, TestNode b)
    {
        for (int i = 0; i < 10; i++) Say(b, 255);
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Instances[0].Statistic.Rejected.Values.Sum() == 10);
        VrrpState state = (await node.GetStatusAsync()).Instances[0];
        Assert.Equal((VrrpStateKind.Master, 255, 0, 0), (state.State, state.Priority, state.Statistic.AdvertsReceived, state.Statistic.ReleasedMaster));
        Assert.Equal("Owner", Assert.Single(state.Statistic.Rejected).Key);
        Assert.True(a.Has(Vip));
    }

    private static HaConfiguration Sleeper(int? timerExpiredBackup) => TestHost.Configuration(TestHost.Instance(150) with
    {
        NoPreempt = true,
        AdvertisementInterval = SleepersInterval,
        TimerExpiredBackup = timerExpiredBackup,
        SelfFencing = SelfFencing.Off,
        TrackScripts = [new Tracked("weighs")],
    }) with
    {
        Scripts = [new ScriptTracker { Name = "weighs", Command = "x", Weight = -10 }],
    };

    private static int Garps(FrameCapture capture) => capture.Frames.Count(f => f == "garp 10.9.0.101");

    private static int Adverts(FrameCapture capture, int priority) => capture.Frames.Count(f => f == $"advert {priority}");

    private static async Task<long> HeardAsync(HaNode node) => (await node.GetStatusAsync()).Instances[0].Statistic.AdvertsReceived;

    private static void Say(TestNode from, byte priority)
    {
        var advert = new byte[VrrpRouter.MaxAdvertLength];
        var fields = new VrrpAdvertFields
        {
            Version = 3,
            VirtualRouterId = 51,
            Priority = priority,
            IntervalUnits = 100,
            Source = 0x0A090002,
            Destination = VrrpProtocol.MulticastAddress,
        };
        int length = VrrpAdvertWriter.Write(fields, [0x0A090065], [], advert);
        from.Namespace.Run(() =>
        {
            using RouteClient routes = RouteClient.Open();
            using var socket = new VrrpSocket("eth0", routes.FindLink("eth0")!.Index);
            Assert.Equal(0, socket.Send(advert.AsSpan(0, length), VrrpProtocol.MulticastAddress));
        });
    }

    private static HaConfiguration Read(int priority, string more)
    {
        string text = $$"""
            vrrp_instance VI_1 {
                version 3
                interface eth0
                virtual_router_id 51
                priority {{priority}}
                {{more}}
                virtual_ipaddress {
                    10.9.0.101
                }
            }
            """;
        ConfigurationReadResult read = HaConfigurationReader.ReadText(text, "x", ConfigurationFormat.Keepalived);
        Assert.DoesNotContain(read.Diagnostics, d => d.Severity == HaDiagnosticSeverity.Error);
        return read.Configuration!;
    }
}
