using HaTools.Engine.DataPlane;
using HaTools.Engine.Threading;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>What is set of net.ipv4.vs, given back, and set right, in virtual time on a plane in memory.</summary>
public sealed class ParameterKeeperTests : IServiceSink, IDisposable
{
    private const long Second = 1_000_000_000;
    private readonly string directory = Directory.CreateTempSubdirectory("hatools-").FullName;
    private readonly WorkThread thread = new("test-parameters");
    private readonly MemoryDataPlane plane = new();
    private readonly List<string> told = [];
    private readonly ParameterKeeper keeper;

    public ParameterKeeperTests() => keeper = New();

    private string RememberedIn => Path.Combine(directory, "n.parameters.json");

    [Fact]
    public async Task What_is_set_is_given_back_when_nobody_asks_for_it_any_more()
    {
        await In(() => keeper.Apply(Settings("expire_nodest_conn=1", "sync_threshold=0 10", "conn_reuse_mode=1")));
        Assert.Equal(("1", "0\t10", "1"), (Now("expire_nodest_conn"), Now("sync_threshold"), Now("conn_reuse_mode")));
        Assert.True(File.Exists(RememberedIn));

        await In(() => keeper.Apply(Settings("sync_threshold=0 20", "conn_reuse_mode=1")));
        Assert.Equal(("0", "0\t20"), (Now("expire_nodest_conn"), Now("sync_threshold")));

        await In(() => keeper.Apply([]));
        Assert.Equal(("3\t50", "1"), (Now("sync_threshold"), Now("conn_reuse_mode")));
        Assert.False(File.Exists(RememberedIn));
        Assert.Empty(told);
    }

    [Fact]
    public async Task A_successor_gives_back_what_was_there_before_the_first_of_them()
    {
        await In(() => keeper.Apply(Settings("conn_reuse_mode=0", "expire_nodest_conn=1")));
        ParameterKeeper successor = New();
        await In(() => successor.Apply(Settings("conn_reuse_mode=3")));
        Assert.Equal(("3", "0"), (Now("conn_reuse_mode"), Now("expire_nodest_conn")));
        await In(() => successor.Apply([]));
        Assert.Equal("1", Now("conn_reuse_mode"));
        Assert.False(File.Exists(RememberedIn));
    }

    [Fact]
    public async Task A_successor_that_sets_nothing_gives_back_all_the_same()
    {
        await In(() => keeper.Apply(Settings("conn_reuse_mode=0")));
        ParameterKeeper successor = New();
        await In(() => successor.Apply([]));
        Assert.Equal("1", Now("conn_reuse_mode"));
        Assert.False(File.Exists(RememberedIn));
    }

    [Fact]
    public async Task What_others_have_set_since_is_theirs()
    {
        await In(() => keeper.Apply(Settings("conn_reuse_mode=0", "expire_nodest_conn=1")));
        Set("conn_reuse_mode", "2");
        await In(() => keeper.Apply([]));
        Assert.Equal(("2", "0"), (Now("conn_reuse_mode"), Now("expire_nodest_conn")));
        Assert.False(File.Exists(RememberedIn));
    }

    [Fact]
    public async Task What_others_change_is_told_and_set_right()
    {
        await In(() => keeper.Apply(Settings("sync_threshold=0 10")));
        await In(() => keeper.Look(Second));
        Assert.Empty(told);
        Set("sync_threshold", "3\t50");
        await In(() => keeper.Look(3 * Second));
        Assert.Equal("0\t10", Now("sync_threshold"));
        Assert.Equal("Warning net.ipv4.vs.sync_threshold was changed from 0\t10 to 3\t50 by others, and is 0\t10 again", Assert.Single(told));
    }

    [Fact]
    public async Task The_kernel_itself_may_go_between_the_two_automatic_values()
    {
        await In(() => keeper.Apply(Settings("drop_entry=1")));
        Set("drop_entry", "2");
        await In(() => keeper.Look(Second));
        Assert.Equal("2", Now("drop_entry"));
        Assert.Empty(told);
        await In(() => keeper.Apply([]));
        Assert.Equal("0", Now("drop_entry"));
    }

    [Fact]
    public async Task Somebody_who_keeps_it_at_another_value_does_not_fill_the_log()
    {
        await In(() => keeper.Apply(Settings("conn_reuse_mode=0")));
        const int seconds = 600;
        for (int i = 1; i <= seconds; i += 2)
        {
            Set("conn_reuse_mode", "1");
            await In(() => keeper.Look(i * Second));
        }

        // 2, 4, 8 … 32 seconds apart.
        Assert.InRange(told.Count, 10, 25);

        // When that is over, the next change is met at once again.
        Set("conn_reuse_mode", "0");
        for (int i = seconds; i < 2 * seconds; i += 2) await In(() => keeper.Look(i * Second));
        int before = told.Count;
        for (int i = 1; i <= 2; i++)
        {
            Set("conn_reuse_mode", "1");
            await In(() => keeper.Look(((2 * seconds) + (2 * i)) * Second));
        }

        Assert.Equal(("0", before + 2), (Now("conn_reuse_mode"), told.Count));
    }

    [Fact]
    public async Task By_policy_a_change_of_others_is_told_and_left_also_by_a_reload_that_says_the_same_of_it()
    {
        keeper.Drift = IpvsDriftPolicy.Report;
        await In(() => keeper.Apply(Settings("conn_reuse_mode=0")));
        Set("conn_reuse_mode", "2");
        for (int i = 1; i < 9; i += 2) await In(() => keeper.Look(i * Second));
        Assert.Equal(["Warning net.ipv4.vs.conn_reuse_mode was changed from 0 to 2 by others, and is left so (ipvs: drift: report)"], told);
        await In(() => keeper.Apply(Settings("conn_reuse_mode=0", "expire_nodest_conn=1")));
        Assert.Equal(("2", "1"), (Now("conn_reuse_mode"), Now("expire_nodest_conn")));
        Assert.Single(keeper.Complaints);

        keeper.Drift = IpvsDriftPolicy.Repair;
        await In(() => keeper.Look(20 * Second));
        Assert.Equal("0", Now("conn_reuse_mode"));
        Assert.Empty(keeper.Complaints);
    }

