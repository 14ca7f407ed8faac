using System.Net;
using System.Text;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;
using HaTools.Netlink.Route;

namespace HaTools.Netlink.Tests;

/// <summary>Long readings that are ended: at once, and what is left of the table is not taken for an answer to what comes next.</summary>
public sealed class CancellationTests
{
    private const ushort Entry = 24;

    [Fact]
    public void A_cancelled_reading_ends_between_two_messages_and_the_socket_is_used_on()
    {
        using var cancellation = new CancellationTokenSource();
        var kernel = new OnePageAtATime();
        using var socket = new NetlinkSocket(kernel);
        List<int> seen = [];
        Assert.Throws<OperationCanceledException>(() => socket.Read(Request(), seen, (into, _, payload) =>
        {
            into.Add(BitConverter.ToInt32(payload));
            if (into.Count == 5) cancellation.Cancel();
        }, cancellation.Token));
        Assert.Equal([1, 2, 3, 4, 5], seen);

        // The kernel gives the next table only when the one before has been taken to its end.
        Assert.Equal(30, socket.Dump(Request(), (_, payload) => new Number(BitConverter.ToInt32(payload)), out NetlinkResult result).Count);
        Assert.True(result.Succeeded);
        Assert.Equal(0, kernel.Busy);
    }

    [Fact]
    public void A_visitor_that_throws_leaves_the_socket_as_it_was()
    {
        var kernel = new OnePageAtATime();
        using var socket = new NetlinkSocket(kernel);
        Assert.Throws<InvalidOperationException>(() => socket.Read(Request(), 0, (_, _, _) => throw new InvalidOperationException()));
        Assert.Equal(30, socket.Dump(Request(), (_, payload) => new Number(BitConverter.ToInt32(payload)), out _).Count);
        Assert.Equal(0, kernel.Busy);
    }

    [Fact]
    public void A_kernel_that_only_says_that_answers_were_lost_is_asked_again_and_nobody_hangs_on_what_is_left()
    {
        var kernel = new Lossy();
        using var socket = new NetlinkSocket(kernel);
        Assert.Throws<NetlinkException>(() => socket.Dump(Request(), (_, _) => "", out _));
        Assert.Equal(16, kernel.Requests);
        Assert.InRange(kernel.Readings, 16, 16 * 8);
        Assert.Equal(0, kernel.Waits);
    }

    [Fact]
    public void What_is_cancelled_before_it_begins_asks_the_kernel_nothing()
    {
        var kernel = new FakeKernel(_ => throw new InvalidOperationException());
        var cancelled = new CancellationToken(canceled: true);
        using var client = new RouteClient(new NetlinkSocket(kernel));
        Assert.Throws<OperationCanceledException>(() => client.GetRoutes(cancellation: cancelled));
        Assert.Empty(kernel.Datagrams);
        using var ipvs = new FakeIpvs(_ => throw new InvalidOperationException());
        using IpvsClient table = ipvs.Client();
        Assert.Throws<OperationCanceledException>(() => table.GetTable(cancelled));
        Assert.Equal(0, ipvs.Datagrams);
    }

    [Fact]
    public void Connections_are_read_no_further_than_the_64_KiB_that_are_there()
    {
        using var cancellation = new CancellationTokenSource();
        using var reader = new IpvsConnectionReader(new Endless(), "endless");
        using IEnumerator<IpvsConnection> connections = reader.ReadAll(cancellation: cancellation.Token).GetEnumerator();
        Assert.True(connections.MoveNext());
        cancellation.Cancel();
        int left = 0;
        Assert.Throws<OperationCanceledException>(() =>
        {
            while (connections.MoveNext()) left++;
        });
        Assert.InRange(left, 0, 64 * 1024 / Endless.Line.Length);

        // A filter that nothing matches does not hide that it was cancelled.
        using var other = new IpvsConnectionReader(new Endless(), "endless");
        var nobody = new IpvsConnectionFilter { Server = IPAddress.Parse("198.51.100.99") };
        Assert.Throws<OperationCanceledException>(() => other.ReadAll(nobody, cancellation.Token).Any());
    }

    private static NetlinkBatch Request()
    {
        var batch = new NetlinkBatch();
        batch.End(batch.Begin(26, NetlinkFlags.Dump));
        return batch;
    }

    private sealed record Number(int Value);

    /// <summary>All that it says is that answers were lost; a reading that waits for what was left behind would wait for ever.</summary>
    private sealed class Lossy : INetlinkTransport
    {
        private bool isAnswered = true;

        public int Requests { get; private set; }

        public int Readings { get; private set; }

        public int Waits { get; private set; }

        public uint PortId => FakeKernel.Port;

        public int Send(ReadOnlySpan<byte> datagram)
        {
            Requests++;
            isAnswered = false;
            return 0;
        }

        public int Receive(Span<byte> buffer)
        {
            Readings++;
            if (isAnswered) Waits++;
            isAnswered = true;
            return -Errno.ENOBUFS;
        }

        public int ReceiveAtOnce(Span<byte> buffer)
        {
            Readings++;
            return -Errno.ENOBUFS;
        }

        public void Dispose()
        {
        }
    }

    /// <summary>As the kernel: a table of 30 entries, three to a page, each page made when the one before was received; one table at a time.</summary>
    private sealed class OnePageAtATime : INetlinkTransport
    {
        private const int Pages = 10;
        private readonly Queue<FakeRequest> asked = new();
        private int page;

        public int Busy { get; private set; }

        public uint PortId => FakeKernel.Port;

        public int Send(ReadOnlySpan<byte> datagram)
        {
            var reader = new MessageReader(datagram);
            while (reader.Next()) asked.Enqueue(new FakeRequest(reader.Type, reader.Flags, reader.Sequence, []));
            if (asked.Count > 1) Busy++;
            return 0;
        }

        public int Receive(Span<byte> buffer)
        {
            if (!asked.TryPeek(out FakeRequest? request)) return -Errno.EAGAIN;
            byte[] datagram;
            if (page == Pages)
            {
                datagram = FakeKernel.Done(request);
                asked.Dequeue();
                page = 0;
            }
            else
            {
                datagram = [.. Enumerable.Range((page * 3) + 1, 3).SelectMany(i =>
                    FakeKernel.Message(Entry, NetlinkFlags.Multi, request.Sequence, BitConverter.GetBytes(i)))];
                page++;
            }

            datagram.CopyTo(buffer);
            return datagram.Length;
        }

        public void Dispose()
        {
        }
    }

    /// <summary>A table of connections that has no end in sight.</summary>
    private sealed class Endless : Stream
    {
        public const string Line = "TCP C6336401 9C40 C0000201 0050 C000020B 0050 ESTABLISHED     899\n";

        private bool isBegun;
        private int left = 10_000_000;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            string text = isBegun ? Line : "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\n";
            isBegun = true;
            if ((left -= count) < 0) return 0;
            if (count < text.Length) return Encoding.ASCII.GetBytes(text.AsSpan(0, count), buffer.AsSpan(offset));
            return Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, text == Line ? count / Line.Length : 1)), buffer.AsSpan(offset));
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
