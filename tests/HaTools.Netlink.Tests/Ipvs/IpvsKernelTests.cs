using System.Net;
using System.Net.Sockets;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;
using static HaTools.Netlink.Tests.Ipvs.IpvsNamespace;
using static HaTools.Netlink.Tests.Programs;

namespace HaTools.Netlink.Tests.Ipvs;

/// <summary>
/// Against a kernel with IPVS, each in a network namespace of its own (the table is the namespace's): what is written here is what
/// Debian's ipvsadm shows, what ipvsadm writes is what is read here.
/// </summary>
[Trait("Needs", "ipvs")]
public class IpvsKernelTests
{
    private static readonly string[] Schedulers =
        ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh", "twos"];

    private static readonly IpvsServiceKey Web = Tcp("192.0.2.1", 80);

    [IpvsFact]
    public void What_is_written_here_ipvsadm_shows() => InNamespace(client =>
    {
        AllOurs.ForEach(s => client.AddService(s));
        foreach (IpvsDestination server in Servers) client.AddDestination(Web, server);
        client.AddDestination(Dns6, new IpvsDestination { Address = IPAddress.Parse("2001:db8::11"), Port = 53, Weight = 7 });
        Assert.Equal(Sorted(SaveFormat), Sorted(Run("ipvsadm", "-S", "-n")));
    });

