using System.Net.Sockets;
using HaTools.Linux;
using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>Interfaces and addresses: what is there at the start, and what others change.</summary>
internal sealed partial class VrrpLoop
{
    /// <summary>Makes a plan the one in force, as far as interfaces go: sockets are listened to or closed, and virtual router ids lead to
    /// instances.</summary>
    private void Adopt(HostPlan adopted)
    {
        foreach (HostedInterface former in plan.Interfaces)
        {
            if (!adopted.Instances.Any(i => i.Interface == former)) StopListening(former);
        }

        plan = adopted;
        effects.Instances = adopted.Instances;
        effects.Trackers = [.. VrrpRouter.TrackersOf(adopted.Configuration.Configuration)];
        foreach (HostedInterface carrier in adopted.Interfaces)
        {
            Array.Fill(carrier.InstanceByRouterId, -1);
            carrier.NeedsSocket = false;
        }

        for (int i = 0; i < adopted.Instances.Length; i++)
        {
            HostedInterface carrier = adopted.Instances[i].Interface;
            carrier.InstanceByRouterId[adopted.Instances[i].Configuration.VirtualRouterId] = i;
            carrier.NeedsSocket = true;
            Listen(carrier);
        }
    }

    /// <summary>Reads which addresses are there: the host's own, and those that a predecessor has left.</summary>
    private void TakeStock(long now)
    {
        IReadOnlyList<AddressInfo> onLoopback = routes.GetAddresses(Loopback.Index);
        foreach (HostedInterface carrier in plan.Interfaces)
        {
            if (carrier.Index == 0) continue;
            IReadOnlyList<AddressInfo> present = routes.GetAddresses(carrier.Index);
            foreach (HostedInstance instance in plan.Instances)
            {
                foreach (HostedAddress address in instance.Addresses)
                {
                    if (address.Carrier == carrier && !address.IsKnown) Find(instance, address, present, now);
                }
            }
        }

        foreach (HostedInstance instance in plan.Instances)
        {
            foreach (HostedAddress address in instance.Addresses)
            {
                if (address.IsKnown) continue;
                address.IsKnown = true;
                AddressInfo? parked = onLoopback.FirstOrDefault(a =>
                    IsIpv4(a.Address) && a.PrefixLength == 32 && Ipv4.Number(a.Address) == address.Number);
                address.ParkedByOthers = parked is not null && parked.Label != Loopback.Label;
            }

            instance.RebuildRequests();
            if (instance.IsParked && !instance.IsHeld && !instance.HasLeftovers) effects.Park(instance);
            effects.Expect(instance);
        }

        foreach (HostedInterface carrier in plan.Interfaces)
        {
            effects.Protect(carrier);
            effects.YieldPrimary(carrier, now);
            FindSourceAddress(carrier);
        }
    }

    private void Find(HostedInstance instance, HostedAddress address, IReadOnlyList<AddressInfo> present, long now)
    {
        AddressInfo? found = present.FirstOrDefault(a => IsIpv4(a.Address) && address.Is(Ipv4.Number(a.Address), a.PrefixLength));
        if (found is null) return;

        // The address owner (RFC 9568 section 1.7) has the address as its own. What expires was put there by an engine of ours in any case.
        if (instance.Configuration.Priority == 255 && found.ValidLifetime is null)
        {
            address.BelongsToHost = true;
            return;
        }

        address.IsLeftover = true;
        instance.LeftoversUntil = now + LongestDownInterval(instance.Configuration);
        var adopted = new VrrpHostEvent(VrrpHostEventCode.AddressAdopted, instance.Name)
        {
            First = 1,
            Address = address.Number,
            Name = address.Carrier.Name,
        };
        sink.Raise(adopted);
    }

    // As long as a peer of priority 1 waits, and a second for the start: whoever is to be master has shown itself by then.
    private static long LongestDownInterval(VrrpInstance instance) =>
        (FencingLifetime.Seconds(instance with { SelfFencing = SelfFencing.Automatic }, SelfFencing.Automatic)!.Value + 1) * 1_000_000_000L;

