using HaTools.Engine.HostState;
using HaTools.Linux;

namespace HaTools.Engine.RealServerHost;

/// <summary>
/// ARP keeps quiet about addresses on lo: it is answered only for addresses of the interface asked on, and asks only in the name of those (ip-sysctl:
/// arp_ignore 1, arp_announce 2; the kernel uses the greater of <c>all</c> and the interface's own value). IPv6 needs none of it: a neighbour solicitation is
/// answered only for addresses of the interface that it comes in by (net/ipv6/ndisc.c, ndisc_recv_ns).
/// </summary>
/// <param name="keeper">Sets parameters, and remembers what they were.</param>
internal sealed class QuietArp(SysctlKeeper keeper)
{
    private const string Conf = "net/ipv4/conf/";
    private const string Ignore = "/arp_ignore";
    private const string Announce = "/arp_announce";

    // net/ipv4/arp.c, arp_ignore: those from 3 to 7 answer for an address of another interface.
    private static readonly string[] QuietIgnore = ["1", "2", "8"];

    /// <summary>Whether a value of arp_ignore (the greater of all and the interface's) keeps quiet.</summary>
    public static bool IsQuiet(int ignore) => ignore is 1 or 2 or 8;

    public static bool Owns(string path) => path.EndsWith(Ignore, StringComparison.Ordinal) || path.EndsWith(Announce, StringComparison.Ordinal);

    /// <summary>Sets what is needed.</summary>
    /// <param name="interfaces">Whether to look at every interface as well: one's own arp_ignore of 3 to 7 is greater than the 1 of all.</param>
    /// <returns>The parameters that had to be set, with what they were.</returns>
    /// <exception cref="HaEngineException">One cannot be set, or does not stay.</exception>
    public List<(string Path, string Was)> Set(bool interfaces)
    {
        List<(string, string)> set = [];
        foreach (string name in (string[])["lo", "all"])
        {
            Set(Conf + name + Ignore, "1", QuietIgnore, set);
            Set(Conf + name + Announce, "2", [], set);
        }

        if (!interfaces) return set;
        foreach (string folder in Directory.EnumerateDirectories("/proc/sys/" + Conf))
        {
            // Interfaces to come are looked at when they have come.
            if (Path.GetFileName(folder) is not ({ } name and not "default")) continue;
            string path = Conf + name + Ignore;
            if (int.TryParse(Sysctl.Read(path), out int own) && own > 2 && !IsQuiet(own)) Set(path, "1", [], set);
        }

        return set;
    }

    private void Set(string path, string value, string[] asGood, List<(string, string)> set)
    {
        if (keeper.Set(path, value, asGood) is not { } was) return;
        set.Add((path, was));
        string? now = Sysctl.Read(path);
        if (now is not null && now != value)
            throw new HaEngineException($"{RealServerSetup.Purpose}: {path} was set to {value} and reads {now}: something else is changing it");
    }
}
