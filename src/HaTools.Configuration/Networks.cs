using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace HaTools.Configuration;

/// <summary>Arithmetic of prefixes.</summary>
internal static class Networks
{
    /// <summary>Where adverts go over IPv4 (RFC 9568 section 5.1.1.2).</summary>
    public static IPAddress VrrpGroup4 { get; } = new([224, 0, 0, 18]);

    /// <summary>Where adverts go over IPv6 (RFC 9568 section 5.1.2.2).</summary>
    public static IPAddress VrrpGroup6 { get; } = IPAddress.Parse("ff02::12");

    /// <summary>Whether it is a multicast address; of IPv6's one that stays on the link.</summary>
    public static bool IsAdvertGroup(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        return IsMulticast(address) && (bytes.Length == 4 || (bytes[1] & 0x0f) == 2);
    }

    /// <summary>Whether it is a multicast address of either family.</summary>
    public static bool IsMulticast(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        return bytes.Length == 4 ? bytes[0] is >= 224 and < 240 : bytes[0] == 0xff;
    }

    /// <summary>Whether a host may have it: it is neither unspecified, nor a multicast address, nor of what is reserved or for all.</summary>
    public static bool IsPossibleHost(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        return bytes.Length == 4 ? bytes[0] is not 0 and < 224 : bytes[0] != 0xff && !IPAddress.IPv6Any.Equals(address);
    }

    /// <summary>The network of that prefix length that an address belongs to.</summary>
    public static IPNetwork Of(IPAddress address, int prefix)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            int bits = Math.Clamp(prefix - 8 * i, 0, 8);
            bytes[i] &= (byte)(0xff << (8 - bits));
        }
        return new IPNetwork(new IPAddress(bytes), prefix);
    }

    /// <summary>The mask of a prefix.</summary>
    /// <param name="prefix">Its length.</param>
    /// <param name="bits">Of an address: 32 or 128.</param>
    public static IPAddress Mask(int prefix, int bits)
    {
        byte[] all = new byte[bits / 8];
        Array.Fill(all, (byte)0xff);
        return Of(new IPAddress(all), prefix).BaseAddress;
    }

    /// <summary>Whether an address is the mask of a prefix of at least one bit.</summary>
    public static bool IsMask(IPAddress address)
    {
        int bits = HostPrefix(address);
        return Enumerable.Range(1, bits).Any(prefix => Mask(prefix, bits).Equals(address));
    }

    /// <summary>Whether an address has no bit behind the prefix.</summary>
    public static bool IsBase(IPAddress address, int prefix) => Of(address, prefix).BaseAddress.Equals(address);

    /// <summary>A MAC address as <c>ip link</c> writes it: 00:00:5e:00:01:01.</summary>
    public static string Format(PhysicalAddress address) => string.Join(':', address.GetAddressBytes().Select(b => b.ToString("x2", null)));

    /// <summary>4 or 6.</summary>
    public static int FamilyOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? 6 : 4;

    /// <summary>The length of a host's prefix: 32 or 128.</summary>
    public static int HostPrefix(IPAddress address) => FamilyOf(address) == 6 ? 128 : 32;
}
