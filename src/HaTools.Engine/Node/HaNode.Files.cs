using HaTools.Engine.Scripts;
using HaTools.Engine.Threading;
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

    /// <summary>A configuration with what the files of its keys hold, and what a person should know of these.</summary>
    /// <exception cref="HaEngineException">One cannot be read, or holds no key: nothing can be said or believed on the wire without it.</exception>
    private async Task<(HaConfiguration WithSecrets, IReadOnlyList<string> Concerns)> ReadSecretsAsync(HaConfiguration wanted)
    {
        IReadOnlyList<string> files = HmacSecretFiles.Of(wanted);
        if (files.Count == 0) return (wanted, []);
        return await kernel.RunAsync(() => FilePatience.ReadAsync($"auth_hmac: {string.Join(", ", files)}", Read)).ConfigureAwait(false);

        (HaConfiguration, IReadOnlyList<string>) Read()
        {
            List<string> concerns = [];
            return (HmacSecretFiles.Read(wanted, concerns.Add), concerns);
        }
    }
}
