namespace HaTools.Netlink.Ipvs;

/// <summary>The kernel has no IPVS: the generic netlink family "IPVS" is not registered, and loading the module did not help.</summary>
public sealed class IpvsUnavailableException : NetlinkException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="loadFailure">What <c>modprobe ip_vs</c> said, in a line; null: it said nothing.</param>
    public IpvsUnavailableException(string? loadFailure)
        : base("opening IPVS", null, Linux.Errno.ENOENT, null, Text(loadFailure))
    {
    }

    private static string Text(string? loadFailure)
    {
        const string advice = "load the ip_vs module; this kernel has none";
        return loadFailure is null ? advice : $"{advice} ({loadFailure})";
    }
}
