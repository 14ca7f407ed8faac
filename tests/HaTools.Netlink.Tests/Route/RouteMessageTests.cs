using System.Net;
using System.Net.NetworkInformation;
using HaTools.Linux;
using HaTools.Netlink.Route;

namespace HaTools.Netlink.Tests.Route;

/// <summary>The bytes of rtnetlink, written by hand from linux/rtnetlink.h, if_addr.h, if_link.h (little-endian).</summary>
public class RouteMessageTests
{
    private static readonly AddressRequest Virtual = new(3, IPAddress.Parse("192.0.2.100"), 24);

    [Fact]
    public void A_new_address_with_everything()
    {
        var kernel = new FakeKernel(r => FakeKernel.End(r, 0));
        using var client = new RouteClient(new NetlinkSocket(kernel));
        client.ReplaceAddress(Virtual with
        {
            Label = "eth0:1",
            Scope = RouteScope.Link,
            Broadcast = IPAddress.Parse("192.0.2.255"),
            Flags = AddressFlags.NoPrefixRoute,
            ValidLifetime = 4,
            PreferredLifetime = 3,
        });

        FakeRequest request = Assert.Single(kernel.Requests);
        Assert.Equal(20, request.Type);
        Assert.Equal(NetlinkFlags.Request | NetlinkFlags.Create | NetlinkFlags.Replace | NetlinkFlags.Ack, request.Flags);
        Assert.Equal(
            Hex.Text(Hex.Bytes("""
                02 18 00 fd 03000000                                # AF_INET, /24, low flags, RT_SCOPE_LINK, index 3
                0800 0200 c0000264                                  # IFA_LOCAL
                0800 0100 c0000264                                  # IFA_ADDRESS
                0b00 0300 657468303a310000                          # IFA_LABEL eth0:1, NUL
                0800 0400 c00002ff                                  # IFA_BROADCAST
                0800 0800 00020000                                  # IFA_FLAGS IFA_F_NOPREFIXROUTE
                1400 0600 03000000 04000000 00000000 00000000       # IFA_CACHEINFO preferred, valid
                """)),
            Hex.Text(request.Payload));
    }

    [Fact]
    public void An_address_for_ever_carries_no_lifetimes()
    {
        var kernel = new FakeKernel(r => FakeKernel.End(r, 0));
        using var client = new RouteClient(new NetlinkSocket(kernel));
        client.ReplaceAddress(new AddressRequest(1, IPAddress.Parse("2001:db8::1"), 64));
        Assert.Equal(
            Hex.Text(Hex.Bytes("""
                0a 40 00 00 01000000
                1400 0200 20010db8000000000000000000000001
                1400 0100 20010db8000000000000000000000001
                """)),
            Hex.Text(kernel.Requests[0].Payload));
    }

    [Fact]
    public void A_removal_names_only_what_identifies_the_address()
    {
        var kernel = new FakeKernel(r => FakeKernel.End(r, 0));
        using var client = new RouteClient(new NetlinkSocket(kernel));
        Assert.True(client.DeleteAddress(Virtual with { Label = "eth0:1", Scope = RouteScope.Link, ValidLifetime = 4 }));
        Assert.Equal(21, kernel.Requests[0].Type);
        Assert.Equal(Hex.Text(Hex.Bytes("02180000 03000000 0800 0200 c0000264 0800 0100 c0000264")), Hex.Text(kernel.Requests[0].Payload));
    }

    [Theory]
    [InlineData(Errno.EADDRNOTAVAIL)]
    [InlineData(Errno.ENODEV)]
    public void Removing_what_is_not_there_is_no_error(int errno)
    {
        using var client = new RouteClient(new NetlinkSocket(new FakeKernel(r => FakeKernel.End(r, errno))));
        Assert.False(client.DeleteAddress(Virtual));
        int[] errnos = [99, 99];
        Assert.Equal(0, client.DeleteAddresses([Virtual, Virtual], errnos));
        Assert.Equal([0, 0], errnos);
    }

    [Fact]
    public void A_removal_that_is_refused_is_an_error()
    {
        using var client = new RouteClient(new NetlinkSocket(new FakeKernel(r => FakeKernel.End(r, Errno.EPERM))));
        Assert.Equal("EPERM", Assert.Throws<NetlinkException>(() => client.DeleteAddress(Virtual)).ErrnoName);
        Assert.Equal(1, client.DeleteAddresses([Virtual], new int[1]));
    }

