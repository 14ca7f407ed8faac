using System.Runtime.InteropServices;
using static HaTools.Netlink.linux_netlink;

namespace HaTools.Netlink;

/// <summary>Goes through the netlink messages of one datagram.</summary>
public ref struct MessageReader
{
    private ReadOnlySpan<byte> rest;
    private nlmsghdr header;

    /// <summary>Reads a datagram.</summary>
    /// <param name="datagram">All of it.</param>
    public MessageReader(ReadOnlySpan<byte> datagram) => rest = datagram;

    /// <summary>The current message's type.</summary>
    public readonly ushort Type => header.nlmsg_type;

    /// <summary>The current message's flags.</summary>
    public readonly NetlinkFlags Flags => (NetlinkFlags)header.nlmsg_flags;

    /// <summary>The sequence number of the request that it answers; 0 in most notifications.</summary>
    public readonly uint Sequence => header.nlmsg_seq;

    /// <summary>The port id of the requester.</summary>
    public readonly uint PortId => header.nlmsg_pid;

    /// <summary>The current message behind its netlink header.</summary>
    public ReadOnlySpan<byte> Payload { get; private set; }

    /// <summary>The bytes that were not read yet.</summary>
    internal readonly int Remaining => rest.Length;

    /// <summary>Whether the datagram did not end with a whole message.</summary>
    public bool Malformed { get; private set; }

    /// <summary>Goes to the next message. False: there is none, or it is malformed.</summary>
    public bool Next()
    {
        if (Malformed || rest.IsEmpty) return false;
        if (!MemoryMarshal.TryRead(rest, out header) || header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > (uint)rest.Length)
        {
            Malformed = true;
            return false;
        }

        int length = (int)header.nlmsg_len;
        Payload = rest[NLMSG_HDRLEN..length];
        rest = rest[Math.Min(Align(length), rest.Length)..];
        return true;
    }
}
