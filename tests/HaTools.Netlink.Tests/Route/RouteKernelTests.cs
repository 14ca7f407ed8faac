using System.Net;
using HaTools.Linux;
using HaTools.Netlink.Route;
using static HaTools.Netlink.Tests.Programs;

namespace HaTools.Netlink.Tests.Route;

/// <summary>Against the kernel that runs the tests, each in a network namespace of its own with a veth pair, eth0 and eth1.</summary>
public sealed class RouteKernelTests
{
    private static readonly IPAddress Vip = IPAddress.Parse("192.0.2.100");

    [RootFact]
    public void The_links_of_the_namespace_are_read() => InNamespace((client, eth0) =>
    {
        // Modules (ipip, sit …) put interfaces of their own into every namespace.
        Assert.Superset(new HashSet<string>(["eth0", "eth1", "lo"]), new HashSet<string>(client.GetLinks().Select(l => l.Name)));
        LinkInfo link = client.FindLink("eth0")!;
        Assert.Equal("veth", link.Kind);
        Assert.Equal(6, link.HardwareAddress.GetAddressBytes().Length);
        Assert.Equal(1500, link.Mtu);
        Assert.Equal(client.FindLink("eth1")!.Index, link.Parent);
        Assert.True(link.IsUp);
        Assert.Equal(link.Name, client.FindLink(eth0)?.Name);
        Assert.Null(client.FindLink("eth2"));
        Assert.Null(client.FindLink(4711));
        Assert.Equal(772, client.FindLink("lo")!.HardwareType);
    });

    [RootFact]
    public void A_reading_that_ends_early_leaves_the_kernel_s_socket_ready_for_the_next() => InNamespace((client, eth0) =>
    {
        for (int i = 0; i < 400; i++) client.ReplaceAddress(new AddressRequest(eth0, IPAddress.Parse($"198.51.{100 + (i / 200)}.{1 + (i % 200)}"), 32));
        using NetlinkSocket socket = NetlinkSocket.Open(NetlinkProtocol.Route, 4096);
        var batch = new NetlinkBatch();
        AttributeWriter writer = batch.Begin(linux_rtnetlink.RTM_GETADDR, NetlinkFlags.Dump);
        writer.Header(new ifaddrmsg());
        batch.End(writer);
        for (int i = 0; i < 3; i++) Assert.Throws<InvalidOperationException>(() => socket.Read(batch, 0, (_, _, _) => throw new InvalidOperationException()));
        var seen = new List<ushort>();
        NetlinkReading reading = socket.Read(batch, seen, (into, type, _) => into.Add(type));
        Assert.True(reading is { IsWhole: true, Result.Succeeded: true, Pages: > 2 }, $"{reading}");
        Assert.InRange(seen.Count, 400, int.MaxValue);
    });

    [RootFact]
    public void A_link_is_set_down_and_up() => InNamespace((client, eth0) =>
    {
        client.SetLinkUp(eth0, false);
        Assert.False(client.FindLink(eth0)!.IsUp);
        Assert.True(Wait.Until(() => !client.FindLink("eth1")!.IsRunning));
        client.SetLinkUp(eth0, true);
        Assert.True(client.FindLink(eth0)!.IsUp);
        Assert.True(Wait.Until(() => client.FindLink(eth0)!.IsRunning));
        Assert.Equal("ENODEV", Assert.Throws<NetlinkException>(() => client.SetLinkUp(4711, true)).ErrnoName);
    });

    [RootFact]
    public void An_address_reads_back_as_it_was_asked_for() => InNamespace((client, eth0) =>
    {
        client.ReplaceAddress(new AddressRequest(eth0, Vip, 24)
        {
            Label = "eth0:1",
            Scope = RouteScope.Link,
            Broadcast = IPAddress.Parse("192.0.2.255"),
            Flags = AddressFlags.NoPrefixRoute,
            ValidLifetime = 300,
            PreferredLifetime = 200,
        });

        AddressInfo address = Assert.Single(client.GetAddresses(eth0), a => a.Address.Equals(Vip));
        Assert.Equal((24, "eth0:1", RouteScope.Link), (address.PrefixLength, address.Label, address.Scope));
        Assert.Equal(IPAddress.Parse("192.0.2.255"), address.Broadcast);
        Assert.Equal(AddressFlags.NoPrefixRoute, address.Flags);
        Assert.InRange(address.ValidLifetime!.Value, 290u, 300u);
        Assert.InRange(address.PreferredLifetime!.Value, 190u, 200u);
        Assert.False(address.IsSecondary);
    });

