using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of gratuitous ARPs and unsolicited neighbour advertisements.</summary>
internal static class AnnouncementRules
{
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    public static void Check(RuleFindings findings, ModelPath path, VrrpInstance instance)
    {
        CommonRules.Range(findings, path.Key("garpRepeat"), instance.GarpRepeat, ModelRanges.LeastGarpRepeat, ModelRanges.MostGarpRepeat, "number of gratuitous ARPs");
        CommonRules.Time(findings, path.Key("garpDelay"), instance.GarpDelay, true, "delay");
        CommonRules.Time(findings, path.Key("garpRefresh"), instance.GarpRefresh, true, "interval");
        CommonRules.Range(findings, path.Key("garpRefreshRepeat"), instance.GarpRefreshRepeat, ModelRanges.LeastGarpRepeat, ModelRanges.MostGarpRepeat, "number of gratuitous ARPs");
        if (instance.GarpLowerPriorityRepeat is { } repeat)
            CommonRules.Range(findings, path.Key("garpLowerPriorityRepeat"), repeat, ModelRanges.LeastByte, ModelRanges.MostByte, "number of gratuitous ARPs");
        if (instance.GarpLowerPriorityDelay is { } delay)
            CommonRules.Time(findings, path.Key("garpLowerPriorityDelay"), delay, true, "delay");
        CommonRules.TimeRange(findings, path.Key("garpExtraInterval"), instance.GarpExtraInterval, TimeSpan.Zero, OneDay, "interval");
    }
}
