using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of what holds for the node and for its interfaces.</summary>
internal static class NodeRules
{
    // keepalived's TIMER: 32 bits of microseconds.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMicroseconds(uint.MaxValue);

    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        if (configuration.RouterId is { } routerId) CommonRules.Name(findings, new ModelPath("routerId"), routerId, "router id");
        CommonRules.TimeRange(findings, new ModelPath("startupDelay"), configuration.StartupDelay, TimeSpan.Zero, LongestTimer, "delay");
        CommonRules.TimeRange(findings, new ModelPath("delayAfterBoot"), configuration.DelayAfterBoot, TimeSpan.Zero, LongestTimer, "delay");
        CommonRules.TimeRange(findings, new ModelPath("garpInterval"), configuration.GarpInterval, TimeSpan.Zero, LongestTimer, "interval");
        CommonRules.TimeRange(findings, new ModelPath("neighborAdvertisementInterval"), configuration.NeighborAdvertisementInterval,
            TimeSpan.Zero, LongestTimer, "interval");
        CommonRules.FirewallTable(findings, new ModelPath("firewall").Key("table"), configuration.Firewall.Table);
        CheckGarpGroups(findings, configuration);
        CheckDelays(findings, configuration);
    }

    private static void CheckGarpGroups(RuleFindings findings, HaConfiguration configuration)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < configuration.GarpGroups.Count; i++)
        {
            GarpGroup group = configuration.GarpGroups[i];
            var path = new ModelPath("garpGroups", i);
            CommonRules.TimeRange(findings, path.Key("garpInterval"), group.GarpInterval, TimeSpan.Zero, LongestTimer, "interval");
            CommonRules.TimeRange(findings, path.Key("neighborAdvertisementInterval"), group.NeighborAdvertisementInterval,
                TimeSpan.Zero, LongestTimer, "interval");
            if (group.Interfaces.Count == 0) findings.Error("EmptyGroup", path, null, "A GARP group needs an interface.");
            for (int n = 0; n < group.Interfaces.Count; n++)
            {
                CommonRules.Interface(findings, path.Element("interfaces", n), group.Interfaces[n]);
                if (!taken.Add(group.Interfaces[n]))
                    findings.Error("DuplicateName", path.Element("interfaces", n), group.Interfaces[n], $"`{group.Interfaces[n]}` is in a GARP group already.");
            }
        }
    }

    private static void CheckDelays(RuleFindings findings, HaConfiguration configuration)
    {
        TimeSpan longest = TimeSpan.FromSeconds(255);
        var known = new HashSet<string>(StringComparer.Ordinal);
        ILookup<string, VrrpInstance> users = configuration.VrrpInstances.ToLookup(v => v.Interface);
        for (int i = 0; i < configuration.InterfaceDelays.Count; i++)
        {
            InterfaceDelay delay = configuration.InterfaceDelays[i];
            var path = new ModelPath("interfaceDelays", i);
            CommonRules.Interface(findings, path.Key("interface"), delay.Interface);
            if (!known.Add(delay.Interface)) findings.Error("DuplicateName", path, delay.Interface, $"`{delay.Interface}` has delays already.");
            CommonRules.TimeRange(findings, path.Key("down"), delay.Down, TimeSpan.Zero, longest, "delay");
            CommonRules.TimeRange(findings, path.Key("up"), delay.Up, TimeSpan.Zero, longest, "delay");
            foreach (VrrpInstance instance in users[delay.Interface])
            {
                TimeSpan most = InterfaceDelays.LongestDown(instance);
                bool none = instance.DownTimerAdverts == 1 && delay.Up > TimeSpan.Zero;
                if (delay.Down <= most && !none) continue;
                findings.Error("DelayTooLong", path.Key("down"), Durations.Format(delay.Down),
                    $"The peers of `{instance.Name}` would take over before this delay is over; it may be {Durations.Format(most)} at most" +
                    (instance.DownTimerAdverts == 1 ? ", and there may be no delay of the way up." : "."));
            }
        }
    }
}
