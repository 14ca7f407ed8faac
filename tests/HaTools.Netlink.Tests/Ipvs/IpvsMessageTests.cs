using System.Net;
using System.Net.Sockets;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;

namespace HaTools.Netlink.Tests.Ipvs;

/// <summary>The bytes of IPVS over generic netlink, written by hand from linux/ip_vs.h (little-endian).</summary>
[Trait("Row", "I12")]
[Trait("Row", "I17")]
[Trait("Row", "I31")]
public class IpvsMessageTests
{
    private static readonly IpvsServiceKey Web = new(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 80);
    private static readonly IpvsServiceKey Web6 = new(IpvsProtocol.Udp, IPAddress.Parse("2001:db8::1"), 53);

    private const string WebKey = """
            0600 0100 02000000                                  # IPVS_SVC_ATTR_AF AF_INET
            0600 0200 06000000                                  # PROTOCOL TCP
            1400 0300 c0000201000000000000000000000000          # ADDR: 16 bytes, the first four count
            0600 0400 00500000                                  # PORT 80, big-endian
        """;

    [Fact]
    public void A_family_is_looked_up_by_name()
    {
        var kernel = new FakeIpvs(_ => []);
        using IpvsClient client = kernel.Client();
        FakeRequest request = kernel.Lookup!;
        Assert.Equal((16, NetlinkFlags.Request), (request.Type, request.Flags));
        Assert.Equal(Hex.Text(Hex.Bytes("03 01 0000  0900 0200 49505653 00000000")), Hex.Text(request.Payload));
    }

    [Fact]
    public void A_kernel_without_the_family_is_said_to_have_none()
    {
        using var socket = new NetlinkSocket(new FakeKernel(r => [FakeKernel.Error(r, Errno.ENOENT)]));
        Assert.Throws<IpvsUnavailableException>(() => new IpvsClient(socket));
    }

    [Fact]
    public void A_service_is_added()
    {
        byte[] sent = Sent(c => c.AddService(new IpvsService { Key = Web, Scheduler = "wrr" }));
        Assert.Equal(
            Hex.Text(Hex.Bytes($"""
                01 01 0000                                          # IPVS_CMD_NEW_SERVICE, version 1
                5400 0180                                           # IPVS_CMD_ATTR_SERVICE, nested: 4 + 44 + 36 bytes
                {WebKey}
                0800 0600 77727200                                  # SCHED_NAME wrr
                0c00 0700 00000000 ffffffff                         # FLAGS flags, mask
                0800 0800 00000000                                  # TIMEOUT
                0800 0900 ffffffff                                  # NETMASK 255.255.255.255
                """)),
            Hex.Text(sent));
    }

    [Fact]
    public void A_persistent_service_carries_flag_timeout_netmask_and_engine()
    {
        byte[] sent = Sent(c => c.SetService(new IpvsService
        {
            Key = Web,
            Scheduler = "sh",
            PersistenceEngine = "sip",
            Flags = IpvsServiceFlags.Persistent | IpvsServiceFlags.Scheduler2 | IpvsServiceFlags.Hashed,
            Timeout = 50,
            Netmask = IpvsService.NetmaskOf(AddressFamily.InterNetwork, 20),
        }));
        Assert.Equal(
            Hex.Text(Hex.Bytes($"""
                02 01 0000
                5c00 0180
                {WebKey}
                0700 0600 73680000
                0800 0b00 73697000                                  # PE_NAME sip
                0c00 0700 11000000 ffffffff                         # PERSISTENT | SCHED2; HASHED is the kernel's own
                0800 0800 32000000
                0800 0900 fffff000                                  # NETMASK: bytes of a mask
                """)),
            Hex.Text(sent));
    }

    [Fact]
    public void The_netmask_of_IPv6_is_a_prefix_length()
    {
        byte[] sent = Sent(c => c.AddService(new IpvsService
        {
            Key = Web6,
            Scheduler = "rr",
            Flags = IpvsServiceFlags.Persistent,
            Timeout = 300,
            Netmask = IpvsService.NetmaskOf(AddressFamily.InterNetworkV6, 64),
        }));
        Assert.Equal(
            Hex.Text(Hex.Bytes("""
                01 01 0000
                5400 0180
                0600 0100 0a000000                                  # AF_INET6
                0600 0200 11000000                                  # UDP
                1400 0300 20010db8000000000000000000000001
                0600 0400 00350000
                0700 0600 72720000
                0c00 0700 01000000 ffffffff
                0800 0800 2c010000
                0800 0900 40000000                                  # 64
                """)),
            Hex.Text(sent));
    }

