namespace HaTools.Engine.DataPlane;

// A virtual server that is several services has its servers drained by hand in all of them, also in those that come later.
internal sealed partial class Drainer
{
    /// <summary>What people have drained of virtual servers with a group, by the names that these have for their servers.</summary>
    private readonly Dictionary<ServiceKey, Dictionary<DestinationKey, DrainState>> byHand = [];

    private static bool IsByHand(DrainState? drain) => drain?.Cause == IpvsDrainCause.ByHand;

    /// <summary>Has in a service what people want of the others, and in the others what a predecessor remembered of this one.</summary>
    private void FollowGroup(DrainedService service, ManagedService configured)
    {
        ServiceHealth health = configured.Health;
        if (health.Configured.Group is null) return;
        for (int i = 0; i < configured.Configured.RealServers.Count; i++)
        {
            DestinationKey here = DestinationKey.Of(configured.Configured.RealServers[i]), name = configured.IdentityOf(i);
            DrainState? own = service.Drains.GetValueOrDefault(here), other = byHand.GetValueOrDefault(health.Key)?.GetValueOrDefault(name);
            if (other is null && IsByHand(own))
            {
                RememberInGroup(health.Key, name, own!);
                TouchOthers(configured);
            }
            else if (other is not null && own is null)
            {
                service.Drains[here] = other with { Phase = IpvsDrainPhase.Draining, InForce = false, QuietLooks = 0, Counts = default };
                LookSoon();
                Save();
            }
        }

        byHand.GetValueOrDefault(health.Key)?.Keys.Except(health.Configured.RealServers.Select(DestinationKey.Of)).ToList().ForEach(gone => byHand[health.Key].Remove(gone));
    }

    private void RememberInGroup(ServiceKey owner, DestinationKey server, DrainState drain)
    {
        if (!byHand.TryGetValue(owner, out Dictionary<DestinationKey, DrainState>? drains)) byHand.Add(owner, drains = []);
        drains[server] = drain;
    }

    /// <summary>A service is another virtual server's from now on: what people want of the former one's servers is not wanted of this one's.</summary>
    private void LeaveOwner(DrainedService service)
    {
        StepAll(service, new DrainEvent.Moved());
        ForgetInGroup(service);
    }

    private void ForgetInGroup(DrainedService gone)
    {
        if (gone.Owner is not { Group: not null } owner || !byHand.ContainsKey(ServiceKey.Of(owner)) || services.Values.Any(s => s != gone && s.Owner?.Id == owner.Id)) return;
        _ = byHand.Remove(ServiceKey.Of(owner));
    }

    private void TouchOthers(ManagedService configured)
    {
        foreach (ServiceKey place in configured.Health.Places)
        {
            if (place != configured.Key) host.Touch(place);
        }
    }
}
