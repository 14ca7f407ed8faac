using System.Net;
using System.Net.Sockets;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>
/// Two directors whose servers flap, come, go and change their weights each in its own way, and that end with the same configuration and the same health: the kernel's mh
/// sends a client to the same server on both, and that is the one which <see cref="MaglevTable"/> says.
/// </summary>
[Trait("Needs", "ipvs")]
public sealed class MaglevKernelTests : IServiceSink
{
    private const int Rounds = 8;
    private const int ClientsPerRound = 500;
    private const int FirstPort = 20_000;

    // UDP, whose clients cost one packet each; the scheduler does not ask.
    private static readonly VirtualServer[] Services =
    [
        new() { Address = IPAddress.Parse("192.0.2.1"), Port = 80, Protocol = TransportProtocol.Udp, Scheduler = "mh", Stateless = true, Forwarding = ForwardingMethod.DirectRouting },
        new() { Address = IPAddress.Parse("2001:db8::1"), Port = 80, Protocol = TransportProtocol.Udp, Scheduler = "mh", Stateless = true, Forwarding = ForwardingMethod.DirectRouting },
    ];

    private static readonly int[] Weights = [0, 1, 1, 2, 3, 10, 100, 65535];

    private readonly List<string> said = [];

    [IpvsKernelFact]
    public void The_kernel_s_choice_is_the_same_on_both_directors_and_the_predicted_one_whatever_has_happened()
    {
        using Director one = new("one", this), other = new("other", this);
        var random = new Random(4711);
        Dictionary<IPEndPoint, string> predicted = [];
        for (int round = 0; round < Rounds; round++)
        {
            foreach (VirtualServer service in Services)
            {
                VirtualServer goal = Some(random, service);
                DestinationKey[] down = Down(random, goal);
                foreach (Director director in (Director[])[one, other])
                {
                    for (int i = random.Next(5); i > 0; i--)
                    {
                        VirtualServer step = Some(random, service);
                        director.GoOver(step, Down(random, step), random.Next(3) == 0);
                    }

                    director.GoOver(goal, down, isNew: random.Next(4) == 0);
                }

                MaglevTable table = MaglevTable.Of(Desired(goal, down));
                var address = IPAddress.Parse(service.IsIPv6 ? "2001:db8::fe" : "10.9.0.254");
                IPEndPoint[] clients = [.. Enumerable.Range(FirstPort + (round * ClientsPerRound), ClientsPerRound).Select(p => new IPEndPoint(address, p))];
                foreach (IPEndPoint client in clients) predicted.Add(client, $"{table.ServerOf(client.Address, client.Port)}");
                one.Send(clients, goal);
                other.Send(clients, goal);
            }
        }

        Dictionary<IPEndPoint, string> chosen = one.Connections();
        Assert.Equal(predicted.Count(p => p.Value.Length > 0), chosen.Count);
        Assert.All(chosen, c => Assert.Equal(predicted[c.Key], c.Value));
        Assert.Equal(chosen.OrderBy(c => c.Key.ToString()), other.Connections().OrderBy(c => c.Key.ToString()));
        Assert.DoesNotContain(said, t => t.StartsWith("Warning", StringComparison.Ordinal));
    }

    /// <summary>The limit that the manual names: what began while its server was down goes to another one after a takeover, and nothing else does.</summary>
    [IpvsKernelFact]
    public void Only_what_began_while_its_server_was_down_is_sent_elsewhere_by_the_director_that_takes_over()
    {
        using Director one = new("one", this), other = new("other", this);
        VirtualServer service = Services[0] with { RealServers = [.. Enumerable.Range(1, 3).Select(h => new RealServer { Address = IPAddress.Parse($"10.9.0.{h}"), Port = 80, Checks = [new TcpCheck()] })] };
        DestinationKey failed = DestinationKey.Of(service.RealServers[1]);
        IPEndPoint[] clients = [.. Enumerable.Range(FirstPort, ClientsPerRound).Select(p => new IPEndPoint(IPAddress.Parse("10.9.0.254"), p))];

        one.GoOver(service, [failed], isNew: true);
        one.Send(clients[..250], service);
        one.GoOver(service, [], isNew: false);
        one.Send(clients, service);
        other.GoOver(service, [], isNew: true);
        other.Send(clients, service);

        Dictionary<IPEndPoint, string> before = one.Connections(), after = other.Connections();
        MaglevTable table = MaglevTable.Of(Desired(service, []));
        IPEndPoint[] lost = [.. clients[..250].Where(c => table.ServerOf(c.Address, c.Port) == failed)];
        Assert.NotEmpty(lost);
        Assert.Equal(lost, clients.Where(c => before[c] != after[c]));
        Assert.All(lost, c => Assert.Equal($"{failed}", after[c]));
    }

