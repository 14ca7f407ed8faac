using System.Net.Sockets;
using System.Runtime.InteropServices;
using HaTools.Linux;
using static HaTools.Netlink.linux_ip_vs;

namespace HaTools.Netlink.Ipvs;

/// <summary>What the kernel answers, read where it lies, without an object for each entry.</summary>
internal static partial class IpvsMessage
{
    /// <summary>Reads an answer to GET_SERVICE as an object. Null: it is another message.</summary>
    /// <exception cref="NetlinkException">It is malformed.</exception>
    public static IpvsService? ReadService(ReadOnlySpan<byte> payload) =>
        TryReadService(payload, out IpvsServiceView view) ? view.ToService() : null;

    /// <summary>Reads an answer to GET_SERVICE. False: it is another message.</summary>
    /// <exception cref="NetlinkException">It is malformed.</exception>
    public static bool TryReadService(ReadOnlySpan<byte> payload, out IpvsServiceView view)
    {
        AttributeReader reader = AttributeReader.Read(payload, out genlmsghdr _);
        view = default;
        bool found = false;
        while (reader.Next())
        {
            if (reader.Type != IPVS_CMD_ATTR_SERVICE) continue;
            AttributeReader.Place outer = reader.Enter();
            found = TryReadServiceAttributes(ref reader, out view);
            reader.Leave(outer);
        }

        reader.ThrowIfMalformed("reading an IPVS service");
        return found;
    }

    /// <summary>Reads an answer to GET_DEST. False: it is another message.</summary>
    /// <param name="payload">The message.</param>
    /// <param name="family">The service's family, for kernels before 3.18, which do not say the destination's.</param>
    /// <param name="view">The real server.</param>
    /// <exception cref="NetlinkException">It is malformed.</exception>
    public static bool TryReadDestination(ReadOnlySpan<byte> payload, AddressFamily family, out IpvsDestinationView view)
    {
        AttributeReader reader = AttributeReader.Read(payload, out genlmsghdr _);
        view = default;
        bool found = false;
        while (reader.Next())
        {
            if (reader.Type != IPVS_CMD_ATTR_DEST) continue;
            AttributeReader.Place outer = reader.Enter();
            found = TryReadDestinationAttributes(ref reader, family, out view);
            reader.Leave(outer);
        }

        reader.ThrowIfMalformed("reading an IPVS real server");
        return found;
    }

    private static bool TryReadServiceAttributes(scoped ref AttributeReader reader, out IpvsServiceView view)
    {
        view = default;
        AddressFamily family = AddressFamily.Unspecified;
        ushort protocol = 0;
        ReadOnlySpan<byte> address = default;
        ushort port = 0;
        uint mark = 0;
        ReadOnlySpan<byte> scheduler = default;
        ReadOnlySpan<byte> engine = default;
        bool hasEngine = false;
        uint flags = 0;
        uint timeout = 0;
        ReadOnlySpan<byte> netmask = default;
        IpvsStatistics statistics = default;
        bool wide = false;
        while (reader.Next())
        {
            switch (reader.Type)
            {
                case IPVS_SVC_ATTR_AF:
                    family = Family(reader.U16());
                    break;
                case IPVS_SVC_ATTR_PROTOCOL:
                    protocol = reader.U16();
                    break;
                case IPVS_SVC_ATTR_ADDR:
                    address = reader.Value;
                    break;
                case IPVS_SVC_ATTR_PORT:
                    port = reader.U16BigEndian();
                    break;
                case IPVS_SVC_ATTR_FWMARK:
                    mark = reader.U32();
                    break;
                case IPVS_SVC_ATTR_SCHED_NAME:
                    scheduler = Text(reader.Value);
                    break;
                case IPVS_SVC_ATTR_PE_NAME:
                    engine = Text(reader.Value);
                    hasEngine = true;
                    break;
                case IPVS_SVC_ATTR_FLAGS:
                    flags = reader.Struct<ip_vs_flags>().flags;
                    break;
                case IPVS_SVC_ATTR_TIMEOUT:
                    timeout = reader.U32();
                    break;
                case IPVS_SVC_ATTR_NETMASK:
                    netmask = reader.Value;
                    break;
                case IPVS_SVC_ATTR_STATS64:
                    statistics = ReadStatistics(ref reader);
                    wide = true;
                    break;
                case IPVS_SVC_ATTR_STATS when !wide:
                    statistics = ReadStatistics(ref reader);
                    break;
            }
        }

        if (reader.Error != AttributeError.None) return false;
        if (family == AddressFamily.Unspecified || netmask.Length is not (0 or 4) || !IsName(scheduler, IP_VS_SCHEDNAME_MAXLEN)
            || (hasEngine && !IsName(engine, IP_VS_PENAME_MAXLEN)) || (mark == 0 && (!IsAddress(address, family) || !IsProtocol(protocol)))
            || !IsReadNetmask(netmask, family))
        {
            reader.Invalid();
            return false;
        }

        view = new IpvsServiceView
        {
            AddressFamily = family,
            Protocol = mark == 0 ? (IpvsProtocol)protocol : IpvsProtocol.None,
            AddressBytes = mark == 0 ? Address(address, family) : default,
            Port = mark == 0 ? port : 0,
            FirewallMark = mark,
            SchedulerName = scheduler,
            EngineName = engine,
            Flags = (IpvsServiceFlags)flags & ~IpvsServiceFlags.Hashed,
            Timeout = timeout,
            NetmaskBytes = netmask,
            Statistics = statistics,
        };
        return true;
    }

