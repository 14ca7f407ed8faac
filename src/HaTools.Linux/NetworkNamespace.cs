using System.Runtime.ExceptionServices;

namespace HaTools.Linux;

/// <summary>
/// A network namespace, held by a descriptor. It is only ever entered by a thread of its own that ends afterwards, so that no pooled thread
/// is left inside;
/// sockets and threads that this thread makes belong to the namespace for good.
/// </summary>
internal sealed class NetworkNamespace : IDisposable
{
    private readonly FileDescriptor descriptor;
    private readonly string path;

    private NetworkNamespace(FileDescriptor descriptor, string path) => (this.descriptor, this.path) = (descriptor, path);

    /// <summary>A file that names it, for other programs (<c>ip link set NAME netns FILE</c>), while this object lives.</summary>
    public string FilePath => $"/proc/{Environment.ProcessId}/fd/{descriptor.Value}";

    /// <summary>The namespace of the calling thread.</summary>
    public static NetworkNamespace OfThisThread() => Open("/proc/thread-self/ns/net");

    /// <summary>The namespace behind a file: <c>/proc/PID/ns/net</c>, <c>/run/netns/NAME</c>.</summary>
    /// <exception cref="LinuxException">ENOENT: there is no such file.</exception>
    public static NetworkNamespace Open(string path) =>
        new(FileDescriptor.OrThrow(Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC), "opening the network namespace", path), path);

    /// <summary>A new, empty namespace. It ends with the last descriptor, process and thread that holds it.</summary>
    /// <exception cref="LinuxException">EPERM: needs CAP_SYS_ADMIN.</exception>
    public static NetworkNamespace Create() => OnThreadOfItsOwn(() =>
    {
        if (Libc.unshare(Libc.CLONE_NEWNET) < 0)
            throw LinuxException.Last("creating a network namespace", null, "run as root or grant CAP_SYS_ADMIN");
        return OfThisThread();
    });

    /// <summary>Runs a function inside, on a thread of its own, and waits for its result.</summary>
    public T Run<T>(Func<T> function) => OnThreadOfItsOwn(() =>
    {
        if (Libc.setns(descriptor.Value, Libc.CLONE_NEWNET) < 0)
            throw LinuxException.Last("entering a network namespace", path, "run as root or grant CAP_SYS_ADMIN");
        return function();
    });

    /// <inheritdoc cref="Run{T}"/>
    public void Run(Action action) => Run(() =>
    {
        action();
        return 0;
    });

    public void Dispose() => descriptor.Dispose();

    private static T OnThreadOfItsOwn<T>(Func<T> function)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = function();
            }
            catch (Exception e)
            {
                // Not swallowed: it is thrown in the caller below.
                failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        { IsBackground = true, Name = "netns" };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
