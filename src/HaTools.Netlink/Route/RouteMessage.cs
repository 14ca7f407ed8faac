using System.Net;
using System.Net.Sockets;
using System.Text;
using HaTools.Linux;
using static HaTools.Netlink.linux_rtnetlink;

namespace HaTools.Netlink.Route;

/// <summary>RTM_NEWROUTE, RTM_DELROUTE and RTM_GETROUTE.</summary>
internal static partial class RouteMessage
{
    /// <summary>Room for a route's header and attributes, without those that grow with it.</summary>
    private const int FixedCapacity = 640;
    private const int HopCapacity = 160;

    public static int Capacity(RouteRequest request) => FixedCapacity + HopCapacity * request.NextHops.Count;

    /// <summary>Writes a request for the whole table; kernels from 4.20 leave out what is not of the given table and protocol.</summary>
    public static void WriteGet(ref AttributeWriter writer, AddressFamily family, uint? table, byte? protocol)
    {
        writer.Header(new rtmsg { rtm_family = Number(family), rtm_protocol = protocol ?? 0 });
        if (table is { } number) writer.U32(RTA_TABLE, number);
    }

    /// <summary>Writes a request to add.</summary>
    /// <exception cref="ArgumentException">The request cannot be meant.</exception>
    public static void WriteNew(ref AttributeWriter writer, RouteRequest request)
    {
        Validate(request);
        Write(ref writer, request, EffectiveScope(request), exactly: false);
    }

    /// <summary>
    /// Writes a request to take away: all of the route but its scope, so that no other route in the same place is hit.
    /// </summary>
    /// <exception cref="ArgumentException">The request cannot be meant.</exception>
    public static void WriteDelete(ref AttributeWriter writer, RouteRequest request)
    {
        Validate(request);
        Write(ref writer, request, RouteScope.Nowhere, exactly: request.Family == AddressFamily.InterNetwork);
    }

    /// <summary>The flags of a request to add.</summary>
    public static NetlinkFlags AddFlags(RouteRequest request) => NetlinkFlags.Create | request.Mode switch
    {
        RouteAddMode.Exclusive => NetlinkFlags.Exclusive,
        RouteAddMode.Append => NetlinkFlags.Append,
        RouteAddMode.Replace => NetlinkFlags.Replace,
        _ => NetlinkFlags.None,
    };

    /// <summary>The scope that a route gets: the given one, or that which <c>ip route</c> would choose.</summary>
    public static RouteScope EffectiveScope(RouteRequest request)
    {
        if (request.Scope is { } given) return given;
        if (request.Family == AddressFamily.InterNetworkV6) return RouteScope.Global;
        return request.Type switch
        {
            RouteType.Local or RouteType.Nat => RouteScope.Host,
            RouteType.Broadcast or RouteType.Multicast or RouteType.Anycast => RouteScope.Link,
            RouteType.Unicast when request.Gateway is null && request.NextHops.Count == 0 => RouteScope.Link,
            _ => RouteScope.Global,
        };
    }

