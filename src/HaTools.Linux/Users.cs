using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>An account of the user database (passwd(5)).</summary>
internal sealed record UserAccount(string Name, uint UserId, uint GroupId, string HomeDirectory, string Shell);

/// <summary>The user and group databases, through NSS.</summary>
internal static unsafe class Users
{
    private const int FirstBufferSize = 4096;
    private const int LargestBufferSize = 1 << 20;

    /// <summary>The account of that name, or null when there is none.</summary>
    public static UserAccount? Find(string name) => FindUser(name, 0);

    /// <summary>The account of that id, or null when there is none.</summary>
    public static UserAccount? Find(uint userId) => FindUser(null, userId);

    /// <summary>The id of the group of that name, or null when there is none.</summary>
    public static uint? FindGroup(string name) => FindGroup(name, 0)?.Id;

    /// <summary>The name of the group of that id, or null when there is none.</summary>
    public static string? FindGroup(uint groupId) => FindGroup(null, groupId)?.Name;

    /// <summary>The ids of all groups that the account belongs to, its own first.</summary>
    public static IReadOnlyList<uint> GroupsOf(UserAccount account)
    {
        for (int size = 64; ; size *= 2)
        {
            uint[] groups = new uint[size];
            int count = size;
            fixed (uint* memory = groups)
            {
                if (Libc.getgrouplist(account.Name, account.GroupId, memory, &count) >= 0) return groups[..count];
            }

            if (size > LargestBufferSize) throw new LinuxException("reading the groups of", account.Name, Errno.ERANGE, null);
        }
    }

    private static (string Name, uint Id)? FindGroup(string? name, uint groupId)
    {
        for (int size = FirstBufferSize; ; size *= 2)
        {
            byte[] buffer = new byte[size];
            fixed (byte* memory = buffer)
            {
                group entry;
                group* found;
                int error = name is null
                    ? Libc.getgrgid_r(groupId, &entry, memory, (nuint)size, &found)
                    : Libc.getgrnam_r(name, &entry, memory, (nuint)size, &found);
                if (error == Errno.ERANGE && size < LargestBufferSize) continue;
                if (found is not null) return (Text(entry.gr_name), entry.gr_gid);
                return IsAbsent(error) ? null : throw new LinuxException("looking up the group", name ?? $"{groupId}", error, null);
            }
        }
    }

    private static UserAccount? FindUser(string? name, uint userId)
    {
        for (int size = FirstBufferSize; ; size *= 2)
        {
            byte[] buffer = new byte[size];
            fixed (byte* memory = buffer)
            {
                passwd entry;
                passwd* found;
                int error = name is null
                    ? Libc.getpwuid_r(userId, &entry, memory, (nuint)size, &found)
                    : Libc.getpwnam_r(name, &entry, memory, (nuint)size, &found);
                if (error == Errno.ERANGE && size < LargestBufferSize) continue;
                if (found is not null)
                    return new UserAccount(Text(entry.pw_name), entry.pw_uid, entry.pw_gid, Text(entry.pw_dir), Text(entry.pw_shell));
                return IsAbsent(error) ? null : throw new LinuxException("looking up the user", name ?? $"{userId}", error, null);
            }
        }
    }

    // getpwnam(3): systems answer an unknown name with 0 or with any of these.
    private static bool IsAbsent(int error) => error is 0 or Errno.ENOENT or Errno.ESRCH or Errno.EBADF or Errno.EPERM;

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