    [Fact]
    public void Of_many_the_first_failure_is_named_and_all_are_tried()
    {
        int seen = 0;
        var kernel = new FakeKernel(r => FakeKernel.End(r, ++seen is 2 or 3 ? Errno.ENODEV : 0));
        using var client = new RouteClient(new NetlinkSocket(kernel));
        AddressRequest second = Virtual with { Address = IPAddress.Parse("192.0.2.101") };
        AddressRequest third = Virtual with { Address = IPAddress.Parse("192.0.2.102") };
        var e = Assert.Throws<NetlinkException>(() => client.ReplaceAddresses([Virtual, second, third, Virtual]));
        Assert.Equal(4, kernel.Requests.Count);
        Assert.Contains("192.0.2.101/24 on interface 3 (the first of 2 failures among 4)", e.Message, StringComparison.Ordinal);
        Assert.Contains("there is no such interface", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_meant_is_refused_before_anything_is_sent()
    {
        var kernel = new FakeKernel(r => FakeKernel.End(r, 0));
        using var client = new RouteClient(new NetlinkSocket(kernel));
        AddressRequest[] wrong =
        [
            default,
            Virtual with { Index = 0 },
            Virtual with { PrefixLength = 33 },
            Virtual with { PrefixLength = -1 },
            Virtual with { Label = "sixteen-bytes-ab" },
            Virtual with { Broadcast = IPAddress.IPv6Loopback },
            Virtual with { ValidLifetime = 0 },
            Virtual with { ValidLifetime = 2, PreferredLifetime = 3 },
        ];
        foreach (AddressRequest request in wrong) Assert.Throws<ArgumentException>(() => client.ReplaceAddresses([Virtual, request]));
        Assert.Throws<ArgumentException>(() => client.ReplaceAddresses([Virtual, Virtual], new int[1]));
        Assert.Empty(kernel.Requests);
        client.ReplaceAddress(Virtual);
        Assert.Single(kernel.Requests);
    }

    [Fact]
    public void Addresses_are_read_with_everything()
    {
        byte[] one = Hex.Bytes("""
            02 18 81 fd 03000000                                # secondary | permanent in the low flags
            0800 0100 c0000264
            0800 0200 c0000264
            0b00 0300 657468303a310000
            0800 0400 c00002ff
            0800 0800 21020000                                  # noprefixroute | deprecated | secondary: these count
            1400 0600 00000000 04000000 39300000 39300000
            0800 0900 64000000                                  # IFA_RT_PRIORITY: not read
            """);
        byte[] two = Hex.Bytes("""
            02 20 80 00 05000000
            0800 0100 c6336402
            0800 0200 c6336401
            1400 0600 ffffffff ffffffff 39300000 39300000
            """);
        byte[] three = Hex.Bytes("0a 40 80 fd 01000000  1400 0100 fe800000000000000000000000000001");
        var kernel = new FakeKernel(r =>
        [
            [
                .. FakeKernel.Message(20, NetlinkFlags.Multi, r.Sequence, one),
                .. FakeKernel.Message(20, NetlinkFlags.Multi, r.Sequence, two),
                .. FakeKernel.Message(20, NetlinkFlags.Multi, r.Sequence, three), .. FakeKernel.Done(r)],
        ]);
        using var client = new RouteClient(new NetlinkSocket(kernel));

        Assert.Equal(
        [
            new AddressInfo
            {
                Index = 3,
                Address = IPAddress.Parse("192.0.2.100"),
                PrefixLength = 24,
                Label = "eth0:1",
                Scope = RouteScope.Link,
                Broadcast = IPAddress.Parse("192.0.2.255"),
                Flags = AddressFlags.NoPrefixRoute | AddressFlags.Deprecated | AddressFlags.Secondary,
                ValidLifetime = 4,
                PreferredLifetime = 0,
            },
            new AddressInfo
            {
                Index = 5,
                Address = IPAddress.Parse("198.51.100.1"),
                PrefixLength = 32,
                Peer = IPAddress.Parse("198.51.100.2"),
                Flags = AddressFlags.Permanent,
            },
            new AddressInfo
            {
                Index = 1,
                Address = IPAddress.Parse("fe80::1"),
                PrefixLength = 64,
                Scope = RouteScope.Link,
                Flags = AddressFlags.Permanent,
            },
        ],
        client.GetAddresses());
        Assert.True(client.GetAddresses()[0].IsSecondary);
        Assert.Equal([5], client.GetAddresses(5).Select(a => a.Index));
        Assert.Equal(Hex.Text(Hex.Bytes("00000000 05000000")), Hex.Text(kernel.Requests[^1].Payload));
    }

    [Theory]
    [InlineData("02 18 00 00 03000000 0500 0200 c0000000")]             // an address of one byte
    [InlineData("02 18 00 00 03000000")]                                // no address
    [InlineData("02 21 00 00 03000000 0800 0200 c0000264")]             // /33
    [InlineData("02 18 00 00 03000000 0800 0200 c0000264 0600 0400 c000 0000")]
    [InlineData("02 18 00 00 0300")]
    public void An_address_that_cannot_be_is_an_error(string hex)
    {
        using var client = new RouteClient(new NetlinkSocket(new FakeKernel(r =>
            [FakeKernel.Message(20, NetlinkFlags.Multi, r.Sequence, Hex.Bytes(hex)), FakeKernel.Done(r)])));
        Assert.Contains("malformed", Assert.Throws<NetlinkException>(() => client.GetAddresses()).Message, StringComparison.Ordinal);
    }

    private static readonly byte[] Veth = Hex.Bytes("""
        00 00 0100 04000000 43100100 00000000                  # ARPHRD_ETHER, index 4, UP BROADCAST RUNNING MULTICAST LOWER_UP
        0900 0300 65746830 00 000000                            # IFLA_IFNAME eth0
        0500 1000 06000000                                      # IFLA_OPERSTATE up
        0800 0400 dc050000                                      # IFLA_MTU 1500
        0800 0500 07000000                                      # IFLA_LINK
        0800 0a00 09000000                                      # IFLA_MASTER
        0a00 0100 020000000001 0000                             # IFLA_ADDRESS
        1400 1280 0900 0100 76657468 00 000000 0400 0200        # IFLA_LINKINFO { KIND veth, DATA }
        """);

    [Fact]
    public void A_link_is_found_by_its_name_and_read()
    {
        var kernel = new FakeKernel(r => [FakeKernel.Message(16, 0, r.Sequence, Veth)]);
        using var client = new RouteClient(new NetlinkSocket(kernel));
        LinkInfo? link = client.FindLink("eth0");
        Assert.Equal(
            new LinkInfo
            {
                Index = 4,
                Name = "eth0",
                Flags = LinkFlags.Up | LinkFlags.Broadcast | LinkFlags.Running | LinkFlags.Multicast | LinkFlags.LowerUp,
                OperationalState = LinkOperationalState.Up,
                HardwareType = 1,
                HardwareAddress = PhysicalAddress.Parse("02-00-00-00-00-01"),
                Mtu = 1500,
                Parent = 7,
                Controller = 9,
                Kind = "veth",
            },
            link);
        Assert.True(link!.IsUp);
        Assert.True(link.IsRunning);
        Assert.Equal((18, NetlinkFlags.Request), (kernel.Requests[0].Type, kernel.Requests[0].Flags));
        Assert.Equal(
            Hex.Text(Hex.Bytes("00000000 00000000 00000000 00000000  0900 0300 65746830 00 000000  0800 1d00 08000000")),
            Hex.Text(kernel.Requests[0].Payload));
    }

    [Fact]
    public void A_link_that_is_not_there_is_none()
    {
        var kernel = new FakeKernel(r => [FakeKernel.Error(r, Errno.ENODEV)]);
        using var client = new RouteClient(new NetlinkSocket(kernel));
        Assert.Null(client.FindLink("eth9"));
        Assert.Null(client.FindLink(9));
        Assert.Equal(2, kernel.Requests.Count);
        Assert.Null(client.FindLink("a-name-too-long-for-a-link"));
        Assert.Equal(2, kernel.Requests.Count);
    }

    [Fact]
    public void A_bridge_s_view_of_its_port_is_no_link_of_its_own()
    {
        byte[] port = [7, .. Veth[1..]];
        using var client = new RouteClient(new NetlinkSocket(new FakeKernel(r =>
        [
            FakeKernel.Message(16, NetlinkFlags.Multi, r.Sequence, port),
            FakeKernel.Message(16, NetlinkFlags.Multi, r.Sequence, Veth),
            FakeKernel.Done(r),
        ])));
        Assert.Single(client.GetLinks());

        var kernel = new FakeKernel(_ => []);
        using var monitor = new RouteMonitor(kernel);
        kernel.Push(FakeKernel.Message(17, 0, 0, port));
        Assert.False(monitor.TryRead(out _));
    }

    [Fact]
    public void Setting_a_link_up_and_down_touches_that_flag_only()
    {
        var kernel = new FakeKernel(r => FakeKernel.End(r, 0));
        using var client = new RouteClient(new NetlinkSocket(kernel));
        client.SetLinkUp(4, true);
        client.SetLinkUp(4, false);
        Assert.Equal(Hex.Text(Hex.Bytes("00000000 04000000 01000000 01000000")), Hex.Text(kernel.Requests[0].Payload));
        Assert.Equal(Hex.Text(Hex.Bytes("00000000 04000000 00000000 01000000")), Hex.Text(kernel.Requests[1].Payload));
        Assert.All(kernel.Requests, r => Assert.Equal(16, r.Type));
    }

    [Fact]
    public void Notifications_are_read_one_by_one_with_whose_they_are()
    {
        var kernel = new FakeKernel(_ => []);
        using var monitor = new RouteMonitor(kernel);
        byte[] address = Hex.Bytes("02 18 00 00 03000000 0800 0200 c0000264 1400 0600 04000000 05000000 00000000 00000000");
        byte[] six = Hex.Bytes("0a 40 80 fd 01000000  1400 0100 fe800000000000000000000000000001");
        kernel.Push([.. FakeKernel.Message(20, 0, 77, address), .. FakeKernel.Message(21, 0, 0, six)]);
        kernel.Push(FakeKernel.Message(99, 0, 0, []));
        kernel.Push([]);
        kernel.Push(FakeKernel.Message(17, 0, 0, Veth));

        Assert.True(monitor.TryRead(out RouteNotification n));
        Assert.Equal((RouteNotificationKind.AddressChanged, 3, FakeKernel.Port, 5u), (n.Kind, n.Index, n.PortId, n.ValidLifetime));
        Assert.Equal((AddressBits)0xc0000264, n.AddressBits);
        Assert.Equal(IPAddress.Parse("192.0.2.100"), n.GetAddress());
        Assert.True(monitor.TryRead(out n));
        Assert.Equal((RouteNotificationKind.AddressRemoved, IPAddress.Parse("fe80::1"), null), (n.Kind, n.GetAddress()!, n.ValidLifetime));
        Assert.True(monitor.TryRead(out n));
        Assert.Equal(RouteNotificationKind.Overrun, n.Kind);
        Assert.Null(n.GetAddress());
        Assert.True(monitor.TryRead(out n));
        Assert.Equal((RouteNotificationKind.LinkRemoved, "eth0"), (n.Kind, n.Link?.Name));
        Assert.False(monitor.TryRead(out _));
    }

    [Fact]
    public void Addresses_that_own_sockets_change_are_skipped_and_nothing_else_of_theirs()
    {
        var kernel = new FakeKernel(_ => []);
        using var monitor = new RouteMonitor(kernel);
        monitor.IgnoreAddressesOf(FakeKernel.Port - 1, FakeKernel.Port);
        byte[] address = Hex.Bytes("02 18 00 00 03000000 0800 0200 c0000264 1400 0600 04000000 05000000 00000000 00000000");
        kernel.Push([.. FakeKernel.Message(20, 0, 77, address), .. FakeKernel.Message(21, 0, 77, address)]);
        kernel.Push(FakeKernel.Message(16, 0, 77, Veth));
        Assert.True(monitor.TryRead(out RouteNotification n));
        Assert.Equal(RouteNotificationKind.LinkChanged, n.Kind);
        Assert.False(monitor.TryRead(out _));

        monitor.IgnoreAddressesOf(FakeKernel.Port + 1);
        kernel.Push(FakeKernel.Message(20, 0, 77, address));
        Assert.True(monitor.TryRead(out n));
        Assert.Equal(RouteNotificationKind.AddressChanged, n.Kind);
        Assert.Throws<ArgumentOutOfRangeException>(() => monitor.IgnoreAddressesOf(new uint[RouteMonitor.MostIgnored + 1]));
    }

    [Fact]
    public void A_malformed_notification_is_an_error_and_the_next_one_is_read()
    {
        var kernel = new FakeKernel(_ => []);
        using var monitor = new RouteMonitor(kernel);
        byte[] good = FakeKernel.Message(17, 0, 0, Veth);
        kernel.Push([.. FakeKernel.Message(20, 0, 0, [2, 24]), .. good]);
        kernel.Push(good[..20]);
        kernel.Push(good);
        Assert.Throws<NetlinkException>(() => monitor.TryRead(out _));
        Assert.True(monitor.TryRead(out RouteNotification n));
        Assert.Equal(RouteNotificationKind.LinkRemoved, n.Kind);
        Assert.Throws<NetlinkException>(() => monitor.TryRead(out _));
        Assert.True(monitor.TryRead(out n));
        Assert.Equal(RouteNotificationKind.LinkRemoved, n.Kind);
        Assert.False(monitor.TryRead(out _));
    }
}
