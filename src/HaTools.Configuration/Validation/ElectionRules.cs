using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of who becomes master, and when.</summary>
internal static class ElectionRules
{
    public static readonly TimeSpan LongestPreemptDelay = TimeSpan.FromSeconds(1000);

    public static void Check(RuleFindings findings, ModelPath path, VrrpInstance instance)
    {
        CommonRules.TimeRange(findings, path.Key("preemptDelay"), instance.PreemptDelay, TimeSpan.Zero, LongestPreemptDelay, "preempt delay");
        CommonRules.Range(findings, path.Key("downTimerAdverts"), instance.DownTimerAdverts, ModelRanges.LeastDownTimerAdverts, ModelRanges.MostDownTimerAdverts, "number of adverts");
        if (instance.TimerExpiredBackup is { } highest)
        {
            CommonRules.Range(findings, path.Key("timerExpiredBackup"), highest, ModelRanges.LeastOtherPriority, ModelRanges.MostOtherPriority, "priority of another router");
            if (!instance.NoPreempt) NoEffect(findings, path, "timerExpiredBackup", "it needs `noPreempt`");
        }
        if (instance is { NoPreempt: true, Priority: 255 }) NoEffect(findings, path, "noPreempt", "the address owner (255) always preempts");
        // keepalived.conf never comes here: its reader clears `nopreempt`, and says so with the same code.
        if (instance is { NoPreempt: true, InitialState: VrrpInitialState.Master, Priority: not 255 })
            findings.Warning("NoPreemptWithMaster", path.Key("noPreempt"), null,
                "`noPreempt` holds, and `initialState` master decides nothing below priority 255; but keepalived clears `nopreempt` with `state MASTER`. "
                + "Use `backup` on all nodes.");
        if (instance.NoPreempt && instance.PreemptDelay > TimeSpan.Zero) NoEffect(findings, path, "preemptDelay", "with `noPreempt` nobody is preempted");
        if (instance is { OwnerIgnoreAdverts: true, Priority: not 255 }) NoEffect(findings, path, "ownerIgnoreAdverts", "it is for priority 255");
    }

    public static void NoEffect(RuleFindings findings, ModelPath path, string property, string why) =>
        findings.Warning("NoEffect", path.Key(property), null, $"`{property}` has no effect: {why}.");
}
