using System.Net;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>Addresses as the router speaks of them (<see cref="WireAddress"/>): numbers, IPv4 in the low 32 bits and in host byte order; the family is 4 or 6.</summary>
internal static class IpNumber
{
    public static AddressBits Of(IPAddress address) => WireAddress.Of(address);

    /// <summary>4 or 6.</summary>
    public static int Family(IPAddress address) => WireAddress.FamilyOf(address);

    public static string Text(AddressBits address, int family) => WireAddress.ToIPAddress(address, family).ToString();

    /// <summary>Whether two IPv4 addresses are of one subnet.</summary>
    public static bool SameSubnet(AddressBits one, AddressBits other, int prefixLength) =>
        prefixLength == 0 || (uint)(one ^ other) >> (32 - prefixLength) == 0;
}
