using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using HaTools.Linux;
using static HaTools.Netlink.linux_ip_vs;

namespace HaTools.Netlink.Ipvs;

/// <summary>
/// IPVS's attributes, both ways. The traps: every address is 16 bytes, an IPv4 one in the first four; ports are big-endian; a firewall
/// mark goes without protocol, address and port; the netmask is four bytes of mask for IPv4 but a number, the prefix length, for IPv6;
/// kernels differ in which attributes they return, and in their order.
/// </summary>
internal static class IpvsMessage
{
    private const int AddressLength = 16;

    public static void WriteCommand(ref AttributeWriter writer, IpvsCommand command)
    {
        writer.Header(new genlmsghdr { cmd = Number(command.Kind), version = IPVS_GENL_VERSION });
        WriteService(ref writer, command.ServiceKey, command.Service);
        if (command.Destination is { } destination)
            WriteDestination(ref writer, destination, full: command.Kind != IpvsCommandKind.DeleteDestination);
    }

    public static void WriteService(ref AttributeWriter writer, IpvsServiceKey key, IpvsService? service)
    {
        int nest = writer.BeginNested(IPVS_CMD_ATTR_SERVICE);
        writer.U16(IPVS_SVC_ATTR_AF, FamilyNumber(key.AddressFamily));
        if (key.FirewallMark != 0)
        {
            writer.U32(IPVS_SVC_ATTR_FWMARK, key.FirewallMark);
        }
        else
        {
            writer.U16(IPVS_SVC_ATTR_PROTOCOL, (ushort)key.Protocol);
            WriteAddress(ref writer, IPVS_SVC_ATTR_ADDR, key.Address!);
            writer.U16BigEndian(IPVS_SVC_ATTR_PORT, (ushort)key.Port);
        }

        if (service is not null)
        {
            writer.String(IPVS_SVC_ATTR_SCHED_NAME, service.Scheduler);
            if (service.PersistenceEngine is { } engine) writer.String(IPVS_SVC_ATTR_PE_NAME, engine);
            writer.Struct(IPVS_SVC_ATTR_FLAGS, new ip_vs_flags { flags = (uint)service.Flags, mask = ~0u });
            writer.U32(IPVS_SVC_ATTR_TIMEOUT, service.Timeout);
            WriteNetmask(ref writer, service);
        }

        writer.EndNested(nest);
    }

    public static void WriteDestination(ref AttributeWriter writer, IpvsDestination destination, bool full)
    {
        int nest = writer.BeginNested(IPVS_CMD_ATTR_DEST);
        writer.U16(IPVS_DEST_ATTR_ADDR_FAMILY, FamilyNumber(destination.Address.AddressFamily));
        WriteAddress(ref writer, IPVS_DEST_ATTR_ADDR, destination.Address);
        writer.U16BigEndian(IPVS_DEST_ATTR_PORT, (ushort)destination.Port);
        if (full)
        {
            writer.U32(IPVS_DEST_ATTR_FWD_METHOD, (uint)destination.ForwardingMethod & IP_VS_CONN_F_FWD_MASK);
            writer.U32(IPVS_DEST_ATTR_WEIGHT, (uint)destination.Weight);
            writer.U32(IPVS_DEST_ATTR_U_THRESH, destination.UpperThreshold);
            writer.U32(IPVS_DEST_ATTR_L_THRESH, destination.LowerThreshold);
            if (destination.ForwardingMethod == IpvsForwardingMethod.Tunnel)
            {
                writer.U8(IPVS_DEST_ATTR_TUN_TYPE, (byte)destination.TunnelType);
                writer.U16BigEndian(IPVS_DEST_ATTR_TUN_PORT, (ushort)destination.TunnelPort);
                writer.U16(IPVS_DEST_ATTR_TUN_FLAGS, (ushort)destination.TunnelFlags);
            }
        }

        writer.EndNested(nest);
    }

    /// <summary>Reads an answer to GET_SERVICE. Null: it is another message.</summary>
    /// <exception cref="NetlinkException">It is malformed.</exception>
    public static IpvsService? ReadService(ReadOnlySpan<byte> payload)
    {
        AttributeReader reader = AttributeReader.Read(payload, out genlmsghdr _);
        IpvsService? service = null;
        while (reader.Next())
        {
            if (reader.Type != IPVS_CMD_ATTR_SERVICE) continue;
            AttributeReader.Place outer = reader.Enter();
            service = ReadServiceAttributes(ref reader);
            reader.Leave(outer);
        }

        reader.ThrowIfMalformed("reading an IPVS service");
        return service;
    }

    /// <summary>Reads an answer to GET_DEST. Null: it is another message.</summary>
    /// <param name="payload">The message.</param>
    /// <param name="family">The service's family, for kernels before 3.18, which do not say the destination's.</param>
    /// <exception cref="NetlinkException">It is malformed.</exception>
    public static IpvsDestination? ReadDestination(ReadOnlySpan<byte> payload, AddressFamily family)
    {
        AttributeReader reader = AttributeReader.Read(payload, out genlmsghdr _);
        IpvsDestination? destination = null;
        while (reader.Next())
        {
            if (reader.Type != IPVS_CMD_ATTR_DEST) continue;
            AttributeReader.Place outer = reader.Enter();
            destination = ReadDestinationAttributes(ref reader, family);
            reader.Leave(outer);
        }

        reader.ThrowIfMalformed("reading an IPVS real server");
        return destination;
    }

    /// <summary>Whether it is a mask of the family; for IPv6 that of a prefix of at least one bit.</summary>
    public static bool IsNetmask(IPAddress mask, AddressFamily family) =>
        mask.AddressFamily == family && (family == AddressFamily.InterNetwork || PrefixLength(mask) > 0);

