using System.Buffers.Binary;

namespace HaTools.Linux.Tests;

/// <summary>What a filter that keeps repeats lets through, over a cable between two namespaces.</summary>
public sealed class RepeatFilterTests : IDisposable
{
    private const int Id = 51;
    private readonly Wire wire = new();

    public static TheoryData<int, int> Places => new() { { 4, 20 }, { 4, 22 }, { 4, 23 }, { 4, 24 }, { 4, 27 }, { 4, 8 }, { 6, 40 }, { 6, 42 }, { 6, 43 }, { 6, 47 }, { 6, 7 } };

    public void Dispose() => wire.Dispose();

    [RootTheory]
    [InlineData(4)]
    [InlineData(6)]
    public void Repeats_of_what_is_expected_are_counted_and_timed_and_not_received(int family)
    {
        using Pair pair = new(wire, family, [Id]);
        byte[] packet = pair.Packet();
        pair.Send(packet);
        Assert.Equal(pair.Received(packet), pair.Receive());
        pair.Expect(packet);
        Assert.False(pair.Filter.TryTake(Id, out _));

        long before = MonotonicClock.Now;
        for (int i = 0; i < 5; i++) pair.Send(pair.Packet(identification: i));
        (long last, byte[] kept) = pair.Take(5);
        Assert.InRange(last, before, MonotonicClock.Now);
        Assert.Equal(packet, kept);
        Assert.False(pair.Filter.TryTake(Id, out _));
        Assert.True(pair.Filter.IsExpecting(Id));
    }

    /// <summary>The version, the priority, the count, the interval, the checksum, the TTL: any byte but those that number a packet.</summary>
    [RootTheory]
    [MemberData(nameof(Places))]
    public void Another_byte_is_received_and_so_is_all_that_follows_until_the_next_is_expected(int family, int place)
    {
        using Pair pair = new(wire, family, [Id]);
        byte[] packet = pair.Packet(), other = pair.Packet();
        other[place] ^= 1;
        pair.Expect(packet);
        pair.Send(packet);
        pair.Send(other);
        pair.Send(packet);
        Assert.Equal(pair.Received(other), pair.Receive());
        Assert.Equal(pair.Received(packet), pair.Receive());
        Assert.False(pair.Filter.IsExpecting(Id));
        Assert.Equal(packet, pair.Take(1).Packet);

        pair.Expect(other);
        pair.Send(other);
        pair.Send(packet);
        Assert.Equal(pair.Received(packet), pair.Receive());
        Assert.Equal(other, pair.Take(1).Packet);
    }

    [RootTheory]
    [InlineData(4)]
    [InlineData(6)]
    public void A_longer_packet_with_the_same_beginning_and_a_shorter_one_are_received(int family)
    {
        using Pair pair = new(wire, family, [Id]);
        byte[] packet = pair.Packet(addresses: 1), longer = pair.Packet(addresses: 2), shorter = pair.Packet();
        pair.Expect(packet);
        pair.Send(longer);
        Assert.Equal(pair.Received(longer), pair.Receive());
        pair.Expect(packet);
        pair.Send(shorter);
        Assert.Equal(pair.Received(shorter), pair.Receive());
        Assert.False(pair.Filter.TryTake(Id, out _));
    }

    [RootTheory]
    [InlineData(4)]
    [InlineData(6)]
    public void As_much_is_compared_as_fits_and_what_is_longer_is_never_expected(int family)
    {
        int most = (RepeatSlot.MostBytes - RepeatSlot.FewestBytes(family)) / (family == 6 ? 16 : 4);
        using Pair pair = new(wire, family, [Id]);
        Assert.False(pair.Filter.TryNote(Id, pair.Packet(addresses: most + 1)));
        byte[] packet = pair.Packet(addresses: most), other = pair.Packet(addresses: most);
        other[^1] ^= 1;
        pair.Expect(packet);
        pair.Send(packet);
        pair.Send(other);
        Assert.Equal(pair.Received(other), pair.Receive());
        Assert.Equal(packet, pair.Take(1).Packet);
    }

    [RootTheory]
    [InlineData(4)]
    [InlineData(6)]
    public void Another_source_is_received(int family)
    {
        using Pair pair = new(wire, family, [Id]);
        byte[] packet = pair.Packet();
        pair.Expect(packet);
        byte[] other = pair.Packet(source: 9);
        pair.Send(other);
        Assert.Equal(pair.Received(other), pair.Receive());
        Assert.False(pair.Filter.TryTake(Id, out _));
    }

    [RootTheory]
    [InlineData(4)]
    [InlineData(6)]
    public void Virtual_routers_that_nobody_asks_for_are_dropped_unless_all_are_wanted(int family)
    {
        foreach (byte[] ids in (byte[][])[[Id], [Id, 7]])
        {
            using Pair pair = new(wire, family, ids);
            foreach (byte id in (byte[])[1, 50, 52, 255]) pair.Send(pair.Packet(id: id));
            byte[] packet = pair.Packet();
            pair.Send(packet);
            Assert.Equal(pair.Received(packet), pair.Receive());
        }

        using Pair all = new(wire, family, [Id], admitsOthers: true);
        byte[] unknown = all.Packet(id: 99);
        all.Send(unknown);
        Assert.Equal(all.Received(unknown), all.Receive());
    }

