using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>The keeper alone, on a plane in memory. Whole nodes, and the kernel: <see cref="SyncDaemonTests"/>.</summary>
public sealed class SyncDaemonKeeperTests : IServiceSink
{
    private readonly List<string> warnings = [];

    [Fact]
    public async Task The_role_changes_with_the_word_of_its_instance_and_does_not_wait_for_the_next_look()
    {
        var plane = new MemoryDataPlane();
        bool isMaster = false;
        using SyncDaemonKeeper keeper = SyncDaemonKeeper.Open(() => plane, _ => Volatile.Read(ref isMaster), this);
        await keeper.ConfigureAsync(new IpvsSyncDaemon { Interface = "lo", Instance = "VI_1" }, 51);
        Assert.Equal(IpvsSyncRole.Backup, await RoleAsync());

        Volatile.Write(ref isMaster, true);
        keeper.Follow("VI_1");
        Assert.Equal(IpvsSyncRole.Master, await RoleAsync());
        await keeper.RemoveAsync();
        Assert.Empty(plane.ReadSyncDaemons());
        Assert.Empty(warnings);

        // Its thread does one thing after the other: what was asked before has been done.
        async Task<IpvsSyncRole> RoleAsync()
        {
            _ = await keeper.GetComplaintsAsync();
            return plane.ReadSyncDaemons()[^1].Role;
        }
    }

    [Fact]
    public async Task The_new_role_starts_before_the_former_one_stops_and_that_does_so_once_it_has_sent_all()
    {
        var plane = new MemoryDataPlane();
        List<string> done = Record(plane);
        bool isMaster = true;
        using SyncDaemonKeeper keeper = SyncDaemonKeeper.Open(() => plane, _ => Volatile.Read(ref isMaster), this);
        await keeper.ConfigureAsync(new IpvsSyncDaemon { Interface = "lo", Instance = "VI_1" }, 51);
        Volatile.Write(ref isMaster, false);
        keeper.Follow("VI_1");
        await keeper.GetComplaintsAsync();
        Assert.Equal(["start Master", "start Backup"], Done());
        Assert.Equal(2, plane.ReadSyncDaemons().Count);
        await Eventually.True(() => plane.ReadSyncDaemons().Count == 1);
        Assert.Equal(["start Master", "start Backup", "stop Master"], Done());
        Assert.Empty(warnings);

        string[] Done()
        {
            lock (done) return [.. done];
        }
    }

    [Fact]
    public async Task With_backup_only_a_master_does_not_listen_for_a_moment()
    {
        var plane = new MemoryDataPlane();
        List<string> done = Record(plane);
        plane.SetParameter(IpvsParameterCatalogue.Find("backup_only")!, "1");
        bool isMaster = false;
        using SyncDaemonKeeper keeper = SyncDaemonKeeper.Open(() => plane, _ => Volatile.Read(ref isMaster), this);
        await keeper.ConfigureAsync(new IpvsSyncDaemon { Interface = "lo", Instance = "VI_1" }, 51);
        Volatile.Write(ref isMaster, true);
        keeper.Follow("VI_1");
        Assert.Empty(await keeper.GetComplaintsAsync());
        lock (done) Assert.Equal(["start Backup", "stop Backup", "start Master"], done);

        await keeper.ConfigureAsync(new IpvsSyncDaemon { Interface = "lo" }, 51);
        Assert.StartsWith("net.ipv4.vs.backup_only is 1, ", Assert.Single(await keeper.GetComplaintsAsync()), StringComparison.Ordinal);
        Assert.Single(warnings);
    }

    [Fact]
    public async Task Who_listens_is_known_to_do_so_since_the_last_break()
    {
        var plane = new MemoryDataPlane();
        bool isMaster = false;
        using SyncDaemonKeeper keeper = SyncDaemonKeeper.Open(() => plane, _ => Volatile.Read(ref isMaster), this);
        Assert.Null(keeper.ListeningSince);
        await keeper.ConfigureAsync(new IpvsSyncDaemon { Interface = "lo", Instance = "VI_1" }, 51);
        long first = Assert.NotNull(keeper.ListeningSince);
        keeper.Follow("VI_1");
        await keeper.GetComplaintsAsync();
        Assert.Equal(first, keeper.ListeningSince);

        // Others stop it: it runs again, and has missed something.
        plane.StopSyncDaemon(IpvsSyncRole.Backup);
        keeper.Follow("VI_1");
        await keeper.GetComplaintsAsync();
        Assert.True(keeper.ListeningSince > first);
        await keeper.RemoveAsync();
        Assert.Null(keeper.ListeningSince);
    }

    [Fact]
    public async Task A_node_that_stops_sends_what_it_has_first()
    {
        var plane = new MemoryDataPlane();
        List<string> done = Record(plane);
        bool isMaster = true;
        using SyncDaemonKeeper keeper = SyncDaemonKeeper.Open(() => plane, _ => Volatile.Read(ref isMaster), this);
        await keeper.ConfigureAsync(new IpvsSyncDaemon { Interface = "lo", Instance = "VI_1" }, 51);
        keeper.Leave();
        Volatile.Write(ref isMaster, false);
        Task removal = keeper.RemoveAsync(MonotonicClock.Now);
        await keeper.GetComplaintsAsync();
        Assert.Single(plane.ReadSyncDaemons());
        await removal;
        lock (done) Assert.Equal(["start Master", "stop Master"], done);
    }

    [Fact]
    public async Task What_is_refused_again_and_again_is_told_once()
    {
        var plane = new MemoryDataPlane { RefuseSync = _ => "not now" };
        using SyncDaemonKeeper keeper = SyncDaemonKeeper.Open(() => plane, _ => true, this);
        await keeper.ConfigureAsync(new IpvsSyncDaemon { Interface = "lo", Instance = "VI_1" }, 51);
        for (int i = 0; i < 3; i++) keeper.Follow("VI_1");
        Assert.Equal(["the IPVS sync daemon master on lo (id 51) does not run: not now"], await keeper.GetComplaintsAsync());
        Assert.Equal(["the IPVS sync daemon master on lo (id 51) does not run: not now"], warnings);
    }

    void IServiceSink.OnService(string kind, string subject, string message, string? state)
    {
        if (kind == "Warning") warnings.Add(message);
    }

    void IServiceSink.OnPrepared(string instance) => throw new InvalidOperationException(instance);

    /// <summary>What becomes of the daemons, in its order; it grows under its own lock.</summary>
    private static List<string> Record(MemoryDataPlane plane)
    {
        List<string> done = [];
        plane.SyncChanged = what =>
        {
            lock (done) done.Add(what);
        };
        return done;
    }
}
