using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>spawn.h. Its functions return the error number instead of setting errno.</summary>
internal static unsafe partial class Libc
{
    public const short POSIX_SPAWN_SETSIGDEF = 0x04;
    public const short POSIX_SPAWN_SETSIGMASK = 0x08;
    public const short POSIX_SPAWN_SETSID = 0x80;

    /// <summary>More than sizeof(posix_spawnattr_t), 336 in glibc and musl.</summary>
    public const int SizeOfSpawnAttributes = 512;

    /// <summary>More than sizeof(posix_spawn_file_actions_t), 80 in glibc and musl.</summary>
    public const int SizeOfSpawnFileActions = 256;

    [LibraryImport(Name)]
    public static partial int posix_spawnp(int* pid, byte* file, byte* fileActions, byte* attributes, byte** argv, byte** envp);

    [LibraryImport(Name)]
    public static partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport(Name)]
    public static partial int posix_spawnattr_destroy(byte* attributes);

    [LibraryImport(Name)]
    public static partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport(Name)]
    public static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* sigset);

    [LibraryImport(Name)]
    public static partial int posix_spawnattr_setsigmask(byte* attributes, byte* sigset);

    [LibraryImport(Name)]
    public static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport(Name)]
    public static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport(Name)]
    public static partial int posix_spawn_file_actions_addopen(byte* actions, int fd, byte* path, int flags, uint mode);

    [LibraryImport(Name)]
    public static partial int posix_spawn_file_actions_adddup2(byte* actions, int fd, int newfd);
}
