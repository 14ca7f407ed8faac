using System.Buffers.Binary;
using System.Text;
using HaTools.Linux;
using static HaTools.Netlink.linux_cn_proc;
using static HaTools.Netlink.linux_netlink;

namespace HaTools.Netlink.Connector;

/// <summary>
/// Hears of processes that begin, change and end (the proc connector, linux/cn_proc.h). It never waits: poll <see cref="Handle"/>. The kernel
/// only speaks in the initial network, PID and user namespace, and to CAP_NET_ADMIN. Not thread-safe: one thread at a time.
/// </summary>
public sealed class ProcessMonitor : IDisposable
{
    // The kernel counts about 1 KiB for each notification: room for some thousands of processes that end together.
    private const int ReceiveBuffer = 8 * 1024 * 1024;
    private const int HeaderSize = 16;

    private readonly INetlinkTransport transport;
    private readonly byte[] received = new byte[1024];

    private ProcessMonitor(INetlinkTransport transport) => this.transport = transport;

    /// <summary>The socket's file descriptor, for epoll and poll. -1 where the transport is not the kernel's.</summary>
    public int Handle => transport is KernelTransport kernel ? kernel.Descriptor.Value : -1;

    /// <summary>Opens a monitor in the calling thread's network namespace, which must be the initial one.</summary>
    /// <exception cref="NetlinkException">
    /// ECONNREFUSED: another network namespace, or a kernel without CONFIG_PROC_EVENTS; EPERM: another PID or user namespace, or no privilege.
    /// </exception>
    public static ProcessMonitor Open() =>
        Open(KernelTransport.Open(NetlinkProtocol.Connector, ReceiveBuffer, nonBlocking: true, CN_IDX_PROC));

    /// <summary>Asks a transport that does not block for the news; the monitor disposes of it.</summary>
    /// <param name="transport">The transport.</param>
    /// <exception cref="NetlinkException">The kernel does not answer.</exception>
    public static ProcessMonitor Open(INetlinkTransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        var monitor = new ProcessMonitor(transport);
        try
        {
            monitor.Listen();
            return monitor;
        }
        catch
        {
            monitor.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next notification, without waiting.</summary>
    /// <param name="notification">The notification.</param>
    /// <returns>False: there is none now.</returns>
    /// <exception cref="NetlinkException">The socket failed.</exception>
    public bool TryRead(out ProcessNotification notification)
    {
        while (true)
        {
            notification = default;
            int length = transport.Receive(received);
            if (length is 0 or -Errno.EAGAIN) return false;
            if (length == -Errno.ENOBUFS || length > received.Length)
            {
                notification = new ProcessNotification { Kind = ProcessNotificationKind.Overrun };
                return true;
            }

            if (length < 0) throw new NetlinkException("listening to processes", null, -length);
            if (TryDecode(received.AsSpan(0, length), out _, out notification) && notification.ProcessId != 0) return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => transport.Dispose();

    /// <summary>Reads a message of the kernel.</summary>
    /// <param name="message">The message, with its netlink header.</param>
    /// <param name="isAnswer">Whether it is the answer to the request to listen.</param>
    /// <param name="notification">What it says; the default for an answer, and for what is not told (threads, users, sessions).</param>
    /// <returns>False: it is no message of the proc connector.</returns>
    internal static bool TryDecode(ReadOnlySpan<byte> message, out bool isAnswer, out ProcessNotification notification)
    {
        (isAnswer, notification) = (false, default);
        const int eventOffset = HeaderSize + CnMessageSize, dataOffset = eventOffset + ProcEventDataOffset;
        if (message.Length < dataOffset + 8 || U32(message, HeaderSize) != CN_IDX_PROC || U32(message, HeaderSize + 4) != CN_VAL_PROC) return false;
        uint what = U32(message, eventOffset);
        if (what == PROC_EVENT_NONE)
        {
            isAnswer = true;
            return true;
        }

        ReadOnlySpan<byte> data = message[dataOffset..];
        int thread = (int)U32(data, 0), process = (int)U32(data, 4);
        switch (what)
        {
            case PROC_EVENT_FORK when data.Length >= 16 && U32(data, 8) == U32(data, 12):
                notification = new ProcessNotification
                {
                    Kind = ProcessNotificationKind.Forked,
                    ProcessId = (int)U32(data, 12),
                    ParentId = process,
                };
                break;
            case PROC_EVENT_EXEC:
                // A thread that executes becomes the process.
                notification = new ProcessNotification { Kind = ProcessNotificationKind.Executed, ProcessId = process };
                break;
            case PROC_EVENT_COMM when thread == process && data.Length >= 8 + CommSize:
                ReadOnlySpan<byte> name = data.Slice(8, CommSize);
                int end = name.IndexOf((byte)0);
                notification = new ProcessNotification
                {
                    Kind = ProcessNotificationKind.Renamed,
                    ProcessId = process,
                    Name = Encoding.UTF8.GetString(end < 0 ? name : name[..end]),
                };
                break;
            case PROC_EVENT_EXIT when thread == process:
                notification = new ProcessNotification { Kind = ProcessNotificationKind.Exited, ProcessId = process };
                break;
        }

        return true;
    }

    private static uint U32(ReadOnlySpan<byte> bytes, int at) =>
        BitConverter.IsLittleEndian
            ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..])
            : BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);

    private void Listen()
    {
        Span<byte> request = stackalloc byte[HeaderSize + CnMessageSize + sizeof(int)];
        request.Clear();
        BitConverter.TryWriteBytes(request, request.Length);
        BitConverter.TryWriteBytes(request[4..], (ushort)NLMSG_DONE);
        BitConverter.TryWriteBytes(request[HeaderSize..], CN_IDX_PROC);
        BitConverter.TryWriteBytes(request[(HeaderSize + 4)..], CN_VAL_PROC);
        BitConverter.TryWriteBytes(request[(HeaderSize + 16)..], (ushort)sizeof(int));
        BitConverter.TryWriteBytes(request[(HeaderSize + CnMessageSize)..], PROC_CN_MCAST_LISTEN);
        int sent = transport.Send(request);
        if (sent < 0) throw new NetlinkException("asking for news of processes", null, -sent);

        // The kernel answers within the send; where it may not it says nothing.
        while (true)
        {
            int length = transport.Receive(received);
            if (length is 0 or -Errno.EAGAIN) throw new NetlinkException("asking for news of processes", null, Errno.EPERM);
            if (length < 0 && length != -Errno.ENOBUFS) throw new NetlinkException("asking for news of processes", null, -length);
            if (length > 0 && length <= received.Length && TryDecode(received.AsSpan(0, length), out bool isAnswer, out _) && isAnswer) return;
        }
    }
}
