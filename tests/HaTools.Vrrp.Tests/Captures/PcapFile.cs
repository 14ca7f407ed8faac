using System.Buffers.Binary;

namespace HaTools.Vrrp.Tests.Captures;

/// <summary>Reads captures in pcap's classic form, with nanoseconds, little endian, of Ethernet: what tcpdump made here.</summary>
internal static class PcapFile
{
    public const int Ipv4 = 0x0800;
    public const int Ipv6 = 0x86dd;

    private const uint NanosecondMagic = 0xa1b23c4d;
    private const uint Ethernet = 1;

    /// <summary>The frames of a file, split into ethertype and payload (which may end in padding).</summary>
    public static List<(int EtherType, byte[] Payload)> Read(string name) =>
        [.. ReadFrames(name).Select(f => ((int)BinaryPrimitives.ReadUInt16BigEndian(f.AsSpan(12)), f[14..]))];

    /// <summary>The frames of a file, from their destination address on.</summary>
    public static List<byte[]> ReadFrames(string name)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Captures", name));
        Assert.Equal(NanosecondMagic, BinaryPrimitives.ReadUInt32LittleEndian(file));
        Assert.Equal(Ethernet, BinaryPrimitives.ReadUInt32LittleEndian(file[20..]));
        var frames = new List<byte[]>();
        for (file = file[24..]; !file.IsEmpty;)
        {
            int captured = BinaryPrimitives.ReadInt32LittleEndian(file[8..]);
            Assert.Equal(captured, BinaryPrimitives.ReadInt32LittleEndian(file[12..]));
            frames.Add(file.Slice(16, captured).ToArray());
            file = file[(16 + captured)..];
        }

        return frames;
    }

    /// <summary>The IPv4 datagrams of one protocol.</summary>
    public static List<byte[]> ReadIpv4(string name, byte protocol) =>
        [.. Read(name).Where(f => f.EtherType == Ipv4 && f.Payload[9] == protocol).Select(f => f.Payload)];

    /// <summary>The IPv6 packets of one protocol: what the kernel would say of each, and what follows the header.</summary>
    public static List<(Ipv6Envelope Envelope, byte[] Payload)> ReadIpv6(string name, byte protocol) =>
        [.. Read(name).Where(f => f.EtherType == Ipv6 && f.Payload[6] == protocol).Select(f => Ipv6Packet(f.Payload))];

    private static (Ipv6Envelope Envelope, byte[] Payload) Ipv6Packet(byte[] packet)
    {
        int length = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(4));
        var envelope = new Ipv6Envelope(WireAddress.Read(packet.AsSpan(8), 6), WireAddress.Read(packet.AsSpan(24), 6), packet[7]);
        return (envelope, packet[40..(40 + length)]);
    }
}
