using HaTools.Lab.Clients;
using HaTools.Lab.Tests.Needs;
using HaTools.Lab.Watching;
using HaTools.Netlink.Ipvs;

namespace HaTools.Lab.Tests.Services;

/// <summary>Traffic through NAT: answered, counted both ways, told apart by address family, protocol and port.</summary>
[Trait("Needs", "ipvs")]
[Trait("Row", "I17")]
[Trait("Row", "I20")]
[Collection(nameof(RoutedStage))]
public sealed class NatTests(RoutedStage stage)
{
    [IpvsFact]
    public async Task All_servers_answer_and_the_counters_of_both_directions_are_ipvsadms()
    {
        await stage.BeginAsync();
        stage.Enter("""
            -A -t VIP:80 -s rr
            -a -t VIP:80 -r 10.61.0.11:80 -m
            -a -t VIP:80 -r 10.61.0.12:80 -m
            -a -t VIP:80 -r 10.61.0.13:80 -m
            """);
        using (Calls calls = await stage.CallAsync(stage.At(80), 30))
        {
            Assert.Equal("10 rs1, 10 rs2, 10 rs3", calls.Tally.ToString());
            IpvsadmConnection[] connections = [.. (await Ipvsadm.ConnectionsAsync(stage.Director)).Where(c => c.Virtual.Equals(stage.At(80)))];
            Assert.All(connections, c => Assert.Equal("ESTABLISHED", c.State));
            Assert.Equal(calls.Select(c => c.Client!.Port).Order(), connections.Select(c => c.Client.Port).Order());
        }

        // The sums come with the estimator's next round, every 2 s: both are asked until they stand still and agree.
        IpvsStatistics last = default;
        await Eventually.True(async () =>
        {
            IpvsStatistics before = last;
            last = stage.Ipvs.GetServices().Single().Statistics;
            IpvsadmCounters shown = (await Ipvsadm.CountersAsync(stage.Director)).Single(c => c.Server is null);
            return last.Connections == 30 && last.OutgoingPackets > 0 && last.OutgoingBytes > last.OutgoingPackets && before == last
                && shown == new IpvsadmCounters($"TCP {stage.Vip}:80", null, last.Connections, last.IncomingPackets, last.OutgoingPackets,
                    last.IncomingBytes, last.OutgoingBytes);
        }, () => last.ToString());
    }

    [IpvsFact]
    public async Task Ipv6_is_translated_as_ipv4_is()
    {
        await stage.BeginAsync();
        stage.Enter("""
            -A -t [VIP6]:80 -s rr
            -a -t [VIP6]:80 -r [fd61::11]:80 -m
            -a -t [VIP6]:80 -r [fd61::12]:443 -m
            """);
        using Calls calls = await stage.CallAsync(stage.At6(80), 8);
        Assert.Equal("4 rs1, 4 rs2", calls.Tally.ToString());
    }

    [IpvsFact]
    public async Task Datagrams_of_one_client_stay_with_a_server_and_with_one_packet_each_is_scheduled_by_itself()
    {
        await stage.BeginAsync();
        stage.Enter("""
            -A -u VIP:80 -s rr
            -a -u VIP:80 -r 10.61.0.11:80 -m
            -a -u VIP:80 -r 10.61.0.12:80 -m
            -A -u VIP:443 -s rr -o
            -a -u VIP:443 -r 10.61.0.11:443 -m
            -a -u VIP:443 -r 10.61.0.12:443 -m
            """);
        using Call call = await Call.UdpAsync(stage.Client, stage.At(80));
        Assert.NotNull(call.Server);
        for (int i = 0; i < 3; i++) Assert.Equal(call.Server, await call.AgainAsync());

        // An answer finds no connection, so that NAT brings none back: the counters tell where the questions went.
        using Call brief = await Call.UdpAsync(stage.Client, stage.At(443));
        Assert.NotNull(brief.Refusal);
        for (int i = 0; i < 3; i++) await brief.SendAsync();
        await Eventually.True(() => Connections(80) is [0, 1] && Connections(443) is [2, 2],
            () => $"{string.Join(' ', Connections(80))} and {string.Join(' ', Connections(443))}");
    }

    private ulong[] Connections(int port) => [.. stage.Ipvs
        .GetDestinations(new IpvsServiceKey(IpvsProtocol.Udp, stage.At(port).Address, port)).Select(d => d.Statistics.Connections).Order()];
}
