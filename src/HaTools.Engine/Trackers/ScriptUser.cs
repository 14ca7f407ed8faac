using System.Globalization;
using HaTools.Linux;

namespace HaTools.Engine.Trackers;

/// <summary>Finds out who a script runs as.</summary>
internal static class ScriptUser
{
    private const string KeepalivedDefault = "keepalived_script";

    /// <summary>The credentials for a tracker's <see cref="ScriptTracker.User"/>; null: the engine's own.</summary>
    /// <param name="user"><c>name</c>, <c>name:group</c> or <c>name group</c>, numbers allowed; null: keepalived_script if there is such a
    /// user.</param>
    /// <param name="script">The script's name, for the message.</param>
    /// <exception cref="HaEngineException">There is no such user or group.</exception>
    public static ChildUser? Resolve(string? user, string script)
    {
        if (user is null)
        {
            UserAccount? standard = Libc.geteuid() == 0 ? Users.Find(KeepalivedDefault) : null;
            return standard is null ? null : new ChildUser(standard.UserId, standard.GroupId);
        }

        string[] parts = user.Split([':', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is 0 or > 2)
            throw new HaEngineException($"vrrp_script {script}: '{user}' is not a user; write name or name:group");
        UserAccount? account = uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint id)
            ? Users.Find(id)
            : Users.Find(parts[0]);
        if (account is null)
            throw new HaEngineException(
                $"vrrp_script {script}: there is no user '{parts[0]}' on this host; create it (useradd -r {parts[0]}) or name another");
        uint? group = parts.Length == 1 ? account.GroupId
            : uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number
            : Users.FindGroup(parts[1]);
        return group is { } g
            ? new ChildUser(account.UserId, g)
            : throw new HaEngineException(
                $"vrrp_script {script}: there is no group '{parts[1]}' on this host; create it (groupadd -r {parts[1]}) or name another");
    }
}
