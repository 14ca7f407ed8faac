using HaTools.Engine.VirtualInterfaces;
using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>Interfaces and their sockets, and the notifications of what others change.</summary>
internal sealed partial class VrrpLoop
{
    private readonly Dictionary<int, HostedInterface> byIndex = [];

    /// <summary>Interfaces that have come to count as up or down, and whose instances have not been told yet.</summary>
    private readonly List<HostedInterface> untold = new(8);

    /// <summary>Makes a plan the one in force, as far as interfaces go: sockets are listened to or closed, and virtual router ids lead to
    /// instances.</summary>
    private void Adopt(HostPlan adopted, long now)
    {
        HostedInterface[] formerInterfaces = plan.Interfaces;

        // First, before anything can go wrong: the router's numbers are those of this plan, and if the thread ends here, the end goes by them.
        plan = adopted;
        effects.Number(adopted);
        foreach (HostedInterface former in formerInterfaces) Clear(former, false);
        HostedInterface[] replanned = [.. adopted.Interfaces.Where(i => !Equals(i.Planned, adopted.Configuration.Interfaces.Find(i.Name)))];
        foreach (HostedInterface carrier in adopted.Interfaces) StackUp(carrier, adopted);
        foreach (HostedInterface carrier in adopted.Interfaces)
        {
            Clear(carrier, true);

            // What stands on an interface waits as long as that.
            (long up, long down) = adopted.DelaysOf(carrier.Base?.Name ?? carrier.Name);
            carrier.SetDelays(up, down);
            Settle(carrier, now);
        }

        for (int i = 0; i < adopted.Instances.Length; i++)
        {
            HostedInstance instance = adopted.Instances[i];
            instance.Index = i;
            instance.Socket = instance.Interface.SocketOf(instance.Family, instance.HasAuthenticationHeader);
            instance.Socket.Serve(instance);
            instance.Overheard?.SocketOf(instance.Family, instance.HasAuthenticationHeader).Hear(instance);
            instance.SourceInterface.IsSource = true;
        }

        foreach (HostedInterface carrier in adopted.Interfaces) carrier.KnowsSource &= carrier.IsSource;

        foreach (HostedInterface former in formerInterfaces) CloseUnused(former);
        effects.Adopt(adopted, now);
        WatchSources(adopted, now);
        foreach (HostedInterface carrier in adopted.Interfaces) OpenSockets(carrier, now);
        IndexInterfaces();

        // What has become of the new ones since the plan was made was told to nobody; and what is another now under the name that it had was not accepted
        // when it was told of.
        foreach (HostedInterface carrier in adopted.Added.Union(replanned))
        {
            if (kernel.TryFindLink(carrier.Name, out LinkInfo? link)) See(carrier, link, now);
            else effects.LookAgain(carrier, now);
        }
    }

    /// <summary>Puts an interface that was made by us on the one that it stands on.</summary>
    private static void StackUp(HostedInterface carrier, HostPlan adopted)
    {
        PlannedInterface? made = adopted.Configuration.Interfaces.Find(carrier.Name);
        carrier.Planned = made;
        carrier.Base = made is null ? null : Array.Find(adopted.Interfaces, i => i.Name == made.Parent);
        carrier.BorrowsSource = made?.Kind == VirtualInterfaceKind.Macvlan;
    }

    private static void Clear(HostedInterface carrier, bool isUsed)
    {
        carrier.IsUsed = isUsed;
        carrier.IsSource = false;
        foreach (HostedSocket hosted in carrier.Sockets) hosted.Clear();
    }

    private void IndexInterfaces()
    {
        byIndex.Clear();
        foreach (HostedInterface carrier in plan.Interfaces)
        {
            if (carrier.Index != 0) byIndex[carrier.Index] = carrier;
        }
    }

    private void Refresh(HostedInterface carrier, LinkInfo? link, long now)
    {
        bool wasUp = carrier.IsUp;
        int formerIndex = carrier.Index;
        byte[] formerAddress = carrier.ArpAddress;
        carrier.Set(link);
        if (carrier.Index != formerIndex) Replace(carrier, formerIndex, now);
        Settle(carrier, now);
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
            Settle(above, now);
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
            if ((instance.Failures > 0 || instance.Refusal != 0) && Array.Exists(instance.Addresses, a => a.Carrier == carrier)) effects.TryAgain(instance, now);
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

            Settle(carrier, now);
            if (anyOpen) TellInstancesOn(carrier, now);
            if (carrier.LookAgainAt > now) continue;
            carrier.LookAgainAt = long.MaxValue;
            int failures = carrier.LookFailures;
            LookAt(carrier, now);
            if (carrier.LookFailures == failures) carrier.LookFailures = 0;
        }
    }

    /// <summary>A delay of the interface's may be over, wherever that is noticed: <see cref="TellUntold"/> sees to it that nobody misses it.</summary>
    private void Settle(HostedInterface carrier, long now)
    {
        if (carrier.Settle(now)) untold.Add(carrier);
    }

    /// <summary>Tells the instances what has come to count since they were told last.</summary>
    private void TellUntold(long now)
    {
        for (int i = 0; i < untold.Count; i++) TellInstancesOn(untold[i], now);
        untold.Clear();
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
        AddressBits own = instance.Family == 6 ? from.SourceAddress6 : from.SourceAddress4;
        AddressBits configured = instance.ConfiguredSource;
        instance.Source = configured != 0 ? configured : own;
        if (!instance.Interface.CountsAsUp) instance.NoteDown();
        bool hasConfigured = configured == 0 || watchedSources.GetValueOrDefault((configured, instance.Family));
        var reading = new InterfaceReading(instance.Interface.CountsAsUp, instance.Source, hasConfigured, instance.Obstacle)
        {
            CanHear = instance.Socket.Socket is not null,
            CanPart = instance.WayOut is not null,
        };
        router.OnInterface(index, reading, now, actions);
    }
}
