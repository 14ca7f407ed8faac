namespace HaTools;

/// <summary>
/// Somebody who is told of changes by HTTP: each is a POST of a JSON object, in order, to one URL. Where it goes and what its headers say is not shown by the node's status, log and plans:
/// either may be a secret.
/// </summary>
public sealed record Webhook
{
    /// <summary>Its name in status, log and plans, 1 to 128 characters; unique.</summary>
    public required string Name { get; init; }

    /// <summary>Where it goes: <c>https://HOST[:PORT]/PATH?QUERY</c>, or <c>http://</c>. The host is an address or a name, which is resolved for each request.</summary>
    public required string Url { get; init; }

    /// <summary>What it is told of.</summary>
    public WebhookEvents Events { get; init; } = WebhookEvents.Instances | WebhookEvents.Groups | WebhookEvents.Services | WebhookEvents.RealServers;

    /// <summary>Headers of each request besides its own: <c>Authorization</c>, say.</summary>
    public ValueList<WebhookHeader> Headers { get; init; } = [];

    /// <summary>How long a request may take, from the connection to the status code, 1 s to 10 min.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The file (PEM) of the CAs that are trusted instead of the system's; null: the system's.</summary>
    public string? Ca { get; init; }

    /// <summary>Whether the server's certificate must be valid, come from a CA that is trusted, and be for the URL's host.</summary>
    public bool VerifyCertificate { get; init; } = true;

    /// <summary>Does not print what may be a secret.</summary>
    public override string ToString() => Name;
}

/// <summary>A header of a request.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">What it says.</param>
public sealed record WebhookHeader(string Name, string Value)
{
    /// <summary>Does not print the value.</summary>
    public override string ToString() => $"{Name}: ********";
}

/// <summary>What a <see cref="Webhook"/> is told of.</summary>
[Flags]
public enum WebhookEvents
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Instances that are in another state, and adverts of lower priority that a master hears.</summary>
    Instances = 1,

    /// <summary>Sync groups that are in another state.</summary>
    Groups = 2,

    /// <summary>Services that have gained or lost their quorum.</summary>
    Services = 4,

    /// <summary>Real servers that are up or down.</summary>
    RealServers = 8,

    /// <summary>Instances whose effective priority has changed.</summary>
    Priorities = 16,
}
