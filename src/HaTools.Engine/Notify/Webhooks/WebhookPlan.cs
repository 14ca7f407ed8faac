using System.Security.Cryptography.X509Certificates;
using HaTools.Engine.Checks.Tls;
using HaTools.Engine.Threading;

namespace HaTools.Engine.Notify.Webhooks;

/// <summary>A webhook of a configuration, made ready.</summary>
/// <param name="Configured">The webhook.</param>
/// <param name="Authorities">The CAs that are trusted; null: the system's.</param>
internal sealed record WebhookPlan(Webhook Configured, X509Certificate2Collection? Authorities)
{
    public Uri Url { get; } = new(Configured.Url);

    public bool IsSecure => Url.Scheme == Uri.UriSchemeHttps;

    /// <summary>Those of a configuration; from any thread.</summary>
    /// <exception cref="HaEngineException">A file of CAs cannot be read, or holds none; or this host has no TLS.</exception>
    public static async Task<IReadOnlyList<WebhookPlan>> AllOfAsync(HaConfiguration configuration)
    {
        List<WebhookPlan> plans = [];
        foreach (Webhook hook in configuration.Webhooks)
        {
            string what = $"webhook {hook.Name}";
            var plan = new WebhookPlan(hook, hook.Ca is { } ca ? await FilePatience.ReadAsync($"{what}: {ca}", () => TlsFiles.ReadAuthorities(what, ca)).ConfigureAwait(false) : null);
            if (plan.IsSecure) TlsFiles.RequireLibrary(what);
            plans.Add(plan);
        }

        return plans;
    }

    /// <summary>Whether it is told of this.</summary>
    public bool Covers(NotifyKey key) => Configured.Events.HasFlag(EventsOf(key.Owner)) || (key.Owner == NotifyOwner.Instance && Configured.Events.HasFlag(WebhookEvents.Priorities));

    /// <inheritdoc cref="Covers(NotifyKey)"/>
    public bool Covers(NotifyKey key, NotifyKind kind) =>
        Configured.Events.HasFlag(kind is NotifyKind.MasterPriority or NotifyKind.BackupPriority ? WebhookEvents.Priorities : EventsOf(key.Owner));

    private static WebhookEvents EventsOf(NotifyOwner owner) => owner switch
    {
        NotifyOwner.Instance => WebhookEvents.Instances,
        NotifyOwner.Group => WebhookEvents.Groups,
        NotifyOwner.Service => WebhookEvents.Services,
        _ => WebhookEvents.RealServers,
    };
}
