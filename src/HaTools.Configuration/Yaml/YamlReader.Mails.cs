using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Yaml;

/// <summary>Mails that tell of changes.</summary>
internal static partial class YamlReader
{
    private static readonly SmtpAlerts SmtpDefaults = new() { Server = "" };

    private static SmtpAlerts? SmtpAlerts(YamlReading reading, YamlNode node, ModelPath path)
    {
        const string what = "list of mails";
        if (reading.ExpectMap(node, "`smtpAlerts`") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.SmtpAlerts, path);
        string? server = keys.RequiredString("server", what);
        bool hasTo = keys.Required("to", what);
        var alerts = new SmtpAlerts
        {
            Server = server ?? "",
            Port = keys.Integer("port") ?? SmtpDefaults.Port,
            From = keys.String("from"),
            To = hasTo ? keys.WordOrWords("to", "A mail address") : [],
            HeloName = keys.String("heloName"),
            Timeout = keys.Time("timeout") ?? SmtpDefaults.Timeout,
            All = keys.Boolean("all"),
            Vrrp = keys.Boolean("vrrp"),
            Checks = keys.Boolean("checks"),
            NoFaults = keys.Boolean("noFaults") ?? SmtpDefaults.NoFaults,
            ServersOnly = keys.Boolean("serversOnly") ?? SmtpDefaults.ServersOnly,
        };
        return server is null || !hasTo ? null : alerts;
    }
}