    /// <summary>
    /// The interface's first primary address that is none of our virtual ones: another router would take an advert from a virtual address
    /// for its own. Global
    /// addresses first. A secondary one serves where a virtual address has become the primary of its subnet, because the host's primary was
    /// removed. The address owner's virtual address is the host's own, and serves where there is no other.
    /// </summary>
    private void FindSourceAddress(HostedInterface carrier)
    {
        carrier.SourceAddress = 0;
        if (carrier.Index == 0 || !carrier.NeedsSocket) return;
        IReadOnlyList<AddressInfo> present = routes.GetAddresses(carrier.Index);
        carrier.SourceAddress = First(a => !a.IsSecondary && a.Scope == RouteScope.Global && !IsVirtual(a))
            ?? First(a => !a.IsSecondary && a.Scope != RouteScope.Host && !IsVirtual(a))
            ?? First(a => a.Scope != RouteScope.Host && !IsVirtual(a))
            ?? First(a => IsOwned(carrier, a))
            ?? 0;

        UInt128? First(Func<AddressInfo, bool> condition) =>
            present.FirstOrDefault(a => IsIpv4(a.Address) && condition(a)) is { } found ? Ipv4.Number(found.Address) : null;
    }

    private bool IsVirtual(AddressInfo found) => IsVirtual(Ipv4.Number(found.Address));

    private bool IsVirtual(UInt128 number)
    {
        foreach (HostedInstance instance in plan.Instances)
        {
            foreach (HostedAddress address in instance.Addresses)
            {
                if (address.Number == number) return true;
            }
        }

        return false;
    }

    private bool IsOwned(HostedInterface carrier, AddressInfo found) => plan.Instances.Any(i =>
        i.Addresses.Any(a => a.BelongsToHost && a.Carrier == carrier && a.Number == Ipv4.Number(found.Address)));

