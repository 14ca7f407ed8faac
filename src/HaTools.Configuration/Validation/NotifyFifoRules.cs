using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of notify FIFOs.</summary>
internal static class NotifyFifoRules
{
    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        Check(findings, taken, "notifyFifo", configuration.NotifyFifo);
        Check(findings, taken, "vrrpNotifyFifo", configuration.VrrpNotifyFifo);
        Check(findings, taken, "ipvsNotifyFifo", configuration.IpvsNotifyFifo);

        if (configuration.NotifyFifo is not null || configuration.VrrpNotifyFifo is not null) return;
        if (configuration.NotifyStatesOnReload)
            findings.Warning("NoEffect", new ModelPath("notifyStatesOnReload"), null, "There is no notify FIFO that the states of instances would be written to.");
        if (configuration.NotifyPriorityChanges) WarnOfPriorities(findings, new ModelPath("notifyPriorityChanges"));
        for (int g = 0; g < configuration.SyncGroups.Count; g++)
        {
            if (configuration.SyncGroups[g].NotifyPriorityChanges == true) WarnOfPriorities(findings, new ModelPath("syncGroups", g).Key("notifyPriorityChanges"));
        }

        for (int i = 0; i < configuration.VrrpInstances.Count; i++)
        {
            if (configuration.VrrpInstances[i].NotifyPriorityChanges == true) WarnOfPriorities(findings, new ModelPath("vrrpInstances", i).Key("notifyPriorityChanges"));
        }
    }

    private static void Check(RuleFindings findings, Dictionary<string, string> taken, string property, NotifyFifo? fifo)
    {
        if (fifo is null) return;
        var path = new ModelPath(property);
        if (!fifo.Path.StartsWith('/') || fifo.Path.EndsWith('/') || fifo.Path.Any(char.IsControl))
            findings.Error("InvalidPath", path, fifo.Path, $"`{fifo.Path}` is no absolute path of a FIFO: /run/keepalived/notify, say.");
        else if (!taken.TryAdd(fifo.Path, property))
            findings.Error("DuplicatePath", path, fifo.Path, $"`{fifo.Path}` is `{taken[fifo.Path]}` already: each FIFO needs a path of its own, or its reader would hear some changes twice.");
        if (fifo.User is { } user) ScriptRules.CheckUser(findings, path, user);
        if (fifo.Script is not { } script) return;
        CommonRules.Command(findings, path.Key("script"), script.Command);
        if (script.User is { } runner) ScriptRules.CheckUser(findings, path.Key("script"), runner);
    }

    private static void WarnOfPriorities(RuleFindings findings, ModelPath path) =>
        findings.Warning("NoEffect", path, null, "There is no notify FIFO that changes of priorities would be written to.");
}
