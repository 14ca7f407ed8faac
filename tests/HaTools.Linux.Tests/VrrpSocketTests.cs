using System.Buffers.Binary;

namespace HaTools.Linux.Tests;

/// <summary>Adverts of both families over a cable between two namespaces.</summary>
public class VrrpSocketTests
{
    private static readonly AddressBits Group4 = Wire.Address("224.0.0.18");
    private static readonly AddressBits OtherGroup4 = Wire.Address("239.1.2.3");
    private static readonly AddressBits Group6 = Wire.Address("ff02::12");
    private static readonly AddressBits OtherGroup6 = Wire.Address("ff02::4712");

    private static readonly byte[] Message = Convert.FromHexString("3133640000640000");

    [RootFact]
    public void A_group_is_heard_when_it_is_joined_and_only_then()
    {
        using var wire = new Wire();
        using VrrpSocket a = wire.Socket(wire.A, new VrrpSocketOptions());
        using VrrpSocket b = wire.Socket(wire.B, new VrrpSocketOptions { Group = OtherGroup4 });
        // Somebody on the same host is in the other group; that is not for us.
        using VrrpSocket bystander = wire.Socket(wire.B, new VrrpSocketOptions { Group = Group4 });
        byte[] first = Datagram("192.0.2.1", Group4, 112), second = Datagram("192.0.2.1", OtherGroup4, 112);
        Assert.Equal(0, a.Send(first, Group4));
        Assert.Equal(0, a.Send(second, OtherGroup4));
        Assert.Equal(second, Wire.Receive(b, out _));
        Assert.Equal(first, Wire.Receive(bystander, out _));
        Assert.Equal(-1, bystander.Receive(new byte[100], out int errno));
        Assert.Equal(0, errno);

        b.Join(Group4);
        b.Join(Group4);
        b.Leave(OtherGroup4);
        Assert.Equal(0, a.Send(second, OtherGroup4));
        Assert.Equal(0, a.Send(first, Group4));
        Assert.Equal(first, Wire.Receive(b, out _));
    }

    [RootFact]
    public void There_may_be_more_groups_than_the_kernel_lets_one_socket_be_in()
    {
        using var wire = new Wire();
        using VrrpSocket a = wire.Socket(wire.A, new VrrpSocketOptions());
        using VrrpSocket b = wire.Socket(wire.B, new VrrpSocketOptions { Group = Group4 });
        using VrrpSocket bystander = wire.Socket(wire.B, new VrrpSocketOptions { Group = OtherGroup4 });
        AddressBits[] groups = [.. Enumerable.Range(1, 50).Select(i => Wire.Address($"239.9.9.{i}"))];
        wire.B.Run(() =>
        {
            foreach (AddressBits group in (AddressBits[])[.. groups, .. groups]) b.Join(group);
            return true;
        });
        foreach (AddressBits group in groups)
        {
            byte[] datagram = Datagram("192.0.2.1", group, 112);
            Assert.Equal(0, a.Send(Datagram("192.0.2.1", OtherGroup4, 112), OtherGroup4));
            Assert.Equal(0, a.Send(datagram, group));
            Assert.Equal(datagram, Wire.Receive(b, out _));
        }

        // Some of those that are left were joined by the socket itself, and some for it.
        foreach (AddressBits group in groups.Where((_, i) => i % 2 == 0)) b.Leave(group);
        foreach (AddressBits group in groups) Assert.Equal(0, a.Send(Datagram("192.0.2.1", group, 112), group));
        foreach (AddressBits group in groups.Where((_, i) => i % 2 == 1))
            Assert.Equal(Datagram("192.0.2.1", group, 112), Wire.Receive(b, out _));
        Assert.Equal(-1, b.Receive(new byte[100], out int errno));
        Assert.Equal(0, errno);
    }

    [RootFact]
    public void Unicast_needs_no_group_and_keeps_its_ttl()
    {
        using var wire = new Wire();
        using VrrpSocket a = wire.Socket(wire.A, new VrrpSocketOptions());
        using VrrpSocket b = wire.Socket(wire.B, new VrrpSocketOptions());
        AddressBits peer = Wire.Address("192.0.2.2");
        byte[] datagram = Datagram("192.0.2.1", peer, 112, ttl: 17);
        Assert.Equal(0, a.Send(datagram, peer));
        Assert.Equal(datagram, Wire.Receive(b, out _));
    }

