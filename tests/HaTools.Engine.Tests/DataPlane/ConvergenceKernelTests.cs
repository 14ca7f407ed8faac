using System.Net;
using System.Net.Sockets;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Netlink;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>What convergence rests on in the kernel: what a change costs, and what becomes of servers that are entered again.</summary>
[Trait("Needs", "ipvs")]
public sealed class ConvergenceKernelTests : IServiceSink
{
    private const string Address = "192.0.2.1";
    private static readonly ServiceKey Web = new(IpvsProtocol.Tcp, IPAddress.Parse(Address), 80);

    [IpvsKernelFact]
    public void One_change_costs_the_same_few_system_calls_whatever_the_table_s_size()
    {
        using TestNode host = Director();
        host.Namespace.Run(() =>
        {
            var transport = new CountingTransport();
            using var plane = new IpvsDataPlane(new IpvsClient(new NetlinkSocket(transport)));
            var writer = new ServiceWriter(this);
            List<int> costs = [];
            int loaded = 0;
            foreach (int size in new[] { 10, 1000 })
            {
                ServiceKey[] keys = [.. Enumerable.Range(1 + loaded, size).Select(p => Web with { Port = p })];
                loaded += size;
                Assert.Empty(writer.Write(plane, keys, (k, _) => Service(k, "rr", (11, 1), (12, 1)), (_, _, _) => { }));
                Assert.Equal(loaded, plane.Read(null).Count);
                _ = transport.Take();

                Assert.Empty(writer.Write(plane, [keys[5]], (k, _) => Service(k, "rr", (11, 1), (12, 7)), (_, _, _) => { }));

                costs.Add(transport.Take());
            }

            // A service and its servers read, one command, and both read back: 2 + 3, 2, 2 + 3.
            Assert.Equal([12, 12], costs);
        });
    }

    [IpvsKernelFact]
    public void A_server_that_is_entered_again_keeps_its_connections_and_the_list_is_the_same_on_every_director()
    {
        using TestNode host = Director();
        host.Namespace.Run(() =>
        {
            using IpvsDataPlane plane = IpvsDataPlane.Open();
            var writer = new ServiceWriter(this);
            using var listener = new Listening(12);
            Write(plane, writer, Service(Web, "mh", (12, 1)));
            using Socket client = Connect()!;
            using Socket served = listener.Accept();
            Exchange(client, served);
            Assert.True(plane.ReenteringKeepsConnections);

            // One that goes before it in the order comes: it is removed and added again.
            Write(plane, writer, Service(Web, "mh", (12, 1), (13, 1), (11, 1)));

            PlaneService read = Assert.Single(plane.Read([Web]));
            Assert.Equal(["192.0.2.13:8080", "192.0.2.12:8080", "192.0.2.11:8080"], read.Destinations.Select(d => d.Key.ToString()));
            Assert.Equal([0, 1, 0], read.Destinations.Select(d => d.ActiveConnections));
            Exchange(client, served);
            Assert.Equal([0, 1, 0], plane.Read([Web])[0].Destinations.Select(d => d.ActiveConnections));

            // Asked to end such connections, the kernel does: then nothing is entered again.
            IpvsParameters.Set(IpvsParameterCatalogue.Find("expire_nodest_conn")!, "1");
            Assert.False(plane.ReenteringKeepsConnections);
            Write(plane, writer, Service(Web, "mh", (12, 1), (13, 1)));
            Write(plane, writer, Service(Web, "mh", (12, 1), (13, 1), (11, 1)));
            Assert.Equal(["192.0.2.11:8080", "192.0.2.13:8080", "192.0.2.12:8080"], plane.Read([Web])[0].Destinations.Select(d => d.Key.ToString()));
            Assert.Contains("expire_nodest_conn", Assert.Single(writer.Complaints), StringComparison.Ordinal);
            Exchange(client, served);
        });
    }

    [IpvsKernelFact]
    public void A_server_that_mh_shall_keep_places_for_has_them_though_it_is_entered_at_weight_0()
    {
        using TestNode host = Director();
        host.Namespace.Run(() =>
        {
            using IpvsDataPlane plane = IpvsDataPlane.Open();
            var writer = new ServiceWriter(this);
            using var one = new Listening(11);

            PlaneService wanted = Service(Web, "mh", (11, 1), (12, 0)) with { Flags = IpvsServiceFlags.Scheduler2 };
            Write(plane, writer, wanted);
            Assert.Equal(0, Refused());

            // Its clients find nobody: mh looks no further than the place without mh-fallback.
            Write(plane, writer, wanted with { Destinations = [wanted.Destinations[0]] });
            Write(plane, writer, wanted with { Destinations = [wanted.Destinations[0], wanted.Destinations[1] with { EnteredWeight = 1 }] });
            Assert.InRange(Refused(), 1, 39);
            Assert.Equal([0, 1], plane.Read([Web])[0].Destinations.Select(d => d.Weight));

            static int Refused()
            {
                int refused = 0;
                for (int i = 0; i < 40; i++)
                {
                    using Socket? client = Connect();
                    if (client is null) refused++;
                }

                return refused;
            }
        });
    }

    void IServiceSink.OnService(string kind, string subject, string message, string? state)
    {
    }

    void IServiceSink.OnPrepared(string instance) => throw new InvalidOperationException(instance);

    private static TestNode Director()
    {
        var host = new TestNode("director");
        _ = host.Ip("link set lo up");
        foreach (int last in new[] { 1, 11, 12, 13 }) _ = host.Ip($"addr add 192.0.2.{last}/32 dev lo");
        return host;
    }

    private static void Write(IpvsDataPlane plane, ServiceWriter writer, PlaneService wanted) =>
        Assert.Empty(writer.Write(plane, [wanted.Key], (_, _) => wanted, (_, _, _) => { }));

    private static PlaneService Service(ServiceKey key, string scheduler, params (int Host, int Weight)[] servers) => new()
    {
        Key = key,
        Scheduler = scheduler,
        Destinations = [.. servers.Select(s => new PlaneDestination
        {
            Key = new DestinationKey(IPAddress.Parse($"192.0.2.{s.Host}"), 8080), Forwarding = IpvsForwardingMethod.Masquerade, Weight = s.Weight,
        })],
    };

    /// <summary>Null: refused.</summary>
    private static Socket? Connect()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            client.Connect(new IPEndPoint(IPAddress.Parse(Address), 80));
            return client;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.HostUnreachable or SocketError.NetworkUnreachable)
        {
            client.Dispose();
            return null;
        }
    }

    private static void Exchange(Socket one, Socket other)
    {
        byte[] received = new byte[16];
        foreach ((Socket from, Socket to) in new[] { (one, other), (other, one) })
        {
            Assert.Equal(4, from.Send("ping"u8));
            Assert.Equal(4, to.Receive(received));
        }
    }

    private sealed class Listening : IDisposable
    {
        private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        public Listening(int host)
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse($"192.0.2.{host}"), 8080));
            socket.Listen(100);
        }

        public Socket Accept() => socket.Accept();

        public void Dispose() => socket.Dispose();
    }
}
