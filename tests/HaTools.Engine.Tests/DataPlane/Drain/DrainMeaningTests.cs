using System.Net;
using HaTools.Engine.DataPlane;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.DataPlane.Drain;

/// <summary>What is said of weight 0 and removal, parameter by parameter (row I30); that it is so, DrainKernelTests prove.</summary>
public sealed class DrainMeaningTests
{
    private static readonly DrainParameters Usual = DrainParameters.Usual;

    [Fact]
    public void A_plain_service_on_a_kernel_with_its_defaults_drains()
    {
        Assert.Equal(
            ["New clients go to other servers.", "A client's port that is used again after its connection has ended is scheduled anew: conn_reuse_mode is 1."],
            DrainMeaning.OfWeightZero(Service(), Usual));
        Assert.StartsWith("Connections that are left when it is removed hang: expire_nodest_conn is 0", Assert.Single(DrainMeaning.OfRemoval(Service(), Usual)), StringComparison.Ordinal);
        Assert.Empty(DrainMeaning.Concerns(Service(), Usual));
    }

    [Fact]
    public void Persistence_is_not_drained_by_weight_0_alone()
    {
        PlaneService service = Service() with { Persistence = 300 };
        Assert.True(DrainMeaning.WaitsForClients(service, Usual));
        Assert.Contains(
            "Persistent clients that come back stay, until they were away for 300 s: expire_quiescent_template is 0, and the drain waits for them.", DrainMeaning.OfWeightZero(service, Usual));
        Assert.Contains("set it to 1", Assert.Single(DrainMeaning.Concerns(service, Usual)), StringComparison.Ordinal);
        Assert.Contains("Persistent clients are scheduled anew when it is removed.", DrainMeaning.OfRemoval(service, Usual));

        DrainParameters parameters = Usual with { ExpireQuiescentTemplate = true };
        Assert.False(DrainMeaning.WaitsForClients(service, parameters));
        Assert.Contains("Persistent clients that come back are scheduled anew: expire_quiescent_template is 1.", DrainMeaning.OfWeightZero(service, parameters));
        Assert.Empty(DrainMeaning.Concerns(service, parameters));
        Assert.False(DrainMeaning.WaitsForClients(Service(), Usual));
    }

