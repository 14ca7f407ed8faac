using System.Net;
using HaTools.Vrrp.Bfd;

namespace HaTools.Vrrp.Tests.Bfd;

/// <summary>Which session a packet is for, and whether it may have come that far: RFC 5880 section 6.8.6, RFC 5881, RFC 5883.</summary>
public class BfdRouterTests
{
    private static readonly BfdSession Usual = new() { Name = "a", Neighbour = IPAddress.Parse("192.0.2.1") };

    [Fact]
    public void Rfc5881_3_the_first_packet_is_known_by_its_addresses_and_the_next_by_the_discriminator()
    {
        BfdRouter router = Router(
            Usual,
            Usual with { Name = "b", Neighbour = IPAddress.Parse("192.0.2.2") },
            Usual with { Name = "c", Neighbour = IPAddress.Parse("fd00::1") });
        Assert.Equal(BfdRejection.None, Hear(router, 1, "192.0.2.2"));
        Assert.Equal([BfdState.Down, BfdState.Init, BfdState.Down], States(router));
        Assert.Equal(BfdRejection.None, Hear(router, 2, "fd00::1", discriminator: router[2].LocalDiscriminator));
        Assert.Equal([BfdState.Down, BfdState.Init, BfdState.Init], States(router));
        Assert.Equal(BfdRejection.UnknownSession, Hear(router, 0, "192.0.2.9"));
        Assert.Equal(BfdRejection.UnknownSession, Hear(router, 0, "192.0.2.1", discriminator: 4711));
    }

    [Fact]
    public void Rfc5880_6_3_whoever_knows_the_discriminator_is_known_by_it_alone()
    {
        BfdRouter router = Router(
            Usual with { Source = IPAddress.Parse("192.0.2.100") }, Usual with { Name = "b", Neighbour = IPAddress.Parse("192.0.2.2") });
        // Another address of the neighbour's, or of ours; even that of another session.
        Assert.Equal(BfdRejection.None, Hear(router, 0, "192.0.2.9", discriminator: router[0].LocalDiscriminator));
        Assert.Equal([BfdState.Init, BfdState.Down], States(router));
        Assert.Equal(BfdRejection.None, Hear(router, 0, "192.0.2.2", to: "192.0.2.101", discriminator: router[0].LocalDiscriminator, state: BfdState.Init));
        Assert.Equal([BfdState.Up, BfdState.Down], States(router));
    }

    [Fact]
    public void Rfc5881_4_the_discriminator_does_not_help_what_comes_by_another_protocol_or_port()
    {
        BfdRouter router = Router(Usual);
        uint known = router[0].LocalDiscriminator;
        Assert.Equal(BfdRejection.UnknownSession, Hear(router, 0, "192.0.2.1", multihop: true, discriminator: known));
        Assert.Equal(BfdRejection.UnknownSession, Hear(router, 0, "fd00::1", discriminator: known));
    }

    [Fact]
    public void A_session_with_a_source_begins_only_with_what_is_for_that()
    {
        BfdRouter router = Router(Usual with { Source = IPAddress.Parse("192.0.2.100") });
        Assert.Equal(BfdRejection.UnknownSession, Hear(router, 0, "192.0.2.1", to: "192.0.2.101"));
        Assert.Equal(BfdRejection.None, Hear(router, 0, "192.0.2.1", to: "192.0.2.100"));
    }

    [Theory]
    [InlineData(255, null, null, false, true)]
    [InlineData(254, null, null, false, false)] // RFC 5881 section 5
    [InlineData(250, null, 5, false, true)]
    [InlineData(249, null, 5, false, false)]
    [InlineData(64, 64, null, false, true)] // keepalived over IPv6
    [InlineData(63, 64, null, false, false)]
    [InlineData(1, null, null, true, true)]
    [InlineData(250, null, 2, true, false)]
    [InlineData(0, null, 255, false, true)]
    public void Rfc5881_5_how_far_a_packet_may_have_come(int ttl, int? ours, int? hops, bool multihop, bool accepted)
    {
        BfdRouter router = Router(Usual with { Ttl = ours, MaximumHops = hops, Multihop = multihop });
        BfdRejection expected = accepted ? BfdRejection.None : BfdRejection.Ttl;
        Assert.Equal(expected, Hear(router, 0, "192.0.2.1", ttl: (byte)ttl, multihop: multihop));
    }

    [Fact]
    public void Rfc5883_5_multihop_has_a_port_of_its_own()
    {
        BfdRouter router = Router(Usual with { Multihop = true });
        Assert.Equal(BfdRejection.UnknownSession, Hear(router, 0, "192.0.2.1", multihop: false));
        Assert.Equal(BfdRejection.None, Hear(router, 0, "192.0.2.1", multihop: true));
    }

