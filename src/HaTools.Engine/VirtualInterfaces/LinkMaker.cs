using System.Net;
using System.Net.Sockets;
using HaTools.Netlink;
using HaTools.Netlink.Route;

namespace HaTools.Engine.VirtualInterfaces;

/// <summary>Makes one virtual interface in the kernel as it is planned, or finds that it is there.</summary>
/// <param name="routes">The kernel.</param>
/// <param name="state">What we have made.</param>
/// <param name="save">Saves it.</param>
/// <param name="sysctls">Sets the interface's parameters.</param>
internal sealed class LinkMaker(RouteClient routes, VirtualInterfaceState state, Action save, VirtualInterfaceSysctls sysctls)
{
    private const int Ethernet = 1;

    /// <summary>What became of it.</summary>
    public enum Outcome
    {
        /// <summary>It was there, by our doing.</summary>
        Stood,

        /// <summary>It was there, by our doing, and somebody had set it down.</summary>
        Raised,

        /// <summary>It was there, and was not known to be ours.</summary>
        Adopted,

        /// <summary>It was made.</summary>
        Made,

        /// <summary>Its parent does not exist.</summary>
        ParentMissing,
    }

    /// <summary>Sees to it that an interface is there.</summary>
    /// <param name="planned">The interface.</param>
    /// <param name="plan">The plan that it is of.</param>
    /// <param name="links">The host's interfaces, as of just now.</param>
    /// <exception cref="HaEngineException">It cannot be: the name or the address is somebody else's, or the parent is of a wrong kind.</exception>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public Outcome Ensure(PlannedInterface planned, VirtualInterfacePlan plan, IReadOnlyList<LinkInfo> links)
    {
        LinkInfo? parent = links.FirstOrDefault(l => l.Name == planned.Parent);
        if (parent is null) return Outcome.ParentMissing;
        if (parent.HardwareType != Ethernet)
            throw new HaEngineException($"({planned.Instance}) {planned.Parent} is no Ethernet interface: it cannot have virtual MAC addresses or ipvlans");

        LinkInfo? present = links.FirstOrDefault(l => l.Name == planned.Name);
        bool isOurs = present is not null && IsOurs(present);
        if (present is not null && planned.IsLike(present) && IsOn(present, parent))
        {
            Remember(present);
            Furnish(planned, present, parent, plan, links);
            bool raised = !present.IsUp && parent.IsUp;
            if (raised)
            {
                routes.SetLinkUp(present.Index, up: true);
                GiveAddress(planned, present, parent, plan);
            }

            return !isOurs ? Outcome.Adopted : raised ? Outcome.Raised : Outcome.Stood;
        }

        if (present is not null)
        {
            if (!isOurs) throw NameTaken(planned, present);
            _ = routes.DeleteLink(present.Index);
        }

        FreeParent(planned, plan, parent, links);
        FreeMacAddress(planned, plan, parent, links);
        Make(planned, parent, plan, links);
        return Outcome.Made;
    }

    /// <summary>The interface of a planned one's name that is not ours, and that it cannot be; null: there is none.</summary>
    /// <param name="planned">The interface.</param>
    /// <param name="links">The host's interfaces, as of just now.</param>
    public LinkInfo? FindStranger(PlannedInterface planned, IReadOnlyList<LinkInfo> links)
    {
        LinkInfo? present = links.FirstOrDefault(l => l.Name == planned.Name);
        if (present is null || IsOurs(present)) return null;
        LinkInfo? parent = links.FirstOrDefault(l => l.Name == planned.Parent);
        return parent is not null && planned.IsLike(present) && IsOn(present, parent) ? null : present;
    }

    /// <summary>What there is to say of a name that somebody else's interface has.</summary>
    public static HaEngineException NameTaken(PlannedInterface planned, LinkInfo present) => new(
        $"({planned.Instance}) the interface {present.Name} exists and is not the one that is wanted there ({Words(planned)} on {planned.Parent}): give the "
        + $"virtual interface another name, or if nobody uses {present.Name}, `ip link del {present.Name}`");

