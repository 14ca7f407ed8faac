using HaTools.Engine.DataPlane;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>The keeper alone, on a plane in memory. Whole nodes, and the kernel: <see cref="SyncDaemonTests"/>.</summary>
public sealed class SyncDaemonKeeperTests : IServiceSink
{
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

        // Its thread does one thing after the other: what was asked before has been done.
        async Task<IpvsSyncRole> RoleAsync()
        {
            _ = await keeper.GetComplaintsAsync();
            return Assert.Single(plane.ReadSyncDaemons()).Role;
        }
    }

    void IServiceSink.OnService(string kind, string subject, string message, string? state) => Assert.Equal("Log", kind);

    void IServiceSink.OnPrepared(string instance) => throw new InvalidOperationException(instance);
}
