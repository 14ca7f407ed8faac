using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace HaTools.Linux;

/// <summary>
/// A child in a session and process group of its own, so that it can be killed with all that it started. stdin is /dev/null or a text; signal
/// dispositions and mask
/// are the defaults. It holds no thread while it runs, and is reaped whatever happens.
/// </summary>
internal sealed unsafe class ChildProcess : IDisposable
{
    private readonly Lock gate = new();
    private readonly TaskCompletionSource<ChildExit> exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FileDescriptor pidfd;
    private readonly FileDescriptor? output;
    private readonly byte[] captured;
    private int capturedLength;
    private ulong exitToken;
    private ulong outputToken;
    private bool outputEnded;
    private bool doomed;
    private bool reaped;

    private ChildProcess(int pid, FileDescriptor pidfd, FileDescriptor? output, int captureBytes)
    {
        Pid = pid;
        this.pidfd = pidfd;
        this.output = output;
        captured = new byte[captureBytes];
    }

    /// <summary>The process id, which is also the id of its session and process group.</summary>
    public int Pid { get; }

    /// <summary>What was captured so far, as UTF-8; all that the child itself printed once <see cref="WaitAsync"/> has returned.</summary>
    public string Output
    {
        get
        {
            lock (gate) return Encoding.UTF8.GetString(captured, 0, capturedLength);
        }
    }

    /// <summary>Starts a program.</summary>
    /// <exception cref="LinuxException">The program cannot be run (ENOENT, EACCES, ENOEXEC …).</exception>
    public static ChildProcess Start(ChildProcessOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var command = WithUser(options);
        FileDescriptor? readEnd = null;
        FileDescriptor? writeEnd = null;
        FileDescriptor? input = null;
        try
        {
            if (options.CaptureOutputBytes > 0) (readEnd, writeEnd) = OpenPipe();
            if (options.Input is { } text) input = OpenInput(text);
            int pid = Spawn(command, options.Environment, input, writeEnd);
            FileDescriptor pidfd = OpenPidfd(pid, options.FileName);
            var child = new ChildProcess(pid, pidfd, readEnd, options.CaptureOutputBytes);
            readEnd = null;
            child.Watch();
            return child;
        }
        finally
        {
            input?.Dispose();
            writeEnd?.Dispose();
            readEnd?.Dispose();
        }
    }