    private static bool TryReadDestinationAttributes(scoped ref AttributeReader reader, AddressFamily family, out IpvsDestinationView view)
    {
        view = default;
        ReadOnlySpan<byte> address = default;
        ushort port = 0;
        uint method = 0;
        uint weight = 0;
        uint upper = 0;
        uint lower = 0;
        uint active = 0;
        uint inactive = 0;
        uint persistent = 0;
        byte tunnelType = 0;
        ushort tunnelPort = 0;
        ushort tunnelFlags = 0;
        IpvsStatistics statistics = default;
        bool wide = false;
        while (reader.Next())
        {
            switch (reader.Type)
            {
                case IPVS_DEST_ATTR_ADDR_FAMILY:
                    family = Family(reader.U16());
                    break;
                case IPVS_DEST_ATTR_ADDR:
                    address = reader.Value;
                    break;
                case IPVS_DEST_ATTR_PORT:
                    port = reader.U16BigEndian();
                    break;
                case IPVS_DEST_ATTR_FWD_METHOD:
                    method = reader.U32();
                    break;
                case IPVS_DEST_ATTR_WEIGHT:
                    weight = reader.U32();
                    break;
                case IPVS_DEST_ATTR_U_THRESH:
                    upper = reader.U32();
                    break;
                case IPVS_DEST_ATTR_L_THRESH:
                    lower = reader.U32();
                    break;
                case IPVS_DEST_ATTR_ACTIVE_CONNS:
                    active = reader.U32();
                    break;
                case IPVS_DEST_ATTR_INACT_CONNS:
                    inactive = reader.U32();
                    break;
                case IPVS_DEST_ATTR_PERSIST_CONNS:
                    persistent = reader.U32();
                    break;
                case IPVS_DEST_ATTR_TUN_TYPE:
                    tunnelType = reader.U8();
                    break;
                case IPVS_DEST_ATTR_TUN_PORT:
                    tunnelPort = reader.U16BigEndian();
                    break;
                case IPVS_DEST_ATTR_TUN_FLAGS:
                    tunnelFlags = reader.U16();
                    break;
                case IPVS_DEST_ATTR_STATS64:
                    statistics = ReadStatistics(ref reader);
                    wide = true;
                    break;
                case IPVS_DEST_ATTR_STATS when !wide:
                    statistics = ReadStatistics(ref reader);
                    break;
            }
        }

        if (reader.Error != AttributeError.None) return false;
        if (!IsAddress(address, family))
        {
            reader.Invalid();
            return false;
        }

        view = new IpvsDestinationView
        {
            AddressFamily = family,
            AddressBytes = Address(address, family),
            Port = port,
            ForwardingMethod = (IpvsForwardingMethod)(method & IP_VS_CONN_F_FWD_MASK),
            Weight = (int)weight,
            UpperThreshold = upper,
            LowerThreshold = lower,
            ActiveConnections = active,
            InactiveConnections = inactive,
            PersistentConnections = persistent,
            TunnelType = (IpvsTunnelType)tunnelType,
            TunnelPort = tunnelPort,
            TunnelFlags = (IpvsTunnelFlags)tunnelFlags,
            Statistics = statistics,
        };
        return true;
    }

