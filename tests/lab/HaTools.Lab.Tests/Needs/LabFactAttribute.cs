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

/// <summary>A test that wants a kernel with IPVS besides: test.sh runs it in the kernel lab where the host has none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IpvsFactAttribute : LabFactAttribute
{
    public IpvsFactAttribute() => Skip ??= IpvsTable.IsInKernel ? null : "this kernel has no IPVS";
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

    public static string? TheLabLacks()
    {
        if (!Environment.IsPrivilegedProcess) return "not root: the lab makes namespaces";
        string[] missing = [.. programs.Where(p => !File.Exists(p))];
        return missing.Length == 0 ? null : $"missing: {string.Join(", ", missing)} (tests/lab/packages.sh installs what the lab needs)";
    }
}
