using HaTools.Linux;

namespace HaTools.Engine.Tests.VirtualInterfaces;

/// <summary>A test that makes namespaces with firewall tables; skipped where that cannot be.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NftFactAttribute : FactAttribute
{
    public NftFactAttribute()
    {
        if (Libc.geteuid() != 0) Skip = "needs root: it makes network namespaces";
        else if (!File.Exists("/usr/sbin/nft")) Skip = "needs nft (Debian: apt-get install nftables)";
    }
}