    [Fact]
    public void A_reload_keeps_what_did_not_change_in_any_order_and_tells_the_neighbours_of_what_ends()
    {
        BfdSession other = Usual with { Name = "b", Neighbour = IPAddress.Parse("192.0.2.2") };
        BfdRouter router = Router(Usual, other);
        Hear(router, 0, "192.0.2.1");
        Hear(router, 1, "192.0.2.2");
        uint kept = router[1].LocalDiscriminator;
        BfdActions ending = new(), actions = new();
        BfdSession added = Usual with { Name = "c", Neighbour = IPAddress.Parse("192.0.2.3") };
        Assert.Equal([-1, 1], router.Configure([added, other with { Weight = 10 }], 0, ending, actions));
        Assert.Equal([BfdState.Down, BfdState.Init], States(router));
        Assert.Equal(kept, router[1].LocalDiscriminator);
        Assert.Equal(BfdActionKind.StateChanged, ending[0].Kind);
        Assert.Equal((0, BfdState.AdminDown), (ending[1].Session, ending[1].Packet.State));
        Assert.Equal((1, 0), (actions.Count, actions[0].Session)); // the new one's first word; the other one has nothing to say
        Hear(router, 1, "192.0.2.2", discriminator: kept, state: BfdState.Init);
        Assert.Equal([BfdState.Down, BfdState.Up], States(router));
    }

    [Fact]
    public void Rfc5880_6_8_16_a_session_that_is_gone_says_so_for_a_while()
    {
        BfdRouter router = Router(Usual);
        Hear(router, 0, "192.0.2.1");
        uint gone = router[0].LocalDiscriminator;
        var actions = new BfdActions();
        router.Configure([], 0, new BfdActions(), actions);
        Assert.Equal(0, actions.Count);
        int index = router.PartingIndex(Usual)!.Value;
        Assert.True(index < 0);
        List<long> times = [];
        while (router.NextDeadline != long.MaxValue && times.Count < 100)
        {
            times.Add(router.NextDeadline);
            router.OnTimer(times[^1], actions);
            Assert.Equal((index, BfdState.AdminDown, gone), (actions[0].Session, actions[0].Packet.State, actions[0].Packet.MyDiscriminator));
            Assert.Equal(1, actions.Count);
            actions.Clear();
        }

        Assert.InRange(times[^1], 5 * Wire.Second, 6 * Wire.Second);
        Assert.Null(router.PartingIndex(Usual));
    }

    /// <summary>The neighbour would take the old session's AdminDown for the new one's.</summary>
    [Fact]
    public void A_session_that_is_gone_is_silent_when_another_speaks_to_its_neighbour()
    {
        BfdSession other = Usual with { Name = "b", Neighbour = IPAddress.Parse("192.0.2.2") };
        BfdRouter router = Router(Usual, other);
        BfdActions ending = new(), actions = new();
        router.Configure([Usual with { Ttl = 100 }], 0, ending, actions);
        Assert.Null(router.PartingIndex(Usual));
        Assert.NotNull(router.PartingIndex(other));

        // Nor when it comes back while it is still said to be gone.
        router.Configure([Usual with { Ttl = 100 }, other], 0, ending, actions);
        Assert.Null(router.PartingIndex(other));
        actions.Clear();
        router.OnTimer(3 * Wire.Second, actions);
        for (int i = 0; i < actions.Count; i++) Assert.NotEqual(BfdState.AdminDown, actions[i].Packet.State);
    }

    [Fact]
    public void Discriminators_are_different_and_not_0()
    {
        BfdSession[] many = [.. Enumerable.Range(1, 200).Select(i => Usual with { Name = $"{i}", Neighbour = IPAddress.Parse($"192.0.2.{i}") })];
        BfdRouter router = Router(many);
        uint[] numbers = [.. Enumerable.Range(0, 200).Select(i => router[i].LocalDiscriminator)];
        Assert.Equal(200, numbers.Distinct().Count());
        Assert.DoesNotContain(0u, numbers);
    }

    private static BfdRouter Router(params BfdSession[] sessions)
    {
        var router = new BfdRouter(new Random(3));
        var actions = new BfdActions();
        router.Configure(sessions.ToValueList(), 0, new BfdActions(), actions);
        Assert.Equal(sessions.Length, actions.Count);
        return router;
    }

    private static BfdState[] States(BfdRouter router) => [.. Enumerable.Range(0, router.Count).Select(i => router[i].State)];

    private static BfdRejection Hear(
        BfdRouter router,
        int session,
        string from,
        string to = "192.0.2.100",
        byte ttl = 255,
        bool multihop = false,
        uint discriminator = 0,
        BfdState state = BfdState.Down)
    {
        byte[] bytes = new byte[BfdPacket.Length];
        new BfdPacket
        {
            State = state,
            DetectMultiplier = 3,
            MyDiscriminator = 100 + (uint)session,
            YourDiscriminator = discriminator,
            DesiredMinTx = 1_000_000,
            RequiredMinRx = 10_000,
        }.Write(bytes);
        IPAddress source = IPAddress.Parse(from);
        var envelope = new BfdEnvelope(
            WireAddress.FamilyOf(source), WireAddress.Of(source), WireAddress.Of(IPAddress.Parse(to)), ttl, multihop);
        return router.OnPacket(envelope, bytes, 0, new BfdActions());
    }
}
