using System.Net;
using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Machine;

/// <summary>Unicast peers, which no RFC knows: keepalived's <c>unicast_peer</c> and what goes with it.</summary>
public class UnicastTests
{
    private const string Peer = "10.70.0.3";

    private static UnicastPeer To(string address, int? low = null, int? high = null) => new(IPAddress.Parse(address), low, high);

    private static VrrpInstance Unicast(int priority = 100, params UnicastPeer[] peers) =>
        Instance(priority) with { UnicastPeers = peers.Length == 0 ? [To(Peer), To("10.70.0.4")] : [.. peers] };

    /// <summary>The peer, whose adverts come to us.</summary>
    private static Advertiser From(string source, byte ttl = 255, int priority = 200, VrrpChecksumForm form = VrrpChecksumForm.MessageOnly) =>
        new(Instance(priority) with { UnicastPeers = [To("10.70.0.2")], ChecksumForm = form }, source) { HopLimit = ttl };

    [Fact]
    public void Adverts_go_to_each_peer_and_not_to_the_group()
    {
        Scenario s = Scenario.Running(Unicast());
        AddressBits[] destinations = [.. Enumerable.Range(0, s.Router.DestinationCount(0)).Select(i => s.Router.Destination(0, i))];
        Assert.Equal([Address(Peer), Address("10.70.0.4")], destinations);
        s.Advance(s.View.MasterDownInterval);
        RouterAction advert = s.TakeActions().Single(a => a.Kind == RouterActionKind.SendAdvert);
        byte[] buffer = new byte[VrrpRouter.MaxAdvertLength];
        int length = s.Router.EncodeAdvert(advert, destinations[1], 7, 0, buffer);
        Assert.Equal(AdvertRejection.None, Ipv4Header.TryRead(buffer.AsSpan(0, length), out Ipv4Header header));
        Assert.Equal((Address("10.70.0.4"), 255, 7), (header.Destination, header.Ttl, header.Identification));
    }

    [Fact]
    public void Unicast_ttl_is_the_datagrams()
    {
        Scenario s = Scenario.Running(Unicast() with { UnicastTtl = 3 });
        Assert.Equal(3, Advert(s.Router, 0, 100)[8]);
        Assert.Equal(255, Advert(Scenario.Running(Instance() with { UnicastTtl = 3 }).Router, 0, 100)[8]); // not for multicast
    }

    [Fact]
    public void The_ttl_of_255_is_not_demanded_and_any_source_is_heard()
    {
        Scenario s = Scenario.Running(Unicast());
        s.Hear(From("192.0.2.77", ttl: 1));
        Assert.Empty(s.Take());
        Assert.Equal(Address("192.0.2.77"), s.View.MasterAddress);
    }

    [Fact]
    public void Check_unicast_src_only_peers_are_heard()
    {
        Scenario s = Scenario.Running(Unicast() with { CheckUnicastSource = true });
        s.Hear(From("192.0.2.77"));
        Assert.Equal(["rejected UnknownPeer"], s.Take());
        s.Hear(From(Peer));
        Assert.Equal(1, s.View.Counters.AdvertsReceived);
    }

    [Theory]
    [InlineData(60, 64, 59, false)]
    [InlineData(60, 64, 60, true)]
    [InlineData(60, 64, 64, true)]
    [InlineData(60, 64, 65, false)]
    [InlineData(60, null, 255, true)]
    [InlineData(null, 64, 1, true)]
    [InlineData(null, 64, 65, false)]
    public void A_peers_ttl_must_be_in_its_range(int? low, int? high, byte ttl, bool heard)
    {
        Scenario s = Scenario.Running(Unicast(100, To(Peer, low, high), To("10.70.0.4")));
        s.Hear(From(Peer, ttl));
        Assert.Equal(heard ? [] : ["rejected Ttl"], s.Take());
        s.Hear(From("10.70.0.4", ttl: 1)); // has no range
        Assert.Empty(s.Take());
    }

    [Fact]
    public void A_ttl_range_turns_the_check_of_sources_on()
    {
        Scenario s = Scenario.Running(Unicast(100, To(Peer, 60)));
        s.Hear(From("192.0.2.77"));
        Assert.Equal(["rejected UnknownPeer"], s.Take());
    }

    [Fact]
    public void Multicast_is_not_heard_on_unicast_nor_the_other_way_round()
    {
        Scenario unicast = Scenario.Running(Unicast());
        unicast.Hear(Instance(200), Peer);
        Assert.Equal(["rejected Destination"], unicast.Take());
        Scenario multicast = Scenario.Running(Instance());
        multicast.Hear(From(Peer));
        Assert.Equal(["rejected Destination"], multicast.Take());
    }

    [Fact]
    public void Unicast_fault_no_peer_without_peers_there_is_no_multicast_but_a_fault()
    {
        var s = new Scenario([Instance() with { UnicastFaultNoPeer = true }]);
        s.Start(Scenario.Own);
        Assert.Equal(["remove", "Initialize->Fault NoPeer"], s.Take());
        s.Reconfigure([Unicast() with { UnicastFaultNoPeer = true }], [], [0], []);
        Assert.Equal(["Fault->Backup Reconfigured"], s.Take());
    }

    [Theory]
    [InlineData(VrrpChecksumForm.MessageOnly)]
    [InlineData(VrrpChecksumForm.PseudoHeader)]
    [InlineData(VrrpChecksumForm.PseudoHeaderMulticast)]
    public void All_forms_of_the_checksum_are_heard_and_another_than_ours_is_told_once(VrrpChecksumForm theirs)
    {
        foreach (VrrpChecksumForm ours in Enum.GetValues<VrrpChecksumForm>())
        {
            Scenario s = Scenario.Running(Unicast() with { ChecksumForm = ours });
            for (int i = 0; i < 3; i++) s.Hear(From(Peer, form: theirs));
            RouterAction[] told = s.TakeActions();
            Assert.Equal(ours == theirs ? [] : [(int)theirs], told.Select(a => a.Value));
            Assert.Equal(3, s.View.Counters.AdvertsReceived);
        }
    }

    [Fact]
    public void Peers_may_be_IPv6()
    {
        VrrpInstance instance = Instance() with { VirtualAddresses = Addresses("fe80::100"), UnicastPeers = [To("2001:db8::3", 60)] };
        var s = new Scenario([instance]);
        s.Start(Address6("2001:db8::2"));
        s.Take();
        VrrpInstance theirs = instance with { Priority = 200, UnicastPeers = [To("2001:db8::2")] };
        s.Hear(new Advertiser(theirs, "2001:db8::3") { HopLimit = 64 });
        Assert.Empty(s.Take());
        Assert.Equal(Address6("2001:db8::3"), s.View.MasterAddress);
        s.Hear(new Advertiser(theirs, "2001:db8::3") { HopLimit = 59 });
        Assert.Equal(["rejected Ttl"], s.Take());
    }
}
