using HaTools.Engine.Tests.Vrrp;
using HaTools.Linux;
using HaTools.Netlink;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Tests.VirtualInterfaces;

/// <summary>A test that makes ipvlans in namespaces of its own; skipped with the reason where the kernel has none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IpvlanFactAttribute : FactAttribute
{
    public IpvlanFactAttribute() => Skip = LinkKind.MissingIpvlan.Value;
}

/// <inheritdoc cref="IpvlanFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IpvlanTheoryAttribute : TheoryAttribute
{
    public IpvlanTheoryAttribute() => Skip = LinkKind.MissingIpvlan.Value;
}

/// <summary>A test that makes VRFs in namespaces of its own; skipped with the reason where the kernel has none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class VrfFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Missing = new(() => LinkKind.Missing(_ => new() { Name = "look0", Kind = LinkRequest.Vrf, VrfTable = 10 }));

    public VrfFactAttribute() => Skip = Missing.Value;
}

/// <summary>Whether the kernel has a kind of interface. Only the making of one tells: the driver may be a module that is loaded at that moment.</summary>
internal static class LinkKind
{
    /// <summary>Why an ipvlan cannot be made; null: it can.</summary>
    public static Lazy<string?> MissingIpvlan { get; } = new(() =>
        Missing(parent => new() { Name = "look0", Kind = LinkRequest.Ipvlan, Parent = parent, IpvlanLayer = IpvlanLayer.L2 }));

    /// <summary>Why one cannot be made; null: it can.</summary>
    /// <param name="request">The interface, given the index of a parent.</param>
    public static string? Missing(Func<int, LinkRequest> request)
    {
        if (Libc.geteuid() != 0) return "needs root: it makes network namespaces";
        using var node = new TestNode("look");
        node.AddInterface("eth0");
        return node.Namespace.Run(() =>
        {
            using RouteClient routes = RouteClient.Open();
            LinkRequest wanted = request(routes.FindLink("eth0")!.Index);
            try
            {
                _ = routes.CreateLink(wanted);
                return null;
            }
            catch (NetlinkException e)
            {
                return $"needs a kernel with {wanted.Kind} (the kernel lab has one): {e.Message}";
            }
        });
    }
}