    [Fact]
    public async Task What_the_kernel_refuses_is_told_by_name_with_its_meaning_and_the_rest_is_set()
    {
        plane.RefuseParameter = (p, _) => p.Name == "conn_reuse_mode" ? "Read-only file system" : null;
        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => In(() => keeper.Apply(Settings("conn_reuse_mode=0", "expire_nodest_conn=1"))));
        Assert.StartsWith("ipvs.parameters: net.ipv4.vs.conn_reuse_mode cannot be set to 0: Read-only file system. What becomes of a client's port", e.Message, StringComparison.Ordinal);
        Assert.Equal("1", Now("expire_nodest_conn"));
        await In(() => keeper.Apply([]));
        Assert.Equal("0", Now("expire_nodest_conn"));
        Assert.False(File.Exists(RememberedIn));
    }

    [Fact]
    public async Task What_cannot_be_given_back_is_told_and_left_to_a_successor()
    {
        await In(() => keeper.Apply(Settings("conn_reuse_mode=0", "expire_nodest_conn=1")));
        plane.RefuseParameter = (p, _) => p.Name == "conn_reuse_mode" ? "Read-only file system" : null;
        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => In(() => keeper.Apply([])));
        Assert.Contains("cannot be set to 1: Read-only file system; it was 1 before", e.Message, StringComparison.Ordinal);
        Assert.Equal("0", Now("expire_nodest_conn"));
        plane.RefuseParameter = null;
        await In(() => New().Apply([]));
        Assert.Equal("1", Now("conn_reuse_mode"));
    }

    [Fact]
    public async Task What_is_not_there_or_cannot_be_meant_is_refused_before_anything_changes()
    {
        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(
            () => In(() => keeper.Require(Settings("expire_nodest_conn=1", "est_cpulist=0", "nosuch=1", "drop_entry=4"))));
        Assert.Contains("net.ipv4.vs.est_cpulist: it is not here. On which processors", e.Message, StringComparison.Ordinal);
        Assert.Contains("IPVS has no parameter 'nosuch'", e.Message, StringComparison.Ordinal);
        Assert.Contains("net.ipv4.vs.drop_entry: '4' is not 0 to 3. Half-open connections", e.Message, StringComparison.Ordinal);
        Assert.Equal("0", Now("expire_nodest_conn"));
    }

    [Fact]
    public async Task The_state_says_what_is_wanted_what_there_is_and_what_it_means()
    {
        await In(() => keeper.Apply(Settings("conn_reuse_mode=0")));
        Set("conn_reuse_mode", "2");
        IpvsParameterState state = Assert.Single(await thread.RunAsync(keeper.GetStates));
        Assert.Equal(("conn_reuse_mode", "0", "2"), (state.Name, state.Wanted, state.Value));
        Assert.StartsWith("What becomes of a client's port", state.Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_nodes_that_set_the_same_the_last_gives_it_back()
    {
        ParameterKeeper other = New("m");
        await In(() => keeper.Apply(Settings("sloppy_tcp=1")));
        await In(() => other.Apply(Settings("sloppy_tcp=1")));
        await In(() => keeper.Apply([]));
        Assert.Equal("1", Now("sloppy_tcp"));
        await In(() => keeper.Apply(Settings("sloppy_tcp=1")));
        await In(() => other.Apply([]));
        Assert.Equal("1", Now("sloppy_tcp"));

        // The other way round, and its successor with it.
        await In(() => other.Apply(Settings("sloppy_tcp=1")));
        await In(() => keeper.Apply([]));
        await In(() => New("m").Apply([]));
        Assert.Equal("0", Now("sloppy_tcp"));
        Assert.Empty(Directory.GetFiles(directory));
        Assert.Empty(told);
    }

    [Fact]
    public async Task One_that_is_leaving_leaves_nothing_to_another_that_is_leaving_too()
    {
        ParameterKeeper other = New("m");
        await In(() => keeper.Apply(Settings("sloppy_tcp=1")));
        await In(() => other.Apply(Settings("sloppy_tcp=1")));

        // In the middle of its leaving the other one goes.
        string file = Path.Combine(directory, "m" + ParameterKeeper.Suffix);
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"ours\": \"1\"", "\"ours\": \"1\", \"isLeaving\": true", StringComparison.Ordinal));
        Assert.Contains("isLeaving", File.ReadAllText(file), StringComparison.Ordinal);
        await In(() => keeper.Apply([]));
        Assert.Equal("0", Now("sloppy_tcp"));
    }

    void IServiceSink.OnService(string kind, string subject, string message, string? state)
    {
        lock (told) told.Add($"{kind} {message}");
    }

    void IServiceSink.OnPrepared(string instance)
    {
    }

    public void Dispose()
    {
        thread.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private static IpvsParameterSetting[] Settings(params string[] texts) => [.. texts.Select(t => new IpvsParameterSetting(t.Split('=')[0], t.Split('=')[1]))];

    private ParameterKeeper New(string node = "n") => new(thread, () => plane, Path.Combine(directory, node + ParameterKeeper.Suffix), this);

    private Task In(Action what) => thread.RunAsync(what);

    private string? Now(string name) => plane.ReadParameter(IpvsParameterCatalogue.Find(name)!);

    private void Set(string name, string value) => plane.SetParameter(IpvsParameterCatalogue.Find(name)!, value);
}
