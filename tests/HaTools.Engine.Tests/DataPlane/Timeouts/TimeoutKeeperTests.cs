using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Threading;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>The timeouts of a plane in memory, through keepers and whole nodes.</summary>
public sealed class TimeoutKeeperTests : IServiceSink, IDisposable
{
    private static readonly IpvsTimeouts Original = new(900, 120, 300);

    private readonly string directory = Directory.CreateTempSubdirectory("hatools-").FullName;
    private readonly WorkThread thread = new("test-timeouts");
    private readonly MemoryDataPlane plane = new();
    private readonly List<string> told = [];

    private string RememberedIn => Path.Combine(directory, "n.timeouts.json");

    [Fact]
    public void What_is_not_asked_for_any_more_is_given_back_and_the_rest_stays()
    {
        using OnThread keeper = Keeper();
        keeper.Apply(new IpvsSettings { TcpTimeout = Seconds(60), UdpTimeout = Seconds(30) });
        Assert.Equal(new IpvsTimeouts(60, 120, 30), plane.ReadTimeouts());
        keeper.Apply(new IpvsSettings { TcpTimeout = Seconds(70) });
        Assert.Equal(new IpvsTimeouts(70, 120, 300), plane.ReadTimeouts());
        Assert.Equal(70, keeper.GetState()!.TcpTimeout);
        keeper.Apply(IpvsSettings.None);
        Assert.Equal(Original, plane.ReadTimeouts());
        Assert.Null(keeper.GetState());
        Assert.False(File.Exists(RememberedIn));
    }

    [Fact]
    public void A_successor_gives_back_what_a_killed_predecessor_found()
    {
        Keeper().Apply(new IpvsSettings { TcpTimeout = Seconds(60), TcpFinTimeout = Seconds(6) });
        using OnThread successor = Keeper();
        successor.Apply(new IpvsSettings { TcpTimeout = Seconds(80) });
        Assert.Equal(new IpvsTimeouts(80, 120, 300), plane.ReadTimeouts());
        successor.Apply(IpvsSettings.None);
        Assert.Equal(Original, plane.ReadTimeouts());
    }

    [Fact]
    public void A_successor_that_asks_for_nothing_opens_the_plane_only_where_there_is_something_to_give_back()
    {
        using (var nothing = new OnThread(new TimeoutKeeper(thread, () => throw new HaEngineException("needs IPVS"), RememberedIn, this), thread)) nothing.Apply(IpvsSettings.None);
        Keeper().Apply(new IpvsSettings { TcpTimeout = Seconds(60) });
        Keeper().Apply(IpvsSettings.None);
        Assert.Equal(Original, plane.ReadTimeouts());
        Assert.Empty(told);
    }

    [Fact]
    public void What_others_change_is_told_and_set_right_less_and_less_often()
    {
        using OnThread keeper = Keeper();
        keeper.Apply(new IpvsSettings { TcpTimeout = Seconds(60), UdpTimeout = Seconds(30) });
        for (int second = 0; second < 120; second += 2)
        {
            Assert.Null(plane.SetTimeouts(new IpvsTimeouts(61, 7, 0)));
            keeper.Look(second * 1_000_000_000L);
        }

        Assert.Equal("lvs_timeouts tcp was changed from 60 to 61 by others, and is 60 again", told[0]);
        Assert.InRange(told.Count, 4, 8);
        keeper.Look(1_000_000_000_000L);

        // What is not asked for is theirs.
        Assert.Equal(new IpvsTimeouts(60, 7, 30), plane.ReadTimeouts());
        Assert.Empty(keeper.Complaints);
    }

    [Fact]
    public void By_policy_it_is_told_and_left_also_by_a_reload_that_says_the_same_of_it()
    {
        using OnThread keeper = Keeper();
        var wanted = new IpvsSettings { TcpTimeout = Seconds(60), Drift = IpvsDriftPolicy.Report };
        keeper.Apply(wanted);
        Assert.Null(plane.SetTimeouts(new IpvsTimeouts(61, 0, 0)));
        for (int i = 0; i < 5; i++) keeper.Look(i * 2_000_000_000L);
        Assert.Equal(["lvs_timeouts tcp was changed from 60 to 61 by others, and is left so (ipvs: drift: report)"], told);
        Assert.Equal(told, keeper.Complaints);
        keeper.Apply(wanted with { UdpTimeout = Seconds(20) });
        Assert.Equal(new IpvsTimeouts(61, 120, 20), plane.ReadTimeouts());

        keeper.Apply(wanted with { Drift = IpvsDriftPolicy.Repair });
        Assert.Equal(Original with { Tcp = 60 }, plane.ReadTimeouts());
        keeper.Look(100_000_000_000L);
        Assert.Empty(keeper.Complaints);
    }

