using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>Going over to another configuration while the old one runs.</summary>
internal sealed partial class VrrpLoop
{
    /// <summary>
    /// Goes over to a plan that was made after the one in force. Instances (by name) that did not change are untouched. All that can fail was done when it was
    /// made; what is left takes a time in proportion to what changed, and a moment for each instance.
    /// </summary>
    public void Reconfigure(HostPlan next)
    {
        long now = MonotonicClock.Now;
        HostedInstance[] old = plan.Instances;
        int[] carryOver = next.InstanceCarryOver;
        var isCarried = new bool[old.Length];
        foreach (int former in carryOver)
        {
            if (former >= 0) isCarried[former] = true;
        }

        for (int i = 0; i < old.Length; i++)
        {
            if (!isCarried[i]) Retire(old[i], i, now);
        }

        Settle();
        List<(string Former, HostedInstance Instance, InstanceView View)> renamed = [];
        for (int i = 0; i < next.Instances.Length; i++)
        {
            if (carryOver[i] < 0) continue;
            HostedInstance carried = old[carryOver[i]];
            if (carried.Name != next.Instances[i].Name) renamed.Add((carried.Name, carried, router[carryOver[i]]));
            if (!next.IsUnchanged[i])
            {
                Carry(carried, next.Instances[i], now);
                Breathe();
            }

            next.Instances[i] = carried;
        }

        if (renamed.Count > 0) TellRenamed(renamed, [.. next.Instances.Select(i => i.Name)]);

        // The router's numbers and ours must agree before it may act again.
        effects.Work();
        mayBreathe = false;
        StopKeepingRepeats();
        effects.Work();
        router.Reconfigure(next.Settings, carryOver, next.TrackerCarryOver, now, actions);
        HostedInterface[] formerInterfaces = plan.Interfaces;
        Adopt(next, now);
        effects.Execute(actions, now);
        mayBreathe = true;

        ForgetRepeats();
        TakeStock(CarriersOfUnknown(next), now);
        TellOwnPeers();
        TellHolds();
        TellReadings(next, now);
        for (int i = 0; i < next.Instances.Length; i++)
        {
            if (carryOver[i] >= 0 && next.IsUnchanged[i]) continue;

            // It may ask for that only now, on an interface that was looked at long ago.
            effects.Protect(plan.Instances[i].Interface);
            TellInterface(i, now);
        }

        TellUntold(now);
        effects.Execute(actions, now);
        effects.Work();
        foreach (HostedInterface former in formerInterfaces)
        {
            if (former.PromotesByUs && !(former.IsUsed && effects.NeedsPromotion(former))) effects.Unprotect(former);
        }
    }

    /// <summary>
    /// Who follows instances by their names hears what goes on under a new one, before it hears that a former one is gone: what both want (a route, a service) stays.
    /// </summary>
    private void TellRenamed(List<(string Former, HostedInstance Instance, InstanceView View)> renamed, HashSet<string> names)
    {
        foreach ((string former, HostedInstance instance, InstanceView view) in renamed)
        {
            sink.Raise(new VrrpHostEvent(VrrpHostEventCode.Renamed, instance.Name)
            {
                NewState = view.State,
                Name = former,
                First = names.Contains(former) ? 0 : 1,
                Second = view.Priority,
            });
            if (instance.IsHeld && instance.GateEnds == long.MaxValue) sink.AddressesAdded(instance.Name);
            else sink.AddressesRemoved(instance.Name);
        }

        foreach ((string former, _, _) in renamed)
        {
            if (!names.Contains(former)) sink.AddressesRemoved(former);
        }
    }

    /// <summary>
    /// What is known of trackers that the router has not heard of before. Of those that the configuration does not have any more nothing
    /// is: should it have them again, what they said long ago would count until they say something.
    /// </summary>
    private void TellReadings(HostPlan next, long now)
    {
        HashSet<TrackerKey> defined = DefinedTrackers(next.Configuration.Configuration);
        foreach (TrackerKey key in readings.Keys)
        {
            if (!defined.Contains(key)) readings.Remove(key);
        }

        for (int t = 0; t < next.TrackerCarryOver.Length; t++)
        {
            if (next.TrackerCarryOver[t] < 0 && readings.TryGetValue(effects.Trackers[t], out TrackerReading reading))
                router.OnTracker(t, reading, now, actions);
        }
    }

    private static HashSet<TrackerKey> DefinedTrackers(HaConfiguration model) =>
    [
        .. VrrpRouter.TrackersOf(model),
        .. model.Scripts.Select(t => new TrackerKey(TrackerKind.Script, t.Name)),
        .. model.Files.Select(t => new TrackerKey(TrackerKind.File, t.Name)),
        .. model.Processes.Select(t => new TrackerKey(TrackerKind.Process, t.Name)),
        .. model.BfdSessions.Select(t => new TrackerKey(TrackerKind.Bfd, t.Name)),
    ];

    /// <summary>New interfaces, those of addresses that have not been looked for, and those that adverts leave from only now.</summary>
    private static HostedInterface[] CarriersOfUnknown(HostPlan next)
    {
        HashSet<HostedInterface> carriers = [.. next.Added, .. next.Interfaces.Where(i => i is { IsSource: true, KnowsSource: false })];
        foreach (HostedInstance instance in next.Instances)
        {
            foreach (HostedAddress address in instance.Addresses)
            {
                if (!address.IsKnown) carriers.Add(address.Carrier);
            }
        }

        return [.. carriers];
    }

    private void Retire(HostedInstance instance, int index, long now)
    {
        router.RetireInstance(index, now, actions);
        effects.Execute(actions, now);
        effects.Work();
        effects.RemoveLeftovers(instance);
        if (instance.IsParked) effects.Unpark(instance);
        instance.Index = -1;
        Breathe();
    }

    /// <summary>Gives a running instance its new settings. Addresses that go are taken away here; for those that come the router
    /// asks.</summary>
    private void Carry(HostedInstance carried, HostedInstance next, long now)
    {
        Dictionary<(HostedInterface, VirtualAddress), HostedAddress> gone = [];
        foreach (HostedAddress address in carried.Addresses) gone[(address.Carrier, address.Configured)] = address;
        for (int i = 0; i < next.Addresses.Length; i++)
        {
            HostedAddress wanted = next.Addresses[i];
            if (gone.Remove((wanted.Carrier, wanted.Configured), out HostedAddress? kept)) next.Addresses[i] = kept;
        }

        effects.Drop(carried, gone.Values);
        bool wasParked = carried.IsParked;
        carried.Become(next);

        // With the new lifetime, and renewed by the new requests.
        effects.TryAgain(carried, now);
        if (wasParked && !carried.IsParked) effects.Unpark(carried);
    }
}
