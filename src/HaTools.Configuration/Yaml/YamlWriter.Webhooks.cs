namespace HaTools.Configuration.Yaml;

/// <summary>Webhooks.</summary>
internal sealed partial class YamlWriter
{
    private void Webhook(Webhook hook)
    {
        var usual = new Webhook { Name = "", Url = "" };
        text.Value("name", hook.Name);
        text.Value("url", hook.Url);
        if (hook.Events != usual.Events) Flags("events", hook.Events);
        if (hook.Headers.Count > 0) text.Map("headers", () => Headers(hook.Headers));
        Time("timeout", hook.Timeout, usual.Timeout);
        text.Value("ca", hook.Ca);
        Switch("verifyCertificate", hook.VerifyCertificate, usual.VerifyCertificate);
    }

    private void Headers(ValueList<WebhookHeader> headers)
    {
        foreach (WebhookHeader header in headers) text.Value(header.Name, header.Value);
    }
}
