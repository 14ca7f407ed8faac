using System.Globalization;
using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>
/// Children that are no program yet. posix_spawn returns only when the child has the program's file, so that nobody knows a child's id while a file
/// server keeps it waiting for that. It waits as a copy of this process, with all its descriptors, and would run the program however late.
/// </summary>
internal static class UnbornChildren
{
    /// <summary>
    /// Kills the children that a thread has started and not been given back yet. One that waits for NFS or FUSE dies, and posix_spawn returns; what waits for a disk
    /// dies of nothing. Where the kernel lists no children (no CONFIG_PROC_CHILDREN) nothing is killed.
    /// </summary>
    /// <param name="threadId">The kernel's id of a thread of this process that starts one child and no other (gettid).</param>
    /// <exception cref="LinuxException">A child cannot be signalled.</exception>
    public static void Kill(int threadId)
    {
        foreach (int child in ChildrenOf(threadId))
        {
            int fd = (int)Libc.syscall(Libc.SYS_pidfd_open, child, 0);
            if (fd < 0)
            {
                if (Marshal.GetLastPInvokeError() == Errno.ESRCH) continue;
                throw LinuxException.Last("opening a process that was not started in time", child.ToString(CultureInfo.InvariantCulture));
            }

            using var pidfd = new FileDescriptor(fd);

            // Still listed: the descriptor is that child's, and not of another process that has been given its number since.
            if (!ChildrenOf(threadId).Contains(child)) continue;
            if (Libc.syscall(Libc.SYS_pidfd_send_signal, pidfd.Value, Libc.SIGKILL, 0, 0) < 0 && Marshal.GetLastPInvokeError() != Errno.ESRCH)
                throw LinuxException.Last("killing a process that was not started in time", child.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static List<int> ChildrenOf(int threadId)
    {
        List<int> children = [];
        string file = string.Create(CultureInfo.InvariantCulture, $"/proc/self/task/{threadId}/children");
        string list;
        try
        {
            list = File.ReadAllText(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // The thread has ended, or the kernel has no such list.
            return children;
        }

        foreach (string id in list.Split(' ', StringSplitOptions.RemoveEmptyEntries)) children.Add(int.Parse(id, CultureInfo.InvariantCulture));
        return children;
    }
}
