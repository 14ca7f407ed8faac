namespace HaTools.Engine.Control;

/// <summary>A configuration as text, as it crosses the control socket.</summary>
/// <param name="Text">The text.</param>
/// <param name="Format"><c>keepalived</c> or <c>yaml</c>.</param>
/// <param name="Path">The file that it came from, for messages and for later reloads; null: none.</param>
internal sealed record ConfigurationText(string Text, string Format, string? Path = null)
{
    public const string Keepalived = "keepalived";
    public const string Yaml = "yaml";
}

/// <summary>The answer to Plan, Apply and Reload.</summary>
internal sealed record PlanReply
{
    /// <summary>What would be done or was done, in order.</summary>
    public required IReadOnlyList<HaChange> Changes { get; init; }

    /// <summary>What there is to say about the text. With an Error among them nothing was applied.</summary>
    public required IReadOnlyList<HaConfigurationDiagnostic> Diagnostics { get; init; }

    /// <summary>Whether the changes are in force now.</summary>
    public required bool Applied { get; init; }
}
