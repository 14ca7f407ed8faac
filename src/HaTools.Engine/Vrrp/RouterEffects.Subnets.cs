using System.Net.Sockets;
using System.Runtime.InteropServices;
using HaTools.Engine.HostState;
using HaTools.Linux;
using HaTools.Netlink.Route;
using HaTools.Vrrp;

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
        if (carrier.Index == 0) return;
        ReadRouterFlag(carrier);
        if (!NeedsPromotion(carrier)) return;
        try
        {
            Promotion found = options.Promotion.Hold(carrier.Name, carrier);
            carrier.Promotes = true;
            carrier.PromotesByUs = found != Promotion.WasOn;
            if (found == Promotion.WasSet)
                sink.Raise(new VrrpHostEvent(VrrpHostEventCode.PromoteSecondaries, options.NodeName) { First = 1, Name = carrier.Name });
        }
        catch (HaEngineException e)
        {
            // A container with a read-only /proc/sys. Told, and DecidePrefixes takes care.
            carrier.Promotes = false;
            sink.Raise(new VrrpHostEvent(VrrpHostEventCode.PrimaryUnprotected, options.NodeName)
            {
                First = e.InnerException is UnauthorizedAccessException ? Errno.EACCES : Errno.EIO,
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
            options.Promotion.Release(carrier.Name, carrier);
        }
        catch (HaEngineException)
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
            if (kernel.Read(carrier.Index) is not { } present)
            {
                LookAgain(carrier, now);
                return;
            }

            AddressInfo? displaced = present.FirstOrDefault(a =>
                a.IsSecondary && IsIpv4(a) && FindVirtual(carrier, a) is null
                && PrimaryOf(a, present) is { } primary && FindVirtual(carrier, primary) is not null);
            if (displaced is null) return;
            Reorder(carrier, WireAddress.Of(displaced.Address), displaced.PrefixLength, present, now);
        }
    }

    /// <summary>The addresses of an interface could not be read: that is told once, and done again later.</summary>
    public void LookAgain(HostedInterface carrier, long now)
    {
        if (carrier.LookFailures++ == 0) sink.Raise(new VrrpHostEvent(VrrpHostEventCode.LookFailed, options.NodeName) { Name = carrier.Name });
        carrier.LookAgainAt = now + Backoff.Usual(carrier.LookFailures);
        Expect(carrier);
    }

    /// <summary>The virtual address of ours that this is, or null.</summary>
    public HostedAddress? FindVirtual(HostedInterface carrier, AddressInfo found)
    {
        for (HostedAddress? a = Book.GetValueOrDefault(WireAddress.Of(found.Address)); a is not null; a = a.Namesake)
        {
            if (a.Carrier == carrier && !a.BelongsToHost && a.Is(found)) return a;
        }

        return null;
    }

    /// <summary>All virtual addresses by number; the others of a number by <see cref="HostedAddress.Namesake"/>.</summary>
    public Dictionary<AddressBits, HostedAddress> Book { get; } = [];

    /// <summary>Fills the book anew.</summary>
    public void WriteBook()
    {
        Book.Clear();
        foreach (HostedInstance instance in Instances)
        {
            foreach (HostedAddress address in instance.Addresses)
            {
                ref HostedAddress? first = ref CollectionsMarshal.GetValueRefOrAddDefault(Book, address.Number, out _);
                address.Namesake = first;
                address.IsNamesake = false;
                if (first is not null) first.IsNamesake = true;
                first = address;
            }
        }
    }

    private void Reorder(HostedInterface carrier, AddressBits number, int prefixLength, IReadOnlyList<AddressInfo> present, long now)
    {
        foreach (HostedInstance instance in Instances)
        {
            bool any = false;
            foreach (HostedAddress address in instance.Requested)
            {
                if (address.Carrier != carrier || !address.SharesSubnetWith(number, prefixLength)) continue;
                if (!present.Any(address.Is)) continue;
                if (!any) renewer.Withdraw(instance.Lease);
                any = true;
                Remove(address);
                RaiseAbout(VrrpHostEventCode.AddressReordered, address);
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

        // An interface may carry thousands: it is read once for all of them.
        Dictionary<HostedInterface, AddressInfo[]?>? hosts = null;
        foreach (HostedAddress address in instance.Requested)
        {
            if (address.Carrier.Promotes || address.Family != 4 || address.Configured.PrefixLength == 32 || address.Carrier.Index == 0) continue;
            hosts ??= [];
            if (!hosts.TryGetValue(address.Carrier, out AddressInfo[]? own)) hosts.Add(address.Carrier, own = ReadHostsPrimaries(address.Carrier));
            if (own is null) continue;
            bool hostIsThere = Array.Exists(own, a => a.PrefixLength == address.Configured.PrefixLength
                && WireAddress.SameSubnet(WireAddress.Of(a.Address), address.Number, a.PrefixLength));
            int prefixLength = hostIsThere ? address.Configured.PrefixLength : 32;
            if (prefixLength == address.PrefixLength) continue;
            renewer.Withdraw(instance.Lease);
            if (instance.IsHeld && address.MayStand) Remove(address);
            address.PrefixLength = prefixLength;
            changed = true;
        }

        if (changed) instance.RebuildRequests();
    }

    /// <summary>The first IPv4 addresses of their subnets that are the host's own; null: they could not be read.</summary>
    private AddressInfo[]? ReadHostsPrimaries(HostedInterface carrier) => kernel.Read(carrier.Index) is { } present
        ? [.. present.Where(a => IsIpv4(a) && !a.IsSecondary && FindVirtual(carrier, a) is null)]
        : null;

    /// <summary>Reads back what was added, and sets right what the kernel kept of an address that was there before (label, scope,
    /// broadcast).</summary>
    public void Verify(HostedInterface carrier, long now)
    {
        carrier.NeedsVerification = false;
        if (carrier.Index == 0) return;
        if (kernel.Read(carrier.Index) is not { } present)
        {
            LookAgain(carrier, now);
            return;
        }

        Dictionary<(AddressBits Number, int Family, int PrefixLength), AddressInfo> found = [];
        foreach (AddressInfo info in present) found[(WireAddress.Of(info.Address), WireAddress.FamilyOf(info.Address), info.PrefixLength)] = info;
        foreach (HostedInstance instance in Instances)
        {
            if (!instance.IsHeld || instance.GateEnds != long.MaxValue) continue;
            bool isWrong = false;
            foreach (HostedAddress address in instance.Requested)
            {
                if (address.Carrier != carrier || address.Error != 0) continue;
                if (!found.TryGetValue((address.Number, address.Family, address.PrefixLength), out AddressInfo? info)) continue;
                OnDetection(address, info.Flags, now);
                if (address.IsDuplicate) continue;
                if (address.Matches(info))
                {
                    address.WasCorrected = address.StaysWrong = false;
                    continue;
                }

                // Once: what the kernel does not show after that it never will, and the address would come and go without end.
                if (address.WasCorrected)
                {
                    if (!address.StaysWrong) RaiseAbout(VrrpHostEventCode.AddressStaysWrong, address);
                    address.StaysWrong = true;
                    continue;
                }

                address.WasCorrected = true;
                if (!isWrong) renewer.Withdraw(instance.Lease);
                isWrong = true;
                Remove(address);
            }

            if (isWrong) PutBack(instance, now);
        }
    }

    /// <summary>Whether it forwards IPv6, which neighbour advertisements say.</summary>
    private static void ReadRouterFlag(HostedInterface carrier) =>
        carrier.IsRouter6 = Sysctl.Read($"net/ipv6/conf/{carrier.Name}/forwarding") == "1";

    /// <summary>Whether addresses of the host could go with virtual ones, or the configuration asks for it.</summary>
    public bool NeedsPromotion(HostedInterface carrier) =>
        CarriesSubnets(carrier) || IsAskedToPromote(carrier) || removals.Exists(r => r.Address.Carrier == carrier);

    private bool IsAskedToPromote(HostedInterface carrier) =>
        Array.Exists(Instances, i => i.Interface == carrier && i.Configuration.PromoteSecondaries);

    private bool CarriesSubnets(HostedInterface carrier)
    {
        foreach (HostedInstance instance in Instances)
        {
            foreach (HostedAddress address in instance.Requested)
            {
                if (address.Carrier == carrier && address.Family == 4 && address.Configured.PrefixLength < 32) return true;
            }
        }

        return false;
    }

    private static bool IsIpv4(AddressInfo address) => address.Address.AddressFamily == AddressFamily.InterNetwork;

    private static AddressInfo? PrimaryOf(AddressInfo secondary, IReadOnlyList<AddressInfo> present)
    {
        AddressBits number = WireAddress.Of(secondary.Address);
        return present.FirstOrDefault(a =>
            IsIpv4(a) && !a.IsSecondary && a.PrefixLength == secondary.PrefixLength
            && WireAddress.SameSubnet(WireAddress.Of(a.Address), number, a.PrefixLength));
    }
}