    [Fact]
    public void What_somebody_has_set_since_stays()
    {
        using OnThread keeper = Keeper();
        keeper.Apply(new IpvsSettings { TcpTimeout = Seconds(60), UdpTimeout = Seconds(30) });
        Assert.Null(plane.SetTimeouts(new IpvsTimeouts(61, 0, 0)));
        keeper.Apply(IpvsSettings.None);
        Assert.Equal(Original with { Tcp = 61 }, plane.ReadTimeouts());
    }

    [Fact]
    public void A_value_that_is_refused_is_told_with_its_name_and_nothing_is_remembered_of_it()
    {
        plane.RefuseTimeouts = t => t.Tcp == 2678400 ? "EINVAL" : null;
        using OnThread keeper = Keeper();
        HaEngineException e = Assert.Throws<HaEngineException>(() => keeper.Apply(new IpvsSettings { TcpTimeout = TimeSpan.FromDays(31), UdpTimeout = Seconds(30) }));
        Assert.Equal("lvs_timeouts tcp 2678400: memory refuses it: EINVAL", e.Message);
        Assert.DoesNotContain("2678400", File.ReadAllText(RememberedIn), StringComparison.Ordinal);
        keeper.Apply(IpvsSettings.None);
        Assert.Equal(Original, plane.ReadTimeouts());
        Assert.False(File.Exists(RememberedIn));
    }

    [Fact]
    public async Task A_node_shows_them_goes_over_to_others_and_gives_them_back_at_its_stop()
    {
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(new HaConfiguration { Ipvs = new IpvsSettings { TcpTimeout = Seconds(60) } });
        Assert.Equal((60, 120, 300), Shown(await node.GetStatusAsync()));
        HaConfiguration other = new() { Ipvs = new IpvsSettings { UdpTimeout = Seconds(10) } };
        Assert.Equal(["Ipvs.TcpTimeout", "Ipvs.UdpTimeout"], (await node.ApplyAsync(other)).Changes.Select(c => c.Property));
        Assert.Equal(Original with { Udp = 10 }, stage.Plane.ReadTimeouts());

        stage.Plane.RefuseTimeouts = t => t.TcpFin == 9 ? "EINVAL" : null;
        HaConfiguration refused = new() { Ipvs = new IpvsSettings { TcpTimeout = Seconds(7), TcpFinTimeout = Seconds(9) } };
        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => node.ApplyAsync(refused));
        Assert.Contains("lvs_timeouts tcpfin 9", e.Message, StringComparison.Ordinal);
        Assert.Equal(Original with { Udp = 10 }, stage.Plane.ReadTimeouts());

        await node.StopAsync();
        Assert.Equal(Original, stage.Plane.ReadTimeouts());
    }

    void IServiceSink.OnService(string kind, string subject, string message, string? state) => told.Add(message);

    void IServiceSink.OnPrepared(string instance) => throw new InvalidOperationException(instance);

    public void Dispose()
    {
        thread.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private static (double, double, double) Shown(HaNodeStatus status) => (status.Ipvs!.TcpTimeout, status.Ipvs.TcpFinTimeout, status.Ipvs.UdpTimeout);

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private OnThread Keeper() => new(new TimeoutKeeper(thread, () => plane, RememberedIn, this), thread);

    /// <summary>A keeper whose calls all come from its thread.</summary>
    private sealed class OnThread(TimeoutKeeper keeper, WorkThread thread) : IDisposable
    {
        public IReadOnlyList<string> Complaints => keeper.Complaints;

        public void Apply(IpvsSettings wanted) => thread.RunAsync(() => keeper.Apply(wanted)).GetAwaiter().GetResult();

        public void Look(long now) => thread.RunAsync(() => keeper.Look(now)).GetAwaiter().GetResult();

        public IpvsState? GetState() => thread.RunAsync(keeper.GetState).GetAwaiter().GetResult();

        public void Dispose() => keeper.Dispose();
    }
}
