namespace HaTools.Linux;

/// <summary>
/// A child in a session and process group of its own, so that it can be killed with all that it started. stdin is /dev/null; signal dispositions and mask
/// are the defaults. It holds no thread while it runs, and is reaped whatever happens.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    /// <summary>The process id, which is also the id of its session and process group.</summary>
    public int Pid => throw new NotImplementedException();

    /// <summary>What was captured so far, as UTF-8; all of it once <see cref="WaitAsync"/> has returned.</summary>
    public string Output => throw new NotImplementedException();

    /// <summary>Starts a program.</summary>
    /// <exception cref="IOException">A LinuxException: the program cannot be run (ENOENT, EACCES, ENOEXEC …).</exception>
    public static ChildProcess Start(ChildProcessOptions options) => throw new NotImplementedException();

    /// <summary>Sends a signal to the whole group; does nothing once the child was reaped.</summary>
    public void KillGroup(int signal) => throw new NotImplementedException();

    /// <summary>Waits for the end. Cancelling ends the wait, not the child.</summary>
    public Task<ChildExit> WaitAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Lets go of it: a child that still runs goes on, and is reaped when it ends.</summary>
    public void Dispose() => throw new NotImplementedException();
}
