using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Notify;
using HaTools.Engine.Trackers;
using HaTools.Engine.Vrrp;
using HaTools.Vrrp;

namespace HaTools.Engine;

// What the parts report, each on its own thread.
internal sealed partial class HaNode : IVrrpHostSink, ICheckSink, ITrackerSink, INotifySink, IServiceSink, ISuspensionSink
{
    // On the VRRP thread: queue and go. The text is made on the engine's thread.
    void IVrrpHostSink.Raise(in VrrpHostEvent happened)
    {
        FollowState(happened);
        FollowMastership(happened);
        vrrpEvents.Enqueue(happened);
        engine.Post(drainVrrpEvents);
    }

    void IVrrpHostSink.AddressesAdded(string instance)
    {
        held[instance] = true;
        if (!renames) services.Hold(instance);
        network.Hold(instance);
    }

    void IVrrpHostSink.AddressesRemoved(string instance)
    {
        _ = held.TryRemove(instance, out _);
        network.Release(instance);
        if (!renames) services.Release(instance);
    }

    void ICheckSink.OnCheck(CheckTarget check, CheckVerdict verdict, string? reason)
    {
        CheckKey key = check.Key;
        string server = KeepalivedName.Of(key.Server.Address, key.Service.Protocol, key.Server.Port);
        bool up = verdict == CheckVerdict.Succeeded;
        events.Add("Log", $"{key.Service} {key.Server}", check.Words(up, server));
        services.SetHealth(key, up, reason);
        readiness.Heard(key);
    }

    void ICheckSink.OnWeight(CheckKey key, CheckWeight? weight) => services.SetWeight(key, weight);

    void ICheckSink.OnFailure(CheckKey key, string reason) => events.Add("Log", $"{key.Service} {key.Server}", $"A try of a check has failed: {reason}");

    void ICheckSink.OnWarning(CheckKey key, string? warning)
    {
        if (warning is not null) events.Add("Warning", $"{key.Service} {key.Server}", warning);
        services.SetWarning(key, warning);
    }

    void ICheckSink.OnTrouble(string message) => events.Add("Warning", Name, message);

    void ITrackerSink.OnReading(TrackerKey tracker, TrackerReading reading)
    {
        vrrp?.SetTracker(tracker, reading);
        following.OnReading(tracker, reading);
    }

    void ITrackerSink.OnTracker(TrackerKey tracker, HaTrackerStateKind state, string message) =>
        events.Add("TrackerChanged", tracker.Name, message, state.ToString().ToUpperInvariant());

    void ITrackerSink.OnTrackerLog(TrackerKey tracker, string message) => events.Add("Log", tracker.Name, message);

    void ITrackerSink.OnTrackerWarning(TrackerKey tracker, string message) => events.Add("Warning", tracker.Name, message);

    void ISuspensionSink.OnSuspended(IReadOnlySet<ServiceKey> services)
    {
        programs.Suspend(services);
        checks?.Configure(sockets, services);
    }

    void ISuspensionSink.OnSuspension(ServiceKey service, string message) => events.Add("Log", service.ToString(), message);

    void ISuspensionSink.OnSuspensionWarning(string message) => events.Add("Warning", Name, message);

    void INotifySink.OnNotifyLog(string subject, string message) => events.Add("Log", subject, message);

    void INotifySink.OnNotifyWarning(string subject, string message) => events.Add("Warning", subject, message);

    void IServiceSink.OnService(string kind, string subject, string message, string? state) => events.Add(kind, subject, message, state);

    void IServiceSink.OnHealth(ServiceKey service, DestinationKey? server, bool up, HealthNews news, long weight)
    {
        if (!notify.WantsHealth) return;
        NotifyKey key = server is { } one ? NotifyKey.RealServer($"{service}", $"{one}") : NotifyKey.Service($"{service}");
        engine.Post(() => notify.OnHealth(key, up, news, weight));
    }

    void IServiceSink.OnCheckHealth(ServiceKey service, DestinationKey server, CheckNews news)
    {
        if (notify.WantsHealth) engine.Post(() => notify.OnCheck(NotifyKey.RealServer($"{service}", $"{server}"), news));
    }

    void IServiceSink.OnPrepared(string instance) => vrrp?.AddressesPrepared(instance);

    /// <summary>
    /// What the VRRP thread calls here is called once before its start, for an instance that does not exist: its first failover must not
    /// wait for the
    /// just-in-time compiler.
    /// </summary>
    private void Rehearse()
    {
        IVrrpHostSink sink = this;
        sink.AddressesAdded("");
        _ = services.Prepare("");
        kernel.PostUrgent(() => { });
        engine.Post(drainVrrpEvents);
        sink.AddressesRemoved("");
    }

    private void DrainVrrpEvents()
    {
        while (vrrpEvents.TryDequeue(out VrrpHostEvent happened))
        {
            // This one is for the scripts; the words came with the advert.
            if (happened.Code != VrrpHostEventCode.LowerPriorityNotice)
                events.Add(happened.Kind, happened.Subject, happened.Message, happened.State);
            switch (happened.Code)
            {
                case VrrpHostEventCode.GroupStateChanged:
                    notify.OnState(NotifyKey.Group(happened.Subject), happened.NewState, 0);
                    break;
                case VrrpHostEventCode.StateChanged:
                    notify.OnState(NotifyKey.Instance(happened.Subject), happened.NewState, (int)happened.First);
                    break;
                case VrrpHostEventCode.Renamed:
                    notify.OnRenamed(happened.First == 1 ? happened.Name : null, happened.Subject, (int)happened.Second);
                    break;
                case VrrpHostEventCode.PriorityChanged:
                    notify.OnPriority(happened.Subject, (int)happened.Second);
                    break;
                case VrrpHostEventCode.LowerPriorityNotice:
                    notify.OnLowerPriority(happened.Subject);
                    break;
            }
        }
    }
}
