using HaTools.Linux;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// Instances of which the kernel takes no address. Such a one is of no use as master, and a peer may be. Whether the kernel would take one now shows only
/// when it is master again, and that takes the service from the peer for a moment: so it is tried on news that give hope, and else seldom.
/// </summary>
internal sealed partial class RouterEffects
{
    /// <summary>How long a refusal holds where there is no news: 5 min.</summary>
    private const long RefusalHolds = 300_000_000_000;

    /// <summary>Whether an instance can now put up its addresses that could not, or the other way round; who tells the router resets it.</summary>
    public bool ObstaclesChanged { get; set; }

    /// <summary>An interface of its addresses is another than before, or has come up: what could not be put up there is tried at once.</summary>
    public void TryAgain(HostedInstance instance, long now)
    {
        instance.Failures = 0;
        if (instance.Refusal != 0) ForgetRefusal(instance);
        if (!instance.IsHeld || instance.GateEnds != long.MaxValue) return;
        foreach (HostedAddress address in instance.Addresses)
        {
            if (address.IsDuplicate) address.DetectAgainAt = instance.DetectAgainAt = now;
        }

        instance.PutBackAt = now;
        Expect(instance);
    }

    /// <summary>
    /// An interface takes addresses of a family: one of somebody else has come there (the link-local one, when IPv6 is enabled). What was refused is tried
    /// again, the later after the refusal the more often that was in vain. What another machine has is no less its own for that.
    /// </summary>
    public void ReconsiderRefusals(HostedInterface carrier, int family, long now)
    {
        foreach (HostedInstance instance in Instances)
        {
            if (instance.Refusal is 0 or Errno.EADDRINUSE || !Array.Exists(instance.Requested, a => a.Carrier == carrier && a.Family == family)) continue;
            instance.ObstacleEnds = Math.Min(instance.ObstacleEnds, Math.Max(now, instance.RefusedAt + Backoff.Usual(instance.Failures)));
            Expect(instance);
        }
    }

    /// <summary>None of the addresses can be put up. The router hears of it by the obstacle, and again when it is time to try.</summary>
    private void Refuse(HostedInstance instance, int errno, long now)
    {
        instance.Refusal = errno;
        instance.RefusedAt = now;
        instance.IsKernelSilent = kernel.LastFailed;
        instance.ObstacleEnds = now + (instance.IsKernelSilent ? Backoff.Usual(instance.Failures) : RefusalHolds);
        instance.PutBackAt = long.MaxValue;
        ObstaclesChanged = true;
        Expect(instance);
    }

    private void EndRefusal(HostedInstance instance, long now)
    {
        // That it answers at all can be asked without an address.
        if (instance.IsKernelSilent && kernel.Read(Loopback.Index) is null)
            instance.ObstacleEnds = now + Backoff.Usual(++instance.Failures);
        else
            ForgetRefusal(instance);
    }

    private void ForgetRefusal(HostedInstance instance)
    {
        instance.Refusal = 0;
        instance.ObstacleEnds = long.MaxValue;
        ObstaclesChanged = true;
    }
}
