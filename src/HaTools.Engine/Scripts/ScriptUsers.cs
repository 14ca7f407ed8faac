using HaTools.Configuration;
using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.Scripts;

/// <summary>Who the scripts of a configuration run as on this host: looked up once for all, and never where something waits for it.</summary>
internal sealed class ScriptUsers
{
    private readonly string standard;
    private readonly Dictionary<string, ScriptUser> found = [];
    private readonly Dictionary<string, string> refused = [];

    private ScriptUsers(string standard) => this.standard = standard;

    /// <summary>Looks them up. That may wait for ever.</summary>
    /// <param name="standard">Who runs what names no user.</param>
    /// <param name="users">Whom scripts name; null: nobody.</param>
    public static ScriptUsers LookUp(string standard, IEnumerable<string?> users)
    {
        var all = new ScriptUsers(standard);
        foreach (string user in users.Select(u => u ?? standard).Distinct())
        {
            try
            {
                all.found.Add(user, ScriptUser.Find(user));
            }
            catch (Exception e) when (e is HaEngineException or LinuxException)
            {
                // It concerns the scripts that name it; each says so for itself.
                all.refused.Add(user, e.Message);
            }
        }

        return all;
    }

    /// <summary>Looks up those of a configuration.</summary>
    /// <exception cref="HaEngineException">The user database does not answer: who a script must not run as is not known either.</exception>
    public static async Task<ScriptUsers> LookUpAsync(HaConfiguration configuration)
    {
        string standard = configuration.ScriptUser ?? ScriptUserNames.Default;
        string?[] users = [.. ScriptUserNames.Of(configuration).Distinct()];
        if (users.Length == 0) return new ScriptUsers(standard);
        string names = string.Join(", ", users.Select(u => u ?? standard).Distinct());
        return await FilePatience.ReadAsync($"the users that scripts run as ({names})", () => LookUp(standard, users), FilePatience.MuteDatabase).ConfigureAwait(false);
    }

    /// <summary>Who a script runs as.</summary>
    /// <param name="user">Whom it names; null: nobody.</param>
    /// <param name="script">What it is, for the message: <c>vrrp_script chk</c>.</param>
    /// <exception cref="HaEngineException">There is no such user or group.</exception>
    public ScriptUser Of(string? user, string script) =>
        found.TryGetValue(user ?? standard, out ScriptUser? one) ? one : throw new HaEngineException($"{script}: {refused[user ?? standard]}");
}
