using HaTools.Linux;
using HaTools.Netlink;
using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>What the kernel tells of interfaces and addresses that others change, and the looks that make up for what it could not tell.</summary>
internal sealed partial class VrrpLoop
{
    /// <summary>Notifications of interfaces and addresses in one go: somebody who adds thousands cannot either.</summary>
    private const int MostNotifications = 256;

    private bool hostAddressesChanged;
    private int monitorFailures;

    private void ReadMonitor()
    {
        bool overrun = false;
        monitorHasMore = false;
        for (int i = 0; !monitorHasMore && TryReadMonitor(out RouteNotification notification); i++)
        {
            monitorHasMore = i == MostNotifications;
            long now = MonotonicClock.Now;
            switch (notification.Kind)
            {
                case RouteNotificationKind.Overrun:
                    overrun = true;
                    break;
                case RouteNotificationKind.LinkChanged:
                    OnLink(notification.Link!, now);
                    break;
                case RouteNotificationKind.LinkRemoved:
                    // A bridge says this of a port that it lets go; the interface is still there then.
                    if (!kernel.TryFindLink(notification.Index, out LinkInfo? still)) overrun = true;
                    else if (still is not null) OnLink(still, now);
                    else OnLinkRemoved(notification.Index, now);
                    break;
                default:
                    OnAddress(notification, now);
                    break;
            }
        }

        // Once for all that was read: each look asks the kernel for every address of the interface.
        if (overrun) LookAtAll(MonotonicClock.Now);
        sourcesChanged |= overrun;
        if (sourcesChanged) LookForSources(MonotonicClock.Now);
        if (!hostAddressesChanged) return;
        hostAddressesChanged = false;
        foreach (HostedInterface carrier in plan.Interfaces)
        {
            if (carrier.HostAddressesChanged) SettleHostAddresses(carrier, MonotonicClock.Now);
        }
    }

    /// <summary>A notification that cannot be read counts as lost ones do: told once, and everything is looked at again.</summary>
    private bool TryReadMonitor(out RouteNotification notification)
    {
        try
        {
            bool read = monitor.TryRead(out notification);
            if (!read) monitorFailures = 0;
            return read;
        }
        catch (NetlinkException e)
        {
            if (monitorFailures++ == 0)
                sink.Raise(new VrrpHostEvent(VrrpHostEventCode.MonitorFailed, options.NodeName) { First = e.Errno });
            notification = new RouteNotification { Kind = RouteNotificationKind.Overrun };

            // One that fails over and over is read no more than once in a round.
            return monitorFailures == 1;
        }
    }

    private void OnLink(LinkInfo link, long now)
    {
        foreach (HostedInterface carrier in plan.Interfaces)
        {
            if (carrier.Name == link.Name) See(carrier, link, now);
            else if (carrier.Index == link.Index) Leave(carrier, link, now);
        }
    }

    /// <summary>Takes over what the kernel says of the interface of a name; null: there is none.</summary>
    private void See(HostedInterface carrier, LinkInfo? link, long now)
    {
        if (link is null || carrier.Accepts(link)) Refresh(carrier, link, now);
        else if (carrier.Index == link.Index) Leave(carrier, link, now);
        else Refresh(carrier, null, now);
    }

    /// <summary>Renamed, or made something else: it is not the one of the configuration any more. The addresses go while we know where they stand.</summary>
    private void Leave(HostedInterface carrier, LinkInfo link, long now)
    {
        Refresh(carrier, link with { Flags = link.Flags & ~(LinkFlags.Up | LinkFlags.Running) }, now);
        effects.Work();
        Refresh(carrier, null, now);
    }

    private void OnLinkRemoved(int index, long now)
    {
        if (byIndex.TryGetValue(index, out HostedInterface? carrier)) Refresh(carrier, null, now);
    }

    /// <summary>Notifications were lost.</summary>
    private void LookAtAll(long now)
    {
        foreach (HostedInterface carrier in plan.Interfaces)
        {
            LookAt(carrier, now);
            Breathe();
        }
    }

    private void LookAt(HostedInterface carrier, long now)
    {
        if (!kernel.TryFindLink(carrier.Name, out LinkInfo? link))
        {
            effects.LookAgain(carrier, now);
            return;
        }

        See(carrier, link, now);
        SettleHostAddresses(carrier, now);
        if (carrier.Index == 0) return;
        if (kernel.Read(carrier.Index) is not { } present)
        {
            effects.LookAgain(carrier, now);
            return;
        }

        HashSet<(AddressBits, int, int)> there = [.. present.Select(a => (WireAddress.Of(a.Address), WireAddress.FamilyOf(a.Address), a.PrefixLength))];
        foreach (HostedInstance instance in plan.Instances)
        {
            foreach (HostedAddress address in instance.Addresses)
            {
                if (address.Carrier == carrier && !there.Contains((address.Number, address.Family, address.PrefixLength)))
                    effects.OnAddressLost(address, now);
            }
        }

        carrier.NeedsVerification = effects.NeedsVerification = true;
    }
}
