using System.Net.Sockets;
using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>Addresses: what is there at the start, and what others change.</summary>
internal sealed partial class VrrpLoop
{
    private bool mayHaveLeftovers;

    /// <summary>Reads which addresses are there: the host's own, and those that a predecessor has left.</summary>
    /// <param name="carriers">The interfaces to look at: new ones, and those of addresses that have not been looked for.</param>
    /// <param name="now">Now.</param>
    private void TakeStock(IReadOnlyCollection<HostedInterface> carriers, long now)
    {
        Dictionary<(AddressBits Number, int Family), AddressInfo> parked = ReadParked();
        Dictionary<HostedInterface, Dictionary<(AddressBits Number, int Family, int PrefixLength), AddressInfo>> present = [];
        foreach (HostedInterface carrier in carriers)
        {
            if (carrier.Index == 0) continue;
            if (kernel.Read(carrier.Index) is not { } found)
            {
                effects.LookAgain(carrier, now);
                continue;
            }

            var byPlace = present[carrier] = [];
            foreach (AddressInfo a in found) byPlace[(WireAddress.Of(a.Address), WireAddress.FamilyOf(a.Address), a.PrefixLength)] = a;
        }

        foreach (HostedInstance instance in plan.Instances)
        {
            bool isNew = instance.ComesToBeParked;
            foreach (HostedAddress address in instance.Addresses)
            {
                if (address.IsKnown && !instance.ComesToBeParked) continue;
                AddressInfo? there = parked.GetValueOrDefault((address.Number, address.Family));
                address.ParkedByOthers = there is not null && there.Label != Loopback.Label;
                if (address.IsKnown) continue;
                isNew = address.IsKnown = true;
                if (present.TryGetValue(address.Carrier, out var byPlace)
                    && byPlace.TryGetValue((address.Number, address.Family, address.PrefixLength), out AddressInfo? found))
                    Find(instance, address, found, now);
            }

            if (!isNew) continue;
            instance.ComesToBeParked = false;
            instance.RebuildRequests();
            if (instance.IsParked && !instance.IsHeld && !instance.HasLeftovers) effects.Park(instance);
            effects.Expect(instance);
        }

        foreach (HostedInterface carrier in carriers)
        {
            effects.Protect(carrier);
            effects.YieldPrimary(carrier, now);
            FindSourceAddress(carrier, now);
        }
    }

    private Dictionary<(AddressBits Number, int Family), AddressInfo> ReadParked()
    {
        Dictionary<(AddressBits Number, int Family), AddressInfo> parked = [];
        if (!Array.Exists(plan.Instances, static i => i.IsParked)) return parked;
        foreach (AddressInfo a in kernel.Read(Loopback.Index) ?? [])
        {
            int family = WireAddress.FamilyOf(a.Address);
            if (a.PrefixLength == (family == 4 ? 32 : 128)) parked[(WireAddress.Of(a.Address), family)] = a;
        }

        return parked;
    }

    private void Find(HostedInstance instance, HostedAddress address, AddressInfo found, long now)
    {
        // The address owner (RFC 9568 section 1.7) has the address as its own. What expires was put there by an engine of ours in any case.
        if (instance.Configuration.Priority == VrrpProtocol.OwnerPriority && found.ValidLifetime is null && !IsKeepalivedsLeftover(found))
        {
            address.BelongsToHost = true;
            sink.Raise(new VrrpHostEvent(VrrpHostEventCode.AddressOwned, instance.Name)
            {
                Address = address.Number,
                Family = address.Family,
                Name = address.Carrier.Name,
            });
            return;
        }

        if (instance.IsHeld) return;
        address.IsLeftover = true;
        mayHaveLeftovers = true;
        long longest = LongestDownInterval(instance.Configuration);
        instance.LeftoversUntil = now + longest;
        if (found.ValidLifetime is not null) effects.Prolong(address, (uint)(longest / 1_000_000_000L));
        sink.Raise(new VrrpHostEvent(VrrpHostEventCode.AddressAdopted, instance.Name)
        {
            First = 1,
            Address = address.Number,
            Family = address.Family,
            Name = address.Carrier.Name,
        });
    }

    /// <summary>It carries keepalived's mark, and is not a static address of this node, which carries it too.</summary>
    private bool IsKeepalivedsLeftover(AddressInfo found) =>
        found.Protocol == Network.Translation.Protocol
        && !plan.Configuration.Configuration.StaticAddresses.Any(a => a.Address.Equals(found.Address));

    // As long as a peer of priority 1 waits, and a second for the start: whoever is to be master has shown itself by then.
    private static long LongestDownInterval(VrrpInstance instance) =>
        (FencingLifetime.Seconds(instance with { SelfFencing = SelfFencing.Automatic }, SelfFencing.Automatic)!.Value + 1) * 1_000_000_000L;

    private void RemoveOutdatedLeftovers()
    {
        mayHaveLeftovers = false;
        foreach (HostedInstance instance in plan.Instances)
        {
            if (!instance.HasLeftovers) continue;
            mayHaveLeftovers = true;
            if (instance.IsHeld) continue;
            InstanceView view = router[instance.Index];
            if (view.State == VrrpStateKind.Fault || (view.State != VrrpStateKind.Master && view.MasterAddress != 0))
                effects.RemoveLeftovers(instance);
        }
    }

    private bool IsVirtual(AddressInfo found)
    {
        int family = WireAddress.FamilyOf(found.Address);
        for (HostedAddress? a = effects.Book.GetValueOrDefault(WireAddress.Of(found.Address)); a is not null; a = a.Namesake)
        {
            if (a.Family == family) return true;
        }

        return false;
    }

    private bool IsOwned(HostedInterface carrier, AddressInfo found)
    {
        for (HostedAddress? a = effects.Book.GetValueOrDefault(WireAddress.Of(found.Address)); a is not null; a = a.Namesake)
        {
            if (a.BelongsToHost && a.Carrier == carrier) return true;
        }

        return false;
    }

    private void OnAddress(in RouteNotification notification, long now)
    {
        int family = notification.Family == AddressFamily.InterNetworkV6 ? 6 : 4;
        sourcesChanged |= watchedSources.ContainsKey((notification.AddressBits, family));
        if (!byIndex.TryGetValue(notification.Index, out HostedInterface? carrier)) return;
        bool isOurs = false;
        for (HostedAddress? a = effects.Book.GetValueOrDefault(notification.AddressBits); a is not null; a = a.Namesake)
        {
            if (a.Carrier != carrier || !a.Is(notification.AddressBits, family, notification.PrefixLength)) continue;
            bool isGone = notification.Kind == RouteNotificationKind.AddressRemoved;

            // What goes with this flag was taken away by the kernel, which has found it on the link.
            if (!isGone || (notification.Flags & AddressFlags.DadFailed) != 0) effects.OnDetection(a, notification.Flags, now);
            if (isGone) effects.OnAddressLost(a, now);
            isOurs |= !a.BelongsToHost;
        }

        if (isOurs) return;
        carrier.HostAddressesChanged = hostAddressesChanged = true;
        if (notification.Kind == RouteNotificationKind.AddressChanged) effects.ReconsiderRefusals(carrier, family, now);
    }

    private void SettleHostAddresses(HostedInterface carrier, long now)
    {
        carrier.HostAddressesChanged = false;
        effects.YieldPrimary(carrier, now);
        (AddressBits, AddressBits) before = (carrier.SourceAddress4, carrier.SourceAddress6);
        FindSourceAddress(carrier, now);
        if ((carrier.SourceAddress4, carrier.SourceAddress6) != before) TellInstancesOn(carrier, now);
    }
}
