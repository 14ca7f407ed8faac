using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>
/// IPv4 groups. A socket may be in 20 (net.ipv4.igmp_max_memberships); each virtual router of an interface may have a group of its own. What is beyond that is joined
/// by other sockets, which have no port and so receive nothing, and this one is given every group that anybody on the host is in: those that are not ours are thrown
/// away.
/// </summary>
internal sealed unsafe partial class VrrpSocket
{
    private const int DestinationOffset = 16; // RFC 791 section 3.1

    private readonly List<FileDescriptor> helpers = [];
    private readonly Dictionary<AddressBits, FileDescriptor> helperOf = [];
    private AddressBits[] groups4 = [];

    private int SetMembership4(uint group, bool join)
    {
        int result = join ? Join4(group) : Leave4(group);
        if (result == 0) groups4 = join ? [.. groups4, group] : [.. groups4.Where(g => g != group)];
        return result;
    }

    private int Join4(uint group)
    {
        // It would be joined a second time by a helper.
        if (helperOf.ContainsKey(group)) return 0;
        if (SetMembership4(descriptor, group, Libc.IP_ADD_MEMBERSHIP) == 0) return 0;
        if (Marshal.GetLastPInvokeError() != Errno.ENOBUFS) return -1;
        foreach (FileDescriptor helper in helpers)
        {
            if (SetMembership4(helper, group, Libc.IP_ADD_MEMBERSHIP) == 0) return Lodge(group, helper);
        }

        FileDescriptor another = FileDescriptor.OrThrow(
            Libc.socket(Libc.AF_INET, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, Libc.IPPROTO_UDP), "opening a socket for more groups on", place);
        helpers.Add(another);
        return SetMembership4(another, group, Libc.IP_ADD_MEMBERSHIP) == 0 ? Lodge(group, another) : -1;
    }

    private int Lodge(uint group, FileDescriptor helper)
    {
        helperOf[group] = helper;
        SetOption(Libc.IPPROTO_IP, Libc.IP_MULTICAST_ALL, 1);
        return 0;
    }

    private int Leave4(uint group)
    {
        if (!helperOf.Remove(group, out FileDescriptor? helper)) return SetMembership4(descriptor, group, Libc.IP_DROP_MEMBERSHIP);
        if (helperOf.Count == 0) SetOption(Libc.IPPROTO_IP, Libc.IP_MULTICAST_ALL, 0);
        return SetMembership4(helper, group, Libc.IP_DROP_MEMBERSHIP);
    }

    private int SetMembership4(FileDescriptor socket, uint group, int option)
    {
        ip_mreqn membership = new() { imr_multiaddr = SocketAddress.Network(group), imr_ifindex = InterfaceIndex };
        return Libc.setsockopt(socket, Libc.IPPROTO_IP, option, &membership, (uint)sizeof(ip_mreqn));
    }

    private nint Receive4(Span<byte> buffer, out PacketEnvelope envelope)
    {
        nint length;
        do
        {
            length = PacketReception.Receive(descriptor, 4, buffer, out envelope);
        }
        while (length >= DestinationOffset + 4 && helperOf.Count > 0 && IsForeign(buffer[DestinationOffset..]));
        return length;
    }

    private bool IsForeign(ReadOnlySpan<byte> destination) => destination[0] is >= 224 and < 240
        && !groups4.AsSpan().Contains(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(destination));
}