    [Fact]
    public void A_firewall_mark_goes_without_protocol_address_and_port()
    {
        var key = IpvsServiceKey.OfFirewallMark(7, AddressFamily.InterNetworkV6);
        byte[] sent = Sent(c => c.AddService(new IpvsService { Key = key, Scheduler = "rr" }));
        Assert.Equal(
            Hex.Text(Hex.Bytes("""
                01 01 0000
                3800 0180
                0600 0100 0a000000
                0800 0500 07000000                                  # FWMARK
                0700 0600 72720000
                0c00 0700 00000000 ffffffff
                0800 0800 00000000
                0800 0900 80000000                                  # 128
                """)),
            Hex.Text(sent));
    }

    [Fact]
    public void Removing_and_zeroing_a_service_name_its_key_only()
    {
        Assert.Equal(Hex.Text(Hex.Bytes($"03 01 0000 3000 0180{'\n'}{WebKey}")), Hex.Text(Sent(c => Assert.True(c.DeleteService(Web)))));
        Assert.Equal(
            Hex.Text(Hex.Bytes($"10 01 0000 3000 0180{'\n'}{WebKey}")),
            Hex.Text(Sent(c => c.Apply([IpvsCommand.ZeroService(Web)]))));
        Assert.Equal(Hex.Text(Hex.Bytes("10 01 0000")), Hex.Text(Sent(c => c.Zero())));
        Assert.Equal(Hex.Text(Hex.Bytes("11 01 0000")), Hex.Text(Sent(c => c.Flush())));
    }

    [Fact]
    public void A_real_server_is_added()
    {
        byte[] sent = Sent(c => c.AddDestination(Web, new IpvsDestination
        {
            Address = IPAddress.Parse("192.0.2.11"),
            Port = 8080,
            ForwardingMethod = IpvsForwardingMethod.DirectRoute,
            Weight = 5,
            UpperThreshold = 100,
            LowerThreshold = 80,
            ActiveConnections = 9,
        }));
        Assert.Equal(
            Hex.Text(Hex.Bytes($"""
                05 01 0000
                3000 0180
                {WebKey}
                4800 0280                                           # IPVS_CMD_ATTR_DEST
                0600 0b00 02000000                                  # ADDR_FAMILY
                1400 0100 c000020b000000000000000000000000
                0600 0200 1f900000                                  # PORT 8080
                0800 0300 03000000                                  # FWD_METHOD DROUTE
                0800 0400 05000000                                  # WEIGHT
                0800 0500 64000000                                  # U_THRESH
                0800 0600 50000000                                  # L_THRESH
                """)),
            Hex.Text(sent));
    }

    [Fact]
    public void A_tunnelled_server_of_the_other_family_says_its_own_and_the_tunnel()
    {
        byte[] sent = Sent(c => c.SetDestination(Web, new IpvsDestination
        {
            Address = IPAddress.Parse("2001:db8::11"),
            Port = 80,
            ForwardingMethod = IpvsForwardingMethod.Tunnel,
            Weight = 0,
            TunnelType = IpvsTunnelType.Gue,
            TunnelPort = 6080,
            TunnelFlags = IpvsTunnelFlags.RemoteChecksum,
        }));
        Assert.Equal(
            Hex.Text(Hex.Bytes($"""
                06 01 0000
                3000 0180
                {WebKey}
                6000 0280
                0600 0b00 0a000000
                1400 0100 20010db8000000000000000000000011
                0600 0200 00500000
                0800 0300 02000000
                0800 0400 00000000
                0800 0500 00000000
                0800 0600 00000000
                0500 0d00 01000000                                  # TUN_TYPE GUE
                0600 0e00 17c00000                                  # TUN_PORT 6080, big-endian
                0600 0f00 02000000                                  # TUN_FLAGS REMCSUM
                """)),
            Hex.Text(sent));
    }

    [Fact]
    public void Removing_a_real_server_names_address_and_port_only()
    {
        byte[] sent = Sent(c => c.DeleteDestination(Web, new IpvsDestination { Address = IPAddress.Parse("192.0.2.11"), Port = 80 }));
        Assert.Equal(
            Hex.Text(Hex.Bytes($"""
                07 01 0000
                3000 0180
                {WebKey}
                2800 0280
                0600 0b00 02000000
                1400 0100 c000020b000000000000000000000000
                0600 0200 00500000
                """)),
            Hex.Text(sent));
    }

