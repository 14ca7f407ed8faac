using HaTools.Lab.Clients;
using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Failover;

/// <summary>200 long downloads through two directors that tell one another nothing of connections.</summary>
[Trait("Needs", "ipvs")]
public sealed class StatelessFailoverTests
{
    private const int Count = 200;

    /// <summary>
    /// A server has failed and returned on the second director alone before the downloads begin, so that the histories of the two tables differ.
    /// </summary>
    [LongIpvsTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task None_breaks_when_the_master_loses_its_power_is_stopped_and_is_killed_and_returns_in_between(bool tunnel)
    {
        var kind = new FailoverCase(DirectorDaemon.Hanode, IsNat: false, Sync: false) { Stateless = true, IsTunnel = tunnel };
        await using FailoverStage stage = await FailoverStage.StartAsync(kind);
        await stage.FlapAsync();
        await stage.DownloadAsync(Count);

        await stage.First.CrashAsync();
        await ExpectUnbrokenAsync(stage, stage.Second, "the master has lost its power");
        await stage.ReturnAsync(stage.First);
        await ExpectUnbrokenAsync(stage, stage.First, "it is back");
        await stage.First.StopDaemonAsync(default);
        await ExpectUnbrokenAsync(stage, stage.Second, "it has been stopped");
        await stage.ReturnAsync(stage.First);
        await ExpectUnbrokenAsync(stage, stage.First, "it is back again");
        stage.First.KillDaemon();
        await ExpectUnbrokenAsync(stage, stage.Second, "it has been killed");

        Assert.All(await stage.FinishAsync(), d => Assert.Equal(DownloadEnd.Whole, d.End));
    }

    private static async Task ExpectUnbrokenAsync(FailoverStage stage, LabNode holder, string after)
    {
        await stage.UntilHeldByAsync(holder);
        int broken = await stage.SettleAsync();
        Assert.True(broken == 0, $"{after}: {stage.Downloads}; {holder.Name} knows {stage.Known(holder)}\n{holder.DaemonLog}");
    }
}
