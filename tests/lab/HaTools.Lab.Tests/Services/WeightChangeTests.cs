using HaTools.Lab.Clients;
using HaTools.Lab.Tests.Needs;
using HaTools.Netlink.Ipvs;

namespace HaTools.Lab.Tests.Services;

/// <summary>What is changed of a service and its servers while connections run costs none of them.</summary>
[Trait("Needs", "ipvs")]
[Collection(nameof(RoutedStage))]
public sealed class WeightChangeTests(RoutedStage stage)
{
    [IpvsFact]
    public async Task Weights_and_schedulers_change_under_200_downloads_and_a_server_is_entered_anew_and_none_breaks()
    {
        await stage.BeginAsync();
        stage.Enter("""
            -A -t VIP:80 -s wrr
            -a -t VIP:80 -r 10.61.0.11:80 -m -w 1
            -a -t VIP:80 -r 10.61.0.12:80 -m -w 1
            -a -t VIP:80 -r 10.61.0.13:80 -m -w 2
            """);
        await using Downloads downloads = await Downloads.StartAsync(stage.Client, new DownloadOptions(stage.At(80), 200), default);
        await Eventually.True(() => downloads.All.All(d => d.Server is not null), downloads.ToString);
        Assert.Equal("50 rs1, 50 rs2, 100 rs3", TrafficTally.Of(downloads.All).ToString());

        IpvsService service = stage.Ipvs.GetServices().Single();
        for (int round = 0; round < 20; round++)
        {
            foreach (IpvsDestination server in stage.Ipvs.GetDestinations(service.Key))
                stage.Ipvs.SetDestination(service.Key, server with { Weight = (server.Weight + round) % 4 });
            stage.Ipvs.SetService(service with { Scheduler = round % 2 == 0 ? "wlc" : "wrr" });

            // In one message: between the two, packets of its connections would be dropped (and sent again).
            IpvsDestination first = stage.Ipvs.GetDestinations(service.Key)[0];
            Assert.All(stage.Ipvs.Apply([IpvsCommand.DeleteDestination(service.Key, first), IpvsCommand.AddDestination(service.Key, first)]),
                r => Assert.True(r.Succeeded));
            await Task.Delay(100);
        }

        long[] before = [.. downloads.All.Select(d => d.Bytes)];
        await Eventually.True(() => downloads.All.All(d => d.Bytes > before[d.Number]), downloads.ToString);
        stage.FinishDownloads();
        await downloads.FinishAsync(default);
        Assert.Equal("200 Whole", downloads.ToString());
    }
}