    [IpvsKernelFact]
    public async Task What_lets_the_kernel_take_connections_up_is_in_it_while_one_of_two_nodes_needs_it()
    {
        using var host = new TestNode("director");
        _ = host.Ip("link set lo up");
        await using var stage = new NodeStage { OpenPlane = IpvsDataPlane.Open };
        VirtualServer service = Services[0] with { Protocol = TransportProtocol.Tcp };
        HaNode first = await stage.StartAsync(host, new HaConfiguration { VirtualServers = [service] });
        HaNode second = await stage.StartAsync(host, new HaConfiguration { VirtualServers = [service with { Port = 81 }, service with { Protocol = TransportProtocol.Sctp }] });
        Assert.Equal(("1", "1"), (Now("tcp"), Now("sctp")));
        await first.StopAsync();
        Assert.Equal(("1", "1"), (Now("tcp"), Now("sctp")));
        host.Command("ipvsadm", "-A", "-t", "192.0.2.9:443", "-s", "wlc");
        await second.StopAsync();
        Assert.Equal(("0", "0"), (Now("tcp"), Now("sctp")));
        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => stage.StartAsync(host, new HaConfiguration { VirtualServers = [service] }));
        Assert.Contains("it would harm tcp 192.0.2.9:443: ", e.Message, StringComparison.Ordinal);

        string? Now(string protocol) => host.Sysctl($"net/ipv4/vs/sloppy_{protocol}");
    }

    void IServiceSink.OnService(string kind, string subject, string message, string? state) => said.Add($"{kind} {message}");

    void IServiceSink.OnPrepared(string instance) => throw new InvalidOperationException(instance);

    private static VirtualServer Some(Random random, VirtualServer service) => service with
    {
        RealServers = [.. Enumerable.Range(1, 6).Where(_ => random.Next(4) > 0).OrderBy(_ => random.Next()).Select(h => new RealServer
        {
            Address = IPAddress.Parse(service.IsIPv6 ? $"2001:db8:9::{h}" : $"10.9.0.{h}"), Port = 80, Weight = Weights[random.Next(Weights.Length)], Checks = [new TcpCheck()],
        })],
    };

    private static DestinationKey[] Down(Random random, VirtualServer service) => [.. service.RealServers.Where(_ => random.Next(4) == 0).Select(DestinationKey.Of)];

    private static PlaneService Desired(VirtualServer service, DestinationKey[] down)
    {
        var managed = ManagedService.Of(service);
        foreach (DestinationKey server in down) _ = managed.Health.SetHealth(server, 0, false, null, new Silence());
        return managed.Desired();
    }

    private sealed class Silence : IServiceSink
    {
        public void OnService(string kind, string subject, string message, string? state)
        {
        }

        public void OnPrepared(string instance)
        {
        }
    }

    /// <summary>A network namespace with servers that hear nothing, and whoever writes its services.</summary>
    private sealed class Director : IDisposable
    {
        private readonly TestNode host;
        private readonly IpvsDataPlane plane;
        private readonly IServiceSink sink;
        private ServiceWriter writer;

        public Director(string name, IServiceSink sink)
        {
            this.sink = sink;
            host = new TestNode(name);
            host.IpBatch(
            [
                "link set lo up", "addr add 192.0.2.1/32 dev lo", "addr add 2001:db8::1/128 dev lo nodad", "link add servers type dummy", "link set servers up",
                "addr add 10.9.0.254/24 dev servers", "addr add 2001:db8::fe/128 dev servers nodad", "addr add 2001:db8:9::fe/64 dev servers nodad",
            ]);
            plane = host.Namespace.Run(IpvsDataPlane.Open);
            writer = new ServiceWriter(sink);
        }

        /// <param name="service">The service.</param>
        /// <param name="down">Which of its servers have failed.</param>
        /// <param name="isNew">Whether it is a successor that does, who knows nothing of what was.</param>
        public void GoOver(VirtualServer service, DestinationKey[] down, bool isNew)
        {
            if (isNew) writer = new ServiceWriter(sink);
            PlaneService desired = Desired(service, down);
            host.Namespace.Run(() => Assert.Empty(writer.Write(plane, [desired.Key], (_, _) => desired, (_, _, _) => { })));
        }

        public void Send(IPEndPoint[] clients, VirtualServer service) => host.Namespace.Run(() =>
        {
            foreach (IPEndPoint client in clients) Send(client, service);
        });

        public Dictionary<IPEndPoint, string> Connections() => host.Namespace.Run(() =>
        {
            using IpvsConnectionReader reader = IpvsConnectionReader.Open();
            return reader.ReadAll().ToDictionary(c => c.Client, c => $"{new DestinationKey(c.Destination.Address, c.Destination.Port)}");
        });

        public void Dispose()
        {
            plane.Dispose();
            host.Dispose();
        }

        private static void Send(IPEndPoint client, VirtualServer service)
        {
            using var socket = new Socket(client.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(client);
            try
            {
                _ = socket.SendTo("?"u8, new IPEndPoint(service.Address!, service.Port));
            }
            catch (SocketException)
            {
                // Nobody takes it.
            }
        }
    }
}
