using System.Net;
using System.Net.Sockets;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Names;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.DataPlane.Drain;

/// <summary>A director (10.9.0.1), two servers that answer by way of it (a is 10.9.0.2, b is 10.9.0.3), and a client behind it (10.10.0.2).</summary>
internal sealed class DrainLab : IAsyncDisposable
{
    private static readonly IPAddress Virtual = IPAddress.Parse("10.10.0.100");
    private readonly TestNetwork network = new(3);
    private readonly TestNode client;
    private readonly List<EchoServer> servers = [];
    private readonly List<LabConnection> connections = [];
    private HaNode? node;

    public DrainLab()
    {
        client = Director.AddBeyond();
        Director.Ip($"addr add {Virtual}/32 dev lo");
        Director.Namespace.Run(() => Linux.Sysctl.Write("net/ipv4/ip_forward", "1"));
        for (int i = 1; i <= 2; i++)
        {
            network.Nodes[i].Ip("route add default via 10.9.0.1");
            servers.Add(EchoServer.Start(network.Nodes[i], (char)('a' + i - 1), IPAddress.Parse($"10.9.0.{i + 1}")));
        }
    }

    public NodeStage Stage { get; } = new() { OpenPlane = IpvsDataPlane.Open };

    private TestNode Director => network.Nodes[0];

    /// <summary>The service with the two servers' weights; null: without that one.</summary>
    public HaConfiguration Configuration(int? a, int? b, int drain = 300, (string Name, string Value)? parameter = null, int? persistence = null) => new()
    {
        Ipvs = parameter is { } one ? new IpvsSettings { Parameters = [new IpvsParameterSetting(one.Name, one.Value)] } : IpvsSettings.None,
        VirtualServers =
        [
            new VirtualServer
            {
                Address = Virtual,
                Port = 80,
                Scheduler = "rr",
                Drain = TimeSpan.FromSeconds(drain),
                Persistence = persistence is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                RealServers = new[] { (Host: 2, Weight: a), (Host: 3, Weight: b) }.Where(s => s.Weight is not null)
                    .Select(s => new RealServer { Address = IPAddress.Parse($"10.9.0.{s.Host}"), Port = 80, Weight = s.Weight!.Value }).ToValueList(),
            },
        ],
    };

    public async Task<HaNode> StartAsync(HaConfiguration configuration) => node = await Stage.StartAsync(Director, configuration);

    /// <summary>A name server on the director.</summary>
    public TestNameServer StartNameServer()
    {
        Director.Ip("link set lo up");
        return Director.Namespace.Run(() => new TestNameServer());
    }

    /// <summary>A new connection of the client's, from a port of its own choice or that one.</summary>
    public LabConnection Connect(int port = 0)
    {
        LabConnection connection = client.Namespace.Run(() => new LabConnection(new IPEndPoint(Virtual, 80), port));
        connections.Add(connection);
        return connection;
    }

    /// <summary>The weights in the kernel, by server.</summary>
    public Dictionary<string, int> Weights() => Servers().ToDictionary(d => d.Key.Address.ToString(), d => d.Weight);

    /// <summary>The weight and the active connections of server b in the kernel; null: it is not there.</summary>
    public (int Weight, long Active)? ServerB() =>
        Servers().FirstOrDefault(d => d.Key.Address.ToString() == "10.9.0.3") is { } b ? (b.Weight, b.ActiveConnections) : null;

    public async ValueTask DisposeAsync()
    {
        foreach (LabConnection connection in connections) connection.Dispose();
        if (node is not null) await node.DisposeAsync();
        foreach (EchoServer server in servers) server.Dispose();
        await Stage.DisposeAsync();
        client.Dispose();
        network.Dispose();
    }

    private IReadOnlyList<PlaneDestination> Servers() => Director.Namespace.Run(() =>
    {
        using IpvsDataPlane plane = IpvsDataPlane.Open();
        return plane.Read(null).Single().Destinations;
    });
}

/// <summary>Says its name, and then what it hears.</summary>
internal sealed class EchoServer : IDisposable
{
    private readonly Socket listener;

    private EchoServer(Socket listener, char name)
    {
        this.listener = listener;
        _ = AcceptAsync((byte)name);
    }

    public static EchoServer Start(TestNode host, char name, IPAddress address) => host.Namespace.Run(() =>
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, 80));
        listener.Listen();
        return new EchoServer(listener, name);
    });

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync(byte name)
    {
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptAsync(), name);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task ServeAsync(Socket peer, byte name)
    {
        using Socket connection = peer;
        byte[] heard = [name];
        try
        {
            _ = await connection.SendAsync(heard);
            while (await connection.ReceiveAsync(heard) > 0) _ = await connection.SendAsync(heard);
        }
        catch (SocketException)
        {
            // The client has aborted it: its business.
        }
    }
}

/// <summary>A client's connection.</summary>
internal sealed class LabConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] one = new byte[1];

    public LabConnection(IPEndPoint service, int port)
    {
        socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        if (port != 0) socket.Bind(new IPEndPoint(IPAddress.Parse("10.10.0.2"), port));
        socket.Connect(service);
        Assert.Equal(1, socket.Receive(one));
        Server = (char)one[0];
    }

    /// <summary>The server that has answered.</summary>
    public char Server { get; }

    public void Send() => _ = socket.Send("x"u8);

    public bool Echoes()
    {
        Send();
        return socket.Receive(one) == 1 && one[0] == 'x';
    }

    public bool HasAnswer(TimeSpan within) => socket.Poll(within, SelectMode.SelectRead) && socket.Available > 0;

    public bool IsReset()
    {
        try
        {
            return socket.Receive(one) < 0;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionReset;
        }
    }

    /// <summary>Ends it in peace.</summary>
    public void Dispose() => socket.Dispose();

    /// <summary>Ends it by a reset.</summary>
    public void Abort()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }
}
