using HaTools.Engine.HostState;

namespace HaTools.Engine.VirtualInterfaces;

/// <summary>
/// The kernel parameters that virtual interfaces need: ARP is answered by the interface that has the address and by no other, packets that come in by a
/// virtual interface and are answered by its parent are no spoofed ones, and nothing of IPv6 configures itself from a MAC address that is not the host's
/// (RFC 9568 section 7.4).
/// </summary>
internal sealed class VirtualInterfaceSysctls(SysctlKeeper keeper)
{
    private const string LocalIgmp = "net/ipv4/igmp_link_local_mcast_reports";

    /// <summary>Parameters of a virtual interface itself: they go with it.</summary>
    public static IEnumerable<(string Path, string Value)> OfInterface(PlannedInterface planned)
    {
        string four = $"net/ipv4/conf/{planned.Name}/";
        string six = $"net/ipv6/conf/{planned.Name}/";
        yield return (four + "arp_ignore", "1");
        if (planned.HasIpv4)
        {
            yield return (four + "accept_local", "1");
            yield return (ReversePathFilter.PathOf(planned.Name), "0");
            yield return (SecondaryPromotion.PathOf(planned.Name), "1");
        }

        yield return (six + "disable_ipv6", planned.HasIpv6 ? "0" : "1");
        if (!planned.HasIpv6) yield break;
        yield return (six + "accept_ra", "0");
        yield return (six + "autoconf", "0");
        yield return (six + "router_solicitations", "0");
    }

    /// <summary>
    /// Sets all that a plan needs of parents and of the host; what its interfaces need is set with <see cref="SetOwn"/>.
    /// </summary>
    public void SetShared(VirtualInterfacePlan plan, bool disableLocalIgmp)
    {
        foreach (string parent in Parents(plan, VirtualInterfaceKind.Macvlan))
        {
            string path = $"net/ipv4/conf/{parent}/";

            // ip-sysctl: answer only for addresses of the interface asked on, and only where the way back leads there; ask in the name of an address of
            // the interface, since a question in the name of the virtual one would give the parent's MAC address to it.
            _ = keeper.Set(path + "arp_ignore", "1", "2");
            _ = keeper.Set(path + "arp_filter", "1");
            _ = keeper.Set(path + "arp_announce", "2");
        }

        // An answer to a question in the name of an ipvlan's address is given to the ipvlan: the parent, which asked, would never learn it.
        foreach (string parent in Parents(plan, VirtualInterfaceKind.Ipvlan)) _ = keeper.Set($"net/ipv4/conf/{parent}/arp_announce", "2");
        if (NeedsFilterMoved(plan)) ReversePathFilter.MoveFromAll(keeper);
        if (disableLocalIgmp && plan.Interfaces.Count > 0) _ = keeper.Set(LocalIgmp, "0");
    }

    /// <summary>Sets what a virtual interface needs.</summary>
    /// <returns>The parameters that had to be set.</returns>
    public List<string> SetOwn(PlannedInterface planned)
    {
        List<string> set = [];
        foreach ((string path, string value) in OfInterface(planned))
            if (keeper.SetOwn(path, value)) set.Add(path);
        return set;
    }

    /// <summary>Gives back what a plan does not need.</summary>
    public void Restore(VirtualInterfacePlan plan, bool disableLocalIgmp)
    {
        HashSet<string> parents = [.. Parents(plan, VirtualInterfaceKind.Macvlan)];
        HashSet<string> askers = [.. parents, .. Parents(plan, VirtualInterfaceKind.Ipvlan)];
        bool filter = NeedsFilterMoved(plan);
        keeper.Restore(path => path == LocalIgmp ? disableLocalIgmp && plan.Interfaces.Count > 0
            : ReversePathFilter.Owns(path) ? filter
            : (path.EndsWith("/arp_announce", StringComparison.Ordinal) ? askers : parents).Contains(path.Split('/')[3]));
    }

    private static IEnumerable<string> Parents(VirtualInterfacePlan plan, VirtualInterfaceKind kind) =>
        plan.Interfaces.Where(i => i.Kind == kind && i.HasIpv4).Select(i => i.Parent).Distinct();

    private static bool NeedsFilterMoved(VirtualInterfacePlan plan) => plan.Interfaces.Any(i => i.HasIpv4);
}
