using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of notify scripts.</summary>
internal static class NotifyRules
{
    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        for (int i = 0; i < configuration.VrrpInstances.Count; i++)
            CheckAll(findings, new ModelPath("vrrpInstances", i), configuration.VrrpInstances[i].Notify);
        for (int s = 0; s < configuration.VirtualServers.Count; s++)
            CheckService(findings, new ModelPath("virtualServers", s), configuration.VirtualServers[s], TellsOtherwise(configuration));
        for (int g = 0; g < configuration.SyncGroups.Count; g++)
        {
            NotifyScripts scripts = configuration.SyncGroups[g].Notify;
            var path = new ModelPath("syncGroups", g);
            CheckAll(findings, path, scripts);
            if (scripts.Deleted is not null || scripts.SaysDeleted)
                findings.Error("NotSupported", path.Key("notify.deleted"), null, "A sync group is not told that it is deleted; its instances are.");
            if (scripts.MasterReceivedLowerPriority is not null)
            {
                findings.Error(
                    "NotSupported", path.Key("notify.masterReceivedLowerPriority"), null, "A sync group hears no adverts; its instances do.");
            }
        }
    }

    // What is not a script is told of the stop, too.
    private static bool TellsOtherwise(HaConfiguration configuration) => (configuration.NotifyFifo ?? configuration.IpvsNotifyFifo) is not null || configuration.SmtpAlerts is not null || configuration.Webhooks.Count > 0;

    private static void CheckService(RuleFindings findings, ModelPath path, VirtualServer service, bool tellsOtherwise)
    {
        Check(findings, path.Key("quorumUp"), service.QuorumUp);
        Check(findings, path.Key("quorumDown"), service.QuorumDown);
        for (int r = 0; r < service.RealServers.Count; r++)
        {
            ModelPath server = path with { List = "realServers", Item = r };
            Check(findings, server.Key("notifyUp"), service.RealServers[r].NotifyUp);
            Check(findings, server.Key("notifyDown"), service.RealServers[r].NotifyDown);
        }

        if (service.Omega && !tellsOtherwise && service.QuorumDown is null && service.RealServers.All(s => s.NotifyDown is null))
            findings.Warning("NoEffect", path.Key("omega"), "omega", "Omega has the scripts run at the stop that tell of a lost quorum and of servers that are down: there are none.");
        if (service.SorryServer is { NotifyUp: null, NotifyDown: null, SmtpAlert: null } or null) return;
        findings.Error("NotSupported", path.Key("sorryServer"), null, "A sorry server has no scripts and no mails: it stands in while the quorum is lost, which the service's own are told.");
    }

    private static void CheckAll(RuleFindings findings, ModelPath path, NotifyScripts scripts)
    {
        if (scripts == NotifyScripts.None) return;
        Check(findings, path.Key("notify.master"), scripts.Master);
        Check(findings, path.Key("notify.backup"), scripts.Backup);
        Check(findings, path.Key("notify.fault"), scripts.Fault);
        Check(findings, path.Key("notify.stop"), scripts.Stop);
        Check(findings, path.Key("notify.deleted"), scripts.Deleted);
        Check(findings, path.Key("notify.any"), scripts.Any);
        Check(findings, path.Key("notify.masterReceivedLowerPriority"), scripts.MasterReceivedLowerPriority);
    }

    private static void Check(RuleFindings findings, ModelPath path, NotifyScript? script)
    {
        if (script is null) return;
        CommonRules.Command(findings, path, script.Command);
        if (script.User is { } user) ScriptRules.CheckUser(findings, path, user);
    }
}
