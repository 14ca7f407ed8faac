using HaTools.Engine.Checks.Tls;
using HaTools.Engine.Notify.Webhooks;
using HaTools.Engine.Scripts;
using HaTools.Engine.Vrrp;

namespace HaTools.Engine;

// What a configuration names on the host's file systems, any of which may not answer. Both begin on our thread, since that has the namespaces.
internal sealed partial class HaNode
{
    /// <summary>What this host makes of the scripts: how they run, and what a person should know of them, one sentence each.</summary>
    /// <exception cref="HaEngineException">They cannot be run here, or must not be.</exception>
    private async Task<(ScriptPolicy Policy, IReadOnlyList<string> Concerns)> LookAtScriptsAsync(HaConfiguration wanted)
    {
        ScriptPolicy policy = await kernel.RunAsync(() => ScriptPolicy.OfAsync(wanted)).ConfigureAwait(false);
        ScriptCheck check = await kernel.RunAsync(() => ScriptCheck.OfAsync(wanted, policy)).ConfigureAwait(false);
        return check.Refusals.Count == 0 ? (policy, check.Concerns) : throw new HaEngineException(string.Join("; ", check.Refusals));
    }

    /// <summary>The configuration with what the files hold that it names for keys and certificates, and what a person should know of them, one sentence each.</summary>
    /// <exception cref="HaEngineException">A file cannot be read, or does not hold what it should.</exception>
    private async Task<(HaConfiguration WithSecrets, IReadOnlyList<string> Concerns)> ReadSecretsAsync(HaConfiguration wanted)
    {
        (HaConfiguration withSecrets, IReadOnlyList<string> ofSecrets) = await kernel.RunAsync(() => HmacSecretFiles.ReadAsync(wanted)).ConfigureAwait(false);
        (withSecrets, IReadOnlyList<string> ofTls) = await kernel.RunAsync(() => TlsFiles.ReadAsync(withSecrets)).ConfigureAwait(false);
        withSecrets = await kernel.RunAsync(() => WebhookFiles.ReadAsync(withSecrets)).ConfigureAwait(false);
        return (withSecrets, [.. ofSecrets, .. ofTls]);
    }
}
