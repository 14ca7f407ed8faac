using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using HaTools.Linux;
using static HaTools.Netlink.linux_rtnetlink;

namespace HaTools.Netlink.Route;

// The other way: what the kernel tells of a route.
internal static partial class RouteMessage
{
    /// <summary>Who made the route of a message; null: the message is too short, or not of IPv4 and IPv6.</summary>
    public static byte? ProtocolOf(ReadOnlySpan<byte> payload) =>
        MemoryMarshal.TryRead(payload, out rtmsg header) && header.rtm_family is Libc.AF_INET or Libc.AF_INET6 ? header.rtm_protocol : null;

    /// <summary>Reads a message. Null: it is of a family other than IPv4 and IPv6, or an entry of the cache.</summary>
    /// <exception cref="NetlinkException">It is malformed.</exception>
    public static RouteInfo? Read(ReadOnlySpan<byte> payload)
    {
        AttributeReader reader = AttributeReader.Read(payload, out rtmsg header);
        if (reader.Error == AttributeError.None
            && (header.rtm_family is not (Libc.AF_INET or Libc.AF_INET6) || (header.rtm_flags & RTM_F_CLONED) != 0)) return null;

        bool six = header.rtm_family == Libc.AF_INET6;
        int length = six ? 16 : 4;
        var route = new RouteInfo
        {
            Family = six ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork,
            Type = (RouteType)header.rtm_type,
            Table = header.rtm_table,
            Tos = header.rtm_tos,
            Protocol = header.rtm_protocol,
            Scope = (RouteScope)header.rtm_scope,
            OnLink = (header.rtm_flags & RTNH_F_ONLINK) != 0,
            Flags = (RouteFlags)header.rtm_flags,
        };
        IPAddress? destination = null;
        IPAddress? source = null;
        var hop = new HopAttributes();
        Dictionary<RouteMetric, uint> metrics = [];
        HashSet<RouteMetric> locked = [];
        string? congestion = null;
        while (reader.Next())
        {
            if (hop.Take(ref reader, length)) continue;
            switch (reader.Type)
            {
                case RTA_DST:
                    destination = Address(ref reader, length);
                    break;
                case RTA_SRC:
                    source = Address(ref reader, length);
                    break;
                case RTA_PREFSRC:
                    route = route with { PreferredSource = Address(ref reader, length) };
                    break;
                case RTA_OIF:
                    route = route with { Interface = (int)reader.U32() };
                    break;
                case RTA_PRIORITY:
                    route = route with { Metric = reader.U32() };
                    break;
                case RTA_TABLE:
                    route = route with { Table = reader.U32() };
                    break;
                case RTA_PREF:
                    route = route with { Preference = (RouterPreference)reader.U8() };
                    break;
                case RTA_TTL_PROPAGATE:
                    route = route with { TtlPropagate = reader.U8() != 0 };
                    break;
                case RTA_NH_ID:
                    route = route with { NextHopId = reader.U32() };
                    break;
                case RTA_CACHEINFO:
                    route = route with { Expires = Seconds(reader.Struct<rta_cacheinfo>().rta_expires) };
                    break;
                case RTA_METRICS:
                    ReadMetrics(ref reader, metrics, locked, ref congestion);
                    break;
                case RTA_MULTIPATH:
                    route = route with { NextHops = ReadHops(reader.Value, length) };
                    break;
            }
        }

        route = route with
        {
            Gateway = hop.Gateway,
            Realms = hop.Realms,
            Destination = Network(ref reader, destination, header.rtm_dst_len, length),
            Source = Network(ref reader, source, header.rtm_src_len, length),
            Encapsulation = hop.ReadEncapsulation(),
            Metrics = metrics,
            LockedMetrics = locked,
            CongestionControl = congestion,
        };
        reader.ThrowIfMalformed("reading a route");
        return route;
    }

    // In USER_HZ, which is 100 on every architecture that .NET runs on.
    private static uint? Seconds(int expires) => expires == 0 ? null : (uint)(Math.Max(expires, 0) / 100);

    private static IPNetwork? Network(ref AttributeReader reader, IPAddress? address, byte prefix, int length)
    {
        if (prefix == 0 && address is null) return null;
        if (prefix <= length * 8 && address is not null && IPNetwork.TryParse($"{address}/{prefix}", out IPNetwork network)) return network;
        reader.Invalid();
        return null;
    }

    private static List<NextHop> ReadHops(ReadOnlySpan<byte> list, int length)
    {
        List<NextHop> hops = [];
        while (!list.IsEmpty)
        {
            if (!MemoryMarshal.TryRead(list, out rtnexthop header) || header.rtnh_len < 8 || header.rtnh_len > list.Length)
                throw new NetlinkException("reading a route: the kernel's answer is malformed (a next hop ends behind the list)", null, 0);
            hops.Add(ReadHop(list[8..header.rtnh_len], header, length));
            list = list[Math.Min(linux_netlink.Align(header.rtnh_len), list.Length)..];
        }

        return hops;
    }

    private static NextHop ReadHop(ReadOnlySpan<byte> attributes, in rtnexthop header, int length)
    {
        var hop = new HopAttributes();
        var reader = new AttributeReader(attributes);
        while (reader.Next()) _ = hop.Take(ref reader, length);
        reader.ThrowIfMalformed("reading a route's next hop");
        return new NextHop
        {
            Interface = header.rtnh_ifindex,
            Weight = header.rtnh_hops + 1,
            OnLink = (header.rtnh_flags & RTNH_F_ONLINK) != 0,
            Gateway = hop.Gateway,
            Realms = hop.Realms,
            Encapsulation = hop.ReadEncapsulation(),
        };
    }

    /// <summary>What a route of one hop and each hop of a route of many say in the same attributes.</summary>
    private ref struct HopAttributes
    {
        private ReadOnlySpan<byte> encapsulation;
        private ushort encapsulationType;

        public IPAddress? Gateway { get; private set; }

        public uint? Realms { get; private set; }

        /// <summary>Takes the attribute that the reader stands on; false: it is none of these.</summary>
        public bool Take(ref AttributeReader reader, int length)
        {
            switch (reader.Type)
            {
                case RTA_GATEWAY:
                    Gateway = Address(ref reader, length);
                    return true;
                case RTA_VIA:
                    Gateway = Via(ref reader);
                    return true;
                case RTA_FLOW:
                    Realms = reader.U32();
                    return true;
                case RTA_ENCAP:
                    encapsulation = reader.Value;
                    return true;
                case RTA_ENCAP_TYPE:
                    encapsulationType = reader.U16();
                    return true;
                default:
                    return false;
            }
        }

        public readonly TunnelEncapsulation? ReadEncapsulation() => RouteMessage.ReadEncapsulation(encapsulation, encapsulationType);
    }
}
