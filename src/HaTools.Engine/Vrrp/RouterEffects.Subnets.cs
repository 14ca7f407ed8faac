using System.Net.Sockets;
using HaTools.Linux;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// The host's own addresses beside the virtual ones. In a subnet the kernel makes the first address on an interface the primary, and when
/// that goes, all
/// others of the subnet (the secondaries) go with it, unless promote_secondaries is set (net/ipv4/devinet.c). A virtual address that came
/// before the host's own
/// would take that one away when it is removed or expires.
/// </summary>
internal sealed partial class RouterEffects
{
    /// <summary>Sees to it that no address of the host goes with a virtual one, on an interface that is to carry those.</summary>
    public void Protect(HostedInterface carrier)
    {
        if (carrier.Index == 0 || !CarriesSubnets(carrier)) return;
        carrier.Promotes = Sysctl.Read("net/ipv4/conf/all/promote_secondaries") == "1" || Sysctl.Read(PromoteSecondaries(carrier)) == "1";
        if (carrier.Promotes) return;
        try
        {
            Sysctl.Write(PromoteSecondaries(carrier), "1");
            carrier.Promotes = carrier.PromotesByUs = true;
            sink.Raise(new VrrpHostEvent(VrrpHostEventCode.PromoteSecondaries, options.NodeName) { First = 1, Name = carrier.Name });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A container with a read-only /proc/sys. Told, and DecidePrefixes takes care.
            sink.Raise(new VrrpHostEvent(VrrpHostEventCode.PrimaryUnprotected, options.NodeName)
            {
                First = e is UnauthorizedAccessException ? Errno.EACCES : Errno.EIO,
                Name = carrier.Name,
            });
        }
    }

    /// <summary>Undoes what <see cref="Protect"/> did, once the virtual addresses are gone.</summary>
    public void Unprotect(HostedInterface carrier)
    {
        if (!carrier.PromotesByUs) return;
        carrier.PromotesByUs = false;
        try
        {
            Sysctl.Write(PromoteSecondaries(carrier), "0");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // The interface has gone, and the parameter with it.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No reason to leave the rest of a stop undone.
            sink.Raise(new VrrpHostEvent(VrrpHostEventCode.PromotionLeftOn, options.NodeName) { Name = carrier.Name });
        }
    }

    /// <summary>
    /// Gives the primary place of a subnet back to the host's own address, where that came after a virtual one: the virtual ones go for a
    /// moment and come again behind it.
    /// </summary>
    public void YieldPrimary(HostedInterface carrier, long now)
    {
        if (!carrier.Promotes || carrier.Index == 0) return;

        // Each round sets one subnet right; their number is bounded so that a kernel that behaves otherwise cannot hold the thread.
        for (int round = 0; round < 16; round++)
        {
            IReadOnlyList<AddressInfo> present = routes.GetAddresses(carrier.Index);
            AddressInfo? displaced = present.FirstOrDefault(a =>
                a.IsSecondary && FindVirtual(carrier, a) is null
                && PrimaryOf(a, present) is { } primary && FindVirtual(carrier, primary) is not null);
            if (displaced is null) return;
            Reorder(carrier, Ipv4.Number(displaced.Address), displaced.PrefixLength, present, now);
        }
    }

    /// <summary>The virtual address of ours that this is, or null.</summary>
    public HostedAddress? FindVirtual(HostedInterface carrier, AddressInfo found)
    {
        if (!IsIpv4(found)) return null;
        UInt128 number = Ipv4.Number(found.Address);
        foreach (HostedInstance instance in Instances)
        {
            foreach (HostedAddress address in instance.Requested)
            {
                if (address.Carrier == carrier && address.Is(number, found.PrefixLength)) return address;
            }
        }

        return null;
    }

