using HaTools.Engine.VirtualInterfaces;
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
        HostedInterface[] formerInterfaces = plan.Interfaces;
        foreach (HostedInterface former in formerInterfaces) Clear(former, false);
        foreach (HostedInterface carrier in adopted.Interfaces) StackUp(carrier, adopted);
        foreach (HostedInterface carrier in adopted.Interfaces)
        {
            Clear(carrier, true);

            // What stands on an interface waits as long as that.
            (long up, long down) = adopted.DelaysOf(carrier.Base?.Name ?? carrier.Name);
            carrier.SetDelays(up, down);
            _ = carrier.Settle(now);
        }

        for (int i = 0; i < adopted.Instances.Length; i++)
        {
            HostedInstance instance = adopted.Instances[i];
            instance.Index = i;
            instance.Socket = instance.Interface.SocketOf(instance.Family, instance.HasAuthenticationHeader);
            instance.Socket.Serve(instance);
            instance.SourceInterface.IsSource = true;
        }

        foreach (HostedInterface former in formerInterfaces) CloseUnused(former);
        plan = adopted;
        effects.Adopt(adopted, now);
        WatchSources(adopted);
        foreach (HostedInterface carrier in adopted.Interfaces) OpenSockets(carrier, now);
        IndexInterfaces();

        // What has become of the new ones since the plan was made was told to nobody.
        foreach (HostedInterface carrier in adopted.Added)
        {
            if (kernel.TryFindLink(carrier.Name, out LinkInfo? link)) Refresh(carrier, link, now);
        }
    }

    /// <summary>Puts an interface that was made by us on the one that it stands on.</summary>
    private static void StackUp(HostedInterface carrier, HostPlan adopted)
    {
        PlannedInterface? made = adopted.Configuration.Interfaces.Find(carrier.Name);
        carrier.Base = made is null ? null : Array.Find(adopted.Interfaces, i => i.Name == made.Parent);
        carrier.BorrowsSource = made?.Kind == VirtualInterfaceKind.Macvlan;
    }

    private static void Clear(HostedInterface carrier, bool isUsed)
    {
        carrier.IsUsed = isUsed;
        carrier.IsSource = false;
        foreach (HostedSocket hosted in carrier.Sockets) hosted.Clear();
    }

    private void CloseUnused(HostedInterface carrier)
    {
        foreach (HostedSocket hosted in carrier.Sockets)
        {
            if (!hosted.IsUsed) Close(hosted);
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
        if (carrier.IsUp != wasUp) RefreshAbove(carrier, now);
    }

    /// <summary>What stands on an interface goes up and down with it.</summary>
    private void RefreshAbove(HostedInterface carrier, long now)
    {
        foreach (HostedInterface above in plan.Interfaces)
        {
            if (above.Base != carrier) continue;
            _ = above.Settle(now);
            effects.Expect(above);
            if (above.IsUp) TryAgainOn(above, now);
            TellInstancesOn(above, now);
        }
    }

    /// <summary>It is another interface now, or none.</summary>
    private void Replace(HostedInterface carrier, int formerIndex, long now)
    {
        if (formerIndex != 0) byIndex.Remove(formerIndex);
        if (carrier.Index != 0) byIndex[carrier.Index] = carrier;
        foreach (HostedSocket hosted in carrier.Sockets) Close(hosted);
        foreach (HostedInstance instance in plan.Instances)
        {
            if (!Array.Exists(instance.Addresses, a => a.Carrier == carrier)) continue;
            instance.RebuildRequests();
            effects.TryAgain(instance, now);
        }

        if (carrier.Index == 0) sink.Raise(new VrrpHostEvent(VrrpHostEventCode.LinkVanished, options.NodeName) { Name = carrier.Name });
        else OpenSockets(carrier, now);
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

    /// <summary>Opens the sockets that an interface needs; what fails is told once, and tried again.</summary>
    private void OpenSockets(HostedInterface carrier, long now)
    {
        if (carrier.Index == 0) return;
        foreach (HostedSocket hosted in carrier.Sockets)
        {
            if (hosted.IsUsed) Open(hosted, now);
        }
    }

    private void Open(HostedSocket hosted, long now)
    {
        hosted.ReopenAt = long.MaxValue;
        try
        {
            hosted.Open();
            hosted.OpenError = hosted.Failures = 0;
            Listen(hosted);
        }
        catch (LinuxException e)
        {
            // It may be gone again already, which the next notification tells; anything else the event does. Without a socket the instances
            // stay in fault.
            Close(hosted);
            if (e.Errno != hosted.OpenError) TellSocketFailed(hosted, e.Errno);
            hosted.OpenError = e.Errno;
            hosted.ReopenAt = now + Backoff.Usual(++hosted.Failures);
            effects.Expect(hosted.Carrier);
        }
    }

    /// <summary>What could not be read or opened is tried again.</summary>
    private void RetryInterfaces(long now)
    {
        foreach (HostedInterface carrier in plan.Interfaces)
        {
            bool anyOpen = false;
            foreach (HostedSocket hosted in carrier.Sockets)
            {
                if (hosted.ReopenAt > now) continue;
                Open(hosted, now);
                anyOpen |= hosted.Socket is not null;
            }

            if (carrier.Settle(now) || anyOpen) TellInstancesOn(carrier, now);
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
            if (instance.Interface == carrier || instance.SourceInterface == carrier || Array.Exists(instance.Addresses, a => a.Carrier == carrier))
                TellInterface(i, now);
        }

        effects.Execute(actions, now);
    }

    private void TellInterface(int index, long now)
    {
        HostedInstance instance = plan.Instances[index];
        HostedInterface from = instance.SourceInterface;
        UInt128 own = instance.Family == 6 ? from.SourceAddress6 : from.SourceAddress4;
        UInt128 configured = instance.ConfiguredSource;
        instance.Source = configured != 0 ? configured : own;
        bool hasConfigured = configured == 0 || watchedSources.GetValueOrDefault((configured, instance.Family));
        bool isUp = instance.Interface.CountsAsUp && instance.Socket.Socket is not null;
        router.OnInterface(index, new InterfaceReading(isUp, instance.Source, hasConfigured, instance.Obstacle), now, actions);
    }

    private void Listen(HostedSocket hosted)
    {
        if (hosted.Socket is not { } socket || hosted.Token != 0) return;
        hosted.Token = lastToken++;
        epoll.Add(socket.Handle, hosted.Token, Libc.EPOLLIN);
        listening.Add(hosted.Token, hosted);
    }

    private void Close(HostedSocket hosted)
    {
        if (hosted.Token != 0)
        {
            epoll.Remove(hosted.Socket!.Handle);
            listening.Remove(hosted.Token);
            hosted.Token = 0;
        }

        hosted.Close();
    }
}
