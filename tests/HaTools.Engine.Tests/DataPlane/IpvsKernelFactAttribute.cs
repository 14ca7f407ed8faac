using HaTools.Linux;
using HaTools.Netlink;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>A test of the IPVS data plane in namespaces of its own; skipped with the reason where the kernel has no IPVS.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IpvsKernelFactAttribute : FactAttribute
{
    public IpvsKernelFactAttribute() => Skip = Missing.Value;

    /// <summary>Why there is no IPVS here; null: there is.</summary>
    internal static Lazy<string?> Missing { get; } = new(Look);

    private static string? Look()
    {
        if (Libc.geteuid() != 0) return "needs root: it makes network namespaces";
        try
        {
            IpvsClient.Open().Dispose();
            return null;
        }
        catch (NetlinkException e)
        {
            return $"needs a kernel with IPVS (the kernel lab has one): {e.Message}";
        }
    }
}