    private static IpvsService? ReadServiceAttributes(ref AttributeReader reader)
    {
        AddressFamily family = AddressFamily.Unspecified;
        ushort protocol = 0;
        ReadOnlySpan<byte> address = default;
        ushort port = 0;
        uint mark = 0;
        string scheduler = "";
        string? engine = null;
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
                    scheduler = reader.String();
                    break;
                case IPVS_SVC_ATTR_PE_NAME:
                    engine = reader.String();
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

        if (reader.Error != AttributeError.None) return null;
        if (family == AddressFamily.Unspecified || netmask.Length is not (0 or 4) || !IsName(scheduler, IP_VS_SCHEDNAME_MAXLEN)
            || (engine is not null && !IsName(engine, IP_VS_PENAME_MAXLEN))
            || (mark == 0 && (!IsAddress(address, family) || !IsProtocol(protocol)))
            || !TryReadNetmask(netmask, family, out IPAddress? mask))
        {
            reader.Invalid();
            return null;
        }

        return new IpvsService
        {
            Key = mark != 0
                ? IpvsServiceKey.OfFirewallMark(mark, family)
                : new IpvsServiceKey((IpvsProtocol)protocol, Address(address, family), port),
            Scheduler = scheduler,
            PersistenceEngine = engine,
            Flags = (IpvsServiceFlags)flags,
            Timeout = timeout,
            Netmask = mask,
            Statistics = statistics,
        };
    }

    private static IpvsDestination? ReadDestinationAttributes(ref AttributeReader reader, AddressFamily family)
    {
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

        if (reader.Error != AttributeError.None) return null;
        if (!IsAddress(address, family))
        {
            reader.Invalid();
            return null;
        }

        return new IpvsDestination
        {
            Address = Address(address, family),
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

    private static void WriteAddress(ref AttributeWriter writer, ushort type, IPAddress address)
    {
        Span<byte> target = writer.Attribute(type, AddressLength);
        if (!writer.Overflowed) address.TryWriteBytes(target, out _);
    }

    private static void WriteNetmask(ref AttributeWriter writer, IpvsService service)
    {
        if (service.Key.AddressFamily == AddressFamily.InterNetworkV6)
        {
            writer.U32(IPVS_SVC_ATTR_NETMASK, (uint)(service.Netmask is { } mask ? PrefixLength(mask) : 128));
            return;
        }

        Span<byte> target = writer.Attribute(IPVS_SVC_ATTR_NETMASK, 4);
        if (writer.Overflowed) return;
        if (service.Netmask is { } four) four.TryWriteBytes(target, out _);
        else target.Fill(0xff);
    }

    /// <summary>False: an IPv6 prefix length that cannot be. A mask of the whole address is null.</summary>
    private static bool TryReadNetmask(ReadOnlySpan<byte> bytes, AddressFamily family, out IPAddress? mask)
    {
        mask = null;
        if (bytes.IsEmpty) return true;
        if (family == AddressFamily.InterNetwork)
        {
            mask = bytes.ContainsAnyExcept((byte)0xff) ? new IPAddress(bytes) : null;
            return true;
        }

        uint prefix = MemoryMarshal.Read<uint>(bytes);
        if (prefix is 0 or > 128) return false;
        mask = IpvsService.NetmaskOf(family, (int)prefix);
        return true;
    }

    /// <summary>The number of leading ones of an IPv6 mask; 0 where another one follows them.</summary>
    private static int PrefixLength(IPAddress mask)
    {
        Span<byte> bytes = stackalloc byte[AddressLength];
        mask.TryWriteBytes(bytes, out _);
        UInt128 bits = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
        int ones = (int)UInt128.LeadingZeroCount(~bits);
        return ones == 128 || bits << ones == 0 ? ones : 0;
    }

    private static byte Number(IpvsCommandKind kind) => kind switch
    {
        IpvsCommandKind.AddService => IPVS_CMD_NEW_SERVICE,
        IpvsCommandKind.SetService => IPVS_CMD_SET_SERVICE,
        IpvsCommandKind.DeleteService => IPVS_CMD_DEL_SERVICE,
        IpvsCommandKind.ZeroService => IPVS_CMD_ZERO,
        IpvsCommandKind.AddDestination => IPVS_CMD_NEW_DEST,
        IpvsCommandKind.SetDestination => IPVS_CMD_SET_DEST,
        IpvsCommandKind.DeleteDestination => IPVS_CMD_DEL_DEST,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static ushort FamilyNumber(AddressFamily family) =>
        family == AddressFamily.InterNetwork ? (ushort)Libc.AF_INET : (ushort)Libc.AF_INET6;

    private static AddressFamily Family(ushort number) => number switch
    {
        Libc.AF_INET => AddressFamily.InterNetwork,
        Libc.AF_INET6 => AddressFamily.InterNetworkV6,
        _ => AddressFamily.Unspecified,
    };

    private static bool IsName(string name, int limit) => name.Length > 0 && Encoding.UTF8.GetByteCount(name) < limit;

    private static bool IsProtocol(ushort protocol) => (IpvsProtocol)protocol is IpvsProtocol.Tcp or IpvsProtocol.Udp or IpvsProtocol.Sctp;

    private static bool IsAddress(ReadOnlySpan<byte> bytes, AddressFamily family) => family switch
    {
        AddressFamily.InterNetwork => bytes.Length is 4 or AddressLength,
        AddressFamily.InterNetworkV6 => bytes.Length == AddressLength,
        _ => false,
    };

    private static IPAddress Address(ReadOnlySpan<byte> bytes, AddressFamily family) =>
        new(family == AddressFamily.InterNetwork ? bytes[..4] : bytes);
}
