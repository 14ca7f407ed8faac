using HaTools.Netlink.Generic;
using HaTools.Netlink.Ipvs;
using HaTools.Netlink.Route;

namespace HaTools.Netlink.Tests;

/// <summary>
/// Answers that no kernel gives: mutated, truncated and random ones. Every decoder either reads them or throws the library's own
/// exception, and comes to an end. The seeds are fixed, so that a failure can be repeated.
/// </summary>
public class FuzzTests
{
    private const int Rounds = 4000;

    private static readonly byte[] Address = Hex.Bytes("""
        02 18 81 fd 03000000 0800 0100 c0000264 0800 0200 c0000264 0b00 0300 657468303a310000
        0800 0400 c00002ff 0800 0800 21020000 1400 0600 00000000 04000000 39300000 39300000
        """);

    private static readonly byte[] Link = Hex.Bytes("""
        00 00 0100 04000000 43100100 00000000 0900 0300 65746830 00 000000 0500 1000 06000000 0800 0400 dc050000
        0800 0500 07000000 0a00 0100 020000000001 0000 1400 1280 0900 0100 76657468 00 000000 0400 0200
        """);

    private static readonly byte[] Service = Hex.Bytes("""
        01 01 0000 9400 0180 0600 0100 02000000 0600 0200 06000000 1400 0300 c0000201000000000000000000000000 0600 0400 00500000
        0800 0600 77727200 0700 0b00 73697000 0c00 0700 03000000 ffffffff 0800 0800 32000000 0800 0900 ffffff00
        1c00 0c80 0c00 0100 0100000001000000 0c00 0200 0200000000000000 1c00 0a80 0800 0100 01000000 0800 0200 01000000 0800 0300 01000000
        """);

    private static readonly byte[] Destination = Hex.Bytes("""
        05 01 0000 6400 0280 0600 0b00 02000000 1400 0100 c000020b000000000000000000000000 0600 0200 00500000 0800 0300 03000000
        0800 0400 05000000 0500 0d00 01000000 0600 0e00 17c00000 0600 0f00 02000000 1400 0a80 0800 0100 09000000 0800 0200 0a000000
        """);

    private static readonly byte[] Daemon = Hex.Bytes("""
        09 01 0000 4000 0380 0800 0100 01000000 0900 0200 65746830 00 000000 0800 0300 33000000 0600 0400 c005 0000
        0800 0500 e0000051 0600 0700 9022 0000 0500 0800 01 000000
        """);

    private static readonly byte[] Family = Hex.Bytes("""
        01 02 0000 0900 0200 49505653 00000000 0600 0100 1d000000 0800 0300 01000000 0800 0400 00000000
        1c00 0780 1800 0100 0800 0200 05000000 0a00 0100 6576656e 7400 0000
        """);

    public static TheoryData<int> Seeds => [1, 2, 3, 4, 5];

    // A route with a preferred source, two next hops (one with a tunnel, one with a gateway of IPv6) and metrics.
    private static readonly byte[] Route = Hex.Bytes("""
        02180010 00120001 00000000 08000100c6336400 08000700c0000201 0800060032000000 08000f00e8030000
        18000800 0800020078050000 0a001000637562696300 0000 0800010004000000
        48000900 2400000000000000 08000500c0000202 0c001680 08000200c0000209 0600150002000000
            2000000003000000 160012000a00fe8000000000000000000000000000020000
        20000c00 00000000 00000000 00000000 00000000 00000000 00000000 00000000
        """);

    private static readonly byte[] Rule = Hex.Bytes("""
        02181810 00000001 02000000 08000200c0000200 08000100c6336400 080006002c010000 08000a0010000000 08001000ff000000
        090003006574683000000000 08000f00e8030000 08000e0008000000 0c0014000a00000014000000 080017000a001400 0500150012000000
        0c000c00000000000000004d
        """);