    private static IpvsStatistics ReadStatistics(ref AttributeReader reader)
    {
        ulong connections = 0, incomingPackets = 0, outgoingPackets = 0, incomingBytes = 0, outgoingBytes = 0;
        ulong connectionRate = 0, incomingPacketRate = 0, outgoingPacketRate = 0, incomingByteRate = 0, outgoingByteRate = 0;
        AttributeReader.Place outer = reader.Enter();
        while (reader.Next())
        {
            switch (reader.Type)
            {
                case IPVS_STATS_ATTR_CONNS:
                    connections = reader.U32OrU64();
                    break;
                case IPVS_STATS_ATTR_INPKTS:
                    incomingPackets = reader.U32OrU64();
                    break;
                case IPVS_STATS_ATTR_OUTPKTS:
                    outgoingPackets = reader.U32OrU64();
                    break;
                case IPVS_STATS_ATTR_INBYTES:
                    incomingBytes = reader.U32OrU64();
                    break;
                case IPVS_STATS_ATTR_OUTBYTES:
                    outgoingBytes = reader.U32OrU64();
                    break;
                case IPVS_STATS_ATTR_CPS:
                    connectionRate = reader.U32OrU64();
                    break;
                case IPVS_STATS_ATTR_INPPS:
                    incomingPacketRate = reader.U32OrU64();
                    break;
                case IPVS_STATS_ATTR_OUTPPS:
                    outgoingPacketRate = reader.U32OrU64();
                    break;
                case IPVS_STATS_ATTR_INBPS:
                    incomingByteRate = reader.U32OrU64();
                    break;
                case IPVS_STATS_ATTR_OUTBPS:
                    outgoingByteRate = reader.U32OrU64();
                    break;
            }
        }

        reader.Leave(outer);
        return new IpvsStatistics
        {
            Connections = connections,
            IncomingPackets = incomingPackets,
            OutgoingPackets = outgoingPackets,
            IncomingBytes = incomingBytes,
            OutgoingBytes = outgoingBytes,
            ConnectionRate = connectionRate,
            IncomingPacketRate = incomingPacketRate,
            OutgoingPacketRate = outgoingPacketRate,
            IncomingByteRate = incomingByteRate,
            OutgoingByteRate = outgoingByteRate,
        };
    }

    private static AddressFamily Family(ushort number) => number switch
    {
        Libc.AF_INET => AddressFamily.InterNetwork,
        Libc.AF_INET6 => AddressFamily.InterNetworkV6,
        _ => AddressFamily.Unspecified,
    };

    /// <summary>Up to the first NUL.</summary>
    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> value)
    {
        int end = value.IndexOf((byte)0);
        return end < 0 ? value : value[..end];
    }

    private static bool IsName(ReadOnlySpan<byte> name, int limit) => name.Length > 0 && name.Length < limit;

    private static bool IsProtocol(ushort protocol) => (IpvsProtocol)protocol is IpvsProtocol.Tcp or IpvsProtocol.Udp or IpvsProtocol.Sctp;

    private static bool IsAddress(ReadOnlySpan<byte> bytes, AddressFamily family) => family switch
    {
        AddressFamily.InterNetwork => bytes.Length is 4 or AddressLength,
        AddressFamily.InterNetworkV6 => bytes.Length == AddressLength,
        _ => false,
    };

    private static ReadOnlySpan<byte> Address(ReadOnlySpan<byte> bytes, AddressFamily family) =>
        family == AddressFamily.InterNetwork ? bytes[..4] : bytes;

    private static bool IsReadNetmask(ReadOnlySpan<byte> bytes, AddressFamily family) =>
        bytes.IsEmpty || family == AddressFamily.InterNetwork || MemoryMarshal.Read<uint>(bytes) is > 0 and <= 128;
}
