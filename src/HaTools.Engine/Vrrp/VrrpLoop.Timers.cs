using HaTools.Linux;

namespace HaTools.Engine.Vrrp;

/// <summary>What is due, and how late it is.</summary>
internal sealed partial class VrrpLoop
{
    /// <summary>keepalived complains of timers that are late by this much, and so do we.</summary>
    private const long ConspicuousLateness = 1_000_000_000;

    private long lateDeadline = long.MinValue;

    private void RunTimers()
    {
        long now = MonotonicClock.Now;
        RunRouterTimers(now);
        effects.Work();
        effects.BeatEarly(now, router.NextDeadline);
        if (effects.NextDeadline <= now)
        {
            RetryInterfaces(now);
            effects.Housekeeping(now);
        }

        if (lookForSourcesAt <= now) LookForSources(now);
        if (!effects.NeedsVerification) return;
        effects.NeedsVerification = false;
        foreach (HostedInterface carrier in plan.Interfaces)
        {
            if (!carrier.NeedsVerification) continue;
            effects.Verify(carrier, now);
            Breathe();
        }
    }

    private void RunRouterTimers(long now)
    {
        if (repeatsDue <= now) TakeRepeats();
        if (router.NextDeadline > now) return;
        router.OnTimer(now, actions);
        effects.Execute(actions, now);

        // A new master hears the old one at once, should that live.
        ReconsiderRepeats();
    }

    /// <summary>Tells of a stand-still, before what is heard makes the router set its timers anew.</summary>
    private void NoteLateness()
    {
        long due = router.NextDeadline, lateness = MonotonicClock.Now - due;
        if (lateness < ConspicuousLateness || due == lateDeadline) return;
        lateDeadline = due;
        sink.Raise(new VrrpHostEvent(VrrpHostEventCode.TimerLate, options.NodeName) { First = lateness });
    }

    /// <summary>Adverts that have become due while something else is done.</summary>
    private void Breathe()
    {
        Pulse.Step();
        if (!mayBreathe || router.NextDeadline > MonotonicClock.Now) return;
        NoteLateness();
        HearAll();
        RunRouterTimers(MonotonicClock.Now);
    }
}