    [Fact]
    public void Ports_that_are_used_again_may_find_the_way_back()
    {
        DrainParameters parameters = Usual with { ConnectionReuse = 0 };
        Assert.Contains(DrainMeaning.OfWeightZero(Service(), parameters), w => w.Contains("in spite of the weight, until the former connection is forgotten", StringComparison.Ordinal));
        Assert.EndsWith("while conn_reuse_mode is 0: set it to 1", Assert.Single(DrainMeaning.Concerns(Service(), parameters)), StringComparison.Ordinal);
        Assert.EndsWith("(3 with direct routing or tunnels)", Assert.Single(DrainMeaning.Concerns(Service(IpvsForwardingMethod.DirectRoute), parameters)), StringComparison.Ordinal);
        Assert.Contains("So does a client whose port is used again: conn_reuse_mode is 0.", DrainMeaning.OfRemoval(Service(), parameters));

        // expire_nodest_conn goes before it.
        parameters = parameters with { ExpireNoDestination = true };
        Assert.Contains("A client's port that is used again is scheduled anew: expire_nodest_conn is 1.", DrainMeaning.OfWeightZero(Service(), parameters));
        Assert.Empty(DrainMeaning.Concerns(Service(), parameters));
        Assert.DoesNotContain(DrainMeaning.OfRemoval(Service(), parameters), w => w.Contains("conn_reuse_mode", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(IpvsForwardingMethod.DirectRoute, 1, true)]
    [InlineData(IpvsForwardingMethod.Tunnel, 1, true)]
    [InlineData(IpvsForwardingMethod.Tunnel, 3, false)]
    [InlineData(IpvsForwardingMethod.Masquerade, 1, false)]
    public void Where_answers_pass_the_director_by_an_end_is_not_seen(IpvsForwardingMethod method, int mode, bool said) => Assert.Equal(
        said,
        DrainMeaning.OfWeightZero(Service(method), Usual with { ConnectionReuse = mode }).Any(w => w.Contains("does not see how a connection ends", StringComparison.Ordinal)));

    [Fact]
    public void What_is_left_at_the_removal_hangs_or_ends_at_once()
    {
        DrainParameters parameters = Usual with { ExpireNoDestination = true };
        Assert.EndsWith("their next packet is reset.", Assert.Single(DrainMeaning.OfRemoval(Service(), parameters)), StringComparison.Ordinal);
        Assert.EndsWith("another server gets their packets, and resets them.", Assert.Single(DrainMeaning.OfRemoval(Service(), parameters with { SloppyTcp = true })), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dh", IpvsServiceFlags.None, "choose another scheduler")]
    [InlineData("sh", IpvsServiceFlags.None, "give sh its flag fallback")]
    [InlineData("mh", IpvsServiceFlags.Scheduler2, "give mh its flag fallback")]
    [InlineData("mh", IpvsServiceFlags.Scheduler1, null)]
    [InlineData("sh", IpvsServiceFlags.Scheduler1, null)]
    [InlineData("wlc", IpvsServiceFlags.None, null)]
    public void Schedulers_of_hashes_refuse_clients_unless_they_may_look_further(string scheduler, IpvsServiceFlags flags, string? remedy)
    {
        PlaneService service = Service() with { Scheduler = scheduler, Flags = flags };
        string first = DrainMeaning.OfWeightZero(service, Usual)[0];
        Assert.Equal(remedy is null ? "New clients go to other servers." : $"New clients whose hash leads to it are refused, since {scheduler} looks for no other server: {remedy}.", first);
        Assert.Equal(remedy is null ? 0 : 1, DrainMeaning.Concerns(service, Usual).Count);
    }

    [Fact]
    public void UDP_and_single_packets_have_no_end()
    {
        PlaneService udp = Service() with { Key = Service().Key with { Protocol = IpvsProtocol.Udp } };
        Assert.Equal(["New clients go to other servers.", DrainMeaning.OfWeightZero(udp, Usual)[1]], DrainMeaning.OfWeightZero(udp, Usual));
        Assert.StartsWith("UDP has no end of a connection", DrainMeaning.OfWeightZero(udp, Usual)[1], StringComparison.Ordinal);
        Assert.Empty(DrainMeaning.Concerns(udp, Usual with { ConnectionReuse = 0 }));

        PlaneService single = udp with { Flags = IpvsServiceFlags.OnePacket };
        Assert.EndsWith("there is nothing to wait for.", DrainMeaning.OfWeightZero(single, Usual)[1], StringComparison.Ordinal);
        Assert.Empty(DrainMeaning.OfRemoval(single, Usual));
    }

    [Fact]
    public void Tracking_delays_and_the_defence_forgets()
    {
        Assert.Contains(DrainMeaning.OfWeightZero(Service(), Usual with { Conntrack = true }), w => w.Contains("anew a second later, since conntrack is 1", StringComparison.Ordinal));
        Assert.Contains(DrainMeaning.OfWeightZero(Service(), Usual with { DropEntry = 3 }), w => w.StartsWith("drop_entry is 3", StringComparison.Ordinal));
        Assert.DoesNotContain(DrainMeaning.OfWeightZero(Service(), Usual with { DropEntry = 1 }), w => w.Contains("drop_entry", StringComparison.Ordinal));
    }

    [Fact]
    public void Parameters_are_read_from_the_plane_and_older_kernels_are_those_that_knew_no_choice()
    {
        var plane = new MemoryDataPlane();
        Assert.Equal(Usual, DrainParameters.Of(plane.ReadParameter));
        foreach (string name in (string[])["expire_nodest_conn", "expire_quiescent_template", "sloppy_tcp", "conntrack"]) plane.SetParameter(IpvsParameterCatalogue.Find(name)!, "1");
        plane.SetParameter(IpvsParameterCatalogue.Find("conn_reuse_mode")!, "3");
        plane.SetParameter(IpvsParameterCatalogue.Find("drop_entry")!, "2");
        Assert.Equal(
            new DrainParameters { ExpireNoDestination = true, ExpireQuiescentTemplate = true, ConnectionReuse = 3, SloppyTcp = true, DropEntry = 2, Conntrack = true },
            DrainParameters.Of(plane.ReadParameter));
        Assert.Equal(Usual with { ConnectionReuse = 0 }, DrainParameters.Of(_ => null));
    }

    private static PlaneService Service(IpvsForwardingMethod method = IpvsForwardingMethod.Masquerade) => new()
    {
        Key = new ServiceKey(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 80),
        Scheduler = "wlc",
        Destinations = [new PlaneDestination { Key = new DestinationKey(IPAddress.Parse("192.0.2.11"), 80), Forwarding = method, Weight = 1 }],
    };
}
