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
        // Six beats in the shortest lifetime: a renewal is due at a third of it, and waits for the next beat.
        beatInterval = long.MaxValue;
        foreach (HostedInstance instance in Instances)
        {
            if (instance.Lifetime is not null) beatInterval = Math.Min(beatInterval, instance.RenewalInterval / 2);
        }

        beatAt = beatInterval == long.MaxValue ? long.MaxValue : now;
        NextDeadline = Math.Min(NextDeadline, beatAt);
    }

    private void BeatNow(long now)
    {
        renewer.Beat(now);
        beatAt = now + beatInterval;
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
    }
}