    private void ReadMonitor()
    {
        bool overrun = false;
        monitorHasMore = false;
        for (int i = 0; !monitorHasMore && monitor.TryRead(out RouteNotification notification); i++)
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
                    if (routes.FindLink(notification.Index) is { } still) OnLink(still, now);
                    else OnLinkRemoved(notification.Index, now);
                    break;
                default:
                    OnAddress(notification, now);
                    break;
            }
        }

        // Once for all that was read: each look asks the kernel for every address of the interface.
        if (overrun) LookAgain(MonotonicClock.Now);
        foreach (HostedInterface carrier in plan.Interfaces)
        {
            if (carrier.HostAddressesChanged) SettleHostAddresses(carrier, MonotonicClock.Now);
        }
    }

    private void SettleHostAddresses(HostedInterface carrier, long now)
    {
        carrier.HostAddressesChanged = false;
        effects.YieldPrimary(carrier, now);
        UInt128 before = carrier.SourceAddress;
        FindSourceAddress(carrier);
        if (carrier.SourceAddress != before) TellInstancesOn(carrier, now);
    }

    private void OnLink(LinkInfo link, long now)
    {
        foreach (HostedInterface carrier in plan.Interfaces)
        {
            if (carrier.Name == link.Name)
            {
                Refresh(carrier, link, now);
            }
            else if (carrier.Index == link.Index)
            {
                // Renamed: it is not the one of the configuration any more. The addresses go while we know where they stand.
                Refresh(carrier, link with { Flags = link.Flags & ~(LinkFlags.Up | LinkFlags.Running) }, now);
                Refresh(carrier, null, now);
            }
        }
    }

    private void OnLinkRemoved(int index, long now)
    {
        foreach (HostedInterface carrier in plan.Interfaces)
        {
            if (carrier.Index == index) Refresh(carrier, null, now);
        }
    }

    private void Refresh(HostedInterface carrier, LinkInfo? link, long now)
    {
        bool wasUp = carrier.IsUp;
        int formerIndex = carrier.Index;
        carrier.Set(link);
        if (carrier.Index != formerIndex)
        {
            StopListening(carrier);
            foreach (HostedInstance instance in plan.Instances) instance.RebuildRequests();
            if (carrier.Index == 0) sink.Raise(new VrrpHostEvent(VrrpHostEventCode.LinkVanished, options.NodeName) { Name = carrier.Name });
            else Reopen(carrier);
            carrier.PromotesByUs = false;
            effects.Protect(carrier);
        }

        if (carrier.IsUp == wasUp && carrier.Index == formerIndex) return;
        int isUp = carrier.IsUp ? 1 : 0;
        if (carrier.IsUp != wasUp)
            sink.Raise(new VrrpHostEvent(VrrpHostEventCode.LinkChanged, options.NodeName) { First = isUp, Name = carrier.Name });
        FindSourceAddress(carrier);
        TellInstancesOn(carrier, now);
    }

    private void Reopen(HostedInterface carrier)
    {
        if (!carrier.NeedsSocket) return;
        try
        {
            carrier.Socket = new VrrpSocket(carrier.Name, carrier.Index);
            Listen(carrier);
        }
        catch (LinuxException e)
        {
            // It may be gone again already, which the next notification tells; anything else the event does. Without a socket the instances
            // stay in fault.
            sink.Raise(new VrrpHostEvent(VrrpHostEventCode.SocketFailed, options.NodeName) { First = e.Errno, Name = carrier.Name });
        }
    }

    private void OnAddress(in RouteNotification notification, long now)
    {
        if (notification.Family != AddressFamily.InterNetwork || notification.PortId == routes.PortId) return;
        HostedInterface? carrier = null;
        foreach (HostedInterface candidate in plan.Interfaces)
        {
            if (candidate.Index == notification.Index) carrier = candidate;
        }

        if (carrier is null) return;
        UInt128 number = notification.AddressBits;
        foreach (HostedInstance instance in plan.Instances)
        {
            foreach (HostedAddress address in instance.Addresses)
            {
                if (address.Carrier != carrier || !address.Is(number, notification.PrefixLength)) continue;
                if (notification.Kind == RouteNotificationKind.AddressRemoved) effects.OnAddressLost(instance, address, now);
                if (!address.BelongsToHost) return;
            }
        }

        carrier.HostAddressesChanged = true;
    }

    /// <summary>After an overrun: notifications were lost.</summary>
    private void LookAgain(long now)
    {
        foreach (HostedInterface carrier in plan.Interfaces)
        {
            Refresh(carrier, routes.FindLink(carrier.Name), now);
            SettleHostAddresses(carrier, now);
            if (carrier.Index == 0) continue;
            IReadOnlyList<AddressInfo> present = routes.GetAddresses(carrier.Index);
            foreach (HostedInstance instance in plan.Instances)
            {
                foreach (HostedAddress address in instance.Addresses)
                {
                    if (address.Carrier == carrier
                        && !present.Any(a => IsIpv4(a.Address) && address.Is(Ipv4.Number(a.Address), a.PrefixLength)))
                        effects.OnAddressLost(instance, address, now);
                }
            }
        }
    }

    private void TellInstancesOn(HostedInterface carrier, long now)
    {
        for (int i = 0; i < plan.Instances.Length; i++)
        {
            if (plan.Instances[i].Interface == carrier) TellInterface(i, now);
        }

        effects.Execute(actions, now);
    }

    private void TellInterface(int instance, long now)
    {
        HostedInterface carrier = plan.Instances[instance].Interface;
        var reading = new InterfaceReading(carrier.IsUp && carrier.Socket is not null, carrier.SourceAddress);
        router.OnInterface(instance, reading, now, actions);
    }

    private void Listen(HostedInterface carrier)
    {
        if (carrier.Socket is not { } socket || listening.ContainsValue(carrier)) return;
        ulong token = lastToken++;
        epoll.Add(socket.Handle, token, Libc.EPOLLIN);
        listening.Add(token, carrier);
    }

    private void StopListening(HostedInterface carrier)
    {
        foreach ((ulong token, HostedInterface listened) in listening)
        {
            if (listened != carrier) continue;
            epoll.Remove(carrier.Socket!.Handle);
            listening.Remove(token);
            break;
        }

        carrier.Socket?.Dispose();
        carrier.Socket = null;
    }

    private static bool IsIpv4(System.Net.IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork;
}