    [RootFact]
    public void Others_may_be_admitted_where_there_is_room_and_nothing_is_expected_then()
    {
        using Pair pair = new(wire, 4, [Id, 7]);
        pair.Expect(pair.Packet());
        Assert.True(pair.Filter.TryAdmit([Id, 9]));
        Assert.False(pair.Filter.IsExpecting(Id));
        pair.Send(pair.Packet(id: 7));
        byte[] admitted = pair.Packet(id: 9);
        pair.Send(admitted);
        Assert.Equal(admitted, pair.Receive());
        using Pair narrow = new(wire, 4, [Id]);
        Assert.False(narrow.Filter.TryAdmit([Id, 9]));
        Assert.True(narrow.Filter.TryAdmit([Id]));
    }

    [RootFact]
    public void Packets_with_ip_options_are_received_and_those_behind_them_too()
    {
        using Pair pair = new(wire, 4, [Id]);
        byte[] packet = pair.Packet();
        byte[] withOptions = [0x46, .. packet[1..20], 1, 1, 1, 1, .. packet[20..]];
        BinaryPrimitives.WriteUInt16BigEndian(withOptions.AsSpan(2), (ushort)withOptions.Length);
        pair.Expect(packet);
        pair.Send(withOptions);
        pair.Send(packet);
        Assert.Equal(withOptions[20..], pair.Receive()[20..]);
        Assert.Equal(pair.Received(packet), pair.Receive());
    }

    [RootFact]
    public void Expecting_and_taking_allocate_nothing()
    {
        using Pair pair = new(wire, 4, [Id]);
        byte[] packet = pair.Packet();
        pair.Expect(packet);
        pair.Expect(packet);
        Allocations.None(() =>
        {
            pair.Send(packet);
            pair.Filter.TryTake(Id, out _);
            pair.Filter.Receive(Id);
            pair.Expect(packet);
        });
    }

    /// <summary>A sender, and a socket with the filter.</summary>
    private sealed class Pair : IDisposable
    {
        private readonly int family;
        private readonly AddressBits group;
        private readonly VrrpSocket sender;
        private readonly VrrpSocket receiver;
        private readonly byte[] buffer = new byte[1000];

        public Pair(Wire wire, int family, byte[] ids, bool admitsOthers = false)
        {
            this.family = family;
            group = Tests.Wire.Address(family == 6 ? "ff02::12" : "224.0.0.18");
            sender = wire.Socket(wire.A, new VrrpSocketOptions { Family = family });
            receiver = wire.Socket(wire.B, new VrrpSocketOptions { Family = family, Group = group });
            Filter = new RepeatFilter(family, ids, admitsOthers);
            receiver.Attach(Filter);
        }

        public RepeatFilter Filter { get; }

        /// <summary>An advert from its IP header on, as it is compared.</summary>
        public byte[] Packet(int id = Id, int addresses = 0, int identification = 0, int source = 1)
        {
            byte[] message = [0x31, (byte)id, 100, (byte)addresses, 0, 100, 0x12, 0x34, .. Enumerable.Range(0, addresses * (family == 6 ? 16 : 4)).Select(i => (byte)i)];
            AddressBits from = Tests.Wire.Address(family == 6 ? source == 1 ? "fe80::1" : "fd00::1" : $"192.0.2.{source}");
            var packet = new byte[(family == 6 ? 40 : 20) + message.Length];
            message.CopyTo(packet.AsSpan(packet.Length - message.Length));
            if (family == 6)
            {
                RepeatFilter.WriteIpv6Header(packet, message.Length, new PacketEnvelope(from, group, 255, 0));
                return packet;
            }

            (packet[0], packet[1], packet[8], packet[9]) = (0x45, 0xc0, 255, 112);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)(identification + 1));
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(12), (uint)from);
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(16), (uint)group);
            return packet;
        }

        public void Send(byte[] packet)
        {
            int result = family == 6
                ? sender.Send(packet.AsSpan(40), group, AddressBits.Read(packet.AsSpan(8)), packet[7])
                : sender.Send(packet, group);
            if (result != 0) Assert.Fail(Errno.Name(result));
        }

        /// <summary>Takes what was kept until it is so much; the socket has received nothing meanwhile.</summary>
        public (long Last, byte[] Packet) Take(int count)
        {
            long taken = 0, last = 0;
            byte[] packet = [];
            for (int i = 0; taken < count; i++)
            {
                Assert.True(i < 30_000, $"{taken} were kept");
                while (Filter.TryTake(Id, out Repeats kept)) (taken, last, packet) = (taken + kept.Count, kept.Last, kept.Packet.ToArray());
                Thread.Sleep(1);
            }

            Assert.Equal(count, taken);
            Assert.Equal(-1, receiver.Receive(buffer, out _, out _));
            return (last, packet);
        }

        /// <summary>The kernel has made the checksum of an IPv4 header, which nobody looks at here.</summary>
        public byte[] Receive()
        {
            byte[] packet = Tests.Wire.Receive(receiver, out _);
            if (family == 4) packet[10] = packet[11] = 0;
            return packet;
        }

        /// <summary>As the socket gives a packet that was sent.</summary>
        public byte[] Received(byte[] packet) => family == 6 ? packet[40..] : packet;

        public void Expect(byte[] packet)
        {
            Assert.True(Filter.TryNote(packet[family == 6 ? 41 : 21], packet));
            Filter.Expect(packet[family == 6 ? 41 : 21]);
        }

        public void Dispose()
        {
            sender.Dispose();
            receiver.Dispose();
            Filter.Dispose();
        }
    }
}
