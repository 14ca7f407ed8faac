namespace HaTools.Configuration;

/// <summary>Differences of webhooks. Where they go and what their headers say is not shown: either may be a secret.</summary>
internal static class WebhookDiff
{
    private const string Kind = "Webhook";

    public static void Compare(List<HaChange> changes, HaConfiguration before, HaConfiguration after)
    {
        var hooks = Matched<string, Webhook>.Match(before.Webhooks, after.Webhooks, h => h.Name);
        foreach (Webhook hook in hooks.Removed) ConfigurationDiff.Remove(changes, Kind, hook.Name, null);
        foreach ((Webhook old, Webhook now) in hooks.Kept) Compare(new PropertyDiff(changes, Kind, now.Name), old, now);
        foreach (Webhook hook in hooks.Added) ConfigurationDiff.Add(changes, Kind, hook.Name, null);
    }

    private static void Compare(PropertyDiff hook, Webhook before, Webhook after)
    {
        hook.CompareSecret(nameof(Webhook.Url), before.Url, after.Url);
        hook.Compare(nameof(Webhook.Events), before.Events, after.Events);
        foreach (string name in before.Headers.Concat(after.Headers).Select(h => h.Name).Distinct())
            hook.CompareSecret($"Headers.{name}", before.Headers.FirstOrDefault(h => h.Name == name)?.Value, after.Headers.FirstOrDefault(h => h.Name == name)?.Value);
        hook.Compare(nameof(Webhook.Timeout), before.Timeout, after.Timeout);
        hook.Compare(nameof(Webhook.Ca), before.Ca, after.Ca);
        hook.Compare(nameof(Webhook.VerifyCertificate), before.VerifyCertificate, after.VerifyCertificate);
    }
}
