namespace HaTools.Engine.Scripts;

/// <summary>What holds for all scripts of a configuration on this host.</summary>
/// <param name="Users">Who they run as.</param>
/// <param name="Security">Whether what others than root could change is refused when root would run it.</param>
internal sealed record ScriptPolicy(ScriptUsers Users, bool Security)
{
    /// <summary>That of a configuration without scripts.</summary>
    public static ScriptPolicy None { get; } = new(ScriptUsers.LookUp("", []), true);

    /// <summary>Looks up what is to be known of the host.</summary>
    /// <inheritdoc cref="ScriptUsers.LookUpAsync"/>
    public static async Task<ScriptPolicy> OfAsync(HaConfiguration configuration) =>
        new(await ScriptUsers.LookUpAsync(configuration).ConfigureAwait(false), configuration.ScriptSecurity);
}
