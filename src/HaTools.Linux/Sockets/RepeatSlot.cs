using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>
/// What the eBPF program of <see cref="RepeatFilter"/> and this process have in common for each virtual router: a gate, and two adverts that may be expected. While one
/// is expected the other can be written: no packet is ever compared with half an advert.
/// </summary>
internal static class RepeatSlot
{
    /// <summary>Nobody here has this virtual router id: dropped, unless all are admitted.</summary>
    public const int Closed = 0;

    /// <summary>Received.</summary>
    public const int Open = 1;

    /// <summary>Received unless it is the first expected advert, or with 1 added the second; the one that is received opens the gate, so that all after it are received too.</summary>
    public const int Expecting = 2;

    public const int GateOffset = 0;
    public const int FirstExpectedOffset = 8;

    /// <summary>Of an expected advert: when it came last, by CLOCK_BOOTTIME in nanoseconds (64 bits).</summary>
    public const int TimeOffset = 0;

    /// <summary>How often it came in all (64 bits), counted up after the time is stored.</summary>
    public const int CountOffset = 8;

    /// <summary>The length of the packet (32 bits).</summary>
    public const int LengthOffset = 16;

    /// <summary>The packet from its IP header on, with zeros where <see cref="Mask"/> has them, and after its end.</summary>
    public const int PacketOffset = 24;

    /// <summary>The longest packet that is compared: 25 addresses of IPv4, 5 of IPv6. One with more is received each time.</summary>
    public const int MostBytes = 128;

    public const int ExpectedSize = PacketOffset + MostBytes;
    public const int Size = FirstExpectedOffset + (2 * ExpectedSize);

    public const int Ipv6HeaderLength = 40;

    // RFC 791 section 3.1: the identification counts each packet, and the checksum changes with it.
    private static readonly byte[] Mask4 = MakeMask(4, 5, 10, 11);

    // RFC 8200 section 3: traffic class and flow label, which no raw socket is told.
    private static readonly byte[] Mask6 = MakeMask(1, 2, 3);

    /// <summary>The shortest packet that is compared: an IP header, and a VRRP message without addresses.</summary>
    public static int FewestBytes(int family) => family == 6 ? 48 : 28;

    /// <summary>What counts of a packet: bits that are 0 may differ.</summary>
    public static ReadOnlySpan<byte> Mask(int family) => family == 6 ? Mask6 : Mask4;

    /// <summary>The same as the program has it, in words of the host.</summary>
    public static ReadOnlySpan<ulong> MaskWords(int family) => MemoryMarshal.Cast<byte, ulong>(Mask(family));

    /// <summary>Writes what a packet is compared with: all of <see cref="MostBytes"/>.</summary>
    public static void WriteExpected(ReadOnlySpan<byte> packet, int family, Span<byte> expected)
    {
        ReadOnlySpan<byte> mask = Mask(family);
        for (int i = 0; i < packet.Length; i++) expected[i] = (byte)(packet[i] & mask[i]);
        expected[packet.Length..].Clear();
    }

    private static byte[] MakeMask(params ReadOnlySpan<byte> ignored)
    {
        var mask = new byte[MostBytes];
        Array.Fill(mask, byte.MaxValue);
        foreach (byte i in ignored) mask[i] = 0;
        // The version shares its byte with half of the traffic class.
        if (ignored[0] == 1) mask[0] = 0xf0;
        return mask;
    }
}
