using HaTools.Linux;
using static HaTools.Netlink.linux_netlink;

namespace HaTools.Netlink;

/// <summary>Is shown one message of a table.</summary>
/// <typeparam name="TState">What the caller hands through, so that the delegate needs no closure.</typeparam>
/// <param name="state">What the caller handed over.</param>
/// <param name="type">The message type.</param>
/// <param name="payload">The message behind its netlink header; it is there during the call only.</param>
public delegate void NetlinkVisitor<in TState>(TState state, ushort type, ReadOnlySpan<byte> payload);

/// <summary>How one reading of a table ended.</summary>
/// <param name="Result">How the kernel ended it.</param>
/// <param name="Pages">How many datagrams with entries came. Tables may change between two of them.</param>
/// <param name="IsWhole">
/// False: the kernel says that the table changed meanwhile (NLM_F_DUMP_INTR), messages were lost, or one was larger than the buffer:
/// read again. Not every table of the kernel's says that it changed.
/// </param>
public readonly record struct NetlinkReading(NetlinkResult Result, int Pages, bool IsWhole);

/// <summary>Reading tables: dumps, as objects or message by message.</summary>
public sealed partial class NetlinkSocket
{
    private const int LossesWhileReadingAway = 4;

    /// <summary>
    /// Sends one request for a whole table and reads all of it; again from the start where the table changed meanwhile (NLM_F_DUMP_INTR),
    /// messages were lost, or one was larger than the buffer.
    /// </summary>
    /// <typeparam name="T">What each message is decoded to.</typeparam>
    /// <param name="request">A batch of one request, with <see cref="NetlinkFlags.Dump"/>.</param>
    /// <param name="decode">Decodes a message.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="cancellation">Ends the reading between two messages; the socket can be used on.</param>
    /// <returns>The table, in the kernel's order; empty where the kernel refused.</returns>
    /// <exception cref="NetlinkException">The conversation itself failed, or the table changed during each of 16 readings
    /// (EINTR).</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<T> Dump<T>(
        NetlinkBatch request, NetlinkDecoder<T> decode, out NetlinkResult result, CancellationToken cancellation = default) where T : class
    {
        ArgumentNullException.ThrowIfNull(decode);
        (List<T> Table, NetlinkDecoder<T> Decode) into = ([], decode);
        for (int attempt = 0; attempt < DumpAttempts; attempt++)
        {
            into.Table.Clear();
            NetlinkReading reading = Read(request, into, static (into, type, payload) =>
            {
                if (into.Decode(type, payload) is { } item) into.Table.Add(item);
            }, cancellation);
            result = reading.Result;
            if (!reading.IsWhole) continue;
            return result.Succeeded ? into.Table : [];
        }

        throw new NetlinkException("reading a table of the kernel", null, Errno.EINTR, null,
            $"it changed during each of {DumpAttempts} readings; try again later");
    }

    /// <summary>
    /// Sends one request for a whole table and shows its messages one by one, without an object for each. Reads once: where the answer
    /// says that it is not whole, what was shown is worth nothing.
    /// </summary>
    /// <typeparam name="TState">What is handed to the visitor.</typeparam>
    /// <param name="request">A batch of one request, with <see cref="NetlinkFlags.Dump"/>.</param>
    /// <param name="state">What is handed to the visitor.</param>
    /// <param name="visit">
    /// Is shown each message. What it throws ends the reading; what is left of the table is read and thrown away before the next request.
    /// </param>
    /// <param name="cancellation">Ends the reading between two messages; the socket can be used on, as after a visitor that throws.</param>
    /// <exception cref="NetlinkException">The conversation itself failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public NetlinkReading Read<TState>(
        NetlinkBatch request, TState state, NetlinkVisitor<TState> visit, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(visit);
        if (request.Count != 1) throw new ArgumentException("One request is for one table.", nameof(request));

        cancellation.ThrowIfCancellationRequested();
        Number(request.Writable, out int requestLength, acknowledge: false);
        ReadOnlySpan<byte> sent = request.Bytes[..requestLength];
        Send(sent);
        unread = sequence;
        bool interrupted = false;
        int pages = 0;
        while (true)
        {
            int length = Receive();
            if (length == -Errno.ENOBUFS || Enlarge(length)) return new NetlinkReading(default, pages, IsWhole: false);

            bool entries = false;
            var reader = new MessageReader(received.AsSpan(0, length));
            while (reader.Next())
            {
                if (reader.Sequence != sequence) continue;
                cancellation.ThrowIfCancellationRequested();
                interrupted |= (reader.Flags & NetlinkFlags.DumpInterrupted) != 0 && reader.Type != NLMSG_ERROR;
                switch (reader.Type)
                {
                    case NLMSG_NOOP:
                        break;
                    case NLMSG_OVERRUN:
                        return new NetlinkReading(default, pages, IsWhole: false);
                    case NLMSG_ERROR:
                        unread = null;
                        NetlinkResult error =
                            NetlinkResult.OfError(reader.Payload, reader.Flags, sent, AttributeNames) ?? throw Malformed("an error is malformed");
                        return new NetlinkReading(error, pages, IsWhole: true);
                    case NLMSG_DONE:
                        unread = null;
                        NetlinkResult done =
                            NetlinkResult.OfDone(reader.Payload, reader.Flags, sent, AttributeNames) ?? throw Malformed("the end of a dump is malformed");
                        return new NetlinkReading(done, pages, !interrupted || !done.Succeeded);
                    default:
                        if (reader.Type < 16) break;
                        if (!entries) pages++;
                        entries = true;
                        visit(state, reader.Type, reader.Payload);
                        break;
                }
            }

            if (reader.Malformed) throw Malformed("a datagram ends within a message");
        }
    }

    /// <summary>
    /// Reads what is left of a table that was not read to its end. Until then the kernel has it on its way, and answers the next request
    /// for one with EBUSY. Each reading makes it put the next part there at once (netlink_recvmsg, net/netlink/af_netlink.c), so that nothing is waited for: where nothing
    /// is there, nothing comes. Somebody may hang on the next request whose adverts must go out.
    /// </summary>
    private void ReadAway()
    {
        for (int lost = 0; unread is not null && lost < LossesWhileReadingAway;)
        {
            int length = transport.ReceiveAtOnce(received);
            if (length == -Errno.ENOBUFS)
            {
                // Said once for all that was lost until then; what is still to come is there.
                lost++;
                continue;
            }

            if (length <= 0) break;
            var reader = new MessageReader(received.AsSpan(0, Math.Min(length, received.Length)));
            while (reader.Next())
                if (reader.Type is NLMSG_DONE or NLMSG_ERROR && reader.Sequence == unread) unread = null;
        }

        unread = null;
    }
}
