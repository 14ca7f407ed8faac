using HaTools.Netlink.Route;

namespace HaTools.Engine.Vrrp;

/// <summary>The lifetimes of the addresses: which are renewed, and that this thread is alive.</summary>
internal sealed partial class RouterEffects
{
    private long beatAt = long.MaxValue;
    private long beatInterval = long.MaxValue;

    /// <summary>The instances have other lifetimes than before.</summary>
    public void PlanBeats(long now)
    {
        beatInterval = long.MaxValue;
        foreach (HostedInstance instance in Instances) beatInterval = Math.Min(beatInterval, instance.RenewalInterval);
        PlanBeat(now);
    }

    /// <summary>
    /// A beat for which alone this thread would be woken before long comes now, while it is awake for an advert.
    /// </summary>
    /// <param name="now">Now.</param>
    /// <param name="nextWake">When it is awake again in any case.</param>
    public void BeatEarly(long now, long nextWake)
    {
        if (beatAt >= nextWake || beatAt - now > beatInterval / 2) return;
        beatAt = NextDeadline = now;
    }

    private void BeatNow(long now)
    {
        // What becomes due before the middle of the pause comes now: so nothing is renewed later than at half of its lifetime, and nothing is passed over by a
        // beat that comes early.
        renewer.Beat(now, beatInterval / 2);
        PlanBeat(now + beatInterval);
    }

    // A backup holds nothing: its threads are not woken to renew that.
    private void PlanBeat(long at)
    {
        beatAt = renewer.HoldsAny && beatInterval != long.MaxValue ? at : long.MaxValue;
        NextDeadline = Math.Min(NextDeadline, beatAt);
    }

    /// <summary>Has the addresses of an instance renewed that are up; not those that failed, which are this thread's to put up.</summary>
    private void Renew(HostedInstance instance, int failed, long now)
    {
        if (instance.Lifetime is null || failed == instance.Requests.Length)
        {
            renewer.Withdraw(instance.Lease);
            return;
        }

        AddressRequest[] up = instance.Requests;
        if (failed > 0)
        {
            List<AddressRequest> some = [];
            for (int i = 0; i < up.Length; i++)
            {
                if (instance.Requested[i].Error == 0) some.Add(up[i]);
            }

            up = [.. some];
        }

        renewer.Hold(instance.Lease, up, instance.RenewalInterval, now);
        if (beatAt == long.MaxValue) PlanBeat(now + beatInterval);
    }
}
