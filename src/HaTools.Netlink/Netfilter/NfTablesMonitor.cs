using HaTools.Linux;
using static HaTools.Netlink.linux_nfnetlink;

namespace HaTools.Netlink.Netfilter;

/// <summary>
/// Hears which tables of nftables change, whoever changes them (linux/netfilter/nfnetlink.h, group NFNLGRP_NFTABLES). It never waits: poll
/// <see cref="Handle"/>. Not thread-safe: one thread at a time.
/// </summary>
public sealed class NfTablesMonitor : IDisposable
{
    // A whole ruleset comes as one burst.
    private const int ReceiveBuffer = 1024 * 1024;

    private readonly INetlinkTransport transport;
    private byte[] received = new byte[32 * 1024];
    private int start;
    private int end;

    /// <summary>Listens on a transport that does not block; the monitor disposes of it.</summary>
    /// <param name="transport">The transport.</param>
    public NfTablesMonitor(INetlinkTransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        this.transport = transport;
    }

    /// <summary>Opens a monitor of the calling thread's network namespace; it stays with that one. It needs CAP_NET_ADMIN.</summary>
    /// <exception cref="NetlinkException">The kernel gave no socket (EPROTONOSUPPORT: it has no netfilter).</exception>
    public static NfTablesMonitor Open() =>
        new(KernelTransport.Open(NetlinkProtocol.Netfilter, ReceiveBuffer, nonBlocking: true, NFNLGRP_NFTABLES));

    /// <summary>The socket's file descriptor, for epoll and poll. -1 where the transport is not the kernel's.</summary>
    public int Handle => transport is KernelTransport kernel ? kernel.Descriptor.Value : -1;

    /// <summary>Reads the next notification, without waiting.</summary>
    /// <param name="table">The name of the table in which something changed, in whichever family; null: notifications were lost, it may be any.</param>
    /// <returns>False: there is none now.</returns>
    /// <exception cref="NetlinkException">The socket failed, or a notification is malformed (it is skipped).</exception>
    public bool TryRead(out string? table)
    {
        while (true)
        {
            while (start < end)
            {
                var reader = new MessageReader(received.AsSpan(start, end - start));
                bool read = reader.Next();
                start = read ? end - reader.Remaining : end;
                if (!read) throw new NetlinkException("a notification cannot be read: it ends within a message", null, 0);
                if (TryDecode(reader, out table)) return true;
            }

            table = null;
            (start, end) = (0, 0);
            int length = transport.Receive(received);
            if (length is 0 or -Errno.EAGAIN) return false;
            if (length < 0 && length != -Errno.ENOBUFS) throw new NetlinkException("listening to changes of nftables", null, -length);
            if (length == -Errno.ENOBUFS || length > received.Length)
            {
                if (length > received.Length) received = new byte[length];
                return true;
            }

            end = length;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => transport.Dispose();

    private static bool TryDecode(MessageReader message, out string? table)
    {
        table = null;
        if (message.Type == linux_netlink.NLMSG_OVERRUN) return true;
        if (message.Type >> 8 != NFNL_SUBSYS_NFTABLES || (byte)message.Type == NFT_MSG_NEWGEN) return false;
        AttributeReader reader = AttributeReader.Read(message.Payload, out nfgenmsg _);
        while (reader.Next())
            if (reader.Type == NFTA_TABLE) table = reader.String();
        reader.ThrowIfMalformed("reading a change of nftables");
        return table is not null;
    }
}
