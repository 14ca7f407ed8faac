using HaTools.Lab.Tests.Needs;
using HaTools.Netlink.Ipvs;

namespace HaTools.Lab.Tests.Services;

/// <summary>Traffic by direct routing: the servers answer the client themselves, so that the director counts one direction only.</summary>
[Trait("Needs", "ipvs")]
[Trait("Row", "I20")]
[Collection(nameof(LanStage))]
public sealed class DirectRoutingTests(LanStage stage)
{
    [IpvsFact]
    public async Task All_servers_answer_and_the_answers_do_not_pass_the_director()
    {
        await stage.BeginAsync();
        stage.Enter("""
            -A -t VIP:80 -s rr
            -a -t VIP:80 -r 10.60.0.51 -g
            -a -t VIP:80 -r 10.60.0.52 -g
            -a -t VIP:80 -r 10.60.0.53 -g
            """);
        using Calls calls = await stage.CallAsync(stage.At(80), 30);
        Assert.Equal("10 rs1, 10 rs2, 10 rs3", calls.Tally.ToString());
        IpvsStatistics counted = default;
        await Eventually.True(() => (counted = stage.Ipvs.GetServices().Single().Statistics).Connections == 30, () => counted.ToString());
        Assert.True(counted.IncomingPackets >= 90, counted.ToString()); // SYN, ACK, question
        Assert.Equal((0ul, 0ul), (counted.OutgoingPackets, counted.OutgoingBytes));
    }

    [IpvsFact]
    public async Task Over_ipv6_as_well()
    {
        await stage.BeginAsync();
        stage.Enter("""
            -A -t [VIP6]:80 -s rr
            -a -t [VIP6]:80 -r [fd60::51]:80 -g
            -a -t [VIP6]:80 -r [fd60::52]:80 -g
            """);
        using Calls calls = await stage.CallAsync(stage.At6(80), 8);
        Assert.Equal("4 rs1, 4 rs2", calls.Tally.ToString());
    }
}
