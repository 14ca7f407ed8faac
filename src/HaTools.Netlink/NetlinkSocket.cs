using System.Runtime.InteropServices;
using HaTools.Linux;
using static HaTools.Netlink.linux_netlink;

namespace HaTools.Netlink;

/// <summary>Makes an object of one message of the kernel's answer.</summary>
/// <typeparam name="T">The object's type.</typeparam>
/// <param name="type">The message type.</param>
/// <param name="payload">The message behind its netlink header.</param>
/// <returns>The object; null: the message is none of those that were asked for.</returns>
public delegate T? NetlinkDecoder<T>(ushort type, ReadOnlySpan<byte> payload) where T : class;

/// <summary>
/// Conversations with the kernel over one netlink socket: requests in batches, single answers, dumps. Not thread-safe: one thread at a
/// time.
/// </summary>
public sealed partial class NetlinkSocket : IDisposable
{
    // A chunk's error answers, should every request fail, must fit into the receive buffer: about 1 KiB each as the kernel counts.
    private const int ChunkMessages = 128;
    private const int ChunkBytes = 64 * 1024;
    private const int ReceiveBuffer = 1024 * 1024;
    private const int LargestDatagram = 64 * 1024;
    private const int DumpAttempts = 16;

    private readonly INetlinkTransport transport;
    private byte[] received;
    private uint sequence;
    private uint? unread;

    /// <summary>Talks over a transport of one's own: a stand-in for the kernel, in tests. The socket disposes of it.</summary>
    /// <param name="transport">The transport.</param>
    public NetlinkSocket(INetlinkTransport transport) : this(transport, LargestDatagram)
    {
    }

    private NetlinkSocket(INetlinkTransport transport, int datagram)
    {
        ArgumentNullException.ThrowIfNull(transport);
        this.transport = transport;
        received = new byte[datagram];
    }

    /// <summary>Opens a socket in the calling thread's network namespace; it stays in that one.</summary>
    /// <param name="protocol">The protocol.</param>
    /// <exception cref="NetlinkException">The kernel gave no socket.</exception>
    public static NetlinkSocket Open(NetlinkProtocol protocol) => Open(protocol, LargestDatagram);

    /// <summary>Opens a socket with a smaller buffer: the kernel makes no page of a table larger than that, nor than 32 KiB.</summary>
    internal static NetlinkSocket Open(NetlinkProtocol protocol, int datagram) =>
        new(KernelTransport.Open(protocol, ReceiveBuffer, nonBlocking: false), datagram);

    /// <summary>The port id of this socket; notifications of what it changed carry it.</summary>
    public uint PortId => transport.PortId;

    /// <summary>What attributes are called in errors; null: their numbers.</summary>
    internal IAttributeNames? AttributeNames { get; set; }

    /// <summary>
    /// Sends the requests and reads how each ended; one that fails does not stop the others. Requests go out many in one system call.
    /// Only the last of a call asks for an acknowledgement, since the kernel reports every failure anyway and works in order. Allocates
    /// nothing unless the kernel gives words with a failure.
    /// </summary>
    /// <param name="batch">The requests; sequence numbers are written into them.</param>
    /// <param name="results">Where to put the results, in the order of the requests; at least as many.</param>
    /// <returns>How many failed.</returns>
    /// <exception cref="NetlinkException">The conversation itself failed; what the kernel has done is then unknown.</exception>
    public int Execute(NetlinkBatch batch, Span<NetlinkResult> results)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (results.Length < batch.Count)
            throw new ArgumentException("There is less room for results than there are requests.", nameof(results));

        int failed = 0;
        Span<byte> rest = batch.Writable;
        for (int done = 0; done < batch.Count;)
        {
            uint first = sequence + 1;
            int count = Number(rest, out int length);
            Span<NetlinkResult> chunk = results.Slice(done, count);
            chunk.Clear();
            Send(rest[..length]);
            failed += ReadResults(first, chunk, rest[..length]);
            rest = rest[length..];
            done += count;
        }

