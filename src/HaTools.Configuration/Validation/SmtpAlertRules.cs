using System.Net;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of mails that tell of changes.</summary>
internal static class SmtpAlertRules
{
    private static readonly TimeSpan LeastTimeout = TimeSpan.FromSeconds(1), LongestTimeout = TimeSpan.FromHours(1);

    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        if (configuration.SmtpAlerts is { } alerts) Check(findings, alerts);
        else WarnOfSwitches(findings, configuration);
    }

    private static void Check(RuleFindings findings, SmtpAlerts alerts)
    {
        var path = new ModelPath("smtpAlerts");
        if (!IPAddress.TryParse(alerts.Server, out _) && !HostNames.IsName(alerts.Server.TrimEnd('.')))
            findings.Error("InvalidName", path.Key("server"), alerts.Server, $"`{alerts.Server}` is neither an address nor the name of a host.");
        CommonRules.Range(findings, path.Key("port"), alerts.Port, 1, 65535, "port");
        CommonRules.TimeRange(findings, path.Key("timeout"), alerts.Timeout, LeastTimeout, LongestTimeout, "time-out");
        if (alerts.HeloName is { } name) SmtpCheckRules.HeloName(findings, path.Key("heloName"), name);
        if (alerts.From is { } from) Address(findings, path.Key("from"), from);
        if (alerts.To.Count == 0) findings.Error("MissingValue", path.Key("to"), null, "Mails need somebody who gets them.");
        for (int i = 0; i < alerts.To.Count; i++) Address(findings, path.Element("to", i), alerts.To[i]);
    }

    private static void Address(RuleFindings findings, ModelPath path, string address)
    {
        if (!MailAddresses.TryParse(address, out _, out _))
            findings.Error("InvalidAddress", path, address, $"`{address}` is no mail address: write me@example.com, or My name <me@example.com>.");
    }

    private static void WarnOfSwitches(RuleFindings findings, HaConfiguration configuration)
    {
        for (int g = 0; g < configuration.SyncGroups.Count; g++) Warn(findings, new ModelPath("syncGroups", g), configuration.SyncGroups[g].SmtpAlert);
        for (int i = 0; i < configuration.VrrpInstances.Count; i++) Warn(findings, new ModelPath("vrrpInstances", i), configuration.VrrpInstances[i].SmtpAlert);
        for (int s = 0; s < configuration.VirtualServers.Count; s++)
        {
            VirtualServer service = configuration.VirtualServers[s];
            var path = new ModelPath("virtualServers", s);
            Warn(findings, path, service.SmtpAlert);
            for (int r = 0; r < service.RealServers.Count; r++) Warn(findings, path.Element("realServers", r), service.RealServers[r].SmtpAlert);
        }
    }

    private static void Warn(RuleFindings findings, ModelPath path, bool? wanted)
    {
        if (wanted == true) findings.Warning("NoEffect", path.Key("smtpAlert"), null, "There is no mail server, or nobody who gets the mails: none is sent.");
    }
}
