using HaTools.Linux;
using HaTools.Netlink;
using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>Interfaces and their sockets, and the notifications of what others change.</summary>
internal sealed partial class VrrpLoop
{
    private readonly Dictionary<int, HostedInterface> byIndex = [];
    private bool hostAddressesChanged;
    private int monitorFailures;

    /// <summary>Makes a plan the one in force, as far as interfaces go: sockets are listened to or closed, and virtual router ids lead to
    /// instances.</summary>
    private void Adopt(HostPlan adopted, long now)
    {
        foreach (HostedInterface former in plan.Interfaces) former.IsUsed = former.NeedsSocket = false;
        foreach (HostedInterface carrier in adopted.Interfaces)
        {
            Array.Fill(carrier.InstanceByRouterId, -1);
            carrier.IsUsed = true;
            carrier.NeedsSocket = false;
            (long up, long down) = adopted.DelaysOf(carrier.Name);
            carrier.SetDelays(up, down);
            _ = carrier.Settle(now);
        }

        for (int i = 0; i < adopted.Instances.Length; i++)
        {
            HostedInstance instance = adopted.Instances[i];
            instance.Index = i;
            instance.Interface.InstanceByRouterId[instance.Configuration.VirtualRouterId] = i;
            instance.Interface.NeedsSocket = true;
        }

        foreach (HostedInterface former in plan.Interfaces)
        {
            if (!former.NeedsSocket) StopListening(former);
        }

        plan = adopted;
        effects.Instances = adopted.Instances;
        effects.Interfaces = adopted.Interfaces;
        effects.Trackers = adopted.Settings.Trackers;
        effects.WriteBook();
        effects.PlanBeats(now);
        foreach (HostedInterface carrier in adopted.Interfaces)
        {
            if (carrier.Socket is null) Reopen(carrier, now);
            else Listen(carrier);
        }

        IndexInterfaces();

        // What has become of the new ones since the plan was made was told to nobody.
        foreach (HostedInterface carrier in adopted.Added)
        {
            if (kernel.TryFindLink(carrier.Name, out LinkInfo? link)) Refresh(carrier, link, now);
        }
    }

