using HaTools.Linux;

namespace HaTools.Netlink.Tests;

/// <summary>Conversations with a kernel that does what kernels do, also at their worst.</summary>
public class NetlinkSocketTests
{
    private const ushort Answer = 24;

    [Fact]
    public void A_batch_goes_out_together_and_only_its_last_request_asks_for_an_acknowledgement()
    {
        var kernel = new FakeKernel(r => FakeKernel.End(r, 0));
        using var socket = new NetlinkSocket(kernel);
        NetlinkResult[] results = new NetlinkResult[3];

        Assert.Equal(0, socket.Execute(Batch(3), results));

        Assert.Equal([3], kernel.Datagrams);
        Assert.Equal([false, false, true], kernel.Requests.Select(r => r.Wants(NetlinkFlags.Ack)));
        Assert.Equal([1u, 2u, 3u], kernel.Requests.Select(r => r.Sequence));
        Assert.All(results, r => Assert.True(r.Succeeded));
    }

    [Fact]
    public void A_request_that_fails_does_not_stop_the_others_and_is_known_by_its_place()
    {
        var kernel = new FakeKernel(r =>
            FakeKernel.End(r, r.Sequence is 2 or 4 ? Errno.EEXIST : 0, r.Sequence == 2 ? "already there" : null));
        using var socket = new NetlinkSocket(kernel);
        NetlinkResult[] results = new NetlinkResult[4];

        Assert.Equal(2, socket.Execute(Batch(4), results));

        Assert.Equal(
            [new(0, null), new(Errno.EEXIST, "already there"), new(0, null), new NetlinkResult(Errno.EEXIST, null)],
            results);
    }

    [Fact]
    public void A_long_batch_goes_out_in_pieces_that_the_receive_buffer_can_answer()
    {
        var kernel = new FakeKernel(r => FakeKernel.End(r, Errno.ENODEV));
        using var socket = new NetlinkSocket(kernel);
        NetlinkResult[] results = new NetlinkResult[1000];

        Assert.Equal(1000, socket.Execute(Batch(1000), results));

        Assert.Equal([128, 128, 128, 128, 128, 128, 128, 104], kernel.Datagrams);
        Assert.All(results, r => Assert.Equal(Errno.ENODEV, r.Errno));
    }

    [Fact]
    public void Results_of_an_earlier_use_are_overwritten()
    {
        bool fail = true;
        using var socket = new NetlinkSocket(new FakeKernel(r => FakeKernel.End(r, fail ? Errno.EPERM : 0)));
        NetlinkResult[] results = new NetlinkResult[2];
        NetlinkBatch batch = Batch(2);
        Assert.Equal(2, socket.Execute(batch, results));
        fail = false;
        Assert.Equal(0, socket.Execute(batch, results));
        Assert.All(results, r => Assert.True(r.Succeeded));
    }

    [Fact]
    public void What_an_abandoned_conversation_left_behind_is_not_taken_for_an_answer()
    {
        var kernel = new FakeKernel(r => FakeKernel.End(r, 0));
        using var socket = new NetlinkSocket(kernel);
        kernel.Push(FakeKernel.Error(new FakeRequest(20, 0, 0xfffffff0, []), Errno.EINVAL));
        NetlinkResult[] results = new NetlinkResult[1];
        Assert.Equal(0, socket.Execute(Batch(1), results));
    }

    [Fact]
    public void An_answer_that_does_not_come_is_an_error_and_not_a_wait()
    {
        using var socket = new NetlinkSocket(new FakeKernel(_ => []));
        var e = Assert.Throws<NetlinkException>(() => socket.Execute(Batch(1), new NetlinkResult[1]));
        Assert.Equal("ETIMEDOUT", e.ErrnoName);
    }

    [Fact]
    public void Lost_acknowledgements_are_an_error()
    {
        using var socket = new NetlinkSocket(new FakeKernel(_ => [[]]));
        Assert.Equal(Errno.ENOBUFS, Assert.Throws<NetlinkException>(() => socket.Execute(Batch(1), new NetlinkResult[1])).Errno);
    }

