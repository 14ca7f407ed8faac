using HaTools.Lab.Machine;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Needs;

/// <summary>A test that makes machines: it wants root and the lab's packages, and says so where it does not get them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class LabFactAttribute : FactAttribute
{
    public LabFactAttribute() => Skip = What.TheLabLacks();
}

/// <summary>A test of the lab for several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LabTheoryAttribute : TheoryAttribute
{
    public LabTheoryAttribute() => Skip = What.TheLabLacks();
}

/// <summary>A test of the lab that wants a keepalived of 2.4 or later, for auth_hmac and v3_checksum_as_v2.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NewerKeepalivedTheoryAttribute : TheoryAttribute
{
    public NewerKeepalivedTheoryAttribute() => Skip = What.TheLabLacks() ?? What.NewerKeepalivedLacks();
}

/// <summary>A test of the lab that wants FRR's vrrpd.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FrrFactAttribute : FactAttribute
{
    public FrrFactAttribute() => Skip = What.TheLabLacks() ?? What.FrrLacks();
}

/// <summary>The same, for several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FrrTheoryAttribute : TheoryAttribute
{
    public FrrTheoryAttribute() => Skip = What.TheLabLacks() ?? What.FrrLacks();
}

/// <summary>A test that wants a kernel with IPVS besides: test.sh runs it in the kernel lab where the host has none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IpvsFactAttribute : LabFactAttribute
{
    public IpvsFactAttribute() => Skip ??= IpvsTable.IsInKernel ? null : "this kernel has no IPVS";
}

/// <summary>The same, for several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IpvsTheoryAttribute : TheoryAttribute
{
    public IpvsTheoryAttribute() => Skip = What.TheLabLacks() ?? (IpvsTable.IsInKernel ? null : "this kernel has no IPVS");
}

/// <summary>
/// A test that wants a kernel with IPVS as Debian ships it: with the scheduler twos, and with nftables, which User Mode Linux's lack. Its second
/// trait, <c>Needs=stock-kernel</c>, keeps it out of the kernel lab where test.sh runs it on such a kernel.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StockKernelFactAttribute : LabFactAttribute
{
    public StockKernelFactAttribute() => Skip ??= IpvsTable.IsInKernel && What.HasModule("ip_vs_twos")
        ? null : "this kernel is not as Debian ships it (it has no ip_vs_twos): ./test.sh --stock-kernel boots one that is";
}

internal static class What
{
    private static readonly string[] programs = ["/usr/sbin/keepalived", "/usr/sbin/nginx", "/usr/bin/tcpdump", "/usr/bin/unshare", "/usr/sbin/nft"];

    public static string? NewerKeepalivedLacks() => Interop.Variant.NewerKeepalived switch
    {
        null => "KEEPALIVED does not name a keepalived of 2.4 or later, which knows auth_hmac and v3_checksum_as_v2",
        var path when !File.Exists(path) => $"KEEPALIVED names {path}, which is not there",
        _ => null,
    };

    public static string? TheLabLacks() => Environment.IsPrivilegedProcess ? Missing(programs) : "not root: the lab makes namespaces";

    /// <summary>Whether a module is built into this kernel or lies beside it.</summary>
    public static bool HasModule(string name)
    {
        string release = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        return new[] { "modules.dep", "modules.builtin" }.Select(f => $"/lib/modules/{release}/{f}").Where(File.Exists)
            .Any(f => File.ReadLines(f).Any(line => line.Split(':')[0].Contains($"/{name}.ko", StringComparison.Ordinal)));
    }

    public static string? FrrLacks() => Missing(FrrRouter.Programs);

    private static string? Missing(IEnumerable<string> wanted)
    {
        string[] missing = [.. wanted.Where(p => !File.Exists(p))];
        return missing.Length == 0 ? null : $"missing: {string.Join(", ", missing)} (tests/lab/packages.sh installs what the lab needs)";
    }
}
