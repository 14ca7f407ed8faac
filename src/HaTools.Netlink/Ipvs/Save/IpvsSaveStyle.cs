namespace HaTools.Netlink.Ipvs.Save;

/// <summary>What a saved table says, and in which order.</summary>
public enum IpvsSaveStyle
{
    /// <summary>
    /// Byte for byte what <c>ipvsadm -S -n</c> of version 1.31 writes: sorted as it sorts, without the thresholds of real servers and
    /// without a netmask where there is no persistence; a firewall mark of 2^31 or more as a negative number.
    /// </summary>
    Ipvsadm,

    /// <summary>
    /// Everything that <c>ipvsadm -R</c> can take: thresholds too (<c>-x</c>, <c>-y</c>), in the order in which it was entered, so that
    /// the kernel's lists come out as they were. What the kernel does not look at is left out: a timeout without persistence, tunnel
    /// options of a server that is not in a tunnel, the port and checksums of IP in IP.
    /// </summary>
    Whole,
}
