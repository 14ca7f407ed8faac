using HaTools.Lab.Clients;
using HaTools.Lab.Tests.Needs;
using HaTools.Netlink.Ipvs;

namespace HaTools.Lab.Tests.Services;

/// <summary>A real server with as many connections as its upper threshold gets no new ones until it has fewer than its lower one.</summary>
[Trait("Needs", "ipvs")]
[Trait("Row", "I9")]
[Collection(nameof(RoutedStage))]
public sealed class ThresholdTests(RoutedStage stage)
{
    [IpvsFact]
    public async Task Full_servers_are_passed_over_and_when_all_are_full_clients_are_refused()
    {
        await stage.BeginAsync();
        stage.Enter("""
            -A -t VIP:80 -s rr
            -a -t VIP:80 -r 10.61.0.11:80 -m -x 3
            -a -t VIP:80 -r 10.61.0.12:80 -m -x 5
            """);
        using Calls calls = await stage.CallAsync(stage.At(80), 10);
        Assert.Equal("3 rs1, 5 rs2, 2 unanswered", calls.Tally.ToString());
        Assert.All(calls[8..], c => Assert.Equal("ConnectionRefused", c.Refusal));
    }

    [IpvsFact]
    public async Task A_server_takes_part_again_below_its_lower_threshold_and_not_before()
    {
        await stage.BeginAsync();
        stage.Enter("""
            -A -u VIP:80 -s rr
            -a -u VIP:80 -r 10.61.0.11:80 -m -x 4 -y 2
            """);

        // One that is asked all the time lives; those that are not go after these five seconds.
        stage.Ipvs.SetTimeouts(new IpvsTimeouts(0, 0, 5));
        try
        {
            using Call kept = await Call.UdpAsync(stage.Client, stage.At(80));
            using Call alsoKept = await Call.UdpAsync(stage.Client, stage.At(80));
            for (int i = 0; i < 2; i++)
            {
                using Call brief = await Call.UdpAsync(stage.Client, stage.At(80));
                Assert.Equal("rs1", brief.Server);
            }

            // Four, and then two, are not fewer than two.
            bool refusedAtTwo = false;
            await Eventually.True(async () =>
            {
                Assert.Equal(("rs1", "rs1"), (await kept.AgainAsync(), await alsoKept.AgainAsync()));
                using Call more = await Call.UdpAsync(stage.Client, stage.At(80));
                Assert.NotNull(more.Refusal);
                return refusedAtTwo = Connections() == 2;
            });
            Assert.True(refusedAtTwo);

            // alsoKept is left to itself.
            await Eventually.True(async () =>
            {
                Assert.Equal("rs1", await kept.AgainAsync());
                return Connections() == 1;
            });
            using Call again = await Call.UdpAsync(stage.Client, stage.At(80));
            Assert.Equal("rs1", again.Server);
        }
        finally
        {
            stage.Ipvs.SetTimeouts(new IpvsTimeouts(0, 0, 300));
        }
    }

    private uint Connections()
    {
        IpvsDestination server = stage.Ipvs.GetDestinations(stage.Ipvs.GetServices().Single().Key).Single();
        return server.ActiveConnections + server.InactiveConnections;
    }
}
