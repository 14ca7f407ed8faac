using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>sys/stat.h. statx has the same layout on every architecture, which stat has not.</summary>
internal static unsafe partial class Libc
{
    public const int AT_FDCWD = -100;
    public const int AT_SYMLINK_NOFOLLOW = 0x100;
    public const int AT_EMPTY_PATH = 0x1000;

    public const uint STATX_BASIC_STATS = 0x7ff;

    public const int S_IFMT = 0xf000;
    public const int S_IFIFO = 0x1000;
    public const int S_IFREG = 0x8000;
    public const int S_IFDIR = 0x4000;
    public const int S_IFLNK = 0xa000;
    public const int S_ISUID = 0x800;
    public const int S_ISGID = 0x400;
    public const int S_ISVTX = 0x200;
    public const int S_IXUSR = 0x40;
    public const int S_IWGRP = 0x10;
    public const int S_IXGRP = 0x8;
    public const int S_IWOTH = 0x2;
    public const int S_IXOTH = 0x1;

    [LibraryImport(Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int statx(int dirfd, string pathname, int flags, uint mask, statx_buffer* statxbuf);

    /// <summary>The umask is taken off the mode.</summary>
    [LibraryImport(Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mkfifo(string pathname, uint mode);

    /// <summary>unistd.h. It does not end the text with NUL.</summary>
    [LibraryImport(Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint readlink(string pathname, byte* buf, nuint bufsiz);
}

/// <summary>The first fields of struct statx (linux/stat.h): 256 bytes in all.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct statx_buffer
{
    [FieldOffset(0)] public uint stx_mask;
    [FieldOffset(20)] public uint stx_uid;
    [FieldOffset(24)] public uint stx_gid;
    [FieldOffset(28)] public ushort stx_mode;
    [FieldOffset(32)] public ulong stx_ino;
    [FieldOffset(40)] public ulong stx_size;
    [FieldOffset(136)] public uint stx_dev_major;
    [FieldOffset(140)] public uint stx_dev_minor;
}
