using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Machine;

/// <summary>Which adverts a host may keep, and that to keep them changes nothing.</summary>
public class RepeatsTests
{
    private const string Peer = "10.70.0.3";
    private const string OtherPeer = "10.70.0.1";

    [Fact]
    public void A_backups_adverts_from_a_master_that_it_follows_may_be_kept()
    {
        Scenario s = Heard(Instance(100), Instance(150));
        Assert.True(s.Router.MayKeepRepeats(0));
        Assert.True(Heard(Instance(100) with { NoPreempt = true }, Instance(90)).Router.MayKeepRepeats(0));
        Assert.True(Heard(Instance(100), Instance(100)).Router.MayKeepRepeats(0));
    }

    [Fact]
    public void Not_before_one_was_heard_nor_as_master()
    {
        Assert.False(Scenario.Running(Instance(100)).Router.MayKeepRepeats(0));
        Scenario master = Scenario.Master(Instance(100));
        master.Hear(Instance(90), Peer);
        Assert.False(master.Router.MayKeepRepeats(0));
    }

    [Fact]
    public void Not_those_of_a_lower_master_that_is_preempted_or_soon_will_be()
    {
        Assert.False(Heard(Instance(100), Instance(90)).Router.MayKeepRepeats(0));
        Assert.False(Heard(Instance(100) with { PreemptDelay = TimeSpan.FromSeconds(30) }, Instance(90)).Router.MayKeepRepeats(0));
        Scenario held = new([Instance(100)]);
        held.Router.OnHold(0, true, held.Now);
        held.Start(Scenario.Own);
        held.Hear(Instance(90), Peer);
        Assert.False(held.Router.MayKeepRepeats(0));
    }

    [Fact]
    public void Not_after_the_word_of_a_master_that_stops_nor_after_one_that_is_refused()
    {
        Scenario s = Heard(Instance(100), Instance(150));
        s.Hear(Instance(150), Peer, priority: 0);
        Assert.False(s.Router.MayKeepRepeats(0));
        s = Heard(Instance(100), Instance(150));
        byte[] damaged = Advert(Instance(150), Peer);
        damaged[^1] ^= 1;
        s.Hear(damaged);
        Assert.False(s.Router.MayKeepRepeats(0));
        s.Hear(Instance(150), Peer);
        Assert.True(s.Router.MayKeepRepeats(0));
    }

    [Fact]
    public void Not_where_each_is_counted_has_its_number_or_is_judged_by_another()
    {
        Assert.False(Heard(Instance(100), Instance(150) with { VirtualAddresses = Addresses("10.70.9.2") }).Router.MayKeepRepeats(0));
        VrrpInstance numbered = Instance(100) with
        {
            Version = 2,
            AdvertisementInterval = TimeSpan.FromSeconds(1),
            Authentication = new VrrpAuthentication(VrrpAuthenticationType.AuthenticationHeader, "secret"),
        };
        Assert.False(Heard(numbered, numbered with { Priority = 150 }).Router.MayKeepRepeats(0));
        Assert.True(Heard(numbered with { Authentication = null }, numbered with { Priority = 150, Authentication = null }).Router.MayKeepRepeats(0));
        VrrpInstance both = Instance(100) with { AlsoVersion2 = true };
        Assert.False(Heard(both, both with { Priority = 150 }).Router.MayKeepRepeats(0));
    }

    [Fact]
    public void What_makes_the_answer_no_is_a_disturbance()
    {
        ScriptTracker[] scripts = [new ScriptTracker { Name = "check", Command = "/bin/true" }];
        VrrpInstance tracking = Instance(100) with { TrackScripts = [new Tracked("check", 60)] };
        Expect(tracking, s => s.Tracker("check", up: true));
        Expect(tracking with { NoPreempt = true }, s => s.Interface(true, Address(Peer)));
        Expect(tracking, s => s.Interface(false, Scenario.Own));
        Expect(tracking, s => s.Advance(s.View.MasterDownInterval));
        Expect(tracking, s => s.Router.Stop(s.Now, s.Actions));
        Expect(tracking, s => s.Router.RetireInstance(0, s.Now, s.Actions));
        Expect(tracking, s => s.Reconfigure([tracking with { Priority = 200 }], [.. scripts], [0], [0]));

        void Expect(VrrpInstance instance, Action<Scenario> disturb)
        {
            Scenario s = Scenario.Running(instance, [.. scripts]);
            s.Tracker("check", up: false);
            s.Hear(Instance(150), Peer);
            Assert.True(s.Router.MayKeepRepeats(0));
            long before = s.Router.Disturbances;
            disturb(s);
            Assert.False(s.Router.MayKeepRepeats(0));
            Assert.NotEqual(before, s.Router.Disturbances);
        }
    }

