using System.Security.Cryptography.X509Certificates;
using HaTools.Engine.Checks.Tls;

namespace HaTools.Engine.Notify.Webhooks;

/// <summary>A webhook of a configuration, made ready.</summary>
/// <param name="Configured">The webhook.</param>
/// <param name="Authorities">The CAs that are trusted; null: the system's.</param>
internal sealed record WebhookPlan(Webhook Configured, X509Certificate2Collection? Authorities)
{
    public Uri Url { get; } = new(Configured.Url);

    /// <summary>Whether a webhook is told by TLS.</summary>
    public static bool IsSecure(Webhook hook) => new Uri(hook.Url).Scheme == Uri.UriSchemeHttps;

    /// <summary>Those of a configuration.</summary>
    /// <param name="contents">The configuration, as <see cref="WebhookFiles.ReadAsync"/> gave it.</param>
    public static IReadOnlyList<WebhookPlan> AllOf(HaConfiguration contents) =>
        [.. contents.Webhooks.Select(h => new WebhookPlan(h, h.Ca is { } pem ? new TlsCredentials(SslSettings.None with { Ca = pem }).Authorities : null))];

    /// <summary>Whether it is delivered as another one is: to the same URL, with the same headers and trust, whatever it is told of.</summary>
    public bool GoesAs(WebhookPlan other) => Configured == other.Configured with { Events = Configured.Events };

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
