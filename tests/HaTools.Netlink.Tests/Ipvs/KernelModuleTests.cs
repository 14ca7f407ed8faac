using HaTools.Netlink.Ipvs;

namespace HaTools.Netlink.Tests.Ipvs;

/// <summary>Loading modules into a real kernel.</summary>
[Trait("Needs", "ipvs")]
[Trait("Row", "I11")]
public class KernelModuleTests
{
    [IpvsFact]
    public void A_module_that_is_there_is_loaded_and_one_that_is_not_is_told_by_name()
    {
        Assert.Null(KernelModule.TryLoad("ip_vs_ftp"));
        Assert.Contains(File.ReadLines("/proc/modules"), l => l.StartsWith("ip_vs_ftp ", StringComparison.Ordinal));
        Assert.Contains("ip_vs_none_such", KernelModule.TryLoad("ip_vs_none_such"), StringComparison.Ordinal);
    }
}
