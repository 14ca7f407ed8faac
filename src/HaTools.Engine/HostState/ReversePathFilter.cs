using HaTools.Linux;

namespace HaTools.Engine.HostState;

/// <summary>
/// rp_filter, which drops packets whose way back leads elsewhere. The kernel uses the greater of <c>all</c> and the interface's own value (ip-sysctl), so that
/// <c>all</c> must be 0 for one interface to be without.
/// </summary>
internal static class ReversePathFilter
{
    private const string All = "net/ipv4/conf/all/rp_filter";

    /// <summary>The parameter of an interface, under /proc/sys.</summary>
    public static string PathOf(string device) => $"net/ipv4/conf/{device}/rp_filter";

    public static bool Owns(string path) => path.EndsWith("/rp_filter", StringComparison.Ordinal);

    /// <summary>What is in force on an interface.</summary>
    public static int EffectiveOn(string device) => Math.Max(Read(All), Read(PathOf(device)));

    /// <summary>Sets all to 0: each other interface, and <c>default</c> for those to come, gets the value itself.</summary>
    /// <exception cref="HaEngineException">It cannot be set.</exception>
    public static void MoveFromAll(SysctlKeeper keeper)
    {
        if (Sysctl.Read(All) is not { } all || all == "0") return;
        foreach (DirectoryInfo folder in new DirectoryInfo("/proc/sys/net/ipv4/conf").EnumerateDirectories())
        {
            if (folder.Name == "all") continue;

            // 1 is strict, 2 is loose and the greater of the two. Interfaces that are to be without are set afterwards.
            _ = all == "1" ? keeper.Set(PathOf(folder.Name), all, "2") : keeper.Set(PathOf(folder.Name), all);
        }

        _ = keeper.Set(All, "0");
    }

    private static int Read(string path) => Sysctl.Read(path) is ['1' or '2'] and [var digit] ? digit - '0' : 0;
}