    private static byte Number(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? (byte)Libc.AF_INET6 : (byte)Libc.AF_INET;

    private static void Write(ref AttributeWriter writer, RouteRequest request, RouteScope scope, bool exactly)
    {
        writer.Header(new rtmsg
        {
            rtm_family = Number(request.Family),
            rtm_dst_len = (byte)(request.Destination?.PrefixLength ?? 0),
            rtm_src_len = (byte)(request.Source?.PrefixLength ?? 0),
            rtm_tos = request.Tos,
            rtm_table = request.Table < 256 ? (byte)request.Table : RT_TABLE_UNSPEC,
            rtm_protocol = request.Protocol,
            rtm_scope = (byte)scope,
            rtm_type = (byte)request.Type,
            rtm_flags = request.OnLink ? RTNH_F_ONLINK : 0,
        });
        if (request.Destination is { } destination) WriteAddress(ref writer, RTA_DST, destination.BaseAddress);
        if (request.Source is { } source) WriteAddress(ref writer, RTA_SRC, source.BaseAddress);
        if (request.Gateway is { } gateway) WriteGateway(ref writer, request.Family, gateway);
        if (request.PreferredSource is { } preferred) WriteAddress(ref writer, RTA_PREFSRC, preferred);
        if (request.Encapsulation is { } encapsulation) WriteEncapsulation(ref writer, encapsulation);
        if (request.Preference is { } preference) writer.U8(RTA_PREF, (byte)preference);
        if (request.Expires is { } expires) writer.U32(RTA_EXPIRES, expires);
        if (request.TtlPropagate is { } propagate) writer.U8(RTA_TTL_PROPAGATE, propagate ? (byte)1 : (byte)0);
        if (request.Metric is { } metric) writer.U32(RTA_PRIORITY, metric);
        if (request.Table >= 256) writer.U32(RTA_TABLE, request.Table);
        if (request.Realms is { } realms) writer.U32(RTA_FLOW, realms);
        if (request.Interface != 0) writer.U32(RTA_OIF, (uint)request.Interface);
        WriteMetrics(ref writer, request, exactly);
        if (request.NextHops.Count > 0) WriteHops(ref writer, request);
    }

    private static void WriteHops(ref AttributeWriter writer, RouteRequest request)
    {
        int list = writer.BeginUnmarked(RTA_MULTIPATH);
        foreach (NextHop hop in request.NextHops)
        {
            int start = writer.BeginStruct(new rtnexthop
            {
                rtnh_flags = hop.OnLink ? (byte)RTNH_F_ONLINK : (byte)0,
                rtnh_hops = (byte)(hop.Weight - 1),
                rtnh_ifindex = hop.Interface,
            });
            if (hop.Gateway is { } gateway) WriteGateway(ref writer, request.Family, gateway);
            if (hop.Encapsulation is { } encapsulation) WriteEncapsulation(ref writer, encapsulation);
            if (hop.Realms is { } realms) writer.U32(RTA_FLOW, realms);
            writer.EndNested(start);
        }

        writer.EndNested(list);
    }

    // RTA_VIA: struct rtvia, the family in the host's byte order and the address.
    private static void WriteGateway(ref AttributeWriter writer, AddressFamily family, IPAddress gateway)
    {
        if (gateway.AddressFamily == family)
        {
            WriteAddress(ref writer, RTA_GATEWAY, gateway);
            return;
        }

        Span<byte> value = writer.Attribute(RTA_VIA, 2 + Length(gateway));
        if (writer.Overflowed) return;
        BitConverter.TryWriteBytes(value, (ushort)Number(gateway.AddressFamily));
        gateway.TryWriteBytes(value[2..], out _);
    }

    private static void WriteAddress(ref AttributeWriter writer, ushort type, IPAddress address)
    {
        Span<byte> value = writer.Attribute(type, Length(address));
        if (!writer.Overflowed) address.TryWriteBytes(value, out _);
    }

    private static int Length(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 4 : 16;

    private static void Validate(RouteRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        bool four = request.Family == AddressFamily.InterNetwork;
        if (!four && request.Family != AddressFamily.InterNetworkV6) throw Meaningless(request, "routes are of IPv4 or IPv6");
        if (request.Table == 0) throw Meaningless(request, "there is no table 0");
        if (request.Interface < 0 || request.NextHops.Any(h => h.Interface < 0)) throw Meaningless(request, "an interface's index is from 1");
        if (request.Destination is { } d && d.BaseAddress.AddressFamily != request.Family)
            throw Meaningless(request, "the destination is not of the route's family");
        if (request.Source is { } s && (four || s.BaseAddress.AddressFamily != request.Family))
            throw Meaningless(request, "a source prefix is of IPv6, and of an IPv6 route");
        if (request.PreferredSource is { } p && p.AddressFamily != request.Family)
            throw Meaningless(request, "the preferred source is not of the route's family");
        if (Gateways(request).Any(g => !four && g.AddressFamily != request.Family))
            throw Meaningless(request, "an IPv6 route has no IPv4 gateway");
        if (request.NextHops.Count > 0 && (request.Gateway is not null || request.Interface != 0))
            throw Meaningless(request, "a route with next hops has no gateway and interface of its own");
        if (request.NextHops.Any(h => h.Weight is < 1 or > 256)) throw Meaningless(request, "a weight is from 1 to 256");
        if (request.NextHops.Count > 256) throw Meaningless(request, "it has more than 256 next hops");
        if (request.CongestionControl is { } name && Encoding.UTF8.GetByteCount(name) > 15)
            throw Meaningless(request, $"the congestion control's name '{name}' is longer than 15 bytes");
        if (Encapsulations(request).Any(e => !IsWhole(e)))
            throw Meaningless(request, "an encapsulation's addresses are not of its family");
    }

    private static IEnumerable<IPAddress> Gateways(RouteRequest request) =>
        request.NextHops.Select(h => h.Gateway).Append(request.Gateway).OfType<IPAddress>();

    private static IEnumerable<TunnelEncapsulation> Encapsulations(RouteRequest request) =>
        request.NextHops.Select(h => h.Encapsulation).Append(request.Encapsulation).OfType<TunnelEncapsulation>();

    private static ArgumentException Meaningless(RouteRequest request, string why) => new($"route {request}: {why}.", nameof(request));
}
