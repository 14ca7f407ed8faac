using System.Net;
using System.Net.Sockets;
using System.Numerics;

namespace HaTools.Netlink.Ipvs.Save;

/// <summary>A netmask of persistence in ipvsadm's words.</summary>
internal static class SaveNetmask
{
    /// <summary>The mask of IPv4, or the length of IPv6's prefix; null: it is the whole address, of which nothing is said.</summary>
    /// <param name="mask">The mask, of IPv6 that of a prefix; null: none.</param>
    public static string? Write(IPAddress? mask)
    {
        if (mask is null || mask.Equals(IPAddress.Broadcast)) return null;
        if (mask.AddressFamily == AddressFamily.InterNetwork) return mask.ToString();
        int prefix = mask.GetAddressBytes().Sum(b => BitOperations.PopCount(b));
        return prefix == 128 ? null : $"{prefix}";
    }
}
