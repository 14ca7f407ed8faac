using HaTools.Linux;
using HaTools.Netlink.Ipvs;

namespace HaTools.Netlink.Tests.Ipvs;

/// <summary>A test against a kernel that has IPVS, and against ipvsadm; skipped with the reason where one of them is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IpvsFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> WhyNot = new(() =>
    {
        if (Libc.geteuid() != 0) return "needs root, to make a network namespace";
        if (!File.Exists("/usr/sbin/ipvsadm") && !File.Exists("/sbin/ipvsadm")) return "needs ipvsadm, to compare with";
        try
        {
            using IpvsClient client = IpvsClient.Open();
            return null;
        }
        catch (IpvsUnavailableException e)
        {
            return $"needs a kernel with IPVS: {e.Message}";
        }
    });

    public IpvsFactAttribute() => Skip = WhyNotHere;

    /// <summary>What such tests lack here; null: nothing.</summary>
    internal static string? WhyNotHere => WhyNot.Value;
}