    /// <summary>Sends a signal to the whole group; does nothing once the child was reaped (the group's number may be somebody else's by
    /// then).</summary>
    public void KillGroup(int signal)
    {
        lock (gate)
        {
            if (reaped) return;
            if (Libc.kill(-Pid, signal) < 0 && Marshal.GetLastPInvokeError() != Errno.ESRCH)
                throw LinuxException.Last("signalling the process group", Pid.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>
    /// Asks the whole group to end (SIGTERM). What of it is left when the child itself ends is killed then, since nobody could name the group
    /// afterwards. A child that does not obey needs <see cref="KillGroup"/>.
    /// </summary>
    /// <exception cref="LinuxException">EPERM: it has become another user.</exception>
    public void EndGroup()
    {
        lock (gate) doomed = true;
        KillGroup(Libc.SIGTERM);
    }

    /// <summary>Waits for the end. Cancelling ends the wait, not the child.</summary>
    public Task<ChildExit> WaitAsync(CancellationToken cancellationToken = default) => exit.Task.WaitAsync(cancellationToken);

    /// <summary>Lets go of it: a child that still runs goes on, and is reaped when it ends. The reaper closes the descriptors, since only
    /// it knows when.</summary>
    public void Dispose()
    {
    }

    private void Watch()
    {
        // Both under the lock: the reaper may call back before the tokens are stored.
        lock (gate)
        {
            if (output is not null) outputToken = ChildReaper.Watch(output, OnOutput);
            exitToken = ChildReaper.Watch(pidfd, OnExit);
        }
    }

    private void OnExit()
    {
        ChildExit result;
        lock (gate)
        {
            // What the child printed before it ended is in the pipe by now.
            ReadOutput();

            // While it is not reaped, the number of its group is nobody else's.
            if (doomed) _ = Libc.kill(-Pid, Libc.SIGKILL);
            siginfo_t info;
            if (Libc.waitid(Libc.P_PIDFD, pidfd.Value, &info, Libc.WEXITED | Libc.WNOHANG) < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                exit.TrySetException(new LinuxException(
                    "waiting for process", Pid.ToString(CultureInfo.InvariantCulture), errno, AdviceOnLostChild(errno, Environment.ProcessId)));
                result = default;
            }
            else
            {
                if (info.si_pid == 0) return;
                result = info.si_code == Libc.CLD_EXITED ? new ChildExit(info.si_status, null) : new ChildExit(null, info.si_status);
            }

            reaped = true;
            ChildReaper.Forget(pidfd, exitToken);
            pidfd.Dispose();
        }

        exit.TrySetResult(result);
    }

    /// <summary>What to do where a child's end cannot be had; null: nothing is known.</summary>
    /// <param name="errno">What waitid said.</param>
    /// <param name="ownId">This process's id.</param>
    internal static string? AdviceOnLostChild(int errno, int ownId) => errno == Errno.ECHILD && ownId == 1
        ? "as process 1 (of a container) .NET takes the ends of all children for itself once it has started a program of its own: start this one under an init (docker run --init)"
        : null;

    private void OnOutput()
    {
        lock (gate) ReadOutput();
    }

    // Goes on after the child's end, and beyond what is kept: a daemon that the child has started may still write to the pipe, and would
    // die of SIGPIPE.
    private void ReadOutput()
    {
        if (output is null || outputEnded) return;
        byte* buffer = stackalloc byte[4096];
        while (true)
        {
            nint length = Libc.read(output, buffer, 4096);
            if (length < 0 && Marshal.GetLastPInvokeError() is Errno.EAGAIN or Errno.EINTR) return;
            if (length <= 0) break;
            int kept = Math.Min((int)length, captured.Length - capturedLength);
            new ReadOnlySpan<byte>(buffer, kept).CopyTo(captured.AsSpan(capturedLength));
            capturedLength += kept;
        }

        outputEnded = true;
        ChildReaper.Forget(output, outputToken);
        output.Dispose();
    }

    private static List<string> WithUser(ChildProcessOptions options)
    {
        List<string> command = [];
        if (options.User is { } user && (user.UserId != Libc.geteuid() || user.GroupId != Libc.getegid()))
        {
            // The credentials must change between fork and exec, where no managed code can run: setpriv does it and becomes the program.
            command.Add("setpriv");
            command.Add(string.Create(CultureInfo.InvariantCulture, $"--reuid={user.UserId}"));
            command.Add(string.Create(CultureInfo.InvariantCulture, $"--regid={user.GroupId}"));

            // By number, and none looked up: the database may not answer any more.
            command.Add(user.Groups.Count == 0 ? "--clear-groups" : $"--groups={string.Join(',', user.Groups)}");
            command.Add("--");
        }

        command.Add(options.FileName);
        command.AddRange(options.Arguments);
        return command;
    }

    private static (FileDescriptor ReadEnd, FileDescriptor WriteEnd) OpenPipe()
    {
        int* ends = stackalloc int[2];
        if (Libc.pipe2(ends, Libc.O_CLOEXEC) < 0) throw LinuxException.Last("opening a pipe");
        var readEnd = new FileDescriptor(ends[0]);
        var writeEnd = new FileDescriptor(ends[1]);

        // Only our end: the child expects writes that wait.
        if (Libc.fcntl(readEnd, Libc.F_SETFL, Libc.O_NONBLOCK) < 0) throw LinuxException.Last("setting up a pipe");
        return (readEnd, writeEnd);
    }

    // A file in memory: it takes any length at once, where a pipe would have to be fed while the child runs.
    private static FileDescriptor OpenInput(string text)
    {
        FileDescriptor file = FileDescriptor.OrThrow(Libc.memfd_create("stdin", Libc.MFD_CLOEXEC), "opening a child's input");
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text);
        for (long at = 0; rest.Length > 0;)
        {
            nint written;

            // At a place of our own choosing: the child reads from the beginning.
            fixed (byte* data = rest) written = Libc.pwrite(file, data, (nuint)rest.Length, at);
            if (written < 0)
            {
                var failure = LinuxException.Last("writing a child's input");
                file.Dispose();
                throw failure;
            }

            at += written;
            rest = rest[(int)written..];
        }

        return file;
    }

    private static FileDescriptor OpenPidfd(int pid, string fileName)
    {
        int fd = (int)Libc.syscall(Libc.SYS_pidfd_open, pid, 0);
        if (fd >= 0) return new FileDescriptor(fd);
        var failure = LinuxException.Last("watching the process of", fileName, "Linux 5.3 or newer is needed");
        siginfo_t info;
        _ = Libc.kill(-pid, Libc.SIGKILL);
        _ = Libc.waitid(Libc.P_PID, pid, &info, Libc.WEXITED);
        throw failure;
    }

    private static int Spawn(List<string> command, IReadOnlyDictionary<string, string>? environment, FileDescriptor? input, FileDescriptor? outputTo)
    {
        byte* attributes = stackalloc byte[Libc.SizeOfSpawnAttributes];
        byte* actions = stackalloc byte[Libc.SizeOfSpawnFileActions];
        byte* signals = stackalloc byte[Libc.SizeOfSigset];
        using var arguments = new NativeStringArray(command);
        using var variables = new NativeStringArray(
            environment is null ? OwnEnvironment() : [.. environment.Select(v => $"{v.Key}={v.Value}")]);
        _ = Libc.posix_spawnattr_init(attributes);
        _ = Libc.posix_spawn_file_actions_init(actions);
        try
        {
            short flags = Libc.POSIX_SPAWN_SETSID | Libc.POSIX_SPAWN_SETSIGDEF | Libc.POSIX_SPAWN_SETSIGMASK;
            int error = Libc.posix_spawnattr_setflags(attributes, flags);

            // The runtime ignores SIGPIPE, which the child would inherit.
            _ = Libc.sigfillset(signals);
            if (error == 0) error = Libc.posix_spawnattr_setsigdefault(attributes, signals);
            _ = Libc.sigemptyset(signals);
            if (error == 0) error = Libc.posix_spawnattr_setsigmask(attributes, signals);

            fixed (byte* devNull = "/dev/null"u8)
            {
                if (error == 0) error = Libc.posix_spawn_file_actions_addopen(actions, 0, devNull, Libc.O_RDWR, 0);
            }

            // Output goes first, since without a pipe it goes to the /dev/null that stands at 0.
            int outputFd = outputTo?.Value ?? 0;
            if (error == 0) error = Libc.posix_spawn_file_actions_adddup2(actions, outputFd, 1);
            if (error == 0) error = Libc.posix_spawn_file_actions_adddup2(actions, outputFd, 2);
            if (error == 0 && input is not null) error = Libc.posix_spawn_file_actions_adddup2(actions, input.Value, 0);

            int pid = 0;
            using Scheduling.UsualChildren usual = Scheduling.ChildrenAreUsual();
            if (error == 0) error = Libc.posix_spawnp(&pid, arguments[0], actions, attributes, arguments.Pointer, variables.Pointer);
            if (error == 0) return pid;
            throw new LinuxException("running", command[0], error, error switch
            {
                Errno.ENOENT => "check the path; the first line of a script (#!) must name a program that exists",
                Errno.EACCES => "make it executable (chmod +x)",
                Errno.ENOEXEC => "a script must begin with #! and its interpreter",
                _ => null,
            });
        }
        finally
        {
            _ = Libc.posix_spawn_file_actions_destroy(actions);
            _ = Libc.posix_spawnattr_destroy(attributes);
        }
    }

    private static List<string> OwnEnvironment()
    {
        List<string> variables = [];
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables()) variables.Add($"{variable.Key}={variable.Value}");
        return variables;
    }
}