    [RootFact]
    public void Ip_of_iproute2_sees_what_was_written() => InNamespace((client, eth0) =>
    {
        client.ReplaceAddress(new AddressRequest(eth0, Vip, 24)
        {
            Label = "eth0:1",
            Broadcast = IPAddress.Parse("192.0.2.255"),
            Scope = RouteScope.Link,
        });
        string shown = Run("ip", "-4", "addr", "show", "dev", "eth0");
        Assert.Contains("inet 192.0.2.100/24 brd 192.0.2.255 scope link eth0:1", shown, StringComparison.Ordinal);
    });

    [RootFact]
    public void Replacing_renews_the_lifetimes_and_makes_no_second_address() => InNamespace((client, eth0) =>
    {
        var request = new AddressRequest(eth0, Vip, 32) { ValidLifetime = 10 };
        client.ReplaceAddress(request);
        client.ReplaceAddress(request with { ValidLifetime = 1000 });
        AddressInfo address = Assert.Single(client.GetAddresses(eth0), a => a.Address.Equals(Vip));
        Assert.InRange(address.ValidLifetime!.Value, 900u, 1000u);
        client.ReplaceAddress(request with { ValidLifetime = null });
        address = Assert.Single(client.GetAddresses(eth0), a => a.Address.Equals(Vip));
        Assert.Null(address.ValidLifetime);
        Assert.True((address.Flags & AddressFlags.Permanent) != 0);
    });

    [RootFact]
    public void The_kernel_takes_an_address_away_when_its_lifetime_is_over() => InNamespace((client, eth0) =>
    {
        using RouteMonitor monitor = RouteMonitor.Open();
        client.ReplaceAddress(new AddressRequest(eth0, Vip, 32) { ValidLifetime = 1 });
        RouteNotification gone = default;
        Assert.True(Wait.Until(() => TryFind(monitor, n => n.Kind == RouteNotificationKind.AddressRemoved, out gone)));
        Assert.Equal((Vip, 0u), (gone.GetAddress()!, gone.PortId));
        Assert.DoesNotContain(client.GetAddresses(eth0), a => a.Address.Equals(Vip));
    });

    [RootFact]
    public void Removing_twice_is_true_and_then_false() => InNamespace((client, eth0) =>
    {
        var request = new AddressRequest(eth0, Vip, 24) { Label = "eth0:7" };
        client.ReplaceAddress(request);
        Assert.True(client.DeleteAddress(request with { Label = null }));
        Assert.False(client.DeleteAddress(request));
        Assert.False(client.DeleteAddress(request with { Index = 4711 }));
    });

    [RootFact]
    public void A_second_address_of_a_subnet_is_secondary() => InNamespace((client, eth0) =>
    {
        client.ReplaceAddress(new AddressRequest(eth0, IPAddress.Parse("192.0.2.1"), 24));
        client.ReplaceAddress(new AddressRequest(eth0, Vip, 24));
        Assert.Equal([false, true], client.GetAddresses(eth0).Where(a => a.Label is not null).Select(a => a.IsSecondary));
    });

    [RootFact]
    public void IPv6_addresses_are_written_and_read() => InNamespace((client, eth0) =>
    {
        var address = IPAddress.Parse("2001:db8::100");
        var request = new AddressRequest(eth0, address, 64) { Flags = AddressFlags.NoDad, ValidLifetime = 100 };
        client.ReplaceAddress(request);
        client.ReplaceAddress(request with { ValidLifetime = 1000 });
        AddressInfo read = Assert.Single(client.GetAddresses(eth0), a => a.Address.Equals(address));
        Assert.Equal((64, null, true), (read.PrefixLength, read.Label, (read.Flags & AddressFlags.NoDad) != 0));
        Assert.InRange(read.ValidLifetime!.Value, 900u, 1000u);
        Assert.True(client.DeleteAddress(request));
        Assert.False(client.DeleteAddress(request));
    });

