using HaTools.Linux;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// The last moments before a takeover are not slept through. Who sleeps is woken some 60 µs late, and a processor that has done other things
/// since has to fetch the code of a takeover from memory, for 100 µs more. The adverts of a living master move the deadline on long before, so
/// that nothing of this is spent while there is one.
/// </summary>
internal sealed partial class VrrpLoop
{
    /// <summary>
    /// How long before a takeover it begins, in nanoseconds: several times what a virtual machine takes to wake up, and then a drill on a cold
    /// processor (after some seconds of sleep both together were over 0.5 ms now and then).
    /// </summary>
    private const long VigilLength = 2_000_000;

    /// <summary>From here on nothing is begun that could make us late.</summary>
    private const long LastMoments = 50_000;

    /// <summary>How often a takeover was drilled since the begin.</summary>
    public long TakeoverDrills { get; private set; }

    /// <summary>How long may be slept, in nanoseconds, as <see cref="Epoll.Wait"/> takes it.</summary>
    private long WaitTime()
    {
        if (monitorHasMore) return 0;
        long deadline = NextDeadline;
        if (deadline == long.MaxValue) return -1;
        if (router.NextToTakeOver >= 0) deadline = Math.Min(deadline, router.NextDeadline - VigilLength);
        return Math.Max(0, deadline - MonotonicClock.Now);
    }

    private void KeepVigil()
    {
        int next = router.NextToTakeOver;
        if (next < 0 || router.NextDeadline - MonotonicClock.Now is <= LastMoments or > VigilLength) return;
        foreach (TakeoverDrill drill in plan.Drills) _ = drill.Play();
        TakeoverDrills++;
        if (plan.Instances[next].Socket.Socket is { } socket) Rehearsal.TouchSending(socket);
    }
}
