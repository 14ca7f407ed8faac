using HaTools.Engine.Network;
using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// Virtual addresses that are the host's only one: whoever takes it away, as a node does with what a predecessor has left, cuts the host off.
/// </summary>
internal static class HostsOwnAddresses
{
    /// <summary>
    /// Refuses them. What a predecessor has put there shows it: it has a lifetime, keepalived's mark (from Linux 5.18) or the configured label; or it stands on
    /// an interface that was made for it. The address owner (RFC 9568 section 1.7) has the address as its own.
    /// </summary>
    /// <param name="instances">What is to be run.</param>
    /// <param name="before">The plan in force, whose addresses are nobody else's; null: there is none.</param>
    /// <param name="routes">The kernel.</param>
    /// <exception cref="HaEngineException">There are some.</exception>
    public static void Refuse(HostedInstance[] instances, HostPlan? before, RouteClient routes)
    {
        List<string> found = [];
        foreach (IGrouping<HostedInterface, HostedAddress> there in instances.Where(IsNoOwner).SelectMany(i => i.Addresses).GroupBy(a => a.Carrier))
        {
            if (there.Key is not { Index: not 0, Planned: null }) continue;
            HostedAddress[] virtuals = [.. there.Where(a => before is null || !IsIn(before, a))];
            if (virtuals.Length == 0) continue;
            IReadOnlyList<AddressInfo> present = routes.GetAddresses(there.Key.Index);
            foreach (HostedAddress address in virtuals)
            {
                if (present.FirstOrDefault(address.Is) is not { } own || IsPredecessors(own, address)) continue;
                if (!present.Any(a => IsOfItsKind(a, own) && !there.Any(v => v.Is(a)))) found.Add(Describe(address));
            }
        }

        if (found.Count > 0)
        {
            throw new HaEngineException(
                $"The host would be cut off: {string.Join("; ", found)}, and a virtual address goes with mastership. Give the host an address of its own there, "
                + "or the instance priority 255 (the address owner), or remove the address first if a predecessor has left it.");
        }
    }

    private static bool IsNoOwner(HostedInstance instance) => instance.Configuration.Priority != VrrpProtocol.OwnerPriority;

    private static bool IsPredecessors(AddressInfo found, HostedAddress address) =>
        found.ValidLifetime is not null || found.Protocol == Translation.Protocol
        || (address.Configured.Label is { } label && label != address.Carrier.Name && found.Label == label);

    // Of IPv6 nobody far away knows the link-local one.
    private static bool IsOfItsKind(AddressInfo other, AddressInfo own) =>
        other.Address.AddressFamily == own.Address.AddressFamily && other.Address.IsIPv6LinkLocal == own.Address.IsIPv6LinkLocal;

    private static bool IsIn(HostPlan before, HostedAddress address) =>
        before.Instances.Any(i => i.Addresses.Any(a => a.Carrier.Name == address.Carrier.Name && a.Is(address.Number, address.Family, address.PrefixLength)));

    private static string Describe(HostedAddress address) =>
        $"{address.Configured} is the only {(address.Family == 6 && address.Configured.Address.IsIPv6LinkLocal ? "link-local " : "")}IPv{address.Family} address of "
        + $"{address.Carrier.Name}, and a virtual address of {address.Owner.Name}";
}