    [Fact]
    public void A_send_that_fails_is_an_error()
    {
        using var socket = new NetlinkSocket(new FakeKernel(_ => []) { SendError = Errno.EPERM });
        var e = Assert.Throws<NetlinkException>(() => socket.Execute(Batch(1), new NetlinkResult[1]));
        Assert.Equal("EPERM", e.ErrnoName);
        Assert.Contains("run as root", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_quoted_request_of_an_acknowledgement_that_was_not_capped_is_skipped()
    {
        using var socket = new NetlinkSocket(new FakeKernel(r =>
        [
            FakeKernel.Message(2, NetlinkFlags.AckAttributes, r.Sequence, [
                .. BitConverter.GetBytes(-Errno.EINVAL),
                .. BitConverter.GetBytes(16 + r.Payload.Length), .. new byte[12], .. r.Payload,
                .. FakeKernel.Attribute(1, "no such thing\0"u8.ToArray()),
                .. FakeKernel.Attribute(2, [1, 0, 0, 0]),
                .. FakeKernel.Attribute(5, [9, 0, 0, 0])]),
        ]));
        NetlinkResult[] results = new NetlinkResult[1];
        socket.Execute(Batch(1), results);
        Assert.Equal(new NetlinkResult(Errno.EINVAL, "no such thing; attribute 9 is missing"), results[0]);
    }

    [Fact]
    public void A_dump_is_read_to_its_end_over_several_datagrams()
    {
        using var socket = new NetlinkSocket(new FakeKernel(r =>
        [
            [.. Item(r, 1), .. Item(r, 2)],
            [.. FakeKernel.Message(1, NetlinkFlags.Multi, r.Sequence, []), .. Item(r, 3)],
            FakeKernel.Done(r),
        ]));
        Assert.Equal(["1", "2", "3"], socket.Dump(Batch(1, NetlinkFlags.Dump), Decode, out NetlinkResult result));
        Assert.True(result.Succeeded);
    }

    [Fact]
    public void An_interrupted_dump_is_read_again_from_the_start()
    {
        int attempt = 0;
        var kernel = new FakeKernel(r => ++attempt < 3
            ? [Item(r, 7), [.. Item(r, 8, NetlinkFlags.DumpInterrupted), .. FakeKernel.Done(r)]]
            : [[.. Item(r, 1), .. FakeKernel.Done(r)]]);
        using var socket = new NetlinkSocket(kernel);
        Assert.Equal(["1"], socket.Dump(Batch(1, NetlinkFlags.Dump), Decode, out _));
        Assert.Equal([1u, 2u, 3u], kernel.Requests.Select(r => r.Sequence));
    }

    [Fact]
    public void An_interruption_that_only_the_end_reports_counts_too()
    {
        int attempt = 0;
        using var socket = new NetlinkSocket(new FakeKernel(r => ++attempt < 2
            ? [Item(r, 7), FakeKernel.Done(r, flags: NetlinkFlags.DumpInterrupted)]
            : [Item(r, 1), FakeKernel.Done(r)]));
        Assert.Equal(["1"], socket.Dump(Batch(1, NetlinkFlags.Dump), Decode, out _));
    }

    [Fact]
    public void A_dump_that_is_always_interrupted_is_given_up()
    {
        var kernel = new FakeKernel(r => [FakeKernel.Done(r, flags: NetlinkFlags.DumpInterrupted)]);
        using var socket = new NetlinkSocket(kernel);
        var e = Assert.Throws<NetlinkException>(() => socket.Dump(Batch(1, NetlinkFlags.Dump), Decode, out _));
        Assert.Equal("EINTR", e.ErrnoName);
        Assert.Equal(16, kernel.Requests.Count);
    }

    [Fact]
    public void A_dump_that_lost_messages_is_read_again()
    {
        int attempt = 0;
        using var socket = new NetlinkSocket(new FakeKernel(r => ++attempt switch
        {
            1 => [Item(r, 1), []],
            2 => [FakeKernel.Message(4, 0, r.Sequence, [])],
            _ => [Item(r, 1), Item(r, 2), FakeKernel.Done(r)],
        }));
        Assert.Equal(["1", "2"], socket.Dump(Batch(1, NetlinkFlags.Dump), Decode, out _));
    }

    [Fact]
    public void An_answer_larger_than_the_buffer_is_asked_for_again_with_a_larger_one()
    {
        byte[] large = new byte[200_000];
        large[^1] = 9;
        var kernel = new FakeKernel(r => r.Wants(NetlinkFlags.Dump)
            ? [FakeKernel.Message(Answer, NetlinkFlags.Multi, r.Sequence, large), FakeKernel.Done(r)]
            : [FakeKernel.Message(Answer, 0, r.Sequence, large)]);
        using (var socket = new NetlinkSocket(kernel))
        {
            Assert.Equal([$"{large.Length}"], socket.Dump(Batch(1, NetlinkFlags.Dump), (_, p) => $"{p.Length}", out _));
            Assert.Equal(2, kernel.Requests.Count);
        }

        using (var socket = new NetlinkSocket(kernel))
            Assert.Equal("9", socket.Get(Batch(1), (_, p) => $"{p[^1]}", out _));
        Assert.True(kernel.Disposed);
    }

    [Fact]
    public void A_dump_that_is_refused_gives_the_error_and_nothing_else()
    {
        using var socket = new NetlinkSocket(new FakeKernel(r => [Item(r, 1), FakeKernel.Done(r, Errno.EOPNOTSUPP)]));
        Assert.Empty(socket.Dump(Batch(1, NetlinkFlags.Dump), Decode, out NetlinkResult result));
        Assert.Equal(Errno.EOPNOTSUPP, result.Errno);

        using var second = new NetlinkSocket(new FakeKernel(r => [FakeKernel.Error(r, Errno.EPERM, "no")]));
        Assert.Empty(second.Dump(Batch(1, NetlinkFlags.Dump), Decode, out result));
        Assert.Equal(new NetlinkResult(Errno.EPERM, "no"), result);
    }

    [Fact]
    public void A_datagram_that_ends_within_a_message_is_an_error()
    {
        using var socket = new NetlinkSocket(new FakeKernel(r => [Item(r, 1)[..18]]));
        Assert.Equal(0, Assert.Throws<NetlinkException>(() => socket.Dump(Batch(1, NetlinkFlags.Dump), Decode, out _)).Errno);
        Assert.Equal(0, Assert.Throws<NetlinkException>(() => socket.Get(Batch(1), Decode, out _)).Errno);
        Assert.Equal(0, Assert.Throws<NetlinkException>(() => socket.Execute(Batch(1), new NetlinkResult[1])).Errno);
    }

    [Fact]
    public void A_get_gives_the_answer_or_the_refusal()
    {
        using var socket = new NetlinkSocket(new FakeKernel(r => r.Sequence == 1 ? [Item(r, 5)] : [FakeKernel.Error(r, Errno.ENODEV)]));
        Assert.Equal("5", socket.Get(Batch(1), Decode, out NetlinkResult result));
        Assert.True(result.Succeeded);
        Assert.Null(socket.Get(Batch(1), Decode, out result));
        Assert.Equal(Errno.ENODEV, result.Errno);
    }

    [Fact]
    public void Changing_a_batch_in_the_steady_state_allocates_nothing()
    {
        using var socket = new NetlinkSocket(new SilentKernel());
        var batch = new NetlinkBatch();
        NetlinkResult[] results = new NetlinkResult[300];
        void Round()
        {
            batch.Clear();
            for (uint i = 0; i < 300; i++)
            {
                AttributeWriter writer = batch.Begin(20, NetlinkFlags.Create, 64);
                writer.U32(1, i);
                batch.End(writer);
            }

            socket.Execute(batch, results);
        }

        for (int i = 0; i < 3; i++) Round();

        Allocations.None(() =>
        {
            for (int i = 0; i < 10; i++) Round();
        });
    }

    private static NetlinkBatch Batch(int count, NetlinkFlags flags = NetlinkFlags.None)
    {
        var batch = new NetlinkBatch();
        for (int i = 0; i < count; i++)
        {
            AttributeWriter writer = batch.Begin(20, flags);
            writer.U32(1, (uint)i);
            batch.End(writer);
        }

        return batch;
    }

    private static byte[] Item(FakeRequest request, int number, NetlinkFlags flags = NetlinkFlags.None) =>
        FakeKernel.Message(Answer, NetlinkFlags.Multi | flags, request.Sequence, BitConverter.GetBytes(number));

    private static string? Decode(ushort type, ReadOnlySpan<byte> payload) => type == Answer ? $"{BitConverter.ToInt32(payload)}" : null;

    /// <summary>Acknowledges the last request of each datagram, without allocating.</summary>
    private sealed class SilentKernel : INetlinkTransport
    {
        private readonly byte[] acknowledgement = FakeKernel.Error(new FakeRequest(0, 0, 0, []), 0);

        public uint PortId => FakeKernel.Port;

        public int Send(ReadOnlySpan<byte> datagram)
        {
            var reader = new MessageReader(datagram);
            while (reader.Next()) BitConverter.TryWriteBytes(acknowledgement.AsSpan(8), reader.Sequence);
            return 0;
        }

        public int Receive(Span<byte> buffer)
        {
            acknowledgement.CopyTo(buffer);
            return acknowledgement.Length;
        }

        public void Dispose()
        {
        }
    }
}