    [Fact]
    public void Not_of_a_group_whose_takeover_does_not_wait_for_them()
    {
        VrrpInstance[] members = [.. Enumerable.Range(1, 2).Select(i => Instance(100) with { Name = $"VI_{i}", VirtualRouterId = 50 + i })];
        var s = new Scenario(Wire.Configuration([.. members]) with { SyncGroups = [new VrrpSyncGroup { Name = "VG_1", Members = ["VI_1", "VI_2"] }] });
        s.Start(Scenario.Own);
        Hear(0, 150);
        Hear(1, 150);
        Assert.True(s.Router.MayKeepRepeats(0) && s.Router.MayKeepRepeats(1));

        // The first one's master stops: the second takes over with it, whatever it hears.
        long before = s.Router.Disturbances;
        Hear(0, 0);
        Assert.False(s.Router.MayKeepRepeats(1));
        Assert.NotEqual(before, s.Router.Disturbances);
        Hear(0, 150);
        Hear(1, 150);
        Assert.True(s.Router.MayKeepRepeats(1));

        // The first one's master is silent: it waits for the second, and is heard at once when it speaks again.
        before = s.Router.Disturbances;
        s.Advance(s.View.MasterDownInterval / 2);
        Hear(1, 150);
        s.Advance(s.View.MasterDownInterval * 2 / 3);
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
        Assert.False(s.Router.MayKeepRepeats(0));
        Assert.NotEqual(before, s.Router.Disturbances);
        Assert.True(s.Router.MayKeepRepeats(1));

        void Hear(int member, int priority) => s.Hear(Advert(members[member], Peer, priority), member);
    }

    [Fact]
    public void The_wait_runs_from_the_moment_when_the_last_one_came()
    {
        Scenario s = Heard(Instance(100), Instance(150));
        long down = s.View.MasterDownInterval, came = s.Now + down - 1;
        s.SleepWithoutTimers(down);
        s.Router.CountKept(0, 2);
        s.Router.OnAdvert(0, Advert(Instance(150), Peer), new ReceiveTime(came, 0), s.Actions);
        Assert.Equal(came + down, s.Router.NextDeadline);
        Assert.Equal(came, s.View.LastAdvert);
        Assert.Equal(4, s.View.Counters.AdvertsReceived);
        s.Router.OnTimer(s.Now, s.Actions);
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
        s.Advance(came + down - s.Now);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
    }

    [Fact]
    public void A_host_that_slept_past_the_end_of_the_wait_listens_before_it_takes_over()
    {
        Scenario s = Heard(Instance(100), Instance(150));
        long came = s.Now + 1;
        s.SleepWithoutTimers(100 * Second);
        s.Router.OnAdvert(0, Advert(Instance(150), Peer), new ReceiveTime(came, 0), s.Actions);
        s.Router.OnTimer(s.Now, s.Actions);
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
        Assert.True(s.Router.NextDeadline > s.Now);

        // It listens: what comes is heard now.
        Assert.False(s.Router.MayKeepRepeats(0));
        s.Hear(Instance(150), Peer);
        Assert.True(s.Router.MayKeepRepeats(0));
    }

    /// <summary>Two routers hear the same for hours; the host of one keeps what it may, and hands it over when it must.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void To_keep_them_changes_nothing(int seed)
    {
        var play = new TwinPlay(seed);
        for (int i = 0; i < 20_000; i++) play.Step();
        Assert.True(play.Kept > 2_000, $"{play.Kept} adverts were kept");
        Assert.True(play.Changes > 100, $"the state changed {play.Changes} times");
    }

    private static Scenario Heard(VrrpInstance instance, VrrpInstance sender)
    {
        Scenario s = Scenario.Running(instance);
        s.Hear(sender, Peer);
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
        return s;
    }

