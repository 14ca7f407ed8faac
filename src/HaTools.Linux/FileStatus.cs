using System.Runtime.InteropServices;
using System.Text;

namespace HaTools.Linux;

/// <summary>Who owns a file and what its mode is (man 2 statx).</summary>
/// <param name="Mode">Type and permissions: S_IFDIR | 0755 …</param>
/// <param name="UserId">The owner.</param>
/// <param name="GroupId">The group.</param>
internal readonly record struct FileStatus(int Mode, uint UserId, uint GroupId)
{
    /// <summary>The device and the inode: whether two paths are the same file.</summary>
    public (uint Major, uint Minor, ulong Inode) Identity { get; private init; }

    public bool IsDirectory => (Mode & Libc.S_IFMT) == Libc.S_IFDIR;

    public bool IsFifo => (Mode & Libc.S_IFMT) == Libc.S_IFIFO;

    public bool IsRegular => (Mode & Libc.S_IFMT) == Libc.S_IFREG;

    public bool IsSymbolicLink => (Mode & Libc.S_IFMT) == Libc.S_IFLNK;

    /// <summary>The permissions in octal: <c>0755</c>.</summary>
    public string Permissions => Convert.ToString(Mode & 0xfff, 8).PadLeft(4, '0');

    /// <summary>Reads it; a symbolic link is not followed.</summary>
    /// <param name="path">The path.</param>
    /// <param name="status">The status.</param>
    /// <param name="errno">0, or why it cannot be read.</param>
    public static bool TryRead(string path, out FileStatus status, out int errno) =>
        TryRead(Libc.AT_FDCWD, path, Libc.AT_SYMLINK_NOFOLLOW, out status, out errno);

    /// <summary>That of what a descriptor stands for, O_PATH too.</summary>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    public static FileStatus Of(FileDescriptor file, string path) =>
        TryRead(file.Value, "", Libc.AT_EMPTY_PATH, out FileStatus status, out int errno) ? status : throw new LinuxException("looking at", path, errno);

    /// <summary>What a symbolic link says; null: it cannot be read.</summary>
    public static unsafe string? ReadLink(string path)
    {
        byte* buffer = stackalloc byte[4096];
        nint length = Libc.readlink(path, buffer, 4096);
        return length < 0 ? null : Encoding.UTF8.GetString(buffer, (int)length);
    }

    private static unsafe bool TryRead(int directory, string path, int flags, out FileStatus status, out int errno)
    {
        statx_buffer buffer;
        if (Libc.statx(directory, path, flags, Libc.STATX_BASIC_STATS, &buffer) < 0)
        {
            (status, errno) = (default, Marshal.GetLastPInvokeError());
            return false;
        }

        (status, errno) = (
            new FileStatus(buffer.stx_mode, buffer.stx_uid, buffer.stx_gid) { Identity = (buffer.stx_dev_major, buffer.stx_dev_minor, buffer.stx_ino) }, 0);
        return true;
    }
}
