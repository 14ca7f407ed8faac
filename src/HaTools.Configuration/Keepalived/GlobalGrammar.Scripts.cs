namespace HaTools.Configuration.Keepalived;

/// <summary>Who scripts run as.</summary>
internal static partial class GlobalGrammar
{
    private static Keyword<GlobalDraft>[] Scripts =>
    [
        new() { Name = "script_user", Required = 1, Allowed = 2, Read = (_, s, d) => d.ScriptUser = ScriptGrammar.User(s) },
    ];
}

/// <summary>Who scripts run as.</summary>
internal sealed partial class GlobalDraft
{
    public string? ScriptUser { get; set; }
}
