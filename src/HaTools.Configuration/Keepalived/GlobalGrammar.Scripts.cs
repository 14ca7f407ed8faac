namespace HaTools.Configuration.Keepalived;

/// <summary>Who scripts run as, and which are refused.</summary>
internal static partial class GlobalGrammar
{
    private static Keyword<GlobalDraft>[] Scripts =>
    [
        new() { Name = "script_user", Required = 1, Allowed = 2, Read = (_, s, d) => d.ScriptUser = ScriptGrammar.User(s, 1) },

        // The argument is ours: keepalived has no way to turn it off but to leave it out, and passes over the word.
        new() { Name = "enable_script_security", Allowed = 1, Read = (r, s, d) => d.ScriptSecurity = ConfValues.Boolean(r, s) },
        new() { Name = "rs_init_notifies", Allowed = 1, Read = (r, s, d) => d.NotifyUpAtStart = ConfValues.Boolean(r, s) },
    ];
}

/// <summary>Who scripts run as, and which are refused.</summary>
internal sealed partial class GlobalDraft
{
    public string? ScriptUser { get; set; }

    public bool ScriptSecurity { get; set; } = true;

    public bool NotifyUpAtStart { get; set; }
}