    [RootFact]
    public void A_refusal_names_the_address() => InNamespace((client, _) =>
    {
        var e = Assert.Throws<NetlinkException>(() => client.ReplaceAddress(new AddressRequest(4711, Vip, 24)));
        Assert.Equal(("ENODEV", "192.0.2.100/24 on interface 4711"), (e.ErrnoName, e.Object));
        Assert.StartsWith("ENODEV (no such device): adding address 192.0.2.100/24 on interface 4711", e.Message, StringComparison.Ordinal);
    });

    [RootFact]
    public void The_kernel_s_own_words_are_read() => InNamespace((_, eth0) =>
    {
        using NetlinkSocket socket = NetlinkSocket.Open(NetlinkProtocol.Route);
        var batch = new NetlinkBatch();
        AttributeWriter writer = batch.Begin(linux_rtnetlink.RTM_NEWADDR, NetlinkFlags.Create);
        writer.Header(new ifaddrmsg { ifa_family = Libc.AF_INET, ifa_prefixlen = 24, ifa_index = (uint)eth0 });
        writer.U8(linux_if_addr.IFA_LOCAL, 1);
        batch.End(writer);
        NetlinkResult[] results = new NetlinkResult[1];
        Assert.Equal(1, socket.Execute(batch, results));
        Assert.Contains("Attribute failed policy validation", results[0].ExtendedAck, StringComparison.Ordinal);
    });

    [RootFact]
    public void The_monitor_tells_what_others_do_from_what_this_client_does() => InNamespace((client, eth0) =>
    {
        using RouteMonitor monitor = RouteMonitor.Open();
        Assert.True(monitor.Handle >= 0);
        bool IsOwn(RouteNotification n) => n.Kind == RouteNotificationKind.AddressChanged && n.PortId == client.PortId;

        // The interface has just come up, and what the kernel makes of that may come any time.
        Assert.False(TryFind(monitor, IsOwn, out _));

        client.ReplaceAddress(new AddressRequest(eth0, Vip, 32));
        Assert.True(Wait.Until(() => TryFind(monitor, IsOwn, out _)));

        Run("ip", "addr", "del", "192.0.2.100/32", "dev", "eth0");
        RouteNotification other = default;
        Assert.True(Wait.Until(() => TryFind(monitor, n => n.Kind == RouteNotificationKind.AddressRemoved, out other)));
        Assert.Equal((eth0, Vip, 32), (other.Index, other.GetAddress()!, (int)other.PrefixLength));
        Assert.NotEqual(client.PortId, other.PortId);

        client.SetLinkUp(eth0, false);
        Assert.True(Wait.Until(() => TryFind(monitor, n => n.Link is { Name: "eth0", IsUp: false }, out RouteNotification down)
            && down.Kind == RouteNotificationKind.LinkChanged));
        Run("ip", "link", "del", "eth0");
        Assert.True(Wait.Until(() => TryFind(monitor, n => n.Kind == RouteNotificationKind.LinkRemoved, out _)));
    });

    [RootFact]
    public void A_thousand_addresses_are_added_renewed_and_removed_without_losing_a_notification() => InNamespace((client, eth0) =>
    {
        using RouteMonitor monitor = RouteMonitor.Open();
        AddressRequest[] requests = Thousand(eth0);
        int[] errnos = new int[requests.Length];
        Assert.Equal(0, client.ReplaceAddresses(requests, errnos));
        Assert.Equal(0, client.ReplaceAddresses(requests, errnos));
        Assert.All(errnos, e => Assert.Equal(0, e));
        Assert.Equal(1000, client.GetAddresses(eth0).Count(a => a.Label is not null));

        int changed = 0;
        while (monitor.TryRead(out RouteNotification n))
        {
            Assert.NotEqual(RouteNotificationKind.Overrun, n.Kind);
            if (n.Kind == RouteNotificationKind.AddressChanged && n.PortId == client.PortId) changed++;
        }

        Assert.Equal(2000, changed);
        Assert.Equal(0, client.DeleteAddresses(requests, errnos));
        Assert.DoesNotContain(client.GetAddresses(eth0), a => a.Label is not null);
    });