    /// <summary>Takes an interface away, if it is the one that we have made. It does not save, as nothing does that undoes.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(string name, LinkInfo? link)
    {
        bool removed = link is not null && IsOurs(link) && routes.DeleteLink(link.Index);
        _ = state.Links.Remove(name);
        return removed;
    }

    /// <summary>Takes away the address that an interface had for itself before a reload, now that adverts come from another one.</summary>
    public void RemoveFormerAddress(PlannedInterface planned, PlannedInterface former, LinkInfo? link)
    {
        if (former.Address is not { } address || link is null || !IsOurs(link)) return;
        if (!address.Equals(planned.Address) || former.PrefixLength != planned.PrefixLength)
            _ = routes.DeleteAddress(new AddressRequest(link.Index, address, former.PrefixLength));
    }

    private void Make(PlannedInterface planned, LinkInfo parent, VirtualInterfacePlan plan, IReadOnlyList<LinkInfo> links)
    {
        state.Links[planned.Name] = 0;
        save();
        bool macvlan = planned.Kind == VirtualInterfaceKind.Macvlan;
        LinkInfo made = routes.CreateLink(new LinkRequest
        {
            Name = planned.Name,
            Kind = macvlan ? LinkRequest.Macvlan : LinkRequest.Ipvlan,
            Parent = parent.Index,
            Controller = VrfOf(parent, links),
            HardwareAddress = planned.MacAddress,
            Group = planned.Group ?? parent.Group,

            // Private: frames with the virtual MAC address as their source, which another router's adverts have, are given to this interface.
            MacvlanMode = macvlan ? MacvlanMode.Private : null,
            IpvlanLayer = macvlan ? null : IpvlanLayer.L2,
            IpvlanFlags = (IpvlanFlags)planned.Mode,
        });
        Remember(made);
        if (macvlan && made.AddressGeneration is not null)
            routes.ChangeLink(made.Index, new LinkChange { AddressGeneration = Ipv6AddressGeneration.None });
        Furnish(planned, made, parent, plan, links);
        routes.SetLinkUp(made.Index, up: true);

        // An address on an interface that is down would be forgotten by IPv6 when it comes up.
        GiveAddress(planned, made, parent, plan);
    }

    private void Furnish(PlannedInterface planned, LinkInfo link, LinkInfo parent, VirtualInterfacePlan plan, IReadOnlyList<LinkInfo> links)
    {
        _ = sysctls.SetOwn(planned);
        if (VrfOf(parent, links) is var vrf && vrf != link.Controller) routes.ChangeLink(link.Index, new LinkChange { Controller = vrf });
        if (planned.MacAddress is not null && link.AddressGeneration is not (null or Ipv6AddressGeneration.None))
            routes.ChangeLink(link.Index, new LinkChange { AddressGeneration = Ipv6AddressGeneration.None });
        if (link.IsUp) GiveAddress(planned, link, parent, plan);
    }

    /// <summary>Gives it the address that adverts come from and that is not virtual; takes former ones of that kind away.</summary>
    private void GiveAddress(PlannedInterface planned, LinkInfo link, LinkInfo parent, VirtualInterfacePlan plan)
    {
        IPAddress? wanted = planned.NeedsLinkLocal ? planned.Address ?? LinkLocalOf(parent) : planned.Address;
        if (wanted is null) return;
        bool there = false;
        foreach (AddressInfo found in routes.GetAddresses(link.Index))
        {
            if (found.Address.Equals(wanted) && found.PrefixLength == planned.PrefixLength) there = true;
            else if (planned.NeedsLinkLocal && found.Address.IsIPv6LinkLocal && !plan.IsVirtual(found.Address)) Delete(found);
        }

        if (there) return;

        // Others may have the parent's address on their link too, on the parent itself: a duplicate is what it is meant to be.
        routes.ReplaceAddress(new AddressRequest(link.Index, wanted, planned.PrefixLength)
        {
            Flags = wanted.AddressFamily == AddressFamily.InterNetworkV6 ? AddressFlags.NoDad : AddressFlags.None,
        });

        void Delete(AddressInfo found) => _ = routes.DeleteAddress(new AddressRequest(link.Index, found.Address, found.PrefixLength));
    }

