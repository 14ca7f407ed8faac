using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Yaml;

/// <summary>Webhooks.</summary>
internal static partial class YamlReader
{
    private static readonly Webhook WebhookDefaults = new() { Name = "", Url = "" };

    private static Webhook? Webhook(YamlReading reading, YamlNode node, ModelPath path)
    {
        const string what = "webhook";
        if (reading.ExpectMap(node, "A webhook") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.Webhook, path);
        string? name = keys.RequiredString("name", what), url = keys.RequiredString("url", what);
        var hook = new Webhook
        {
            Name = name ?? "",
            Url = url ?? "",
            Events = keys.Flags<WebhookEvents>("events", "kind of event") ?? WebhookDefaults.Events,
            Headers = keys.Named("headers", (header, value) => new WebhookHeader(header, value)),
            Timeout = keys.Time("timeout") ?? WebhookDefaults.Timeout,
            Ca = keys.String("ca"),
            VerifyCertificate = keys.Boolean("verifyCertificate") ?? WebhookDefaults.VerifyCertificate,
        };
        return name is null || url is null ? null : hook;
    }
}
