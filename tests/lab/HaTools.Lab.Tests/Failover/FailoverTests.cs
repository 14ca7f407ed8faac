using HaTools.Lab.Clients;
using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Failover;

/// <summary>200 long downloads from each service through two directors, of which the master goes and comes back: what the client sees.</summary>
[Trait("Needs", "ipvs")]
public sealed class FailoverTests
{
    private const int Count = 200;

    /// <summary>
    /// With the defaults. The sync daemon announces a connection with its first packet once it is established, and again every 3 s as long as packets come; an
    /// announcement may lie for 3 s in a buffer. A director that is back has heard them all before it takes the addresses.
    /// </summary>
    [IpvsFact]
    public Task With_the_sync_daemon_none_breaks_by_NAT_and_direct_routing_when_the_master_loses_its_power_is_stopped_and_is_killed_and_returns_in_between() =>
        PlayAsync(new FailoverCase(DirectorDaemon.Hanode, Sync: true, new(ServiceForwarding.Nat), new(ServiceForwarding.DirectRouting)));

    /// <summary>
    /// Directors that tell one another nothing of connections. A server has failed and returned on the second one alone before the downloads begin, so that the histories
    /// of the two tables differ.
    /// </summary>
    [IpvsFact]
    public Task Without_state_none_breaks_by_direct_routing_and_tunnels_when_the_master_loses_its_power_is_stopped_and_is_killed_and_returns_in_between() =>
        PlayAsync(new FailoverCase(DirectorDaemon.Hanode, Sync: false, new(ServiceForwarding.DirectRouting), new(ServiceForwarding.Tunnel)) { Stateless = true });

    /// <summary>What keepalived does unless told otherwise, beside it.</summary>
    [IpvsFact]
    public async Task Keepalived_without_its_sync_daemon_breaks_them_all()
    {
        await using FailoverStage stage = await FailoverStage.StartAsync(new FailoverCase(DirectorDaemon.Keepalived, Sync: false, new FailoverService(ServiceForwarding.Nat)));
        await stage.DownloadAsync(Count);
        await stage.First.CrashAsync();
        await stage.UntilHeldByAsync(stage.Second);
        Assert.Equal(Count, await stage.SettleAsync());
    }

    private static async Task PlayAsync(FailoverCase kind)
    {
        await using FailoverStage stage = await FailoverStage.StartAsync(kind);
        if (kind.Stateless) await stage.FlapAsync();
        await stage.DownloadAsync(Count);

        await stage.First.CrashAsync();
        await ExpectUnbrokenAsync(stage.Second, "the master has lost its power");
        await stage.ReturnAsync(stage.First);
        await ExpectUnbrokenAsync(stage.First, "it is back");
        await stage.First.StopDaemonAsync(default);
        await ExpectUnbrokenAsync(stage.Second, "it has been stopped");
        await stage.ReturnAsync(stage.First);
        await ExpectUnbrokenAsync(stage.First, "it is back again");
        stage.First.KillDaemon();
        await ExpectUnbrokenAsync(stage.Second, "it has been killed");
        IReadOnlyList<Download> all = await stage.FinishAsync();
        Assert.Equal(Count * kind.Services.Length, all.Count);
        Assert.All(all, d => Assert.Equal(DownloadEnd.Whole, d.End));

        async Task ExpectUnbrokenAsync(LabNode holder, string after)
        {
            await stage.UntilHeldByAsync(holder);
            int broken = await stage.SettleAsync();
            Assert.True(broken == 0, $"{after}: {stage.Tell()}; {holder.Name} knows {stage.Known(holder)}\n{holder.DaemonLog}");
        }
    }
}
