using System.Runtime.InteropServices;

namespace HaTools.Lab.Machine;

/// <summary>
/// A thread inside a machine's network namespace. Sockets belong to the namespace that they are opened in and stay there whoever uses
/// them; so what a client or an observer opens, it opens here.
/// </summary>
internal static class NamespaceThread
{
    /// <summary>Runs a loop on a new thread inside the namespace; the task ends when the loop does.</summary>
    public static Task Start(LabNode node, string purpose, Action body) => Start<object?>(node, purpose, () =>
    {
        body();
        return null;
    });

    /// <summary>Runs a function on a new thread inside the namespace.</summary>
    public static Task<T> Start<T>(LabNode node, string purpose, Func<T> body)
    {
        string path = $"/proc/{node.InitProcessId}/ns/net";
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                Enter(path);
                done.SetResult(body());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        })
        { IsBackground = true, Name = $"{node.Name} {purpose}" };
        thread.Start();
        return done.Task;
    }

    private static void Enter(string path)
    {
        int fd = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC);
        if (fd < 0) throw new LabException($"opening {path}: {Marshal.GetLastPInvokeErrorMessage()}");
        try
        {
            if (Libc.setns(fd, Libc.CLONE_NEWNET) != 0) throw new LabException($"entering {path}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        finally
        {
            _ = Libc.close(fd);
        }
    }
}