    [RootFact]
    public void An_unbound_socket_reaches_and_hears_its_peers()
    {
        using var wire = new Wire();
        using VrrpSocket a = wire.A.Run(() => new VrrpSocket(new VrrpSocketOptions()));
        using VrrpSocket b = wire.B.Run(() => new VrrpSocket(new VrrpSocketOptions { Family = 4 }));
        AddressBits peer = Wire.Address("192.0.2.2");
        byte[] datagram = Datagram("192.0.2.1", peer, 112);
        Assert.Equal(0, a.Send(datagram, peer));
        Assert.Equal(datagram, Wire.Receive(b, out _));
    }

    [RootFact]
    public void Protocol_51_has_a_socket_of_its_own()
    {
        using var wire = new Wire();
        using VrrpSocket a = wire.Socket(wire.A, new VrrpSocketOptions { AuthenticationHeader = true });
        using VrrpSocket b = wire.Socket(wire.B, new VrrpSocketOptions { AuthenticationHeader = true, Group = Group4 });
        byte[] datagram = Datagram("192.0.2.1", Group4, 51);
        Assert.Equal(0, a.Send(Datagram("192.0.2.1", Group4, 112), Group4));
        Assert.Equal(0, a.Send(datagram, Group4));
        Assert.Equal(datagram, Wire.Receive(b, out _));
    }

    [RootFact]
    public void Rfc9568_5_1_2_ipv6_adverts_go_out_with_hop_limit_255_from_the_source_that_is_asked_for()
    {
        using var wire = new Wire();
        using FileDescriptor capture = Wire.Capture(wire.B);
        using VrrpSocket a = wire.Socket(wire.A, new VrrpSocketOptions { Family = 6 });
        using VrrpSocket b = wire.Socket(wire.B, new VrrpSocketOptions { Family = 6, Group = Group6 });
        foreach (string source in new[] { "fe80::1", "fd00::1" })
        {
            Assert.Equal(0, a.Send(Message, Group6, Wire.Address(source)));
            Assert.Equal(Message, Wire.Receive(b, out PacketEnvelope envelope));
            int index = wire.B.Run(() => Wire.Index("eth0"));
            Assert.Equal(new PacketEnvelope(Wire.Address(source), Group6, 255, index), envelope with { ReceivedAt = 0 });
            byte[] frame = Wire.Frame(capture, f => f[12] == 0x86 && f[20] == 112);
            Assert.Equal(0x6c00_0000u, BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(14)) & 0xfff0_0000); // traffic class 0xc0
        }

