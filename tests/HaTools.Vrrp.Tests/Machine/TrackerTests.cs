using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Machine;

/// <summary>
/// What trackers of all kinds do to the priority and the state: keepalived's <c>track_interface</c>, <c>track_script</c>, <c>track_file</c>,
/// <c>track_process</c>, <c>track_bfd</c> and <c>track_group</c>.
/// </summary>
public class TrackerTests
{
    /// <summary>Priority 100, following a tracker "t" of a kind, whose own weight is 7.</summary>
    private static HaConfiguration Following(TrackerKind kind, int? weight, bool? reverse = null, int priority = 100) => new()
    {
        VrrpInstances = [Follow(Instance(priority), kind, new Tracked("t", weight, reverse))],
        Scripts = [new ScriptTracker { Name = "t", Command = "x", Weight = 7 }],
        Files = [new FileTracker { Name = "t", Path = "/t", Weight = 7 }],
        Processes = [new ProcessTracker { Name = "t", Command = ["x"], Weight = 7 }],
        BfdSessions = [new BfdSession { Name = "t", Neighbour = System.Net.IPAddress.Loopback, Weight = 7 }],
    };

    private static VrrpInstance Follow(VrrpInstance instance, TrackerKind kind, Tracked tracked) => kind switch
    {
        TrackerKind.Script => instance with { TrackScripts = [tracked] },
        TrackerKind.Interface => instance with { TrackInterfaces = [tracked] },
        TrackerKind.File => instance with { TrackFiles = [tracked] },
        TrackerKind.Process => instance with { TrackProcesses = [tracked] },
        _ => instance with { TrackBfd = [tracked] },
    };

    private static Scenario Running(HaConfiguration configuration, TrackerKind kind, TrackerReading reading)
    {
        var s = new Scenario(configuration);
        s.Start(Scenario.Own);
        s.Tracker(new TrackerKey(kind, "t"), reading);
        s.Take();
        return s;
    }

    [Theory]
    [InlineData(TrackerKind.Script)]
    [InlineData(TrackerKind.Interface)]
    [InlineData(TrackerKind.Process)]
    [InlineData(TrackerKind.Bfd)]
    internal void Weight_0_down_is_a_fault_and_reverse_turns_it(TrackerKind kind)
    {
        foreach (bool reverse in new[] { false, true })
        {
            foreach (bool up in new[] { false, true })
            {
                Scenario s = Running(Following(kind, 0, reverse), kind, TrackerReading.Of(up));
                Assert.Equal(up != reverse ? VrrpStateKind.Backup : VrrpStateKind.Fault, s.View.State);
                Assert.Equal(100, s.View.Priority);
                s.Tracker(new TrackerKey(kind, "t"), TrackerReading.Of(!up));
                Assert.Equal(up == reverse ? VrrpStateKind.Backup : VrrpStateKind.Fault, s.View.State);
            }
        }
    }

    [Theory]
    [InlineData(TrackerKind.Script)]
    [InlineData(TrackerKind.Interface)]
    [InlineData(TrackerKind.Process)]
    [InlineData(TrackerKind.Bfd)]
    internal void Weights_add_while_up_or_subtract_while_down_and_reverse_turns_the_sign(TrackerKind kind)
    {
        foreach ((int weight, bool reverse, int up, int down) in new[]
        {
            (20, false, 120, 100), (-20, false, 100, 80), (20, true, 80, 100), (-20, true, 100, 120),
        })
        {
            Scenario s = Running(Following(kind, weight, reverse), kind, TrackerReading.Up);
            Assert.Equal((VrrpStateKind.Backup, up), (s.View.State, s.View.Priority));
            s.Tracker(new TrackerKey(kind, "t"), TrackerReading.Down);
            Assert.Equal((VrrpStateKind.Backup, down), (s.View.State, s.View.Priority));
            s.Tracker(new TrackerKey(kind, "t"), TrackerReading.Unknown);
            Assert.Equal((VrrpStateKind.Backup, 100), (s.View.State, s.View.Priority));
        }
    }