    [Fact]
    public void Services_are_read_with_their_wide_counters_first_whatever_the_order()
    {
        byte[] tcp = Hex.Bytes($"""
            01 01 0000
            0c01 0180
            {WebKey}
            0800 0600 77727200
            0c00 0700 03000000 ffffffff                             # PERSISTENT | HASHED
            0800 0800 32000000
            0800 0900 ffffff00
            6000 0c80                                               # STATS64, before STATS here
            0c00 0100 0100000001000000  0c00 0200 0200000000000000
            0c00 0300 0300000000000000  0c00 0400 0400000000000000
            0c00 0500 0500000000000000  0c00 0600 0600000000000000
            0c00 0700 0700000000000000  0400 0b00 0400 0b00         # PADs
            3400 0a80                                               # STATS: 32 bits, wrapped
            0800 0100 01000000  0800 0200 63000000 0800 0300 63000000 0c00 0400 6300000000000000 0c00 0500 6300000000000000
            0400 6300                                               # an attribute of a later kernel
            """);
        byte[] mark = Hex.Bytes("""
            01 01 0000
            3800 0180
            0600 0100 0a000000
            0800 0500 07000000
            0700 0600 72720000
            0c00 0700 02000000 ffffffff
            0800 0800 00000000
            0800 0900 80000000
            """);
        using IpvsClient client = new FakeIpvs(r => Table(r, Nest(tcp), Nest(mark))).Client();
        IReadOnlyList<IpvsService> services = client.GetServices();
        Assert.Equal(
        [
            new IpvsService
            {
                Key = Web,
                Scheduler = "wrr",
                Flags = IpvsServiceFlags.Persistent,
                Timeout = 50,
                Netmask = IPAddress.Parse("255.255.255.0"),
                Statistics = new IpvsStatistics
                {
                    Connections = 0x100000001,
                    IncomingPackets = 2,
                    OutgoingPackets = 3,
                    IncomingBytes = 4,
                    OutgoingBytes = 5,
                    ConnectionRate = 6,
                    IncomingPacketRate = 7,
                },
            },
            new IpvsService { Key = IpvsServiceKey.OfFirewallMark(7, AddressFamily.InterNetworkV6), Scheduler = "rr" },
        ],
        services);
    }

    [Fact]
    public void A_kernel_that_has_narrow_counters_only_is_read_too()
    {
        byte[] destination = Hex.Bytes("""
            05 01 0000
            8c00 0280
            1400 0100 c000020b000000000000000000000000
            0600 0200 00500000
            0800 0300 03010000                                      # DROUTE and a bit that is not the method's
            0800 0400 05000000
            0800 0500 64000000
            0800 0600 50000000
            0800 0700 01000000
            0800 0800 02000000
            0800 0900 03000000
            2800 0a80
            0800 0100 09000000 0800 0200 0a000000 0800 0300 0b000000 0c00 0400 0c00000000000000
            """);
        using IpvsClient client = new FakeIpvs(r => Table(r, Nest(destination))).Client();
        Assert.Equal(
        [
            new IpvsDestination
            {
                Address = IPAddress.Parse("192.0.2.11"),
                Port = 80,
                ForwardingMethod = IpvsForwardingMethod.DirectRoute,
                Weight = 5,
                UpperThreshold = 100,
                LowerThreshold = 80,
                ActiveConnections = 1,
                InactiveConnections = 2,
                PersistentConnections = 3,
                Statistics = new IpvsStatistics { Connections = 9, IncomingPackets = 10, OutgoingPackets = 11, IncomingBytes = 12 },
            },
        ],
        client.GetDestinations(Web));
    }