    private void Reorder(HostedInterface carrier, UInt128 number, int prefixLength, IReadOnlyList<AddressInfo> present, long now)
    {
        foreach (HostedInstance instance in Instances)
        {
            bool any = false;
            foreach (HostedAddress address in instance.Requested)
            {
                if (address.Carrier != carrier || !address.SharesSubnetWith(number, prefixLength)) continue;
                if (!present.Any(a => IsIpv4(a) && address.Is(Ipv4.Number(a.Address), a.PrefixLength))) continue;
                any = true;
                _ = routes.DeleteAddress(address.Request(null));
                RaiseAbout(VrrpHostEventCode.AddressReordered, instance, address);
            }

            // All must be gone before the first comes again; so this is for after the loop.
            if (any && instance.IsHeld && instance.GateEnds == long.MaxValue) instance.PutBackAt = now;
        }

        foreach (HostedInstance instance in Instances)
        {
            if (instance.PutBackAt <= now) PutBack(instance, now);
        }
    }

    /// <summary>
    /// Where the kernel would not promote: a virtual address that would be the first of its subnet on the interface is added with the
    /// prefix length 32, which
    /// never has secondaries.
    /// </summary>
    private void DecidePrefixes(HostedInstance instance)
    {
        bool changed = false;
        foreach (HostedAddress address in instance.Requested)
        {
            if (address.Carrier.Promotes || address.Configured.PrefixLength == 32 || address.Carrier.Index == 0) continue;
            bool hostIsThere = routes.GetAddresses(address.Carrier.Index).Any(a =>
                IsIpv4(a) && !a.IsSecondary && FindVirtual(address.Carrier, a) is null && a.PrefixLength == address.Configured.PrefixLength
                && ((Ipv4.Number(a.Address) ^ address.Number) & Ipv4.Mask(a.PrefixLength)) == 0);
            int prefixLength = hostIsThere ? address.Configured.PrefixLength : 32;
            if (prefixLength == address.PrefixLength) continue;
            if (instance.IsHeld) _ = routes.DeleteAddress(address.Request(null));
            address.PrefixLength = prefixLength;
            changed = true;
        }

        if (changed) instance.RebuildRequests();
    }

    /// <summary>Reads back what was added, and sets right what the kernel kept of an address that was there before (label, scope,
    /// broadcast).</summary>
    public void Verify(HostedInterface carrier)
    {
        carrier.NeedsVerification = false;
        if (carrier.Index == 0) return;
        IReadOnlyList<AddressInfo> present = routes.GetAddresses(carrier.Index);
        foreach (HostedInstance instance in Instances)
        {
            if (!instance.IsHeld || instance.GateEnds != long.MaxValue) continue;
            for (int i = 0; i < instance.Requested.Length; i++)
            {
                HostedAddress address = instance.Requested[i];
                if (address.Carrier != carrier || address.Error != 0) continue;
                AddressInfo? found = present.FirstOrDefault(a => IsIpv4(a) && address.Is(Ipv4.Number(a.Address), a.PrefixLength));
                if (found is null || address.Matches(found)) continue;
                _ = routes.DeleteAddress(instance.Requests[i]);
                Replace(instance, i, 1);
                SendGratuitousArp(address);
            }
        }
    }

    private bool CarriesSubnets(HostedInterface carrier)
    {
        foreach (HostedInstance instance in Instances)
        {
            foreach (HostedAddress address in instance.Requested)
            {
                if (address.Carrier == carrier && address.Configured.PrefixLength < 32) return true;
            }
        }

        return false;
    }

    private static string PromoteSecondaries(HostedInterface carrier) => $"net/ipv4/conf/{carrier.Name}/promote_secondaries";

    private static bool IsIpv4(AddressInfo address) => address.Address.AddressFamily == AddressFamily.InterNetwork;

    private static AddressInfo? PrimaryOf(AddressInfo secondary, IReadOnlyList<AddressInfo> present)
    {
        UInt128 number = Ipv4.Number(secondary.Address);
        return present.FirstOrDefault(a => IsIpv4(a) && !a.IsSecondary && SameSubnet(a, number, secondary.PrefixLength));
    }

    private static bool SameSubnet(AddressInfo address, UInt128 number, int prefixLength) =>
        address.PrefixLength == prefixLength && ((Ipv4.Number(address.Address) ^ number) & Ipv4.Mask(prefixLength)) == 0;
}