    /// <summary>The parent's link-local address; where it has none, the one that its MAC address makes (RFC 4291 appendix A).</summary>
    public IPAddress LinkLocalOf(LinkInfo parent)
    {
        AddressInfo? own = routes.GetAddresses(parent.Index).FirstOrDefault(a => a.Address.IsIPv6LinkLocal && a.ValidLifetime is null);
        if (own is not null) return own.Address;
        byte[] mac = parent.HardwareAddress.GetAddressBytes();
        return new IPAddress([0xfe, 0x80, 0, 0, 0, 0, 0, 0, (byte)(mac[0] ^ 2), mac[1], mac[2], 0xff, 0xfe, mac[3], mac[4], mac[5]]);
    }

    /// <summary>An interface carries macvlans or ipvlans: the kernel answers EBUSY to the other kind.</summary>
    private void FreeParent(PlannedInterface planned, VirtualInterfacePlan plan, LinkInfo parent, IReadOnlyList<LinkInfo> links)
    {
        string other = planned.Kind == VirtualInterfaceKind.Macvlan ? LinkRequest.Ipvlan : LinkRequest.Macvlan;
        foreach (LinkInfo link in links.Where(l => l.Kind == other && l.Parent == parent.Index && l.ParentNamespace is null))
        {
            // A former one of ours.
            if (plan.Find(link.Name) is null && IsOurs(link)) _ = Remove(link.Name, link);
            else throw new HaEngineException($"({planned.Instance}) {parent.Name} has the {other} {link.Name}: an interface has macvlans or ipvlans, not both");
        }
    }

    private void FreeMacAddress(PlannedInterface planned, VirtualInterfacePlan plan, LinkInfo parent, IReadOnlyList<LinkInfo> links)
    {
        if (planned.MacAddress is null) return;
        LinkInfo? holder = links.FirstOrDefault(l => l.Name != planned.Name && l.Kind == LinkRequest.Macvlan
            && l.HardwareAddress.Equals(planned.MacAddress) && IsOn(l, parent));
        if (holder is null) return;
        if (plan.Find(holder.Name) is null && IsOurs(holder))
        {
            // A former one of ours, of another name.
            _ = Remove(holder.Name, holder);
            return;
        }

        throw new HaEngineException(
            $"({planned.Instance}) {holder.Name} on {parent.Name} has the MAC address {Words(planned)} already: stop who has made it (keepalived?), or if "
            + $"nobody uses it, `ip link del {holder.Name}`");
    }

    private static string Words(PlannedInterface planned) => planned.MacAddress is { } mac
        ? string.Join(':', mac.GetAddressBytes().Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)))
        : "an ipvlan";

    // One that is made on a macvlan or an ipvlan stands on what that stands on.
    private static bool IsOn(LinkInfo link, LinkInfo parent) =>
        (link.Parent == parent.Index && link.ParentNamespace is null)
        || (parent.Kind == link.Kind && link.Parent == parent.Parent && link.ParentNamespace == parent.ParentNamespace);

    private static int VrfOf(LinkInfo parent, IReadOnlyList<LinkInfo> links) =>
        parent.Controller != 0 && links.FirstOrDefault(l => l.Index == parent.Controller)?.Kind == LinkRequest.Vrf ? parent.Controller : 0;

    private bool IsOurs(LinkInfo link) => state.Links.TryGetValue(link.Name, out int index)
        && (index == link.Index || (index == 0 && link.Kind is LinkRequest.Macvlan or LinkRequest.Ipvlan));

    private void Remember(LinkInfo link)
    {
        if (state.Links.TryGetValue(link.Name, out int index) && index == link.Index) return;
        state.Links[link.Name] = link.Index;
        save();
    }
}