        return failed;
    }

    /// <summary>Sends one request that is answered by one message.</summary>
    /// <typeparam name="T">What the answer is decoded to.</typeparam>
    /// <param name="request">A batch of one request.</param>
    /// <param name="decode">Decodes the answer.</param>
    /// <param name="result">How it ended.</param>
    /// <returns>The answer; null where the kernel refused, or answered nothing that <paramref name="decode"/> takes.</returns>
    /// <exception cref="NetlinkException">The conversation itself failed.</exception>
    public T? Get<T>(NetlinkBatch request, NetlinkDecoder<T> decode, out NetlinkResult result) where T : class
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(decode);
        if (request.Count != 1) throw new ArgumentException("Get takes one request.", nameof(request));

        for (int attempt = 0; attempt < DumpAttempts; attempt++)
        {
            Number(request.Writable, out int length, acknowledge: false);
            Send(request.Bytes[..length]);
            if (TryReadAnswer(request.Bytes, decode, out T? answer, out result)) return answer;
        }

        throw new NetlinkException("reading the kernel's answer", null, Errno.ENOBUFS, null, $"it was lost {DumpAttempts} times");
    }

    /// <inheritdoc/>
    public void Dispose() => transport.Dispose();

    /// <summary>
    /// Writes sequence numbers into the first messages, as many as go into one datagram, and asks the last of them for an
    /// acknowledgement.
    /// </summary>
    private int Number(Span<byte> messages, out int length, bool acknowledge = true)
    {
        int count = 0;
        int last = 0;
        length = 0;
        while (length < messages.Length && count < ChunkMessages)
        {
            ref nlmsghdr header = ref MemoryMarshal.AsRef<nlmsghdr>(messages[length..]);
            if (count > 0 && length + header.nlmsg_len > ChunkBytes) break;
            header.nlmsg_seq = ++sequence;
            header.nlmsg_pid = transport.PortId;
            header.nlmsg_flags &= unchecked((ushort)~NetlinkFlags.Ack);
            last = length;
            length += Align((int)header.nlmsg_len);
            count++;
        }

        if (acknowledge && count > 0) MemoryMarshal.AsRef<nlmsghdr>(messages[last..]).nlmsg_flags |= (ushort)NetlinkFlags.Ack;
        return count;
    }

    private int ReadResults(uint first, Span<NetlinkResult> results, ReadOnlySpan<byte> requests)
    {
        int failed = 0;
        while (true)
        {
            int length = Receive();
            if (length == -Errno.ENOBUFS)
                throw new NetlinkException("reading the kernel's answers", null, Errno.ENOBUFS, null,
                    "some were lost: read the table to see what was done");
            if (length > received.Length) throw Malformed("an acknowledgement is larger than any should be");

            var reader = new MessageReader(received.AsSpan(0, length));
            while (reader.Next())
            {
                // Unsigned: what an earlier, abandoned conversation left in the socket is far outside the range.
                uint index = reader.Sequence - first;
                if (index >= (uint)results.Length || reader.Type != NLMSG_ERROR) continue;
                NetlinkResult result =
                    NetlinkResult.OfError(reader.Payload, reader.Flags, Request(requests, (int)index), AttributeNames) ?? throw Malformed("an acknowledgement is malformed");
                if (!result.Succeeded && results[(int)index].Succeeded) failed++;
                results[(int)index] = result;
                if (index == (uint)results.Length - 1) return failed;
            }

            if (reader.Malformed) throw Malformed("a datagram ends within a message");
        }
    }

    /// <summary>False: it was larger than the buffer, which is larger now; ask again.</summary>
    private bool TryReadAnswer<T>(ReadOnlySpan<byte> request, NetlinkDecoder<T> decode, out T? answer, out NetlinkResult result) where T : class
    {
        (answer, result) = (null, default);
        while (true)
        {
            int length = Receive();
            if (length == -Errno.ENOBUFS || Enlarge(length)) return false;

            var reader = new MessageReader(received.AsSpan(0, length));
            while (reader.Next())
            {
                if (reader.Sequence != sequence || reader.Type is NLMSG_NOOP) continue;
                if (reader.Type == NLMSG_ERROR)
                    result = NetlinkResult.OfError(reader.Payload, reader.Flags, request, AttributeNames) ?? throw Malformed("an error is malformed");
                else if (reader.Type >= 16)
                    answer = decode(reader.Type, reader.Payload);
                return true;
            }

            if (reader.Malformed) throw Malformed("a datagram ends within a message");
        }
    }

    /// <summary>One of the requests of a datagram.</summary>
    private static ReadOnlySpan<byte> Request(ReadOnlySpan<byte> requests, int index)
    {
        for (; index > 0; index--) requests = requests[Align((int)MemoryMarshal.Read<uint>(requests))..];
        return requests[..(int)MemoryMarshal.Read<uint>(requests)];
    }

    private void Send(ReadOnlySpan<byte> datagram)
    {
        if (unread is not null) ReadAway();
        int sent = transport.Send(datagram);
        if (sent < 0) throw new NetlinkException("sending to the kernel", null, -sent);
    }

    /// <summary>The datagram's length, or -ENOBUFS; anything else is the end of the conversation.</summary>
    private int Receive()
    {
        int length = transport.Receive(received);
        return length switch
        {
            > 0 or -Errno.ENOBUFS => length,
            0 or -Errno.EAGAIN => throw new NetlinkException("waiting for the kernel's answer", null, Errno.ETIMEDOUT, null,
                "it did not come; the request may have been carried out"),
            _ => throw new NetlinkException("receiving from the kernel", null, -length),
        };
    }

    private bool Enlarge(int length)
    {
        if (length <= received.Length) return false;
        received = new byte[Math.Max(length, received.Length * 2)];
        return true;
    }

    private static NetlinkException Malformed(string what) => new($"the kernel's answer cannot be read: {what}", null, 0);
}
