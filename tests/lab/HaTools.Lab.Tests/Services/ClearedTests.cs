using System.Net;
using HaTools.Engine;
using HaTools.Lab.Clients;
using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;
using Xunit.Abstractions;

namespace HaTools.Lab.Tests.Services;

/// <summary><c>ipvsadm -C</c> behind a node's back, while clients have downloads through its service.</summary>
[Trait("Needs", "ipvs")]
[Collection(nameof(RoutedStage))]
public sealed class ClearedTests(RoutedStage stage, ITestOutputHelper output)
{
    [IpvsFact]
    public async Task A_table_that_is_cleared_under_downloads_is_back_and_new_clients_are_served()
    {
        await stage.BeginAsync();
        string folder = Directory.CreateTempSubdirectory("hatools-").FullName;
        try
        {
            await using HaNode node = await await NamespaceThread.Start(stage.Director, "node", () => HaNode.StartAsync(new HaNodeOptions
            {
                Name = "cleared",
                RunDirectory = folder,
                Realtime = false,
                Configuration = new HaConfiguration { VirtualServers = [Service()] },
            }));
            string wanted = await TableAsync();
            await using Downloads downloads = await Downloads.StartAsync(stage.Client, new DownloadOptions(stage.At(80), 30) { Patience = TimeSpan.FromSeconds(10) }, default);
            await Eventually.True(() => downloads.All.All(d => d.Server is not null), downloads.ToString);

            (await stage.Director.RunAsync("ipvsadm -C")).OrThrow();
            await Eventually.True(() => stage.Ipvs.GetServices() is [{ } service] && stage.Ipvs.GetDestinations(service.Key).Count == 3, () => "the table is not back");
            Assert.Equal(wanted, await TableAsync());
            using Calls calls = await stage.CallAsync(stage.At(80), 6);
            Assert.Equal("2 rs1, 2 rs2, 2 rs3", calls.Tally.ToString());

            // With the last service the kernel takes its hooks away: what comes meanwhile is answered by the director itself, or goes through untranslated.
            stage.FinishDownloads();
            await downloads.FinishAsync(default);
            output.WriteLine($"of the downloads that were open: {downloads}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        async Task<string> TableAsync() => (await stage.Director.RunAsync("ipvsadm -S -n")).OrThrow().Output;
    }

    private VirtualServer Service() => new()
    {
        Address = stage.At(80).Address,
        Port = 80,
        Scheduler = "rr",
        Forwarding = ForwardingMethod.Nat,
        RealServers = [.. Enumerable.Range(11, 3).Select(h => new RealServer { Address = IPAddress.Parse($"10.61.0.{h}"), Port = 80 })],
    };
}
