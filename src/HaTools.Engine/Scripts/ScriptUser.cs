using System.Globalization;
using HaTools.Configuration;
using HaTools.Linux;

namespace HaTools.Engine.Scripts;

/// <summary>Who a script runs as.</summary>
/// <param name="Name">The user's name.</param>
/// <param name="UserId">The user.</param>
/// <param name="GroupId">The group.</param>
/// <param name="Groups">All groups that the script belongs to.</param>
/// <param name="IsByDefault">Whether nobody has named this user for sure: it is the first of several, or nobody has named any.</param>
internal sealed record ScriptUser(string Name, uint UserId, uint GroupId, ValueList<uint> Groups, bool IsByDefault)
{
    /// <summary>Whether it can do what root can.</summary>
    public bool IsPrivileged => UserId == 0 || GroupId == 0;

    /// <summary>The credentials of its processes; null: the engine's own.</summary>
    public ChildUser? Credentials => UserId == Libc.geteuid() && GroupId == Libc.getegid() ? null : new ChildUser(UserId, GroupId, Groups);

    /// <summary>The engine's own user.</summary>
    public static ScriptUser OfEngine { get; } = new($"user {Libc.geteuid()}", Libc.geteuid(), Libc.getegid(), [Libc.getegid()], IsByDefault: false);

    /// <summary>Looks somebody up, in a database that may be a server and not answer.</summary>
    /// <param name="users"><c>name</c> or <c>name:group</c>, numbers allowed; or several with | between them, of which the first is meant that there is.</param>
    /// <exception cref="HaEngineException">There is no such user or group.</exception>
    /// <exception cref="LinuxException">The database cannot be read.</exception>
    public static ScriptUser Find(string users)
    {
        string[] choice = users.Split(ScriptUserNames.Or);
        if (choice.Length == 1) return Find(users, isByDefault: false) ?? throw Absent(users);

        // A choice is how what names nobody is kept from having root's rights. An engine without them has nobody to give away.
        if (Libc.geteuid() != 0) return OfEngine with { IsByDefault = true };
        return choice.Select(c => Find(c, isByDefault: true)).OfType<ScriptUser>().FirstOrDefault() ?? throw Absent(users);
    }

    private static ScriptUser? Find(string user, bool isByDefault)
    {
        string[] parts = user.Split(':');
        UserAccount? account = uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint id) ? Users.Find(id) : Users.Find(parts[0]);
        if (account is null) return null;
        uint? group = parts.Length == 1 ? account.GroupId
            : uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number
            : Users.FindGroup(parts[1]);
        return group is { } g
            ? Of(account, g, isByDefault)
            : throw new HaEngineException($"there is no group '{parts[1]}' on this host; create it (groupadd -r {parts[1]}) or name another");
    }

    // The engine's own processes keep its groups, so that nobody need be asked for those of root.
    private static ScriptUser Of(UserAccount account, uint group, bool isByDefault) => new(
        account.Name, account.UserId, group,
        account.UserId == Libc.geteuid() && group == Libc.getegid() ? [group] : new[] { group }.Union(Users.GroupsOf(account)).ToValueList(), isByDefault);

    private static HaEngineException Absent(string users)
    {
        string first = users.Split(ScriptUserNames.Or, ':')[0];
        return new($"there is no user '{string.Join("' and none '", users.Split(ScriptUserNames.Or).Select(u => u.Split(':')[0]))}' on this host; "
            + $"create it (useradd -r {first}) or name another");
    }
}
