using System.Runtime.InteropServices;
using static HaTools.Netlink.linux_netlink;

namespace HaTools.Netlink;

/// <summary>
/// A buffer of requests, to be sent together. It is reused: once it has grown to its working size nothing is allocated.
/// </summary>
/// <example><code>
/// batch.Clear();
/// AttributeWriter writer = batch.Begin(RTM_NEWADDR, NetlinkFlags.Create | NetlinkFlags.Replace);
/// writer.Header(new ifaddrmsg { … });
/// writer.U32(IFA_LOCAL, …);
/// batch.End(writer);
/// socket.Execute(batch, results);
/// </code></example>
public sealed class NetlinkBatch
{
    private byte[] buffer = new byte[4096];
    private bool open;

    /// <summary>The number of requests.</summary>
    public int Count { get; private set; }

    /// <summary>Their bytes together, padding included.</summary>
    public int Length { get; private set; }

    /// <summary>The requests as they are sent.</summary>
    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, Length);

    internal Span<byte> Writable => buffer.AsSpan(0, Length);

    /// <summary>Forgets all requests; the buffer stays.</summary>
    public void Clear()
    {
        (Count, Length) = (0, 0);
        open = false;
    }

    /// <summary>Begins a request; write its fixed header and attributes with the writer, then give that to <see cref="End"/>.</summary>
    /// <param name="type">The message type, from 16; or 1 (NLMSG_NOOP): nothing is done, and acknowledged where it is the last.</param>
    /// <param name="flags">The flags; Request is added.</param>
    /// <param name="capacity">The most bytes that header and attributes take.</param>
    /// <exception cref="InvalidOperationException">A request is begun and not ended.</exception>
    public AttributeWriter Begin(ushort type, NetlinkFlags flags, int capacity = 1024)
    {
        if (open) throw new InvalidOperationException("The request before was not ended.");
        int needed = Length + NLMSG_HDRLEN + Align(capacity);
        if (needed > buffer.Length) Array.Resize(ref buffer, Math.Max(needed, buffer.Length * 2));
        var header = new nlmsghdr { nlmsg_type = type, nlmsg_flags = (ushort)(flags | NetlinkFlags.Request) };
        MemoryMarshal.Write(buffer.AsSpan(Length), header);
        open = true;
        return new AttributeWriter(buffer.AsSpan(Length + NLMSG_HDRLEN, Align(capacity)));
    }

    /// <summary>Ends a request.</summary>
    /// <param name="writer">The writer that <see cref="Begin"/> returned, after writing.</param>
    /// <exception cref="InvalidOperationException">No request is begun, or it did not fit into its capacity; then the batch is as it was
    /// before.</exception>
    public void End(scoped in AttributeWriter writer)
    {
        if (!open) throw new InvalidOperationException("No request is begun.");
        open = false;
        if (writer.Overflowed) throw new InvalidOperationException("The request is larger than the capacity that was given.");
        int length = NLMSG_HDRLEN + writer.Length;
        MemoryMarshal.Write(buffer.AsSpan(Length), (uint)length);
        Length += length;
        Count++;
    }
}
