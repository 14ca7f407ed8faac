using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HaTools.Netlink.Ipvs.Save;

/// <summary>Numeric addresses as inet_aton(3), inet_pton(3) and inet_ntop(3) of glibc take and write them.</summary>
internal static class SaveAddress
{
    private const int Groups = 8;

    private static readonly SearchValues<char> Ipv6Letters = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>inet_aton: one to four parts, each decimal, octal (0…) or hexadecimal (0x…); the last one fills what is left.</summary>
    public static IPAddress? ReadIpv4(ReadOnlySpan<char> text)
    {
        uint address = 0;
        for (int part = 0; part < 4; part++)
        {
            int dot = text.IndexOf('.');
            if (Part(dot < 0 ? text : text[..dot]) is not { } value) return null;
            int left = 8 * (4 - part);
            if (dot < 0) return value < 1ul << left ? OfNumber(address | (uint)value) : null;
            if (value > byte.MaxValue) return null;
            address |= (uint)value << (left - 8);
            text = text[(dot + 1)..];
        }

        return null;
    }

    /// <summary>inet_pton, AF_INET6: no brackets, prefix or zone.</summary>
    public static IPAddress? ReadIpv6(ReadOnlySpan<char> text)
    {
        if (text.ContainsAnyExcept(Ipv6Letters)) return null;
        return IPAddress.TryParse(text, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? address : null;
    }

    /// <summary>
    /// inet_ntop, where .NET's own form differs: it puts the last four bytes in decimal for ISATAP too. A zone is left out.
    /// </summary>
    public static string Write(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork) return address.ToString();
        Span<byte> bytes = stackalloc byte[2 * Groups];
        address.TryWriteBytes(bytes, out _);
        Span<ushort> groups = stackalloc ushort[Groups];
        for (int i = 0; i < Groups; i++) groups[i] = (ushort)(bytes[2 * i] << 8 | bytes[(2 * i) + 1]);
        (int zeros, int count) = LongestZeros(groups);
        bool isMixed = zeros == 0 && (count == 6 || (count == 5 && groups[5] == 0xffff));
        var text = new StringBuilder();
        for (int i = 0; i < (isMixed ? 6 : Groups); i++)
        {
            if (i == zeros)
            {
                text.Append("::");
                i += count - 1;
                continue;
            }

            if (i > 0 && i != zeros + count) text.Append(':');
            text.Append(CultureInfo.InvariantCulture, $"{groups[i]:x}");
        }

        if (isMixed) text.Append(count == 6 ? "" : ":").Append(new IPAddress(bytes[12..]));
        return text.ToString();
    }

    /// <summary>As <c>192.0.2.1:80</c>, <c>[2001:db8::1]:80</c>.</summary>
    public static string Write(IPAddress address, int port) =>
        address.AddressFamily == AddressFamily.InterNetwork ? $"{Write(address)}:{port}" : $"[{Write(address)}]:{port}";

    /// <summary>The first of the longest runs of at least two zeros; none: it begins nowhere.</summary>
    private static (int First, int Count) LongestZeros(ReadOnlySpan<ushort> groups)
    {
        (int First, int Count) longest = (-Groups, 1);
        for (int i = 0; i < groups.Length; i++)
        {
            int count = groups[i..].IndexOfAnyExcept((ushort)0) is >= 0 and var end ? end : groups.Length - i;
            if (count > longest.Count) longest = (i, count);
            i += count;
        }

        return longest;
    }

    private static ulong? Part(ReadOnlySpan<char> digits)
    {
        if (digits.Length == 0 || !char.IsAsciiDigit(digits[0])) return null;
        uint radix = 10;
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            radix = 16;
            digits = digits[2..];
        }
        else if (digits[0] == '0')
        {
            radix = 8;
        }

        if (digits.Length == 0) return null;
        ulong value = 0;
        foreach (char c in digits)
        {
            uint digit = !char.IsAsciiHexDigit(c) ? radix : char.IsAsciiDigit(c) ? (uint)(c - '0') : (uint)(char.ToLowerInvariant(c) - 'a' + 10);
            if (digit >= radix) return null;
            value = (value * radix) + digit;
            if (value > uint.MaxValue) return null;
        }

        return value;
    }

    private static IPAddress OfNumber(uint address)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, address);
        return new IPAddress(bytes);
    }
}
