namespace HaTools.Configuration.Yaml;

/// <summary>Mails that tell of changes.</summary>
internal sealed partial class YamlWriter
{
    private void SmtpAlerts(SmtpAlerts alerts)
    {
        var usual = new SmtpAlerts { Server = "" };
        text.Value("server", alerts.Server);
        Number("port", alerts.Port, usual.Port);
        text.Value("from", alerts.From);
        Words("to", alerts.To);
        text.Value("heloName", alerts.HeloName);
        Time("timeout", alerts.Timeout, usual.Timeout);
        Switch("all", alerts.All, null);
        Switch("vrrp", alerts.Vrrp, null);
        Switch("checks", alerts.Checks, null);
        Switch("noFaults", alerts.NoFaults, usual.NoFaults);
        Switch("serversOnly", alerts.ServersOnly, usual.ServersOnly);
    }
}