    [Fact]
    public void The_messages_to_be_mutated_are_good_ones()
    {
        Assert.Equal(2, RouteMessage.Read(Route)!.NextHops.Count);
        Assert.Equal(77ul, RuleMessage.Read(Rule)!.TunnelId);
        using var routes = new RouteClient(Answering(20, Address));
        Assert.Single(routes.GetAddresses());
        using var links = new RouteClient(Answering(16, Link));
        Assert.Single(links.GetLinks());
        using IpvsClient services = Ipvs(Service);
        Assert.Single(services.GetServices());
        using IpvsClient destinations = Ipvs(Destination);
        Assert.Single(destinations.GetDestinations(IpvsServiceKey.OfFirewallMark(1)));
        using IpvsClient daemons = Ipvs(Daemon);
        Assert.Equal("Master eth0 51", Assert.Single(daemons.GetDaemons()).ToString());
        using NetlinkSocket families = Answering(16, Family);
        Assert.NotNull(GenericNetlink.FindFamily(families, "IPVS"));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Mutated_addresses(int seed) => Mutate(seed, Address, bytes =>
    {
        using var client = new RouteClient(Answering(20, bytes));
        client.GetAddresses();
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Mutated_links(int seed) => Mutate(seed, Link, bytes =>
    {
        using var client = new RouteClient(Answering(16, bytes));
        client.GetLinks();
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Mutated_routes(int seed) => Mutate(seed, Route, bytes =>
    {
        if (RouteMessage.Read(bytes) is not { } route) return;
        Assert.NotEmpty($"{route}");
        _ = route.Satisfies(route);
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Mutated_rules(int seed) => Mutate(seed, Rule, bytes =>
    {
        if (RuleMessage.Read(bytes) is not { } rule) return;
        Assert.NotEmpty($"{rule}");
        Assert.True(rule.Satisfies(rule));
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Mutated_services(int seed) => Mutate(seed, Service, bytes =>
    {
        using IpvsClient client = Ipvs(bytes);
        client.GetServices();
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Mutated_real_servers(int seed) => Mutate(seed, Destination, bytes =>
    {
        using IpvsClient client = Ipvs(bytes);
        foreach (IpvsDestination destination in client.GetDestinations(IpvsServiceKey.OfFirewallMark(1)))
            Assert.NotEmpty(destination.ToString());
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Mutated_daemons(int seed) => Mutate(seed, Daemon, bytes =>
    {
        using IpvsClient client = Ipvs(bytes);
        foreach (IpvsDaemon daemon in client.GetDaemons()) Assert.NotEmpty(daemon.ToString());
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Mutated_families(int seed) => Mutate(seed, Family, bytes =>
    {
        using NetlinkSocket socket = Answering(16, bytes);
        GenericNetlink.FindFamily(socket, "IPVS");
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Mutated_datagrams_of_several_messages(int seed)
    {
        var request = new FakeRequest(20, 0, 1, Address);
        byte[] datagram =
        [
            .. FakeKernel.Message(20, NetlinkFlags.Multi, 1, Address),
            .. FakeKernel.Error(request, 22, "words"),
            .. FakeKernel.Done(request),
        ];
        Mutate(seed, datagram, bytes =>
        {
            using var client = new RouteClient(new NetlinkSocket(new FakeKernel(_ => [bytes])));
            client.GetAddresses();
        });
        Mutate(seed, FakeKernel.Error(request, 22, "words"), bytes =>
        {
            using var client = new RouteClient(new NetlinkSocket(new FakeKernel(_ => [bytes])));
            client.SetLinkUp(1, true);
        });
        Mutate(seed, datagram, bytes =>
        {
            var kernel = new FakeKernel(_ => []);
            kernel.Push(bytes);
            using var monitor = new RouteMonitor(kernel);
            while (monitor.TryRead(out RouteNotification n)) n.GetAddress();
        });
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Random_bytes(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            var reader = new AttributeReader(bytes);
            int steps = 0;
            Walk(ref reader, random, depth: 0, ref steps);
            Assert.InRange(steps, 0, 200);
        }
    }

    private static void Walk(ref AttributeReader reader, Random random, int depth, ref int steps)
    {
        while (reader.Next())
        {
            steps++;
            switch (random.Next(6))
            {
                case 0:
                    reader.String();
                    break;
                case 1:
                    reader.Struct<ip_vs_flags>();
                    break;
                case 2:
                    reader.U32OrU64();
                    break;
                case 3 when depth < 5:
                    AttributeReader.Place outer = reader.Enter();
                    Walk(ref reader, random, depth + 1, ref steps);
                    reader.Leave(outer);
                    break;
            }
        }
    }

    private static void Mutate(int seed, byte[] good, Action<byte[]> read)
    {
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] bytes = random.Next(4) == 0 ? good[..random.Next(good.Length)] : [.. good];
            for (int changes = random.Next(1, 4); changes > 0 && bytes.Length > 0; changes--)
            {
                // Half of the changes are of values that lengths and types have.
                bytes[random.Next(bytes.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : random.Next(24));
            }

            try
            {
                read(bytes);
            }
            catch (NetlinkException)
            {
                // What a malformed answer is to end in.
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, round {round}: {e.GetType().Name} for {Convert.ToHexStringLower(bytes)}\n{e}");
            }
        }
    }

    private static NetlinkSocket Answering(ushort type, byte[] payload) => new(new FakeKernel(r => r.Wants(NetlinkFlags.Dump)
        ? [FakeKernel.Message(type, NetlinkFlags.Multi, r.Sequence, payload), FakeKernel.Done(r)]
        : [FakeKernel.Message(type, 0, r.Sequence, payload)]));

    private static IpvsClient Ipvs(byte[] payload)
    {
        var kernel = new FakeIpvs(r => [FakeKernel.Message(r.Type, NetlinkFlags.Multi, r.Sequence, payload), FakeKernel.Done(r)]);
        return kernel.Client();
    }
}
