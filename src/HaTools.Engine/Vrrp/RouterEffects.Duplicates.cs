using HaTools.Linux;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// Virtual addresses that are looked for on the link before they are used (duplicate address detection). Until that has ended well nobody is told that we
/// have one. One that another machine has counts like one that the kernel refuses. The kernel itself takes it away again if it has a lifetime, and else
/// leaves it there without effect (net/ipv6/addrconf.c, addrconf_dad_stop): it goes in either case, and is tried again later.
/// </summary>
internal sealed partial class RouterEffects
{
    /// <summary>What the kernel shows of an address that stands on its interface, or has just gone from there.</summary>
    public void OnDetection(HostedAddress address, AddressFlags flags, long now)
    {
        HostedInstance instance = address.Owner;
        if (!address.DetectsDuplicates || address.IsDuplicate || !instance.IsHeld || instance.GateEnds != long.MaxValue) return;
        if ((flags & AddressFlags.DadFailed) != 0) OnDuplicate(address, now);
        else if ((flags & AddressFlags.Tentative) != 0) address.IsProven = false;
        else OnProven(address, now);
    }

    private void OnProven(HostedAddress address, long now)
    {
        if (address.IsProven) return;
        address.IsProven = true;
        if (address.Duplicates > 0) RaiseAbout(VrrpHostEventCode.DuplicateOver, address);
        address.Duplicates = 0;
        HostedInstance instance = address.Owner;
        for (int i = instance.Configuration.GarpRepeat; i > 0; i--) announcer.Announce(address, i);
        announcer.Drain(now);
        NextDeadline = Math.Min(NextDeadline, announcer.NextDeadline);
        if (instance.GarpNews.Spend(now)) RaiseAbout(VrrpHostEventCode.GratuitousArps, address);
    }

    private void OnDuplicate(HostedAddress address, long now)
    {
        HostedInstance instance = address.Owner;
        renewer.Withdraw(instance.Lease);

        // A renewal that was on its way may have made it anew.
        Remove(address);
        (address.IsDuplicate, address.IsProven, address.IsLost, address.MayStand, address.Error) = (true, false, false, false, Errno.EADDRINUSE);
        if (address.Duplicates++ == 0) RaiseAbout(VrrpHostEventCode.AddressDuplicate, address);
        address.DetectAgainAt = now + Backoff.Usual(address.Duplicates);
        instance.DetectAgainAt = Math.Min(instance.DetectAgainAt, address.DetectAgainAt);
        instance.RebuildRequests();
        Renew(instance, instance.Requested.Count(static a => a.Error != 0), now);
        Expect(instance);
        bool anyStands = Array.Exists(instance.Addresses, static a => a.BelongsToHost || (!a.IsAbandoned && a.Error == 0));
        if (!anyStands && Array.Exists(instance.Addresses, static a => !a.IsUntracked)) Refuse(instance, Errno.EADDRINUSE, now);
    }

    /// <summary>Asks the link again for addresses that another machine had.</summary>
    private void DetectAgain(HostedInstance instance, long now)
    {
        instance.DetectAgainAt = long.MaxValue;
        if (!instance.IsHeld) return;
        foreach (HostedAddress address in instance.Addresses)
        {
            if (!address.IsDuplicate) continue;
            if (address.DetectAgainAt > now) instance.DetectAgainAt = Math.Min(instance.DetectAgainAt, address.DetectAgainAt);
            else (address.IsDuplicate, address.Error) = (false, 0);
        }

        renewer.Withdraw(instance.Lease);
        instance.RebuildRequests();
        _ = Ensure(instance, now);
    }

    /// <summary>Nothing is known of its addresses any more: they are not held, or stand on another interface.</summary>
    private static void ForgetDetections(HostedInstance instance)
    {
        instance.DetectAgainAt = long.MaxValue;
        bool any = false;
        foreach (HostedAddress address in instance.Addresses)
        {
            if (address.IsDuplicate) address.Error = 0;
            any |= address.IsDuplicate;
            (address.IsDuplicate, address.IsProven, address.Duplicates) = (false, false, 0);
        }

        if (any) instance.RebuildRequests();
    }
}
