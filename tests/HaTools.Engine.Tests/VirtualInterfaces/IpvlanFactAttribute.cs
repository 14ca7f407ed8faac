using HaTools.Engine.Tests.Vrrp;
using HaTools.Linux;
using HaTools.Netlink;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Tests.VirtualInterfaces;

/// <summary>A test that makes ipvlans in namespaces of its own; skipped with the reason where the kernel has none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IpvlanFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Missing = new(Look);

    public IpvlanFactAttribute() => Skip = Missing.Value;

    private static string? Look()
    {
        if (Libc.geteuid() != 0) return "needs root: it makes network namespaces";

        // Only the making of one tells: the driver may be a module that is loaded at that moment.
        using var node = new TestNode("look");
        node.AddInterface("eth0");
        return node.Namespace.Run(() =>
        {
            using RouteClient routes = RouteClient.Open();
            int parent = routes.FindLink("eth0")!.Index;
            try
            {
                _ = routes.CreateLink(new() { Name = "ipvl0", Kind = LinkRequest.Ipvlan, Parent = parent, IpvlanLayer = IpvlanLayer.L2 });
                return null;
            }
            catch (NetlinkException e)
            {
                return $"needs a kernel with ipvlan (the kernel lab has one): {e.Message}";
            }
        });
    }
}
