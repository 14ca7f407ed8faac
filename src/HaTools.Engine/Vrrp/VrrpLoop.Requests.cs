using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>What other threads want, and what they tell.</summary>
internal sealed partial class VrrpLoop
{
    /// <summary>The last result of each tracker of the configuration, also of those that nobody follows now: the next one may.</summary>
    private readonly Dictionary<TrackerKey, TrackerReading> readings = [];

    public void SetTracker(TrackerKey key, TrackerReading reading)
    {
        readings[key] = reading;
        int index = Array.IndexOf(effects.Trackers, key);
        if (index < 0) return;
        long now = MonotonicClock.Now;
        router.OnTracker(index, reading, now, actions);
        effects.Execute(actions, now);
    }

    /// <summary>Tells the router which instances leave a master of lower priority in place.</summary>
    public void TellHolds()
    {
        if (options.IsHeld is not { } isHeld) return;
        long now = MonotonicClock.Now;
        foreach (HostedInstance instance in plan.Instances) router.OnHold(instance.Index, isHeld(instance.Name), now);
    }

    /// <summary>Announces the addresses of an instance (null: of all) once more, where it is master; the result names those.</summary>
    public IReadOnlyList<string> Announce(string? name)
    {
        List<string> announced = [];
        foreach (HostedInstance instance in plan.Instances)
        {
            if (name is not null && instance.Name != name) continue;
            router.Announce(instance.Index, actions);
            if (actions.Count > 0) announced.Add(instance.Name);
            effects.Execute(actions, MonotonicClock.Now);
        }

        return announced;
    }

    public void AddressesPrepared(string name)
    {
        foreach (HostedInstance instance in plan.Instances)
        {
            if (instance.Name == name) effects.OpenGate(instance, MonotonicClock.Now);
        }
    }

    private void ReadMailbox()
    {
        wakeUp.Drain();
        while (mailbox.TryDequeue(out VrrpHostRequest? request))
        {
            request.Run(this);
            effects.Work();
        }
    }

    // On the renewer's thread.
    private void TellRenewalFailed(AddressLease lease)
    {
        mailbox.Enqueue(new VrrpHostNotice(l => l.effects.OnRenewalFailed(lease.Owner, MonotonicClock.Now)));
        wakeUp.Signal();
    }
}
