using System.Runtime.InteropServices;
using System.Text;
using HaTools.Linux;

namespace HaTools.Netlink.Tests;

/// <summary>One request as the fake kernel sees it.</summary>
internal sealed record FakeRequest(ushort Type, NetlinkFlags Flags, uint Sequence, byte[] Payload)
{
    public bool Wants(NetlinkFlags flag) => (Flags & flag) == flag;
}

/// <summary>
/// Stands in for the kernel: a delegate from request to answering datagrams. An empty datagram stands for ENOBUFS. Where the delegate
/// gives nothing, nothing comes.
/// </summary>
internal sealed class FakeKernel(Func<FakeRequest, IEnumerable<byte[]>> answer) : INetlinkTransport
{
    public const uint Port = 4242;

    private readonly Queue<byte[]> pending = new();

    public List<FakeRequest> Requests { get; } = [];

    /// <summary>How many requests each datagram held.</summary>
    public List<int> Datagrams { get; } = [];

    public bool Disposed { get; private set; }

    public uint PortId => Port;

    public int SendError { get; init; }

    public int Send(ReadOnlySpan<byte> datagram)
    {
        if (SendError != 0) return -SendError;
        var reader = new MessageReader(datagram);
        int count = 0;
        while (reader.Next())
        {
            Assert.True((reader.Flags & NetlinkFlags.Request) != 0);
            Assert.Equal(Port, reader.PortId);
            var request = new FakeRequest(reader.Type, reader.Flags, reader.Sequence, reader.Payload.ToArray());
            Requests.Add(request);
            foreach (byte[] answered in answer(request)) pending.Enqueue(answered);
            count++;
        }

        Assert.False(reader.Malformed);
        Datagrams.Add(count);
        return 0;
    }

    public int Receive(Span<byte> buffer)
    {
        if (!pending.TryDequeue(out byte[]? datagram)) return -Errno.EAGAIN;
        if (datagram.Length == 0) return -Errno.ENOBUFS;
        datagram.AsSpan(0, Math.Min(datagram.Length, buffer.Length)).CopyTo(buffer);
        return datagram.Length;
    }

    public void Push(byte[] datagram) => pending.Enqueue(datagram);

    public void Dispose() => Disposed = true;

    /// <summary>What the kernel does with a change: an error always, an acknowledgement where it was asked for.</summary>
    public static IEnumerable<byte[]> End(FakeRequest request, int errno, string? words = null) =>
        errno != 0 || request.Wants(NetlinkFlags.Ack) ? [Error(request, errno, words)] : [];

    /// <summary>NLMSG_ERROR with a capped quote, and the extended ack where there are words.</summary>
    public static byte[] Error(FakeRequest request, int errno, string? words = null)
    {
        byte[] quote = Quote(request, 16);
        byte[] attributes = words is null ? [] : Attribute(1, Encoding.UTF8.GetBytes(words + "\0"));
        var flags = NetlinkFlags.Capped | (words is null ? 0 : NetlinkFlags.AckAttributes);
        return Message(2, flags, request.Sequence, [.. BitConverter.GetBytes(-errno), .. quote, .. attributes]);
    }

    public static byte[] Done(FakeRequest request, int errno = 0, NetlinkFlags flags = NetlinkFlags.None) =>
        Message(3, NetlinkFlags.Multi | flags, request.Sequence, BitConverter.GetBytes(-errno));

    public static byte[] Message(ushort type, NetlinkFlags flags, uint sequence, byte[] payload)
    {
        byte[] message = new byte[16 + (payload.Length + 3 & ~3)];
        MemoryMarshal.Write(message, 16 + payload.Length);
        MemoryMarshal.Write(message.AsSpan(4), type);
        MemoryMarshal.Write(message.AsSpan(6), (ushort)flags);
        MemoryMarshal.Write(message.AsSpan(8), sequence);
        MemoryMarshal.Write(message.AsSpan(12), Port);
        payload.CopyTo(message, 16);
        return message;
    }

    public static byte[] Attribute(ushort type, byte[] value)
    {
        byte[] attribute = new byte[4 + value.Length + 3 & ~3];
        MemoryMarshal.Write(attribute, (ushort)(4 + value.Length));
        MemoryMarshal.Write(attribute.AsSpan(2), type);
        value.CopyTo(attribute, 4);
        return attribute;
    }

    private static byte[] Quote(FakeRequest request, int length)
    {
        byte[] quote = new byte[length];
        MemoryMarshal.Write(quote, 16 + request.Payload.Length);
        MemoryMarshal.Write(quote.AsSpan(4), request.Type);
        MemoryMarshal.Write(quote.AsSpan(8), request.Sequence);
        return quote;
    }
}
