namespace HaTools.Linux;

/// <summary>An account of the user database (passwd(5)).</summary>
internal sealed record UserAccount(string Name, uint UserId, uint GroupId, string HomeDirectory, string Shell);

/// <summary>The user and group databases, through NSS.</summary>
internal static class Users
{
    /// <summary>The account of that name, or null when there is none.</summary>
    public static UserAccount? Find(string name) => throw new NotImplementedException();

    /// <summary>The account of that id, or null when there is none.</summary>
    public static UserAccount? Find(uint userId) => throw new NotImplementedException();

    /// <summary>The id of the group of that name, or null when there is none.</summary>
    public static uint? FindGroup(string name) => throw new NotImplementedException();
}
