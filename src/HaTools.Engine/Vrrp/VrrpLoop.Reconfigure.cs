using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>Going over to another configuration while the old one runs.</summary>
internal sealed partial class VrrpLoop
{
    /// <summary>Instances (by name) that did not change are untouched. On an exception nothing has changed.</summary>
    public void Reconfigure(VrrpHostConfiguration configuration)
    {
        // All that can fail comes first.
        HostPlan next = HostPlan.Make(configuration, routes, plan.Interfaces);
        _ = new VrrpRouter(configuration.Configuration);
        next.OpenSockets();

        long now = MonotonicClock.Now;
        HostedInstance[] old = plan.Instances;
        HaConfiguration before = plan.Configuration.Configuration;
        HaConfiguration model = configuration.Configuration;
        int[] instanceCarryOver = VrrpRouter.InstanceCarryOver(before, model);
        int[] trackerCarryOver = VrrpRouter.TrackerCarryOver(before, model);
        HashSet<int> carriedOver = [.. instanceCarryOver];
        for (int i = 0; i < old.Length; i++)
        {
            if (!carriedOver.Contains(i)) Retire(old[i], i, now);
        }

        for (int i = 0; i < next.Instances.Length; i++)
        {
            if (instanceCarryOver[i] < 0) continue;
            HostedInstance carried = old[instanceCarryOver[i]];
            Carry(carried, next.Instances[i], now);
            next.Instances[i] = carried;
        }

        router.Reconfigure(model, instanceCarryOver, trackerCarryOver, now, actions);
        HostedInterface[] formerInterfaces = plan.Interfaces;
        Adopt(next);
        TakeStock(now);
        for (int t = 0; t < trackerCarryOver.Length; t++)
        {
            if (trackerCarryOver[t] < 0 && readings.TryGetValue(effects.Trackers[t], out TrackerReading reading))
                router.OnTracker(t, reading, now, actions);
        }

        for (int i = 0; i < next.Instances.Length; i++) TellInterface(i, now);
        effects.Execute(actions, now);
        foreach (HostedInterface former in formerInterfaces)
        {
            if (!next.Interfaces.Contains(former)) effects.Unprotect(former);
        }
    }

    private void Retire(HostedInstance instance, int index, long now)
    {
        router.RetireInstance(index, now, actions);
        effects.Execute(actions, now);
        effects.RemoveLeftovers(instance);
        if (instance.IsParked) effects.Unpark(instance);
    }

    /// <summary>Gives a running instance its new settings. Addresses that go are taken away here; for those that come the router
    /// asks.</summary>
    private void Carry(HostedInstance carried, HostedInstance next, long now)
    {
        List<HostedAddress> gone = [.. carried.Addresses];
        for (int i = 0; i < next.Addresses.Length; i++)
        {
            HostedAddress wanted = next.Addresses[i];
            HostedAddress? kept = gone.Find(a => a.Carrier == wanted.Carrier && a.Configured.Equals(wanted.Configured));
            if (kept is null) continue;
            gone.Remove(kept);
            next.Addresses[i] = kept;
        }

        effects.Drop(carried, gone);
        bool lifetimeDiffers = carried.Lifetime != next.Lifetime;
        bool wasParked = carried.IsParked;
        carried.Become(next);
        if (lifetimeDiffers && carried.IsHeld) carried.RenewAt = now;
        if (wasParked && !carried.IsParked) effects.Unpark(carried);
    }
}