    [Theory]
    [InlineData("0600 0100 02000000 0600 0200 06000000 0600 0400 00500000 0700 0600 72720000")]                       // no address
    [InlineData("0600 0100 02000000 0600 0200 07000000 1400 0300 c0000201000000000000000000000000 0700 0600 72720000")] // no such protocol
    [InlineData("0600 0100 05000000 0800 0500 07000000 0700 0600 72720000")]                                          // no such family
    [InlineData("0600 0100 02000000 0800 0500 07000000")]                                                             // no scheduler
    [InlineData("0600 0100 0a000000 0800 0500 07000000 0700 0600 72720000 0800 0900 81000000")]                       // IPv6 netmask 129
    [InlineData("0600 0100 02000000 0600 0500 07000000")]                                                             // a mark of 16 bits
    public void A_service_that_cannot_be_is_an_error(string hex)
    {
        byte[] attributes = Hex.Bytes(hex);
        byte[] payload = [1, 1, 0, 0, .. BitConverter.GetBytes((ushort)(4 + attributes.Length)), 1, 0x80, .. attributes];
        using IpvsClient client = new FakeIpvs(r => Table(r, payload)).Client();
        Assert.Contains("malformed", Assert.Throws<NetlinkException>(() => client.GetServices()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Version_and_table_size_are_read()
    {
        byte[] answer = Hex.Bytes("0e 01 0000 0800 0100 01020100 0800 0200 00100000");
        var kernel = new FakeIpvs(r => [FakeKernel.Message(r.Type, 0, r.Sequence, answer)]);
        using IpvsClient client = kernel.Client();
        Assert.Equal(new IpvsInfo(new Version(1, 2, 1), 4096), client.GetInfo());
        Assert.Equal(Hex.Text(Hex.Bytes("0f 01 0000")), Hex.Text(kernel.Last.Payload));
    }

    [Fact]
    public void Timeouts_are_written_and_read()
    {
        Assert.Equal(
            Hex.Text(Hex.Bytes("0c 01 0000 0800 0400 84030000 0800 0500 78000000 0800 0600 00000000")),
            Hex.Text(Sent(c => c.SetTimeouts(new IpvsTimeouts(900, 120, 0)))));
        byte[] answer = Hex.Bytes("0c 01 0000 0800 0400 84030000 0800 0500 78000000 0800 0600 2c010000");
        using IpvsClient client = new FakeIpvs(r => [FakeKernel.Message(r.Type, 0, r.Sequence, answer)]).Client();
        Assert.Equal(new IpvsTimeouts(900, 120, 300), client.GetTimeouts());
    }

    [Fact]
    public void A_sync_daemon_is_started_and_stopped()
    {
        byte[] sent = Sent(c => c.StartDaemon(new IpvsDaemon
        {
            Role = IpvsDaemonRole.Backup,
            Interface = "eth0",
            SyncId = 51,
            MaximumLength = 1472,
            Group = IPAddress.Parse("224.0.0.81"),
            Port = 8848,
            Ttl = 3,
        }));
        Assert.Equal(
            Hex.Text(Hex.Bytes("""
                09 01 0000                                          # IPVS_CMD_NEW_DAEMON
                4000 0380                                           # IPVS_CMD_ATTR_DAEMON, nested
                0800 0100 02000000                                  # STATE backup
                0900 0200 65746830 00 000000                        # MCAST_IFN
                0800 0300 33000000                                  # SYNC_ID
                0600 0400 c005 0000                                 # SYNC_MAXLEN
                0800 0500 e0000051                                  # MCAST_GROUP
                0600 0700 9022 0000                                 # MCAST_PORT 8848, of the host's order
                0500 0800 03 000000                                 # MCAST_TTL
                """)),
            Hex.Text(sent));
        Assert.Equal(Hex.Text(Hex.Bytes("0a 01 0000 0c00 0380 0800 0100 01000000")), Hex.Text(Sent(c => c.StopDaemon(IpvsDaemonRole.Master))));
        sent = Sent(c => c.StartDaemon(new IpvsDaemon { Role = IpvsDaemonRole.Master, Interface = "eth0", Group = IPAddress.Parse("ff02::81") }));
        Assert.EndsWith("14000600FF020000000000000000000000000081", Convert.ToHexString(sent), StringComparison.Ordinal); // MCAST_GROUP6
    }

    [Fact]
    public void A_sync_daemon_that_does_not_run_cannot_be_stopped_and_one_that_runs_not_started()
    {
        using IpvsClient none = new FakeIpvs(r => FakeKernel.End(r, Errno.ESRCH)).Client();
        Assert.False(none.StopDaemon(IpvsDaemonRole.Master));
        using IpvsClient one = new FakeIpvs(r => FakeKernel.End(r, Errno.EEXIST)).Client();
        NetlinkException e = Assert.Throws<NetlinkException>(() => one.StartDaemon(new IpvsDaemon { Role = IpvsDaemonRole.Master, Interface = "eth0" }));
        Assert.Contains("one of that role runs already", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sync_daemon_of_whose_end_the_kernel_says_nothing_is_stopped()
    {
        using IpvsClient interrupted = new FakeIpvs(_ => []).Client();
        Assert.True(interrupted.StopDaemon(IpvsDaemonRole.Backup));
    }

    [Fact]
    public void A_list_is_applied_to_its_end_and_each_failure_is_told()
    {
        int seen = 0;
        var kernel = new FakeIpvs(r => FakeKernel.End(r, ++seen == 600 ? Errno.EEXIST : 0));
        using IpvsClient client = kernel.Client();
        var commands = Enumerable.Range(1, 1000).Select(port => new IpvsServiceKey(IpvsProtocol.Tcp, Web.Address!, port))
            .Select(key => IpvsCommand.AddService(new IpvsService { Key = key, Scheduler = "rr" })).ToList();
        IReadOnlyList<IpvsCommandResult> results = client.Apply(commands);
        Assert.Equal(1000, results.Count);
        IpvsCommandResult failed = Assert.Single(results, r => !r.Succeeded);
        Assert.Equal((commands[599], Errno.EEXIST), (failed.Command, failed.Errno));
        Assert.Contains("adding IPVS service tcp 192.0.2.1:600", failed.ToException()!.Message, StringComparison.Ordinal);
        Assert.Equal(8, kernel.Datagrams);
    }

    [Fact]
    public void Removing_what_is_not_there_is_false()
    {
        using IpvsClient services = new FakeIpvs(r => FakeKernel.End(r, Errno.ESRCH)).Client();
        Assert.False(services.DeleteService(Web));
        var server = new IpvsDestination { Address = IPAddress.Parse("192.0.2.11"), Port = 80 };
        Assert.False(services.DeleteDestination(Web, server));
        Assert.Null(services.FindService(Web));
        using IpvsClient servers = new FakeIpvs(r => FakeKernel.End(r, Errno.ENOENT)).Client();
        Assert.False(servers.DeleteDestination(Web, server));
        Assert.Throws<NetlinkException>(() => servers.DeleteService(Web));
    }

    [Fact]
    public void What_cannot_be_meant_is_refused_when_it_is_said()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new IpvsServiceKey(IpvsProtocol.None, IPAddress.Loopback, 80));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IpvsServiceKey(IpvsProtocol.Tcp, IPAddress.Loopback, 65536));
        Assert.Throws<ArgumentOutOfRangeException>(() => IpvsServiceKey.OfFirewallMark(0));
        Assert.Throws<ArgumentException>(() => IpvsCommand.DeleteService(default));
        Assert.Throws<ArgumentException>(() => new IpvsService { Key = Web, Scheduler = "sixteen-letters-" });
        Assert.Throws<ArgumentOutOfRangeException>(() => new IpvsDestination { Address = IPAddress.Loopback, Port = -1 });
        Assert.Throws<ArgumentException>(() => IpvsCommand.AddService(new IpvsService { Key = Web, Netmask = IPAddress.IPv6Any }));
        var gap = IPAddress.Parse("ff00:ff00::");
        Assert.Throws<ArgumentException>(() => IpvsCommand.AddService(new IpvsService { Key = Web6, Netmask = gap }));
        Assert.Throws<ArgumentException>(() => IpvsCommand.AddService(new IpvsService { Key = Web6, Netmask = IPAddress.IPv6Any }));
        using IpvsClient client = new FakeIpvs(_ => []).Client();
        Assert.Throws<ArgumentException>(() => client.GetDestinations(default));
    }

    [Fact]
    public void Keys_and_objects_are_named_as_people_do()
    {
        Assert.Equal("tcp 192.0.2.1:80", Web.ToString());
        Assert.Equal("udp [2001:db8::1]:53", Web6.ToString());
        Assert.Equal("fwmark 7 ipv6", IpvsServiceKey.OfFirewallMark(7, AddressFamily.InterNetworkV6).ToString());
        var service = new IpvsService { Key = Web, Scheduler = "wrr", Flags = IpvsServiceFlags.Persistent, Timeout = 50 };
        Assert.Equal("tcp 192.0.2.1:80 wrr persistent 50", service.ToString());
    }

    private static byte[] Sent(Action<IpvsClient> action)
    {
        var kernel = new FakeIpvs(r => FakeKernel.End(r, 0));
        using IpvsClient client = kernel.Client();
        action(client);
        return kernel.Last.Payload;
    }

    private static IEnumerable<byte[]> Table(FakeRequest request, params byte[][] payloads) =>
        [.. payloads.Select(p => FakeKernel.Message(request.Type, NetlinkFlags.Multi, request.Sequence, p)), FakeKernel.Done(request)];

    /// <summary>
    /// Corrects the length of the one nested attribute behind the generic header, which counting by hand would only obscure.
    /// </summary>
    private static byte[] Nest(byte[] payload)
    {
        BitConverter.TryWriteBytes(payload.AsSpan(4), (ushort)(payload.Length - 4));
        return payload;
    }
}
