using System.Globalization;
using HaTools.Linux;

namespace HaTools.Engine.Scripts;

/// <summary>What holds for all scripts of a configuration.</summary>
/// <param name="DefaultUser">The user of scripts that name none; null: keepalived_script if there is such a user, else the engine's.</param>
/// <param name="Security">Whether what others than root could change is refused when root would run it.</param>
internal sealed record ScriptPolicy(string? DefaultUser, bool Security)
{
    /// <summary>That of a configuration that says nothing.</summary>
    public static ScriptPolicy Default { get; } = new(null, true);

    public static ScriptPolicy Of(HaConfiguration configuration) => new(configuration.ScriptUser, configuration.ScriptSecurity);
}

/// <summary>Finds out who a script runs as.</summary>
/// <param name="Credentials">The credentials; null: the engine's own.</param>
/// <param name="UserId">The user.</param>
/// <param name="Groups">All groups that the script belongs to.</param>
internal sealed record ScriptUser(ChildUser? Credentials, uint UserId, IReadOnlyCollection<uint> Groups)
{
    /// <summary>Who runs scripts that name no user, where there is one of this name.</summary>
    public const string KeepalivedDefault = "keepalived_script";

    /// <summary>Whether it can do what root can.</summary>
    public bool IsPrivileged => UserId == 0 || (Credentials?.GroupId ?? Libc.getegid()) == 0;

    /// <summary>The engine's own user.</summary>
    public static ScriptUser OfEngine { get; } = new(null, Libc.geteuid(), [Libc.getegid()]);

    /// <summary>The user of a script.</summary>
    /// <param name="user"><c>name</c>, <c>name:group</c> or <c>name group</c>, numbers allowed; null: the policy's.</param>
    /// <param name="policy">What holds for all scripts.</param>
    /// <param name="script">What the script is, for the message: <c>vrrp_script chk</c>.</param>
    /// <exception cref="HaEngineException">There is no such user or group.</exception>
    public static ScriptUser Resolve(string? user, ScriptPolicy policy, string script)
    {
        user ??= policy.DefaultUser;
        if (user is null)
        {
            UserAccount? standard = Libc.geteuid() == 0 ? Users.Find(KeepalivedDefault) : null;
            return standard is null ? OfEngine : Of(standard, standard.GroupId);
        }

        string[] parts = user.Split([':', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is 0 or > 2) throw new HaEngineException($"{script}: '{user}' is not a user; write name or name:group");
        UserAccount? account = uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint id)
            ? Users.Find(id)
            : Users.Find(parts[0]);
        if (account is null)
        {
            throw new HaEngineException(
                $"{script}: there is no user '{parts[0]}' on this host; create it (useradd -r {parts[0]}) or name another");
        }

        uint? group = parts.Length == 1 ? account.GroupId
            : uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number
            : Users.FindGroup(parts[1]);
        return group is { } g
            ? Of(account, g)
            : throw new HaEngineException(
                $"{script}: there is no group '{parts[1]}' on this host; create it (groupadd -r {parts[1]}) or name another");
    }

    private static ScriptUser Of(UserAccount account, uint group) =>
        new(new ChildUser(account.UserId, group), account.UserId, [group, .. Users.GroupsOf(account)]);
}
