using System.Net;
using System.Net.Sockets;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;
using static HaTools.Netlink.Tests.Ipvs.IpvsNamespace;
using static HaTools.Netlink.Tests.Programs;

namespace HaTools.Netlink.Tests.Ipvs;

/// <summary>
/// Against a kernel with IPVS, each in a network namespace of its own (the table is the namespace's). What each field is for ipvsadm, the
/// tests of the rows compare.
/// </summary>
[Trait("Needs", "ipvs")]
public class IpvsKernelTests
{
    private static readonly string[] Schedulers =
        ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh", "twos"];

    private static readonly IpvsServiceKey Web = Tcp("192.0.2.1", 80);

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

    private static IpvsServiceKey Tcp(string address, int port) => new(IpvsProtocol.Tcp, IPAddress.Parse(address), port);

    private static IpvsDestination Server(string address) => new() { Address = IPAddress.Parse(address), Port = 80 };

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
