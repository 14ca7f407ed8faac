using System.Net;
using HaTools.Configuration;
using HaTools.Engine;
using HaTools.Lab.Clients;
using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Services;

/// <summary>Groups whose addresses and ports are one service, by marks that the node's table of nftables sets (row L3).</summary>
[Trait("Needs", "ipvs")]
[Trait("Row", "L3")]
[Collection(nameof(RoutedStage))]
public sealed class GroupMarkTests(RoutedStage stage)
{
    private const string Other = "10.60.0.200";

    [StockKernelFact]
    [Trait("Needs", "stock-kernel")]
    public async Task Clients_reach_a_group_of_addresses_and_ports_by_one_service_and_downloads_outlive_its_changes()
    {
        await stage.BeginAsync();
        (await stage.Director.RunAsync($"ip addr add {Other}/32 dev eth0")).OrThrow();
        string folder = Directory.CreateTempSubdirectory("hatools-").FullName;
        try
        {
            await using HaNode node = await await NamespaceThread.Start(stage.Director, "node", () => HaNode.StartAsync(new HaNodeOptions
            {
                Name = "marks",
                RunDirectory = folder,
                Realtime = false,
                Configuration = Configuration($"{stage.Vip} 80\n{Other} 80\n{stage.Vip} 443\n{stage.Vip6} 80"),
            }));
            Assert.Equal("-A -f 1000 -s rr; -A -f 1001 -6 -s rr", await ServicesAsync());
            using (Calls first = await stage.CallAsync(stage.At(80), 3), second = await stage.CallAsync(new IPEndPoint(IPAddress.Parse(Other), 80), 3), third = await stage.CallAsync(stage.At(443), 3), six = await stage.CallAsync(stage.At6(80), 3))
            {
                Assert.All(new[] { first, second, third, six }, c => Assert.Equal("1 rs1, 1 rs2, 1 rs3", c.Tally.ToString()));
            }

            // A member that goes is nobody's; connections go on, and the others' service is the same.
            await using Downloads downloads = await Downloads.StartAsync(stage.Client, new DownloadOptions(stage.At(80), 6) { Patience = TimeSpan.FromSeconds(30) }, default);
            await Eventually.True(() => downloads.All.All(d => d.Server is not null), downloads.ToString);
            _ = await node.ApplyAsync(Configuration($"{stage.Vip} 80\n{stage.Vip} 443"));
            Assert.Equal("-A -f 1000 -s rr", await ServicesAsync());
            using (Calls gone = await stage.CallAsync(new IPEndPoint(IPAddress.Parse(Other), 80), 1), left = await stage.CallAsync(stage.At(443), 3))
            {
                Assert.Equal("ConnectionRefused", gone[0].Refusal);
                Assert.Equal("1 rs1, 1 rs2, 1 rs3", left.Tally.ToString());
            }

            stage.FinishDownloads();
            await downloads.FinishAsync(default);
            Assert.All(downloads.All, d => Assert.Equal(DownloadEnd.Whole, d.End));

            // From marks to addresses: another service.
            _ = await node.ApplyAsync(Configuration($"{stage.Vip} 80") with { Ipvs = IpvsSettings.None });
            Assert.Equal($"-A -t {stage.Vip}:80 -s rr", await ServicesAsync());
            using Calls plain = await stage.CallAsync(stage.At(80), 3);
            Assert.Equal("1 rs1, 1 rs2, 1 rs3", plain.Tally.ToString());
        }
        finally
        {
            (await stage.Director.RunAsync($"ip addr del {Other}/32 dev eth0")).OrThrow();
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<string> ServicesAsync() =>
        string.Join("; ", (await stage.Director.RunAsync("ipvsadm -S -n")).OrThrow().Output.Split('\n').Where(l => l.StartsWith("-A ", StringComparison.Ordinal)).Select(l => l.Trim()));

    private static HaConfiguration Configuration(string members)
    {
        string Service(string group, string lines, string servers) => $"virtual_server_group {group} {{\n{lines}\n}}\nvirtual_server group {group} {{\nprotocol TCP\nlb_algo rr\nlb_kind NAT\n{servers}\n}}\n";
        string six = string.Join('\n', members.Split('\n').Where(m => m.Contains(':'))), four = string.Join('\n', members.Split('\n').Where(m => !m.Contains(':')));
        string text = "global_defs {\nnftables_ipvs\n}\n" + Service("web", four, Servers("10.61.0."));
        if (six.Length > 0) text += Service("six", six, Servers("fd61::"));
        return HaConfigurationReader.ReadText(text, "t.conf", ConfigurationFormat.Keepalived).Configuration!;
    }

    private static string Servers(string prefix) => string.Concat(Enumerable.Range(11, 3).Select(h => $"real_server {prefix}{h} {{\n}}\n"));
}
