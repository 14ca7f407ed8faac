using HaTools.Linux;

namespace HaTools.Netlink.Tests;

/// <summary>Needs root and nft, on a kernel with nftables.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NftFactAttribute : FactAttribute
{
    public NftFactAttribute()
    {
        if (Libc.geteuid() != 0) Skip = "needs root, to make a network namespace";
        else if (!File.Exists("/usr/sbin/nft")) Skip = "needs nft (Debian: apt-get install nftables)";
    }
}