    [RootFact]
    public void A_thousand_failures_are_all_told() => InNamespace((client, _) =>
    {
        int[] errnos = new int[1000];
        Assert.Equal(1000, client.ReplaceAddresses(Thousand(4711), errnos));
        Assert.All(errnos, e => Assert.Equal(Errno.ENODEV, e));
    });

    [RootFact]
    public void Renewing_and_hearing_of_it_allocates_nothing_in_the_steady_state() => InNamespace((client, eth0) =>
    {
        using RouteMonitor monitor = RouteMonitor.Open();
        AddressRequest[] requests = Thousand(eth0);
        int[] errnos = new int[requests.Length];
        int Round()
        {
            client.ReplaceAddresses(requests, errnos);
            int heard = 0;
            while (monitor.TryRead(out _)) heard++;
            return heard;
        }

        for (int i = 0; i < 3; i++) Round();
        int heard = 0;
        Allocations.None(() => heard = Round());
        Assert.Equal(1000, heard);
    });

    [RootFact]
    public void A_monitor_that_does_not_keep_up_says_so() => InNamespace((client, eth0) =>
    {
        using var monitor = new RouteMonitor(
            KernelTransport.Open(NetlinkProtocol.Route, 4096, nonBlocking: true, linux_rtnetlink.RTNLGRP_IPV4_IFADDR));
        client.ReplaceAddresses(Thousand(eth0), new int[1000]);
        Assert.True(TryFind(monitor, n => n.Kind == RouteNotificationKind.Overrun, out _));
    });

    [RootFact]
    public void The_kernel_itself_drops_what_own_sockets_change() => InNamespace((client, eth0) =>
    {
        using RouteClient other = RouteClient.Open(), third = RouteClient.Open();

        // A buffer for three or four: were ours put into it, what the others do would be lost. Links, which the kernel changes by itself too, are heard elsewhere.
        var transport = KernelTransport.Open(NetlinkProtocol.Route, 4096, nonBlocking: true, linux_rtnetlink.RTNLGRP_IPV4_IFADDR);
        using RouteMonitor monitor = new(transport), links = RouteMonitor.Open(RouteMonitorSubjects.Links);
        monitor.IgnoreAddressesOf(third.PortId, client.PortId);
        links.IgnoreAddressesOf(third.PortId, client.PortId);
        int[] errnos = new int[1000];
        Assert.Equal(0, client.ReplaceAddresses(Thousand(eth0), errnos));
        Assert.Equal(0, third.DeleteAddresses(Thousand(eth0), errnos));
        Assert.Equal(-Errno.EAGAIN, transport.Receive(new byte[16]));
        AddressRequest one = Thousand(eth0)[0];
        Assert.Equal(0, other.ReplaceAddresses([one], errnos));
        Assert.Equal(0, client.DeleteAddresses([one], errnos));
        Assert.True(monitor.TryRead(out RouteNotification heard));
        Assert.Equal((RouteNotificationKind.AddressChanged, other.PortId), (heard.Kind, heard.PortId));
        Assert.False(monitor.TryRead(out _));

        // Links are told, whoever changes them.
        client.SetLinkUp(eth0, false);
        Assert.True(TryFind(links, n => n.Kind == RouteNotificationKind.LinkChanged, out _));
    });

    private static AddressRequest[] Thousand(int index) =>
    [
        .. Enumerable.Range(0, 1000).Select(i => new IPAddress([198, 18, (byte)(i / 250), (byte)(i % 250 + 1)]))
            .Select(address => new AddressRequest(index, address, 32) { Label = "eth0:v", ValidLifetime = 600 }),
    ];

    private static void InNamespace(Action<RouteClient, int> test)
    {
        using NetworkNamespace own = NetworkNamespace.Create();
        own.Run(() =>
        {
            Run("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth1");
            Run("ip", "link", "set", "eth1", "up");
            using RouteClient client = RouteClient.Open();
            int eth0 = client.FindLink("eth0")!.Index;
            client.SetLinkUp(eth0, true);
            test(client, eth0);
        });
    }

    private static bool TryFind(RouteMonitor monitor, Func<RouteNotification, bool> wanted, out RouteNotification found)
    {
        while (monitor.TryRead(out found))
            if (wanted(found)) return true;
        return false;
    }
}