    [IpvsFact]
    public void What_ipvsadm_writes_is_read_here() => InNamespace(client =>
    {
        foreach (string line in SaveFormat.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Run("ipvsadm", line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(
            AllOurs.OrderBy(s => s.Key.ToString(), StringComparer.Ordinal),
            client.GetServices().OrderBy(s => s.Key.ToString(), StringComparer.Ordinal));
        Assert.Equal(
            Servers.Select(s => s with { UpperThreshold = 0, LowerThreshold = 0 }),
            client.GetDestinations(Web).OrderBy(s => s.ToString(), StringComparer.Ordinal));
        Assert.Equal(AddressFamily.InterNetworkV6, Assert.Single(client.GetDestinations(Dns6)).Address.AddressFamily);
    });

    [IpvsFact]
    public void What_is_written_is_read_back_equal() => InNamespace(client =>
    {
        AllOurs.ForEach(s => client.AddService(s));
        foreach (IpvsDestination server in Servers) client.AddDestination(Web, server);
        foreach (IpvsService service in AllOurs) Assert.Equal(service, client.FindService(service.Key));
        Assert.Equal(Servers, client.GetDestinations(Web).OrderBy(s => s.ToString(), StringComparer.Ordinal));
    });

    [IpvsFact]
    public void Thresholds_are_what_ipvsadm_shows_and_writes() => InNamespace(client =>
    {
        client.AddService(new IpvsService { Key = Web });
        client.AddDestination(Web, Server("192.0.2.11") with { UpperThreshold = 100, LowerThreshold = 80 });
        Run("ipvsadm", "-a", "-t", "192.0.2.1:80", "-r", "192.0.2.12:80", "-m", "-x", "7", "-y", "3");
        string[] shown = Run("ipvsadm", "-L", "-n", "--thresholds").Split('\n');
        Assert.Contains(shown, l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["->", "192.0.2.11:80", "100", "80", ..]);
        IpvsDestination read = Assert.Single(client.GetDestinations(Web), d => d.Address.Equals(IPAddress.Parse("192.0.2.12")));
        Assert.Equal((7u, 3u), (read.UpperThreshold, read.LowerThreshold));
    });

    [IpvsFact]
    public void Every_scheduler_of_the_kernel_is_taken_and_one_that_it_lacks_is_named() => InNamespace(client =>
    {
        var services = Schedulers.Select((s, i) => new IpvsService { Key = Tcp("192.0.2.1", i + 1), Scheduler = s });
        IReadOnlyList<IpvsCommandResult> results = client.Apply([.. services.Select(IpvsCommand.AddService)]);
        string shown = Run("ipvsadm", "-S", "-n");
        foreach (IpvsCommandResult result in results)
        {
            string scheduler = result.Command.Service!.Scheduler;
            string line = $"-A -t 192.0.2.1:{result.Command.ServiceKey.Port} -s {scheduler}\n";
            Assert.Equal(result.Succeeded, shown.Contains(line, StringComparison.Ordinal));
            if (result.Succeeded) continue;
            Assert.Equal(Errno.ENOENT, result.Errno);
            Assert.Contains($"no scheduler '{scheduler}'", result.ToException()!.Message, StringComparison.Ordinal);
        }

        string[] taken = [.. results.Where(r => r.Succeeded).Select(r => r.Command.Service!.Scheduler)];
        Assert.Superset(new HashSet<string>(["rr", "wrr", "lc", "wlc"]), new HashSet<string>(taken));
    });

    [IpvsFact]
    public void A_service_is_changed_in_its_place() => InNamespace(client =>
    {
        client.AddService(new IpvsService { Key = Web, Scheduler = "wlc" });
        client.AddDestination(Web, Server("192.0.2.11"));
        client.SetService(new IpvsService { Key = Web, Scheduler = "wrr", Flags = IpvsServiceFlags.Persistent, Timeout = 50 });
        Assert.Equal("-A -t 192.0.2.1:80 -s wrr -p 50\n-a -t 192.0.2.1:80 -r 192.0.2.11:80 -m -w 1\n", Run("ipvsadm", "-S", "-n"));
        client.SetService(new IpvsService { Key = Web, Scheduler = "wrr" });
        Assert.Equal(new IpvsService { Key = Web, Scheduler = "wrr" }, client.FindService(Web));
    });

    [IpvsFact]
    public void A_real_server_is_changed_in_its_place() => InNamespace(client =>
    {
        client.AddService(new IpvsService { Key = Web });
        client.AddDestination(Web, Server("192.0.2.11"));
        client.SetDestination(Web, Server("192.0.2.11") with { Weight = 0, ForwardingMethod = IpvsForwardingMethod.DirectRoute });
        Assert.Contains("-a -t 192.0.2.1:80 -r 192.0.2.11:80 -g -w 0\n", Run("ipvsadm", "-S", "-n"), StringComparison.Ordinal);
        client.SetDestination(Web, Server("192.0.2.11") with { Weight = 65535 });
        Assert.Equal(65535, Assert.Single(client.GetDestinations(Web)).Weight);
        Assert.True(client.DeleteDestination(Web, Server("192.0.2.11")));
        Assert.False(client.DeleteDestination(Web, Server("192.0.2.11")));
        Assert.Empty(client.GetDestinations(Web));
        Assert.True(client.DeleteService(Web));
        Assert.False(client.DeleteService(Web));
        Assert.Null(client.FindService(Web));
        Assert.Empty(client.GetDestinations(Web));
    });

    [IpvsFact]
    public void The_newest_real_server_comes_first() => InNamespace(client =>
    {
        client.AddService(new IpvsService { Key = Web });
        client.AddDestination(Web, Server("192.0.2.12"));
        client.AddDestination(Web, Server("192.0.2.11"));
        client.AddDestination(Web, Server("192.0.2.13"));
        client.SetDestination(Web, Server("192.0.2.12") with { Weight = 5 });
        string[] expected = ["192.0.2.13:80", "192.0.2.11:80", "192.0.2.12:80"];
        Assert.Equal(expected, client.GetDestinations(Web).Select(d => d.ToString()));
        Assert.Equal(
            expected,
            Run("ipvsadm", "-L", "-n", "--nosort").Split('\n').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(words => words is ["->", not "RemoteAddress:Port", ..]).Select(words => words[1]));
    });

    [IpvsFact]
    public void The_kernel_remembers_a_port_of_a_directly_routed_server_that_it_does_not_use() => InNamespace(client =>
    {
        client.AddService(new IpvsService { Key = Web });
        var server = new IpvsDestination
        {
            Address = IPAddress.Parse("192.0.2.11"),
            Port = 8080,
            ForwardingMethod = IpvsForwardingMethod.DirectRoute,
        };
        client.AddDestination(Web, server);
        Assert.Equal(server, Assert.Single(client.GetDestinations(Web)));
    });

    [IpvsFact]
    public void Refusals_carry_the_kernel_s_error_number() => InNamespace(client =>
    {
        void Refused(string errno, Action action) => Assert.Equal(errno, Assert.Throws<NetlinkException>(action).ErrnoName);
        var service = new IpvsService { Key = Web };
        Refused("ESRCH", () => client.SetService(service));
        Refused("ESRCH", () => client.AddDestination(Web, Server("192.0.2.11")));
        client.AddService(service);
        Refused("EEXIST", () => client.AddService(service));
        Refused("ENOENT", () => client.SetDestination(Web, Server("192.0.2.11")));
        client.AddDestination(Web, Server("192.0.2.11"));
        Refused("EEXIST", () => client.AddDestination(Web, Server("192.0.2.11")));
        Refused("ERANGE", () => client.SetDestination(Web, Server("192.0.2.11") with { Weight = -1 }));
        Refused("ERANGE", () => client.SetDestination(Web, Server("192.0.2.11") with { UpperThreshold = 1, LowerThreshold = 2 }));
        Refused("EINVAL", () => client.AddDestination(Web, Server("2001:db8::11")));
        Refused("EINVAL", () => client.AddDestination(Web, Server("224.0.0.1")));
        Refused("ENOENT", () => client.AddService(new IpvsService { Key = Tcp("192.0.2.1", 81), Scheduler = "nosuch" }));
        Assert.Single(client.GetServices());
        Assert.Single(client.GetDestinations(Web));
    });

    [IpvsFact]
    public void A_thousand_commands_are_carried_out_and_one_failure_among_them_is_told() => InNamespace(client =>
    {
        var commands = new List<IpvsCommand>();
        for (int port = 1; port <= 200; port++)
        {
            commands.Add(IpvsCommand.AddService(new IpvsService { Key = Tcp("192.0.2.1", port), Scheduler = "rr" }));
            for (int server = 1; server <= 4; server++)
                commands.Add(IpvsCommand.AddDestination(Tcp("192.0.2.1", port), Server($"192.0.2.{100 + server}")));
        }

        commands[502] = commands[501];
        IReadOnlyList<IpvsCommandResult> results = client.Apply(commands);
        Assert.Equal([commands[502]], results.Where(r => !r.Succeeded).Select(r => r.Command));
        Assert.Equal([Errno.EEXIST], results.Where(r => !r.Succeeded).Select(r => r.Errno));
        Assert.Equal(200, client.GetServices().Count);
    });

    [IpvsFact]
    public void All_is_removed_at_once() => InNamespace(client =>
    {
        client.AddService(new IpvsService { Key = Web });
        client.AddService(new IpvsService { Key = Dns6 });
        client.Flush();
        Assert.Empty(client.GetServices());
        Assert.Equal("", Run("ipvsadm", "-S", "-n"));
    });

    [IpvsFact]
    public void The_table_is_the_namespace_s_own() => InNamespace(client =>
    {
        client.AddService(new IpvsService { Key = Web });
        InNamespace(other => Assert.Empty(other.GetServices()));
        Assert.Single(client.GetServices());
    });

    [IpvsFact]
    public void Version_and_timeouts_are_those_that_ipvsadm_shows() => InNamespace(client =>
    {
        IpvsInfo info = client.GetInfo();
        string first = $"IP Virtual Server version {info.Version} (size={info.ConnectionTableSize})";
        Assert.StartsWith(first, Run("ipvsadm", "-L", "-n"), StringComparison.Ordinal);
        client.SetTimeouts(new IpvsTimeouts(1000, 100, 10));
        Assert.Equal("Timeout (tcp tcpfin udp): 1000 100 10\n", Run("ipvsadm", "-L", "--timeout"));
        Run("ipvsadm", "--set", "0", "200", "0");
        Assert.Equal(new IpvsTimeouts(1000, 200, 10), client.GetTimeouts());
    });

    [IpvsFact]
    public void Connections_are_counted_and_counters_set_to_zero() => InNamespace(client =>
    {
        Run("ip", "addr", "add", "192.0.2.1/32", "dev", "lo");
        Run("ip", "addr", "add", "192.0.2.11/32", "dev", "lo");
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.11"), 8080));
        listener.Listen();
        var server = new IpvsDestination { Address = IPAddress.Parse("192.0.2.11"), Port = 8080 };
        client.AddService(new IpvsService { Key = Web, Scheduler = "rr" });
        client.AddDestination(Web, server);

        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        peer.Connect(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 80));
        using Socket accepted = listener.Accept();
        peer.Send("ping"u8);
        byte[] received = new byte[16];
        Assert.Equal(4, accepted.Receive(received));

        // The kernel brings the counters up every two seconds, the numbers of connections at once.
        IpvsDestination read = Assert.Single(client.GetDestinations(Web));
        Assert.Equal((1u, 0u), (read.ActiveConnections, read.InactiveConnections));
        Assert.True(Wait.Until(() => client.GetDestinations(Web)[0].Statistics.Connections == 1));
        Assert.True(Wait.Until(() => IsWhatIpvsadmShows(client.FindService(Web)!.Statistics)));
        IpvsStatistics statistics = client.FindService(Web)!.Statistics;
        Assert.Equal(1ul, statistics.Connections);
        Assert.InRange(statistics.IncomingPackets, 2ul, 100ul);
        Assert.InRange(statistics.IncomingBytes, 80ul, 10000ul);

        Assert.True(client.Apply([IpvsCommand.ZeroService(Web)])[0].Succeeded);
        Assert.Equal(0ul, client.FindService(Web)!.Statistics.Connections);
        Assert.Equal(0ul, client.GetDestinations(Web)[0].Statistics.IncomingBytes);
        client.Zero();
    });

    private static bool IsWhatIpvsadmShows(IpvsStatistics statistics) => Run("ipvsadm", "-L", "-n", "--stats", "--exact").Split('\n').Any(
        l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["TCP", "192.0.2.1:80", "1", var packets, _, var bytes, _]
            && packets == $"{statistics.IncomingPackets}" && bytes == $"{statistics.IncomingBytes}");

    private static readonly IpvsServiceKey Dns6 = new(IpvsProtocol.Udp, IPAddress.Parse("2001:db8::1"), 53);

    /// <summary>Services of every kind; beside them, in ipvsadm's own words, <see cref="SaveFormat"/>.</summary>
    private static readonly List<IpvsService> AllOurs =
    [
        new()
        {
            Key = Web,
            Scheduler = "wrr",
            Flags = IpvsServiceFlags.Persistent,
            Timeout = 50,
            Netmask = IPAddress.Parse("255.255.240.0"),
        },
        new() { Key = Tcp("192.0.2.2", 0), Scheduler = "lc", Flags = IpvsServiceFlags.Persistent, Timeout = 360 },
        new()
        {
            Key = Tcp("192.0.2.3", 80),
            Scheduler = "lc",
            Flags = IpvsServiceFlags.Persistent,
            Timeout = 60,
            Netmask = IPAddress.Parse("255.0.255.0"),
        },
        new() { Key = Udp("192.0.2.1", 53), Scheduler = "mh", Flags = IpvsServiceFlags.OnePacket | IpvsServiceFlags.Scheduler2 },
        new()
        {
            Key = Udp("192.0.2.1", 5060),
            Scheduler = "rr",
            Flags = IpvsServiceFlags.Persistent,
            Timeout = 30,
            PersistenceEngine = "sip",
        },
        new() { Key = new IpvsServiceKey(IpvsProtocol.Sctp, IPAddress.Parse("192.0.2.1"), 9), Scheduler = "rr" },
        new()
        {
            Key = Dns6,
            Scheduler = "sh",
            Flags = IpvsServiceFlags.Persistent | IpvsServiceFlags.Scheduler1 | IpvsServiceFlags.Scheduler2,
            Timeout = 360,
            Netmask = IpvsService.NetmaskOf(AddressFamily.InterNetworkV6, 64),
        },
        new() { Key = IpvsServiceKey.OfFirewallMark(7), Scheduler = "lc" },
        new()
        {
            Key = IpvsServiceKey.OfFirewallMark(7, AddressFamily.InterNetworkV6),
            Scheduler = "wlc",
            Flags = IpvsServiceFlags.Persistent,
            Timeout = 10,
        },
    ];

    private static readonly IpvsDestination[] Servers =
    [
        Server("192.0.2.11") with { Weight = 5, UpperThreshold = 100, LowerThreshold = 80 },
        Server("192.0.2.12") with { Weight = 0, ForwardingMethod = IpvsForwardingMethod.DirectRoute },
        Server("192.0.2.13") with { ForwardingMethod = IpvsForwardingMethod.Tunnel },
        Server("192.0.2.14") with
        {
            ForwardingMethod = IpvsForwardingMethod.Tunnel,
            TunnelType = IpvsTunnelType.Gue,
            TunnelPort = 6080,
            TunnelFlags = IpvsTunnelFlags.RemoteChecksum,
        },
        Server("192.0.2.15") with
        {
            ForwardingMethod = IpvsForwardingMethod.Tunnel,
            TunnelType = IpvsTunnelType.Gre,
            TunnelFlags = IpvsTunnelFlags.Checksum,
        },
        Server("2001:db8::5") with { ForwardingMethod = IpvsForwardingMethod.Tunnel },
    ];

    /// <summary>What <c>ipvsadm -S -n</c> says of them (it leaves thresholds out).</summary>
    private const string SaveFormat = """
        -A -t 192.0.2.1:80 -s wrr -p 50 -M 255.255.240.0
        -a -t 192.0.2.1:80 -r 192.0.2.11:80 -m -w 5
        -a -t 192.0.2.1:80 -r 192.0.2.12:80 -g -w 0
        -a -t 192.0.2.1:80 -r 192.0.2.13:80 -i -w 1 --tun-type ipip
        -a -t 192.0.2.1:80 -r 192.0.2.14:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-remcsum
        -a -t 192.0.2.1:80 -r 192.0.2.15:80 -i -w 1 --tun-type gre --tun-csum
        -a -t 192.0.2.1:80 -r [2001:db8::5]:80 -i -w 1 --tun-type ipip
        -A -t 192.0.2.2:0 -s lc -p 360
        -A -t 192.0.2.3:80 -s lc -p 60 -M 255.0.255.0
        -A -u 192.0.2.1:53 -s mh -o -b mh-port
        -A -u 192.0.2.1:5060 -s rr -p 30 --pe sip
        -A --sctp-service 192.0.2.1:9 -s rr
        -A -u [2001:db8::1]:53 -s sh -p 360 -M 64 -b sh-fallback,sh-port
        -a -u [2001:db8::1]:53 -r [2001:db8::11]:53 -m -w 7
        -A -f 7 -s lc
        -A -f 7 -6 -s wlc -p 10

        """;

    private static IpvsServiceKey Tcp(string address, int port) => new(IpvsProtocol.Tcp, IPAddress.Parse(address), port);

    private static IpvsServiceKey Udp(string address, int port) => new(IpvsProtocol.Udp, IPAddress.Parse(address), port);

    private static IpvsDestination Server(string address) => new() { Address = IPAddress.Parse(address), Port = 80 };

    private static IEnumerable<string> Sorted(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Trim()).Order(StringComparer.Ordinal);

    [IpvsFact]
    public void Sync_daemons_are_what_ipvsadm_shows_and_starts() => InNamespace(client =>
    {
        Run("ip", "link", "add", "eth9", "type", "dummy");
        Run("ip", "addr", "add", "192.0.2.1/24", "dev", "eth9");
        Run("ip", "link", "set", "eth9", "up");
        Assert.Empty(client.GetDaemons());
        var master = new IpvsDaemon
        {
            Role = IpvsDaemonRole.Master,
            Interface = "eth9",
            SyncId = 51,
            MaximumLength = 1000,
            Group = IPAddress.Parse("224.0.0.90"),
            Port = 8849,
            Ttl = 7,
        };
        client.StartDaemon(master);
        Assert.Equal([master], client.GetDaemons());
        Assert.Equal("master sync daemon (mcast=eth9, syncid=51, maxlen=1000, group=224.0.0.90, port=8849, ttl=7)", Run("ipvsadm", "-L", "--daemon").Trim());
        Assert.Contains(
            "one of that role runs already", Assert.Throws<NetlinkException>(() => client.StartDaemon(master)).Message, StringComparison.Ordinal);

        Run("ipvsadm", "--start-daemon", "backup", "--mcast-interface", "eth9", "--syncid", "7", "--mcast-group", "ff02::90");
        IpvsDaemon backup = Assert.Single(client.GetDaemons(), d => d.Role == IpvsDaemonRole.Backup);
        Assert.Equal(("eth9", 7, IPAddress.Parse("ff02::90"), 8848, 1), (backup.Interface, backup.SyncId, backup.Group, backup.Port, backup.Ttl));
        Assert.True(client.StopDaemon(IpvsDaemonRole.Master));
        Assert.True(client.StopDaemon(IpvsDaemonRole.Backup));
        Assert.False(client.StopDaemon(IpvsDaemonRole.Backup));
        Assert.Equal("", Run("ipvsadm", "-L", "--daemon").Trim());
        NetlinkException nowhere = Assert.Throws<NetlinkException>(() => client.StartDaemon(master with { Interface = "nosuch" }));
        Assert.Equal(Errno.ENODEV, nowhere.Errno);
        Assert.Contains("there is no interface nosuch", nowhere.Message, StringComparison.Ordinal);
    });

    [IpvsFact]
    public void A_sync_daemon_is_stopped_however_soon_after_its_start() => InNamespace(client =>
    {
        Run("ip", "link", "add", "eth9", "type", "dummy");
        Run("ip", "addr", "add", "192.0.2.1/24", "dev", "eth9");
        Run("ip", "link", "set", "eth9", "up");
        foreach (IpvsDaemonRole role in Enumerable.Repeat<IpvsDaemonRole[]>([IpvsDaemonRole.Master, IpvsDaemonRole.Backup], 100).SelectMany(r => r))
        {
            client.StartDaemon(new IpvsDaemon { Role = role, Interface = "eth9", SyncId = 51 });
            Assert.True(client.StopDaemon(role));
            Assert.False(client.StopDaemon(role));
        }
    });
}
