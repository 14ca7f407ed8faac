using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of the synchronization of IPVS connections.</summary>
internal static class SyncDaemonRules
{
    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        if (configuration.SyncDaemon is not { } daemon) return;
        var path = new ModelPath("syncDaemon");
        CommonRules.Interface(findings, path.Key("interface"), daemon.Interface);
        if (daemon.Instance is { } instance && !configuration.VrrpInstances.Any(i => i.Name == instance))
        {
            string hint = Suggestion.Sentence(instance, configuration.VrrpInstances.Select(i => i.Name));
            findings.Error("UnknownInstance", path.Key("instance"), instance, $"There is no VRRP instance `{instance}` that the sync daemon could follow.{hint}");
        }

        if (daemon.SyncId is { } id) CommonRules.Range(findings, path.Key("syncId"), id, 0, 255, "sync id");
        if (daemon.MaximumLength is { } length) CommonRules.Range(findings, path.Key("maximumLength"), length, 1, 65507, "length of a message");
        if (daemon.Port is { } port) CommonRules.Range(findings, path.Key("port"), port, 1, 65535, "port");
        if (daemon.Ttl is { } ttl) CommonRules.Range(findings, path.Key("ttl"), ttl, 1, 255, "TTL");
        if (daemon.Group is { } group && !Networks.IsMulticast(group))
            findings.Error("NoMulticastGroup", path.Key("group"), $"{group}", $"`{group}` is no multicast address.");
        if (daemon.RefreshPeriod is { } period) CheckPeriod(findings, path.Key("refreshPeriod"), period, configuration);
    }

    private static void CheckPeriod(RuleFindings findings, ModelPath path, TimeSpan period, HaConfiguration configuration)
    {
        string text = Durations.Format(period);
        if (period < TimeSpan.FromSeconds(1) || period > TimeSpan.FromSeconds(ModelRanges.MostRefreshSeconds) || period.Ticks % TimeSpan.TicksPerSecond != 0)
            findings.Error("ValueOutOfRange", path, text, $"{text} is no time after which a connection is announced again: whole seconds, 1 s to 5 minutes, or off.");
        if (SyncAnnouncements.SetByHand(configuration) is { } setting)
            findings.Warning("NoEffect", path, null,
                $"`refreshPeriod` has no effect: `ipvs.parameters` sets `{setting.Name}`, and so when connections are announced. Write `refreshPeriod: off`, or leave that out.");
    }
}
