using System.Net;
using System.Net.Sockets;
using HaTools.Linux;
using static HaTools.Netlink.linux_ip_vs;

namespace HaTools.Netlink.Ipvs;

/// <summary>
/// IPVS's attributes, both ways. The traps: every address is 16 bytes, an IPv4 one in the first four; ports are big-endian; a firewall
/// mark goes without protocol, address and port; the netmask is four bytes of mask for IPv4 but a number, the prefix length, for IPv6;
/// kernels differ in which attributes they return, and in their order.
/// </summary>
internal static partial class IpvsMessage
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
        Span<byte> address = stackalloc byte[AddressLength];
        int length = 0;
        key.Address?.TryWriteBytes(address, out length);
        WriteKey(ref writer, key.AddressFamily, key.FirewallMark, key.Protocol, address[..length], key.Port);
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

    /// <summary>A service that was read: its key only.</summary>
    public static void WriteService(ref AttributeWriter writer, in IpvsServiceView service)
    {
        int nest = writer.BeginNested(IPVS_CMD_ATTR_SERVICE);
        WriteKey(ref writer, service.AddressFamily, service.FirewallMark, service.Protocol, service.AddressBytes, service.Port);
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

    /// <summary>Whether it is a mask of the family; for IPv6 that of a prefix of at least one bit.</summary>
    public static bool IsNetmask(IPAddress mask, AddressFamily family) =>
        mask.AddressFamily == family && (family == AddressFamily.InterNetwork || PrefixLength(mask) > 0);

    private static void WriteKey(
        ref AttributeWriter writer, AddressFamily family, uint mark, IpvsProtocol protocol, scoped ReadOnlySpan<byte> address, int port)
    {
        writer.U16(IPVS_SVC_ATTR_AF, FamilyNumber(family));
        if (mark != 0)
        {
            writer.U32(IPVS_SVC_ATTR_FWMARK, mark);
            return;
        }

        writer.U16(IPVS_SVC_ATTR_PROTOCOL, (ushort)protocol);
        Span<byte> target = writer.Attribute(IPVS_SVC_ATTR_ADDR, AddressLength);
        if (!writer.Overflowed) address.CopyTo(target);
        writer.U16BigEndian(IPVS_SVC_ATTR_PORT, (ushort)port);
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
}
