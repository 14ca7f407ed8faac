using HaTools.Engine.DataPlane;

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
            return Assert.Single(plane.ReadSyncDaemons()).Role;
        }
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
}