    [Theory]
    [InlineData(TrackerKind.Script, 107)]
    [InlineData(TrackerKind.Process, 107)]
    [InlineData(TrackerKind.Bfd, 107)]
    [InlineData(TrackerKind.Interface, 100)] // has no weight of its own: 0
    internal void Without_a_weight_the_trackers_own_counts(TrackerKind kind, int expected) =>
        Assert.Equal(expected, Running(Following(kind, null), kind, TrackerReading.Up).View.Priority);

    [Theory]
    [InlineData(TrackerKind.Script)]
    [InlineData(TrackerKind.Process)]
    [InlineData(TrackerKind.Bfd)]
    internal void Without_reverse_the_trackers_own_counts(TrackerKind kind)
    {
        HaConfiguration configuration = Following(kind, null);
        configuration = configuration with
        {
            Scripts = [configuration.Scripts[0] with { Reverse = true }],
            Processes = [configuration.Processes[0] with { Reverse = true }],
            BfdSessions = [configuration.BfdSessions[0] with { Reverse = true }],
        };
        Assert.Equal(93, Running(configuration, kind, TrackerReading.Up).View.Priority);
        configuration = configuration with { VrrpInstances = [Follow(Instance(), kind, new Tracked("t", null, false))] };
        Assert.Equal(107, Running(configuration, kind, TrackerReading.Up).View.Priority);
    }

    [Theory]
    [InlineData(TrackerKind.Script)]
    [InlineData(TrackerKind.Interface)]
    [InlineData(TrackerKind.Process)]
    [InlineData(TrackerKind.Bfd)]
    internal void Without_a_result_weight_0_is_waited_for(TrackerKind kind)
    {
        var s = new Scenario(Following(kind, 0));
        s.Start(Scenario.Own);
        Assert.Equal(VrrpStateKind.Initialize, s.View.State);
        s.Tracker(new TrackerKey(kind, "t"), TrackerReading.Up);
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
    }

    [Theory]
    [InlineData(1, false, 20, 120)]
    [InlineData(1, false, -20, 80)]
    [InlineData(1, true, 20, 80)]
    [InlineData(10, false, 2, 120)]
    [InlineData(-10, false, 2, 80)]
    [InlineData(1, false, 0, 100)]
    [InlineData(1, false, -253, 1)]
    [InlineData(1, false, -254, 0)]
    [InlineData(1, false, -1_000_000, 0)]
    [InlineData(1, true, 254, 0)]
    [InlineData(-254, false, 1, 0)]
    [InlineData(1, false, 1_000_000, 254)]
    [InlineData(254, false, 2147483647, 254)]
    [InlineData(254, false, -2147483648, 0)]
    [InlineData(null, false, 3, 121)] // the file's own weight of 7
    public void A_files_number_times_the_weight_is_added_and_below_minus_253_is_a_fault(int? weight, bool reverse, long number, int expected)
    {
        Scenario s = Running(Following(TrackerKind.File, weight, reverse), TrackerKind.File, TrackerReading.Of(number));
        Assert.Equal(expected == 0 ? VrrpStateKind.Fault : VrrpStateKind.Backup, s.View.State);
        if (expected != 0) Assert.Equal(expected, s.View.Priority);
    }

    [Fact]
    public void What_a_file_adds_is_limited_before_others_are_added()
    {
        HaConfiguration configuration = Following(TrackerKind.File, 1, priority: 1);
        configuration = configuration with { VrrpInstances = [configuration.VrrpInstances[0] with { TrackScripts = [new Tracked("t", -50)] }] };
        Scenario s = Running(configuration, TrackerKind.File, TrackerReading.Of(1000));
        s.Tracker("t", false);
        Assert.Equal(1 + 253 - 50, s.View.Priority);
    }

    [Theory]
    [InlineData(false, 0, VrrpStateKind.Backup)]
    [InlineData(false, 1, VrrpStateKind.Fault)]
    [InlineData(false, -1, VrrpStateKind.Fault)]
    [InlineData(true, 0, VrrpStateKind.Fault)]
    [InlineData(true, 1, VrrpStateKind.Backup)]
    public void A_file_with_weight_0_is_a_fault_when_its_number_is_not_0_and_reverse_turns_it(bool reverse, int number, VrrpStateKind expected)
    {
        Scenario s = Running(Following(TrackerKind.File, 0, reverse), TrackerKind.File, TrackerReading.Of(number));
        Assert.Equal((expected, 100), (s.View.State, s.View.Priority));
    }