    private void IndexInterfaces()
    {
        byIndex.Clear();
        foreach (HostedInterface carrier in plan.Interfaces)
        {
            if (carrier.Index != 0) byIndex[carrier.Index] = carrier;
        }
    }

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
            if (carrier.Name == link.Name)
            {
                Refresh(carrier, link, now);
            }
            else if (carrier.Index == link.Index)
            {
                // Renamed: it is not the one of the configuration any more. The addresses go while we know where they stand.
                Refresh(carrier, link with { Flags = link.Flags & ~(LinkFlags.Up | LinkFlags.Running) }, now);
                effects.Work();
                Refresh(carrier, null, now);
            }
        }
    }

    private void OnLinkRemoved(int index, long now)
    {
        if (byIndex.TryGetValue(index, out HostedInterface? carrier)) Refresh(carrier, null, now);
    }

    private void Refresh(HostedInterface carrier, LinkInfo? link, long now)
    {
        bool wasUp = carrier.IsUp;
        int formerIndex = carrier.Index;
        byte[] formerAddress = carrier.ArpAddress;
        carrier.Set(link);
        if (carrier.Index != formerIndex) Replace(carrier, formerIndex, now);
        _ = carrier.Settle(now);
        effects.Expect(carrier);
        if (carrier.IsUp == wasUp && carrier.Index == formerIndex)
        {
            // The hosts of the wire know the addresses by the former one.
            if (carrier.IsUp && formerAddress.Length > 0 && !formerAddress.AsSpan().SequenceEqual(carrier.ArpAddress))
                effects.AnnounceOn(carrier, now);
            return;
        }

        int isUp = carrier.IsUp ? 1 : 0;
        if (carrier.IsUp != wasUp)
            sink.Raise(new VrrpHostEvent(VrrpHostEventCode.LinkChanged, options.NodeName) { First = isUp, Name = carrier.Name });
        FindSourceAddress(carrier, now);
        if (carrier.IsUp) TryAgainOn(carrier, now);
        TellInstancesOn(carrier, now);
    }

    /// <summary>It is another interface now, or none.</summary>
    private void Replace(HostedInterface carrier, int formerIndex, long now)
    {
        if (formerIndex != 0) byIndex.Remove(formerIndex);
        if (carrier.Index != 0) byIndex[carrier.Index] = carrier;
        StopListening(carrier);
        foreach (HostedInstance instance in plan.Instances)
        {
            if (!Array.Exists(instance.Addresses, a => a.Carrier == carrier)) continue;
            instance.RebuildRequests();
            effects.TryAgain(instance, now);
        }

        if (carrier.Index == 0) sink.Raise(new VrrpHostEvent(VrrpHostEventCode.LinkVanished, options.NodeName) { Name = carrier.Name });
        else Reopen(carrier, now);
        carrier.PromotesByUs = false;
        effects.Protect(carrier);
    }

    private void TryAgainOn(HostedInterface carrier, long now)
    {
        foreach (HostedInstance instance in plan.Instances)
        {
            if (instance.Failures > 0 && Array.Exists(instance.Addresses, a => a.Carrier == carrier)) effects.TryAgain(instance, now);
        }
    }

    /// <summary>Opens the socket that an interface needs; what fails is told once, and tried again.</summary>
    private void Reopen(HostedInterface carrier, long now)
    {
        carrier.ReopenAt = long.MaxValue;
        if (!carrier.NeedsSocket || carrier.Index == 0 || carrier.Socket is not null) return;
        try
        {
            carrier.Socket = new VrrpSocket(carrier.Name, carrier.Index);
            carrier.SocketError = carrier.SocketFailures = 0;
            Listen(carrier);
        }
        catch (LinuxException e)
        {
            // It may be gone again already, which the next notification tells; anything else the event does. Without a socket the instances
            // stay in fault.
            if (e.Errno != carrier.SocketError)
                sink.Raise(new VrrpHostEvent(VrrpHostEventCode.SocketFailed, options.NodeName) { First = e.Errno, Name = carrier.Name });
            carrier.SocketError = e.Errno;
            carrier.ReopenAt = now + Backoff.Usual(++carrier.SocketFailures);
            effects.Expect(carrier);
        }
    }

    /// <summary>What could not be read or opened is tried again.</summary>
    private void RetryInterfaces(long now)
    {
        foreach (HostedInterface carrier in plan.Interfaces)
        {
            if (carrier.ReopenAt <= now)
            {
                Reopen(carrier, now);
                if (carrier.Socket is not null) TellInstancesOn(carrier, now);
            }

            if (carrier.Settle(now)) TellInstancesOn(carrier, now);
            if (carrier.LookAgainAt > now) continue;
            carrier.LookAgainAt = long.MaxValue;
            int failures = carrier.LookFailures;
            LookAt(carrier, now);
            if (carrier.LookFailures == failures) carrier.LookFailures = 0;
        }
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

        Refresh(carrier, link, now);
        SettleHostAddresses(carrier, now);
        if (carrier.Index == 0) return;
        if (kernel.Read(carrier.Index) is not { } present)
        {
            effects.LookAgain(carrier, now);
            return;
        }

        HashSet<(UInt128, int, int)> there = [.. present.Select(a => (IpNumber.Of(a.Address), IpNumber.Family(a.Address), a.PrefixLength))];
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

    /// <summary>Tells the instances whose adverts or addresses use an interface.</summary>
    private void TellInstancesOn(HostedInterface carrier, long now)
    {
        for (int i = 0; i < plan.Instances.Length; i++)
        {
            HostedInstance instance = plan.Instances[i];
            if (instance.Interface == carrier || Array.Exists(instance.Addresses, a => a.Carrier == carrier)) TellInterface(i, now);
        }

        effects.Execute(actions, now);
    }

    private void TellInterface(int index, long now)
    {
        HostedInstance instance = plan.Instances[index];
        HostedInterface carrier = instance.Interface;
        var reading = new InterfaceReading(
            carrier.CountsAsUp && carrier.Socket is not null, carrier.SourceAddress, Obstacle: instance.Obstacle);
        router.OnInterface(index, reading, now, actions);
    }

    private void Listen(HostedInterface carrier)
    {
        if (carrier.Socket is not { } socket || carrier.Token != 0) return;
        carrier.Token = lastToken++;
        epoll.Add(socket.Handle, carrier.Token, Libc.EPOLLIN);
        listening.Add(carrier.Token, carrier);
    }

    private void StopListening(HostedInterface carrier)
    {
        if (carrier.Token != 0)
        {
            epoll.Remove(carrier.Socket!.Handle);
            listening.Remove(carrier.Token);
            carrier.Token = 0;
        }

        carrier.Socket?.Dispose();
        carrier.Socket = null;
        carrier.ReopenAt = long.MaxValue;
    }
}
