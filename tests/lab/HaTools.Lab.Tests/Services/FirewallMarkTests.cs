using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Services;

/// <summary>Services of a firewall mark: whatever carries it, on any address and port.</summary>
[Trait("Needs", "ipvs")]
[Trait("Row", "I7")]
[Collection(nameof(RoutedStage))]
public sealed class FirewallMarkTests(RoutedStage stage)
{
    [IpvsFact]
    public async Task One_service_has_several_ports_and_with_persistence_a_client_stays_over_all_of_them()
    {
        await stage.BeginAsync();
        await PacketMarks.ClearAsync(stage.Director);
        await PacketMarks.SetAsync(stage.Director, $"-d {stage.Vip} -p tcp -m multiport --dports 80,443", 7);
        stage.Enter("""
            -A -f 7 -s rr -p 300
            -a -f 7 -r 10.61.0.11:0 -m
            -a -f 7 -r 10.61.0.12:0 -m
            -a -f 7 -r 10.61.0.13:0 -m
            """);
        string[] sources = [.. ServiceStage.Clients.Take(6)];
        using Calls web = await stage.CallAsync(stage.At(80), 6, sources), tls = await stage.CallAsync(stage.At(443), 6, sources);
        Assert.Equal("2 rs1, 2 rs2, 2 rs3", web.Tally.ToString());
        Assert.Equal(web.Tally.Servers, tls.Tally.Servers);
    }

    [IpvsFact]
    public async Task What_carries_no_mark_or_another_is_not_the_services()
    {
        await stage.BeginAsync();
        await PacketMarks.ClearAsync(stage.Director);
        await PacketMarks.SetAsync(stage.Director, $"-s 10.60.0.10 -d {stage.Vip} -p tcp --dport 80", 7);
        await PacketMarks.SetAsync(stage.Director, $"-s 10.60.0.11 -d {stage.Vip} -p tcp --dport 80", 0xfffffff0);
        stage.Enter("""
            -A -f 7 -s rr
            -a -f 7 -r 10.61.0.11:80 -m
            -A -f 4294967280 -s rr
            -a -f 4294967280 -r 10.61.0.12:80 -m
            """);
        using Calls calls = await stage.CallAsync(stage.At(80), 6, ["10.60.0.10", "10.60.0.11", "10.60.0.12"]);
        Assert.Equal(["rs1", "rs2", null, "rs1", "rs2", null], calls.Tally.Servers);
        Assert.Equal("ConnectionRefused", calls[2].Refusal); // the director itself, which has no such server
    }

    [IpvsFact]
    public async Task Ipv6_has_marks_of_its_own()
    {
        await stage.BeginAsync();
        await PacketMarks.ClearAsync(stage.Director);
        await PacketMarks.SetAsync(stage.Director, $"-d {stage.Vip6} -p tcp --dport 443", 7);
        stage.Enter("""
            -A -f 7 -6 -s rr
            -a -f 7 -6 -r [fd61::11]:443 -m
            -a -f 7 -6 -r [fd61::12]:443 -m
            -A -f 7 -s rr
            -a -f 7 -r 10.61.0.13:443 -m
            """);
        using Calls calls = await stage.CallAsync(stage.At6(443), 6);
        Assert.Equal("3 rs1, 3 rs2", calls.Tally.ToString());
    }

    [StockKernelFact]
    [Trait("Needs", "stock-kernel")]
    public async Task Marks_of_nftables_are_marks_and_without_them_the_service_is_nobodys()
    {
        await stage.BeginAsync();
        stage.Enter("""
            -A -f 7 -s rr -p 300
            -a -f 7 -r 10.61.0.11:0 -m
            -a -f 7 -r 10.61.0.12:0 -m
            -A -f 7 -6 -s rr
            -a -f 7 -6 -r [fd61::11]:443 -m
            -a -f 7 -6 -r [fd61::12]:443 -m
            """);
        string[] sources = [.. ServiceStage.Clients.Take(4)];
        using (Calls none = await stage.CallAsync(stage.At(80), 1)) Assert.Equal("ConnectionRefused", none[0].Refusal);
        string rules = $$"""
            table inet marks {
                chain prerouting {
                    type filter hook prerouting priority mangle
                    ip daddr {{stage.Vip}} tcp dport { 80, 443 } meta mark set 7
                    ip6 daddr {{stage.Vip6}} tcp dport 443 meta mark set 7
                }
            }
            """;
        (await stage.Director.RunAsync($"nft -f - <<'RULES'\n{rules}\nRULES")).OrThrow();
        try
        {
            using Calls web = await stage.CallAsync(stage.At(80), 4, sources), tls = await stage.CallAsync(stage.At(443), 4, sources);
            Assert.Equal("2 rs1, 2 rs2", web.Tally.ToString());
            Assert.Equal(web.Tally.Servers, tls.Tally.Servers);
            using Calls six = await stage.CallAsync(stage.At6(443), 6);
            Assert.Equal("3 rs1, 3 rs2", six.Tally.ToString());
        }
        finally
        {
            (await stage.Director.RunAsync("nft delete table inet marks")).OrThrow();
        }

        using Calls after = await stage.CallAsync(stage.At(80), 1);
        Assert.Equal("ConnectionRefused", after[0].Refusal);
    }
}
