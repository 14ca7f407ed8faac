using System.Diagnostics;
using System.Text;

namespace HaTools.Lab.Machine;

/// <summary>
/// A machine of the lab: network, PID, mount, UTS and IPC namespaces of its own, held by its init. Its files are a copy-on-write view of
/// the host's. A machine that crashed can be booted again; nothing of its former life is left then.
/// </summary>
internal sealed class LabNode
{
    private readonly VirtualLab lab;
    private Process? unshare;

    internal LabNode(VirtualLab lab, LabNodeSpec spec) => (this.lab, Spec) = (lab, spec);

    public LabNodeSpec Spec { get; }

    public string Name => Spec.Name;

    /// <summary>The init's pid as the lab sees it; 0 while the machine is off.</summary>
    public int InitProcessId { get; private set; }

    public bool IsRunning => InitProcessId != 0 && unshare is { HasExited: false };

    /// <summary>Which program keeps the virtual addresses here.</summary>
    public DirectorDaemon? Daemon { get; private set; }

    /// <summary>A path of the machine as the lab can open it.</summary>
    public string PathOf(string path) => $"/proc/{InitProcessId}/root{path}";

    internal async Task StartInitAsync(string mountPoint, string machineFolder, CancellationToken stop)
    {
        // setsid: a Ctrl-C at the terminal must reach the lab's owner alone, which then takes the machines down in order.
        var start = new ProcessStartInfo("setsid", ["unshare", "--net", "--pid", "--mount", "--uts", "--ipc", "--fork", "--kill-child=KILL",
            "--propagation", "private", "bash", $"{machineFolder}/init.sh",
            LabLeftovers.Marker, $"{Environment.ProcessId}", Name, mountPoint, machineFolder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        unshare = Process.Start(start) ?? throw new LabException($"cannot start {Name}");
        var errors = new StringBuilder();
        unshare.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
        unshare.BeginErrorReadLine();
        string? said = await unshare.StandardOutput.ReadLineAsync(stop).ConfigureAwait(false);
        if (said?.Split(' ') is not ["ready", var pid])
        {
            await Task.Delay(100, stop).ConfigureAwait(false); // for the rest of the message
            throw new LabException($"machine {Name} did not come up: {said} {errors.ToString().Trim()}");
        }
        InitProcessId = int.Parse(pid);
    }

    /// <summary>The power cord is pulled: the init dies, and with it, at once and without a word, everything on the machine.</summary>
    public async Task CrashAsync()
    {
        await EndAsync().ConfigureAwait(false);
        // A socket of an observer may keep the namespace a little longer, and its kernel would go on answering: its cables go now.
        await lab.RemovePortsAsync(this).ConfigureAwait(false);
    }

    internal async Task EndAsync()
    {
        if (unshare is null) return;
        if (InitProcessId != 0 && !unshare.HasExited) _ = Libc.kill(InitProcessId, Libc.SIGKILL);
        if (InitProcessId == 0) unshare.Kill();
        await unshare.WaitForExitAsync().ConfigureAwait(false);
        unshare.Dispose();
        unshare = null;
        InitProcessId = 0;
        Daemon = null;
    }

    /// <summary>Switches a machine on that is off.</summary>
    public Task BootAsync(CancellationToken stop) => lab.BootAsync(this, stop);

    /// <summary>The words that run a program inside the machine.</summary>
    public IEnumerable<string> Inside(params IEnumerable<string> command) =>
        [$"--target={InitProcessId}", "--net", "--pid", "--mount", "--uts", "--ipc", .. command];

    /// <summary>Runs a line of bash inside the machine to its end; waits a minute at most.</summary>
    public Task<CommandResult> RunAsync(string line, CancellationToken stop = default)
    {
        if (!IsRunning) throw new LabException($"machine {Name} is off: {line}");
        return Command.RunAsync("nsenter", Inside("bash", "-c", line), null, TimeSpan.FromMinutes(1), stop);
    }

    /// <summary>Starts a program inside the machine that goes on until it is disposed of.</summary>
    public LabProcess Start(params string[] command) => new(this, command);

    public void WriteFile(string path, string text, bool executable = false)
    {
        string outside = PathOf(path);
        Directory.CreateDirectory(Path.GetDirectoryName(outside)!);
        File.WriteAllText(outside, text.ReplaceLineEndings("\n"));
        UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        if (executable) mode |= UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(outside, mode);
    }

    public string ReadFile(string path) => File.Exists(PathOf(path)) ? File.ReadAllText(PathOf(path)) : "";

    /// <summary>
    /// Chooses the program that `systemctl start keepalived` starts here, with the configuration in /etc/keepalived/keepalived.conf.
    /// </summary>
    /// <param name="daemon">The kind.</param>
    /// <param name="keepalived">Where another keepalived than Debian's is.</param>
    public void UseDaemon(DirectorDaemon daemon, string? keepalived = null)
    {
        Daemon = daemon;
        WriteFile("/run/lab/keepalived.path", $"{keepalived ?? "keepalived"}\n");
        WriteFile("/run/lab/daemon", daemon.ProgramName() + "\n");
        WriteFile("/run/lab/hanode.command", $"{HanodeProgram.CommandLine(Name)}\n");
    }

    /// <summary>The daemon's log so far.</summary>
    public string DaemonLog => Daemon is { } daemon && IsRunning ? ReadFile($"/var/log/{daemon.ProgramName()}.log") : "";

    public async Task StartDaemonAsync(CancellationToken stop) =>
        (await RunAsync("systemctl start keepalived", stop).ConfigureAwait(false)).OrThrow();

    public async Task StopDaemonAsync(CancellationToken stop) =>
        (await RunAsync("systemctl stop keepalived", stop).ConfigureAwait(false)).OrThrow();

    /// <summary>
    /// kill -9 of the daemon: all of its processes, its parent held meanwhile, so that none is started anew and none says goodbye.
    /// </summary>
    public void KillDaemon()
    {
        IReadOnlyList<NodeProcess> processes = DaemonProcesses();
        if (processes.Count == 0) throw new LabException($"no daemon runs on {Name}");
        foreach (NodeProcess p in processes) _ = Libc.kill(p.ProcessId, Libc.SIGSTOP);
        IEnumerable<NodeProcess> childrenFirst = processes.OrderByDescending(p => processes.Any(q => q.ProcessId == p.ParentId));
        foreach (NodeProcess p in childrenFirst) _ = Libc.kill(p.ProcessId, Libc.SIGKILL);
    }

    /// <summary>The daemon hangs: SIGSTOP to all of its processes.</summary>
    public void HangDaemon() => Signal(Libc.SIGSTOP);

    /// <summary>It goes on.</summary>
    public void ResumeDaemon() => Signal(Libc.SIGCONT);

    /// <summary>The daemon's processes, empty when it does not run.</summary>
    public IReadOnlyList<NodeProcess> DaemonProcesses()
    {
        if (Daemon is not { } daemon || !IsRunning) return [];
        return [.. NodeProcesses.Of(InitProcessId).Where(p => p.Name.StartsWith(daemon.ProgramName(), StringComparison.Ordinal))];
    }

    /// <summary><c>ip link set CARD up|down</c>, by the machine's own administrator.</summary>
    public async Task SetLinkAsync(string card, bool up, CancellationToken stop) =>
        (await RunAsync($"ip link set {card} {(up ? "up" : "down")}", stop).ConfigureAwait(false)).OrThrow();

    /// <summary>The cable is pulled at the switch: the card loses its carrier.</summary>
    public Task UnplugAsync(string card, CancellationToken stop) => lab.SetPortAsync(this, card, false, stop);

    /// <summary>The cable is put back.</summary>
    public Task PlugAsync(string card, CancellationToken stop) => lab.SetPortAsync(this, card, true, stop);

    private void Signal(int signal)
    {
        foreach (NodeProcess p in DaemonProcesses()) _ = Libc.kill(p.ProcessId, signal);
    }
}