    /// <summary>A router that is woken for each advert, and one that is not.</summary>
    private sealed class TwinPlay
    {
        private static readonly string[] Sources = [Peer, OtherPeer];
        private readonly Random random;
        private readonly HaConfiguration[] configurations;
        private readonly VrrpRouter awake;
        private readonly VrrpRouter asleep;
        private readonly RouterActions ofAwake = new();
        private readonly RouterActions ofAsleep = new();
        private readonly byte[]?[] expected = new byte[2][];
        private readonly (byte[] Packet, long Count, long Last)[] kept = new (byte[], long, long)[2];
        private readonly Dictionary<(int Instance, string Source, int Priority), byte[]> adverts = [];
        private int configuration;
        private long now = Second;
        private long considered;
        private (string Source, int Priority) speaker = (Peer, 150);

        public TwinPlay(int seed)
        {
            random = new Random(seed);
            bool isGroup = seed % 2 == 0;
            configurations = [.. Enumerable.Range(0, 4).Select(c => Configuration(c, isGroup))];
            awake = new VrrpRouter(configurations[0]);
            asleep = new VrrpRouter(configurations[0]);
            foreach (VrrpRouter router in Both)
            {
                for (int i = 0; i < 2; i++) router.OnInterface(i, new InterfaceReading(true, Scenario.Own), now, Of(router));
                router.Start(now, long.MaxValue, Of(router));
            }

            Compare();
        }

        public long Kept { get; private set; }

        public long Changes { get; private set; }

        private VrrpRouter[] Both => [awake, asleep];

        /// <summary>The wait of no instance whose repeats are kept is over before.</summary>
        private long RepeatsDue => Enumerable.Range(0, 2).Where(i => expected[i] is not null).Select(asleep.DeadlineOf).DefaultIfEmpty(long.MaxValue).Min();

        public void Step()
        {
            switch (random.Next(40))
            {
                case 0:
                    TrackerReading reading = TrackerReading.Of(random.Next(2) == 0);
                    Disturb(r => r.OnTracker(0, reading, now, Of(r)));
                    break;
                case 1:
                    int instance = random.Next(2);
                    var interfaceReading = new InterfaceReading(random.Next(4) != 0, random.Next(6) == 0 ? Address(Peer) : Scenario.Own);
                    Disturb(r => r.OnInterface(instance, interfaceReading, now, Of(r)));
                    break;
                case 2:
                    (int held, bool isHeld) = (random.Next(2), random.Next(2) == 0);
                    Disturb(r => r.OnHold(held, isHeld, now));
                    break;
                case 3:
                    int next = random.Next(configurations.Length);
                    int[] carryOver = VrrpRouter.InstanceCarryOver(configurations[configuration], configurations[next]);
                    Disturb(r => r.Reconfigure(configurations[next], carryOver, [0], now, Of(r)));
                    configuration = next;
                    break;
                case 4:
                    speaker = (Sources[random.Next(2)], random.Next(5) switch { 0 => 0, 1 => 90, 2 => 110, 3 => 255, _ => 150 });
                    break;
                case < 8:
                    Pass(random.NextInt64(5 * Second));
                    break;
                default:
                    Pass(random.NextInt64(Second));
                    for (int i = 0; i < 2; i++)
                    {
                        if (random.Next(8) != 0) Hear(i);
                    }

                    break;
            }

            if (random.Next(20) == 0)
            {
                // Somebody asks.
                Take();
            }
        }

        private void Hear(int instance)
        {
            (int, string, int) words = (instance, speaker.Source, speaker.Priority);
            if (!adverts.TryGetValue(words, out byte[]? packet))
                adverts[words] = packet = Advert(configurations[0].VrrpInstances[instance], speaker.Source, speaker.Priority);
            awake.OnAdvert(instance, packet, new ReceiveTime(now, 0), ofAwake);
            if (expected[instance] is { } usual && usual.AsSpan().SequenceEqual(packet))
            {
                Kept++;
                kept[instance] = (packet, kept[instance].Count + 1, now);
                return;
            }

            Take(instance);
            asleep.OnAdvert(instance, packet, new ReceiveTime(now, 0), ofAsleep);
            expected[instance] = asleep.MayKeepRepeats(instance) ? packet : null;
            Reconsider();
            Compare();
        }

