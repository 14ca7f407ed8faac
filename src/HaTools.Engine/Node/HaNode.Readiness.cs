using HaTools.Engine.Readiness;
using HaTools.Linux;

namespace HaTools.Engine;

// Whether the host is ready to take over from a master that lives.
internal sealed partial class HaNode : IReadinessSink
{
    private readonly ReadinessKeeper readiness;
    private readonly Action lookAtReadiness;

    void IReadinessSink.OnHoldsChanged() => vrrp?.HoldsChanged();

    void IReadinessSink.OnReadiness(string instance, string message, string state) => events.Add("ReadinessChanged", instance, message, state);

    private ReadinessFacts ReadFacts(bool sends) => new(sends, syncDaemons?.ListeningSince, services.Unwritten, unanswered);

    private IReadOnlyList<VrrpState> WithReadiness(IReadOnlyList<VrrpState> states)
    {
        long now = MonotonicClock.Now;
        return [.. states.Select(s => readiness.HoldOf(s.Name) is { } hold ? s with { WaitsFor = hold.Reason, WaitsAtMost = hold.SecondsLeft(now) } : s)];
    }
}
