using HaTools.Linux;
using static HaTools.Netlink.linux_rtnetlink;

namespace HaTools.Netlink.Route;

/// <summary>
/// Hears what changes of interfaces, addresses, routes and rules, whoever changes it (man 7 rtnetlink, groups RTNLGRP_LINK,
/// RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV4_RULE and their like for IPv6). It never waits: poll <see cref="Handle"/>. Open it before reading the tables, so that nothing is missed between.
/// Not thread-safe: one thread at a time.
/// </summary>
public sealed class RouteMonitor : IDisposable
{
    /// <summary>How many sockets <see cref="IgnoreAddressesOf"/> takes.</summary>
    public const int MostIgnored = 16;

    // The kernel counts about 1 KiB for each notification: room for some thousands, as when an engine renews all of its addresses.
    private const int ReceiveBuffer = 8 * 1024 * 1024;

    private readonly INetlinkTransport transport;
    private uint[] ignored = [];
    private byte[] received = new byte[32 * 1024];
    private int start;
    private int end;

    /// <summary>Listens on a transport that does not block; the monitor disposes of it.</summary>
    /// <param name="transport">The transport.</param>
    public RouteMonitor(INetlinkTransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        this.transport = transport;
    }

    /// <summary>Opens a monitor of the calling thread's network namespace; it stays with that one.</summary>
    /// <param name="subjects">What to listen to.</param>
    /// <exception cref="NetlinkException">The kernel gave no socket.</exception>
    public static RouteMonitor Open(RouteMonitorSubjects subjects = RouteMonitorSubjects.Links | RouteMonitorSubjects.Addresses) =>
        new(KernelTransport.Open(NetlinkProtocol.Route, ReceiveBuffer, nonBlocking: true, Groups(subjects)));

    /// <summary>
    /// Only routes of this protocol (RTPROT_*) are told, and others skipped without being decoded; null: all. The kernel does not tell of every
    /// IPv4 route that goes: not of those that go with an address or with a link.
    /// </summary>
    public byte? RouteProtocol { get; set; }

    /// <summary>
    /// The socket's file descriptor, for epoll and poll: readable when there is something to read. Then call <see cref="TryRead"/> until
    /// it is false. -1 where the transport is not the kernel's.
    /// </summary>
    public int Handle => transport is KernelTransport kernel ? kernel.Descriptor.Value : -1;