        /// <summary>The awake one acts when something is due; the other one is woken for what it knows, and looks first.</summary>
        private void Pass(long time)
        {
            long end = now + time;
            while (Math.Min(awake.NextDeadline, asleep.NextDeadline) <= end)
            {
                now = Math.Max(now, Math.Min(awake.NextDeadline, asleep.NextDeadline));
                if (random.Next(10) == 0) now += random.NextInt64(Second);
                if (RepeatsDue <= now) Take();
                if (awake.NextDeadline <= now) awake.OnTimer(now, ofAwake);
                if (asleep.NextDeadline <= now) asleep.OnTimer(now, ofAsleep);
                Reconsider();
                CompareActions();
            }

            now = Math.Max(now, end);
        }

        private void Disturb(Action<VrrpRouter> happen)
        {
            Take();
            foreach (VrrpRouter router in Both) happen(router);
            Reconsider();
            Take();
        }

        private void Reconsider()
        {
            while (asleep.Disturbances != considered)
            {
                considered = asleep.Disturbances;
                for (int i = 0; i < 2; i++)
                {
                    if (!asleep.MayKeepRepeats(i)) expected[i] = null;
                }

                for (int i = 0; i < 2; i++) Take(i);
            }
        }

        private void Take()
        {
            for (int i = 0; i < 2; i++) Take(i);
            Reconsider();
            Compare();
        }

        private void Take(int instance)
        {
            (byte[] packet, long count, long last) = kept[instance];
            kept[instance] = default;
            if (count == 0) return;
            asleep.CountKept(instance, count - 1);
            asleep.OnAdvert(instance, packet, new ReceiveTime(last, 0), ofAsleep);
        }

        private void Compare()
        {
            CompareActions();
            for (int i = 0; i < 2; i++)
            {
                if (kept[i].Count > 0) continue;
                InstanceView a = awake[i], b = asleep[i];
                Assert.Equal(
                    (a.State, a.Priority, a.MasterAddress, a.StateSince, a.LastAdvert, a.MasterDownInterval, a.FaultReason, a.PreemptAt),
                    (b.State, b.Priority, b.MasterAddress, b.StateSince, b.LastAdvert, b.MasterDownInterval, b.FaultReason, b.PreemptAt));
                Assert.Equal(
                    (a.Counters.AdvertsReceived, a.Counters.AdvertsSent, a.Counters.BecameMaster, a.Counters.PriorityZeroReceived, a.Counters.MaxTimerLateness),
                    (b.Counters.AdvertsReceived, b.Counters.AdvertsSent, b.Counters.BecameMaster, b.Counters.PriorityZeroReceived, b.Counters.MaxTimerLateness));
                Assert.Equal(awake.DeadlineOf(i), asleep.DeadlineOf(i));
            }
        }

        private void CompareActions()
        {
            Assert.Equal(ofAwake.AsSpan().ToArray(), ofAsleep.AsSpan().ToArray());
            foreach (RouterAction action in ofAwake.AsSpan()) Changes += action.Kind == RouterActionKind.StateChanged ? 1 : 0;
            ofAwake.Clear();
            ofAsleep.Clear();
        }

        private RouterActions Of(VrrpRouter router) => router == awake ? ofAwake : ofAsleep;

        private static HaConfiguration Configuration(int kind, bool isGroup)
        {
            VrrpInstance[] instances =
            [
                .. Enumerable.Range(1, 2).Select(i => Instance(kind == 1 ? 120 : 100) with
                {
                    Name = $"VI_{i}",
                    VirtualRouterId = 50 + i,
                    NoPreempt = kind == 2,
                    PreemptDelay = TimeSpan.FromSeconds(kind == 3 ? 7 : 0),
                    TrackScripts = [new Tracked("check", i == 1 ? 60 : 0)],
                }),
            ];
            return Wire.Configuration([.. instances], [new ScriptTracker { Name = "check", Command = "/bin/true" }]) with
            {
                SyncGroups = isGroup ? [new VrrpSyncGroup { Name = "VG_1", Members = ["VI_1", "VI_2"], TrackingWeight = true }] : [],
            };
        }
    }
}
