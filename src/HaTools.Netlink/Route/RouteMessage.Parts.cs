using System.Net;
using System.Net.Sockets;
using System.Text;
using static HaTools.Netlink.linux_lwtunnel;
using static HaTools.Netlink.linux_rtnetlink;

namespace HaTools.Netlink.Route;

// The nests: metrics and encapsulations, both ways.
internal static partial class RouteMessage
{
    private static readonly RouteMetric[] AllMetrics = [.. Enum.GetValues<RouteMetric>().Where(m => m != RouteMetric.CongestionControl)];

    /// <summary>The value that the kernel keeps of a metric (net/ipv4/metrics.c, ip_metrics_convert).</summary>
    public static uint Kept(RouteMetric metric, uint value) => metric switch
    {
        RouteMetric.Mtu => Math.Min(value, 65535 - 15),
        RouteMetric.AdvertisedMss => Math.Min(value, 65535 - 40),
        RouteMetric.HopLimit => Math.Min(value, 255),
        _ => value,
    };

    /// <summary>Writes RTA_METRICS.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="request">The route.</param>
    /// <param name="exactly">
    /// Those that are not given as 0, too: for a removal, in which the kernel else compares only what is given, and so may take a route that differs
    /// from this one in its metrics alone.
    /// </param>
    private static void WriteMetrics(ref AttributeWriter writer, RouteRequest request, bool exactly)
    {
        if (!exactly && request.Metrics.Count == 0 && request.CongestionControl is null) return;
        int nest = writer.BeginUnmarked(RTA_METRICS);
        foreach (RouteMetric metric in AllMetrics)
        {
            if (request.Metrics.TryGetValue(metric, out uint value)) writer.U32((ushort)metric, exactly ? Kept(metric, value) : value);

            // A congestion control may have set a feature of its own.
            else if (exactly && (metric != RouteMetric.Features || request.CongestionControl is null)) writer.U32((ushort)metric, 0);
        }

        if (request.CongestionControl is { } name) writer.Bytes(RTAX_CC_ALGO, Encoding.UTF8.GetBytes(name));
        uint locks = request.LockedMetrics.Aggregate(0u, (bits, metric) => bits | 1u << (int)metric);
        if (locks != 0 || exactly) writer.U32(RTAX_LOCK, locks);
        writer.EndNested(nest);
    }

    private static void ReadMetrics(ref AttributeReader reader, Dictionary<RouteMetric, uint> metrics, HashSet<RouteMetric> locked, ref string? congestion)
    {
        AttributeReader.Place outer = reader.Enter();
        while (reader.Next())
        {
            if (reader.Type == RTAX_CC_ALGO) congestion = reader.String();
            else if (reader.Type == RTAX_LOCK) AddLocks(reader.U32(), locked);
            else metrics[(RouteMetric)reader.Type] = reader.U32();
        }

        reader.Leave(outer);
    }

    private static void AddLocks(uint bits, HashSet<RouteMetric> locked)
    {
        for (int metric = 0; metric < 32; metric++)
            if ((bits >> metric & 1) != 0) locked.Add((RouteMetric)metric);
    }

    private static void WriteEncapsulation(ref AttributeWriter writer, TunnelEncapsulation tunnel)
    {
        int nest = writer.BeginNested(RTA_ENCAP);
        if (tunnel.Id is { } id) writer.U64BigEndian(LWTUNNEL_IP_ID, id);
        if (tunnel.Source is { } source) WriteAddress(ref writer, LWTUNNEL_IP_SRC, source);
        if (tunnel.Destination is { } destination) WriteAddress(ref writer, LWTUNNEL_IP_DST, destination);
        if (tunnel.Ttl is { } ttl) writer.U8(LWTUNNEL_IP_TTL, ttl);
        if (tunnel.Tos is { } tos) writer.U8(LWTUNNEL_IP_TOS, tos);
        if (tunnel.Flags is { } flags) writer.U16BigEndian(LWTUNNEL_IP_FLAGS, flags);
        writer.EndNested(nest);
        writer.U16(RTA_ENCAP_TYPE, tunnel.InIpv6 ? LWTUNNEL_ENCAP_IP6 : LWTUNNEL_ENCAP_IP);
    }

    /// <summary>Reads RTA_ENCAP's value; null: it is a tunnel of another kind (MPLS, SRv6, BPF …).</summary>
    private static TunnelEncapsulation? ReadEncapsulation(ReadOnlySpan<byte> nest, ushort type)
    {
        if (type is not (LWTUNNEL_ENCAP_IP or LWTUNNEL_ENCAP_IP6)) return null;
        int length = type == LWTUNNEL_ENCAP_IP6 ? 16 : 4;
        var tunnel = new TunnelEncapsulation { InIpv6 = type == LWTUNNEL_ENCAP_IP6 };
        var reader = new AttributeReader(nest);
        while (reader.Next())
        {
            tunnel = reader.Type switch
            {
                LWTUNNEL_IP_ID => tunnel with { Id = reader.U64BigEndian() },
                LWTUNNEL_IP_SRC => tunnel with { Source = Address(ref reader, length) },
                LWTUNNEL_IP_DST => tunnel with { Destination = Address(ref reader, length) },
                LWTUNNEL_IP_TTL => tunnel with { Ttl = reader.U8() },
                LWTUNNEL_IP_TOS => tunnel with { Tos = reader.U8() },
                LWTUNNEL_IP_FLAGS => tunnel with { Flags = reader.U16BigEndian() },
                _ => tunnel,
            };
        }

        reader.ThrowIfMalformed("reading a route's encapsulation");
        return tunnel;
    }

    private static IPAddress? Address(ref AttributeReader reader, int length)
    {
        if (reader.Value.Length == length) return new IPAddress(reader.Value);
        reader.Invalid();
        return null;
    }

    /// <summary>RTA_VIA: struct rtvia.</summary>
    private static IPAddress? Via(ref AttributeReader reader)
    {
        ReadOnlySpan<byte> value = reader.Value;
        if (value.Length is 2 + 4 or 2 + 16) return new IPAddress(value[2..]);
        reader.Invalid();
        return null;
    }

    private static bool IsWhole(TunnelEncapsulation tunnel)
    {
        AddressFamily family = tunnel.InIpv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        return (tunnel.Source?.AddressFamily ?? family) == family && (tunnel.Destination?.AddressFamily ?? family) == family;
    }
}