    /// <summary>
    /// Addresses that sockets of one's own change are not told any more. The kernel drops these notifications before anybody is woken, where it lets a filter be
    /// attached; they are skipped in any case. IPv6 says nobody's port id with most changes (net/ipv6/addrconf.c, inet6_ifa_notify): those are told.
    /// </summary>
    /// <param name="portIds">The sockets' port ids (<see cref="RouteClient.PortId"/>), at most <see cref="MostIgnored"/>; a second call replaces the first.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are more.</exception>
    public void IgnoreAddressesOf(params ReadOnlySpan<uint> portIds)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(portIds.Length, MostIgnored);
        ignored = portIds.ToArray();
        _ = (transport as KernelTransport)?.TryAttach(OwnAddressFilter.Make(ignored));
    }

    /// <summary>Reads the next notification, without waiting. Allocates nothing for one of an address.</summary>
    /// <param name="notification">The notification.</param>
    /// <returns>False: there is none now.</returns>
    /// <exception cref="NetlinkException">The socket failed, or a notification is malformed (it is skipped).</exception>
    public bool TryRead(out RouteNotification notification)
    {
        while (true)
        {
            if (TryReadBuffered(out notification)) return true;

            (start, end) = (0, 0);
            int length = transport.Receive(received);
            if (length is 0 or -Errno.EAGAIN) return false;
            if (length < 0 && length != -Errno.ENOBUFS)
                throw new NetlinkException("listening to changes of interfaces, addresses, routes and rules", null, -length);

            if (length == -Errno.ENOBUFS || length > received.Length)
            {
                if (length > received.Length) received = new byte[length];
                notification = new RouteNotification { Kind = RouteNotificationKind.Overrun };
                return true;
            }

            end = length;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => transport.Dispose();

    private bool TryReadBuffered(out RouteNotification notification)
    {
        notification = default;
        while (start < end)
        {
            var reader = new MessageReader(received.AsSpan(start, end - start));
            bool read = reader.Next();
            start = read ? end - reader.Remaining : end;
            if (!read) throw new NetlinkException("a notification cannot be read: it ends within a message", null, 0);
            if (TryDecode(reader, out notification)) return true;
        }

        return false;
    }

    private static int[] Groups(RouteMonitorSubjects subjects)
    {
        List<int> groups = [];
        if ((subjects & RouteMonitorSubjects.Links) != 0) groups.Add(RTNLGRP_LINK);
        if ((subjects & RouteMonitorSubjects.Addresses) != 0) groups.AddRange([RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR]);
        if ((subjects & RouteMonitorSubjects.Routes) != 0) groups.AddRange([RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE]);
        if ((subjects & RouteMonitorSubjects.Rules) != 0) groups.AddRange([RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE]);
        return [.. groups];
    }

    private bool TryDecode(MessageReader message, out RouteNotification notification)
    {
        notification = default;
        switch (message.Type)
        {
            case RTM_NEWLINK or RTM_DELLINK:
                if (LinkMessage.Read(message.Payload) is not { } link) return false;
                notification = new RouteNotification
                {
                    Kind = message.Type == RTM_NEWLINK ? RouteNotificationKind.LinkChanged : RouteNotificationKind.LinkRemoved,
                    Index = link.Index,
                    Link = link,
                    PortId = message.PortId,
                };
                return true;
            case RTM_NEWADDR or RTM_DELADDR when ignored.AsSpan().Contains(message.PortId):
                return false;
            case RTM_NEWADDR or RTM_DELADDR:
                if (!AddressMessage.TryRead(message.Payload, withLabel: false, out AddressMessage address)) return false;
                bool added = message.Type == RTM_NEWADDR;
                notification = address.ToNotification(
                    added ? RouteNotificationKind.AddressChanged : RouteNotificationKind.AddressRemoved, message.PortId);
                return true;
            case RTM_NEWROUTE or RTM_DELROUTE:
                if (RouteProtocol is { } only && RouteMessage.ProtocolOf(message.Payload) is { } protocol && protocol != only) return false;
                if (RouteMessage.Read(message.Payload) is not { } route) return false;
                notification = new RouteNotification
                {
                    Kind = message.Type == RTM_NEWROUTE ? RouteNotificationKind.RouteChanged : RouteNotificationKind.RouteRemoved,
                    Index = route.Interface,
                    Route = route,
                    PortId = message.PortId,
                };
                return true;
            case RTM_NEWRULE or RTM_DELRULE:
                if (RuleMessage.Read(message.Payload) is not { } rule) return false;
                notification = new RouteNotification
                {
                    Kind = message.Type == RTM_NEWRULE ? RouteNotificationKind.RuleChanged : RouteNotificationKind.RuleRemoved,
                    Rule = rule,
                    PortId = message.PortId,
                };
                return true;
            case linux_netlink.NLMSG_OVERRUN:
                notification = new RouteNotification { Kind = RouteNotificationKind.Overrun };
                return true;
            default:
                return false;
        }
    }
}

/// <summary>What a <see cref="RouteMonitor"/> listens to.</summary>
[Flags]
public enum RouteMonitorSubjects
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Interfaces.</summary>
    Links = 1,

    /// <summary>IPv4 and IPv6 addresses.</summary>
    Addresses = 2,

    /// <summary>IPv4 and IPv6 routes.</summary>
    Routes = 4,

    /// <summary>IPv4 and IPv6 rules.</summary>
    Rules = 8,
}