        Assert.Equal(-1, a.Receive(new byte[100], out _));
    }

    [RootFact]
    public void The_kernel_says_when_an_ipv4_packet_came_not_when_it_was_taken() => KernelSaysWhenItCame(4);

    [RootFact]
    public void The_kernel_says_when_an_ipv6_packet_came_not_when_it_was_taken() => KernelSaysWhenItCame(6);

    [RootFact]
    public void Ipv6_groups_are_heard_when_joined_and_only_then()
    {
        using var wire = new Wire();
        using VrrpSocket a = wire.Socket(wire.A, new VrrpSocketOptions { Family = 6 });
        using VrrpSocket b = wire.Socket(wire.B, new VrrpSocketOptions { Family = 6, Group = OtherGroup6 });
        using VrrpSocket bystander = wire.Socket(wire.B, new VrrpSocketOptions { Family = 6, Group = Group6 });
        Assert.Equal(0, a.Send(Message, Group6, Wire.Address("fe80::1")));
        Assert.Equal(0, a.Send(Message, OtherGroup6, Wire.Address("fe80::1")));
        Wire.Receive(b, out PacketEnvelope envelope);
        Assert.Equal(OtherGroup6, envelope.Destination);
        Wire.Receive(bystander, out envelope);
        Assert.Equal(Group6, envelope.Destination);
        Assert.Equal(-1, bystander.Receive(new byte[100], out _, out _));
    }

    [RootFact]
    public void Ipv6_unicast_has_the_hosts_hop_limit_unless_one_is_asked_for()
    {
        using var wire = new Wire();
        using VrrpSocket a = wire.Socket(wire.A, new VrrpSocketOptions { Family = 6 });
        using VrrpSocket b = wire.Socket(wire.B, new VrrpSocketOptions { Family = 6 });
        (string Source, string Peer, int HopLimit, byte Seen)[] cases =
            [("fd00::1", "fd00::2", -1, 64), ("fd00::1", "fd00::2", 255, 255), ("fe80::1", "fe80::2", 1, 1)];
        foreach ((string source, string peer, int hopLimit, byte seen) in cases)
        {
            Assert.Equal(0, a.Send(Message, Wire.Address(peer), Wire.Address(source), hopLimit));
            Assert.Equal(Message, Wire.Receive(b, out PacketEnvelope envelope));
            Assert.Equal((Wire.Address(source), Wire.Address(peer), seen), (envelope.Source, envelope.Destination, envelope.HopLimit));
        }
    }

    [RootFact]
    public void Adverts_of_other_virtual_routers_wake_nobody()
    {
        using var wire = new Wire();
        foreach ((int family, bool authentication) in ((int, bool)[])[(4, false), (4, true), (6, false)])
        {
            AddressBits group = family == 6 ? Group6 : Group4;
            var options = new VrrpSocketOptions { Family = family, AuthenticationHeader = authentication };
            using VrrpSocket a = wire.Socket(wire.A, options);
            using VrrpSocket b = wire.Socket(wire.B, options with { Group = group });
            b.Admit([7, 51, 255], []);
            foreach (byte id in (byte[])[1, 51, 52, 255, 7, 0]) Send(a, id);
            Assert.Equal([51, 255, 7], Ids(b, 3));

            // The last one wins; and more than it looks for are all.
            b.Admit([1], []);
            foreach (byte id in (byte[])[51, 1]) Send(a, id);
            Assert.Equal([1], Ids(b, 1));
            byte[] many = [.. Enumerable.Range(100, VrrpSocket.MostFilteredIds + 1).Select(i => (byte)i)];
            b.Admit(many, []);
            foreach (byte id in (byte[])[51, 1]) Send(a, id);
            Assert.Equal([51, 1], Ids(b, 2));
            b.Admit(many.AsSpan(1), []);
            foreach (byte id in (byte[])[100, 101, 116]) Send(a, id);
            Assert.Equal([101, 116], Ids(b, 2));

            void Send(VrrpSocket socket, byte id)
            {
                byte[] packet = family == 6 ? [.. Message] : Datagram("192.0.2.1", group, authentication ? (byte)51 : (byte)112);
                if (authentication) packet = [.. packet[..20], 112, .. new byte[23], .. Message];
                packet[^(Message.Length - 1)] = id;
                Assert.Equal(0, socket.Send(packet, group, family == 6 ? Wire.Address("fe80::1") : 0));
            }
        }

        static int[] Ids(VrrpSocket socket, int count)
        {
            int[] ids = [.. Enumerable.Range(0, count).Select(_ => (int)Wire.Receive(socket, out PacketEnvelope _)[^(Message.Length - 1)])];
            Assert.Equal(-1, socket.Receive(new byte[100], out _, out _));
            return ids;
        }
    }

    [RootFact]
    public void Frames_of_one_mac_address_alone_are_heard_where_that_is_asked_for()
    {
        using var wire = new Wire();
        foreach (int family in new[] { 4, 6 })
        {
            AddressBits group = family == 6 ? Group6 : Group4;
            byte[] packet = family == 6 ? Message : Datagram("192.0.2.1", group, 112);
            using VrrpSocket a = wire.Socket(wire.A, new VrrpSocketOptions { Family = family });
            using VrrpSocket b = wire.Socket(wire.B, new VrrpSocketOptions { Family = family, Group = group });
            using VrrpSocket bystander = wire.Socket(wire.B, new VrrpSocketOptions { Family = family, Group = group });
            b.Admit([0x33], [2, 0, 0, 0, 0, 9]);
            Send();
            Wire.Receive(bystander, out _);
            Assert.Equal(-1, b.Receive(new byte[100], out _, out _));
            b.Admit([0x33], [2, 0, 0, 0, 1, 1]);
            Send();
            Wire.Receive(bystander, out _);
            Assert.Equal(-1, b.Receive(new byte[100], out _, out _));
            b.Admit([0x33], [2, 0, 0, 0, 0, 1]);
            Send();
            Assert.Equal(packet, Wire.Receive(b, out _));

            void Send() => Assert.Equal(0, a.Send(packet, group, family == 6 ? Wire.Address("fe80::1") : 0));
        }
    }

    [RootFact]
    public void A_source_that_is_not_there_is_an_errno()
    {
        using var wire = new Wire();
        using VrrpSocket a = wire.Socket(wire.A, new VrrpSocketOptions { Family = 6 });
        Assert.Equal(Errno.EINVAL, a.Send(Message, Group6, Wire.Address("fd00::99")));
    }

    [RootFact]
    public void A_group_that_is_none_is_named()
    {
        using var wire = new Wire();
        var failure = Assert.Throws<LinuxException>(() => wire.Socket(wire.A, new VrrpSocketOptions { Group = 0x0a000001 }));
        Assert.Contains("10.0.0.1", failure.Message, StringComparison.Ordinal);
        failure = Assert.Throws<LinuxException>(() => wire.Socket(wire.A, new VrrpSocketOptions { Family = 6, Group = 1 }));
        Assert.Contains("::1", failure.Message, StringComparison.Ordinal);
    }

    [RootFact]
    public void Sending_and_receiving_allocate_nothing()
    {
        using var wire = new Wire();
        foreach (int family in new[] { 4, 6 })
        {
            AddressBits group = family == 6 ? Group6 : Group4;
            using VrrpSocket a = wire.Socket(wire.A, new VrrpSocketOptions { Family = family });
            using VrrpSocket b = wire.Socket(wire.B, new VrrpSocketOptions { Family = family, Group = group });
            byte[] packet = family == 6 ? Message : Datagram("192.0.2.1", group, 112);
            byte[] buffer = new byte[100];
            AddressBits source = family == 6 ? Wire.Address("fe80::1") : 0;
            SendAndHear();
            Allocations.None(SendAndHear);

            void SendAndHear()
            {
                for (int i = 0; i < 50; i++)
                {
                    a.Send(packet, group, source);
                    b.Receive(buffer, out _, out _);
                }
            }
        }
    }

    [RootFact]
    public void Frames_go_out_as_they_are_from_a_mac_address_that_is_not_the_interfaces()
    {
        using var wire = new Wire();
        using FileDescriptor capture = Wire.Capture(wire.B);
        byte[] mac = [0, 0, 0x5e, 0, 1, 51];
        using ArpSocket arp = wire.A.Run(() => new ArpSocket());
        int index = wire.A.Run(() => Wire.Index("eth0"));
        Assert.Equal(0, arp.SendGratuitous(index, mac, 0xC0000263, mac));
        byte[] frame = Wire.Frame(capture, f => f[12] == 8 && f[13] == 6);
        Assert.Equal(
            "FFFFFFFFFFFF" + "00005E000133" + "0806" + "0001080006040001" + "00005E000133" + "C0000263" + "00005E000133" + "C0000263",
            Convert.ToHexString(frame));

        byte[] other = [0x33, 0x33, 0, 0, 0, 1, .. mac, 0x86, 0xdd, .. new byte[40]];
        Assert.Equal(0, arp.SendFrame(index, other));
        Assert.Equal(other, Wire.Frame(capture, f => f[12] == 0x86 && f[11] == 51));
        Assert.Equal(Errno.ENXIO, arp.SendFrame(int.MaxValue, other));
    }

    private static void KernelSaysWhenItCame(int family)
    {
        using var wire = new Wire();
        AddressBits group = family == 6 ? Group6 : Group4;
        using VrrpSocket a = wire.Socket(wire.A, new VrrpSocketOptions { Family = family });
        using VrrpSocket b = wire.Socket(wire.B, new VrrpSocketOptions { Family = family, Group = group });
        using var epoll = new Epoll();
        epoll.Add(b.Handle, 1, Libc.EPOLLIN);
        byte[] packet = family == 6 ? Message : Datagram("192.0.2.1", Group4, 112);

        // The first socket that asks has the kernel begin to stamp what comes, by a worker and a moment later (net/core/dev.c, netstamp_work); what it has not
        // stamped gets the time of its reading.
        for (int left = 300; ; left--)
        {
            long sent = WallClock.UnixNanoseconds;
            Assert.Equal(0, a.Send(packet, group, family == 6 ? Wire.Address("fe80::1") : 0));
            Assert.Equal(1, epoll.Wait(new EpollReady[1], 30_000_000_000));
            long ready = WallClock.UnixNanoseconds;
            Assert.Equal(packet, Wire.Receive(b, out PacketEnvelope envelope));
            if (left > 0 && envelope.ReceivedAt > ready)
            {
                Thread.Sleep(10);
                continue;
            }

            Assert.InRange(envelope.ReceivedAt, sent, ready);
            return;
        }
    }

    private static byte[] Datagram(string source, AddressBits destination, byte protocol, byte ttl = 255)
    {
        byte[] datagram = [0x45, 0xc0, 0, 28, 0, 1, 0, 0, ttl, protocol, .. new byte[10], .. Message];
        BinaryPrimitives.WriteUInt32BigEndian(datagram.AsSpan(12), (uint)Wire.Address(source));
        BinaryPrimitives.WriteUInt32BigEndian(datagram.AsSpan(16), (uint)destination);
        uint sum = 0;
        for (int i = 0; i < 20; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(i));
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(10), (ushort)~((sum & 0xffff) + (sum >> 16)));
        return datagram;
    }
}