    [Fact]
    public void A_master_whose_file_says_fault_leaves_with_priority_0_and_comes_back()
    {
        Scenario s = Running(Following(TrackerKind.File, 1), TrackerKind.File, TrackerReading.Of(0));
        s.Advance(s.View.MasterDownInterval);
        s.Take();
        s.Tracker(new TrackerKey(TrackerKind.File, "t"), TrackerReading.Of(-254));
        Assert.Equal(["priority 100->1", "advert 0", "remove", "Master->Fault TrackerFailed"], s.Take());
        s.Tracker(new TrackerKey(TrackerKind.File, "t"), TrackerReading.Of(5));
        Assert.Equal(["priority 1->105", "Fault->Backup TrackerRecovered"], s.Take());
    }

    [Theory]
    [InlineData(TrackerKind.Script)]
    [InlineData(TrackerKind.File)]
    internal void The_owner_is_never_moved_by_weights(TrackerKind kind)
    {
        Scenario s = Running(Following(kind, -254, priority: 255), kind, kind == TrackerKind.File ? TrackerReading.Of(1000) : TrackerReading.Down);
        Assert.Equal((VrrpStateKind.Backup, 255), (s.View.State, s.View.Priority));
    }

    [Fact]
    public void The_owner_heeds_a_failure_without_weight()
    {
        Scenario s = Running(Following(TrackerKind.Script, 0, priority: 255), TrackerKind.Script, TrackerReading.Down);
        Assert.Equal(VrrpStateKind.Fault, s.View.State);
    }

    [Fact]
    public void A_track_group_puts_its_instances_into_fault_and_no_others()
    {
        var s = new Scenario(Configuration([Instance(), Instance() with { Name = "VI_2", VirtualRouterId = 52 }]) with
        {
            TrackGroups = [new StaticTrackGroup("wan", ["VI_2"])],
        });
        var wan = new TrackerKey(TrackerKind.StaticGroup, "wan");
        s.Start(Scenario.Own); // before anything is said of it, it is no reason to wait
        Assert.Equal((VrrpStateKind.Backup, VrrpStateKind.Backup), (s.Router[0].State, s.Router[1].State));
        s.Take();
        s.Tracker(wan, TrackerReading.Down);
        Assert.Equal(["1: Backup->Fault TrackerFailed"], s.Take());
        s.Tracker(wan, TrackerReading.Up);
        Assert.Equal(["1: Fault->Backup TrackerRecovered"], s.Take());
    }

    [Fact]
    public void Trackers_are_numbered_once_each_as_instances_groups_and_track_groups_name_them_and_unused_ones_are_not()
    {
        HaConfiguration configuration = new()
        {
            VrrpInstances =
            [
                Instance() with { TrackScripts = [new Tracked("a")], TrackInterfaces = [new Tracked("eth9")] },
                Instance() with { Name = "VI_2", VirtualRouterId = 52, TrackScripts = [new Tracked("a"), new Tracked("b")] },
            ],
            Scripts = [.. "abc".Select(c => new ScriptTracker { Name = $"{c}", Command = "x" })],
            Files = [new FileTracker { Name = "a", Path = "/a" }],
            SyncGroups = [new VrrpSyncGroup { Name = "G", Members = ["VI_1"], TrackFiles = [new Tracked("a")] }],
            TrackGroups = [new StaticTrackGroup("wan", ["VI_2"])],
        };
        TrackerKey[] expected =
        [
            new(TrackerKind.Script, "a"), new(TrackerKind.Interface, "eth9"), new(TrackerKind.Script, "b"), new(TrackerKind.File, "a"),
            new(TrackerKind.StaticGroup, "wan"),
        ];
        Assert.Equal(expected, VrrpRouter.TrackersOf(configuration));
    }

    [Fact]
    public void What_is_tracked_and_not_configured_is_refused()
    {
        foreach (TrackerKind kind in new[] { TrackerKind.Script, TrackerKind.File, TrackerKind.Process, TrackerKind.Bfd })
        {
            var failure = Assert.Throws<ArgumentException>(
                () => new Scenario(Configuration([Follow(Instance(), kind, new Tracked("nope"))])));
            Assert.Contains("nope is not configured", failure.Message, StringComparison.Ordinal);
        }
    }
}
