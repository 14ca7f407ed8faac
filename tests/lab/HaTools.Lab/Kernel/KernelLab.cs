using System.Diagnostics;
using System.Text;
using HaTools.Lab.Machine;

namespace HaTools.Lab.Kernel;

/// <summary>What a run in the kernel lab left behind.</summary>
/// <param name="ExitCode">The command's; null: the kernel ended, or was ended, before the command did.</param>
/// <param name="Output">What the command printed, the kernel's own lines included.</param>
internal sealed record KernelRun(int? ExitCode, string Output);

/// <summary>
/// A kernel with IPVS on a host that has none, on the host's own root file system, copy-on-write. <see cref="Folder"/> is
/// the place where host and kernel both write; the project is seen under its own name wherever it lies. Disposing removes the folder; the
/// kernel dies with this process.
/// </summary>
internal sealed class KernelLab : IDisposable
{
    private readonly LabKernel kernel;

    private const string Prefix = "hatools-kernel-lab-";

    /// <summary>Makes the folder, in memory; takes away what killed processes left there.</summary>
    /// <param name="kernel">What is booted; null: <see cref="UserModeLinux"/>.</param>
    public KernelLab(LabKernel? kernel = null)
    {
        this.kernel = kernel ?? new UserModeLinux();
        string home = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        foreach (string left in Directory.EnumerateDirectories(home, Prefix + "*"))
        {
            string owner = Path.GetFileName(left)[Prefix.Length..].Split('-')[0];
            if (!Directory.Exists($"/proc/{owner}")) TakeAway(left);
        }
        Folder = Path.Combine(home, $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Folder);
    }

    /// <summary>The folder for results, of the same name on both sides.</summary>
    public string Folder { get; }

    /// <summary>
    /// Boots, runs a line of bash in the project's folder, powers off. A kernel that does not even come to the command (it happens on a
    /// machine short of memory) is booted once more; what the command itself did is never repeated.
    /// </summary>
    /// <exception cref="LabException">The host lacks something, neither boot came to the command, or the time is over.</exception>
    public async Task<KernelRun> RunAsync(string command, TimeSpan limit, CancellationToken stop)
    {
        if (kernel.Missing is { } missing) throw new LabException(missing);
        KernelRun run = await BootAsync(command, limit, stop).ConfigureAwait(false);
        bool begun = run.ExitCode is not null || File.Exists(Path.Combine(Folder, "begun"));
        return begun ? run : await BootAsync(command, limit, stop).ConfigureAwait(false);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static void TakeAway(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Another lab that starts at the same time takes it away, too.
        }
    }

    private async Task<KernelRun> BootAsync(string command, TimeSpan limit, CancellationToken stop)
    {
        string script = Path.Combine(Folder, "run.sh"), code = Path.Combine(Folder, "rc");
        await File.WriteAllTextAsync(script, $"touch '{Folder}/begun'\n{command}\n", stop).ConfigureAwait(false);
        File.Delete(code);
        IEnumerable<string> arguments =
            [$"init={LabKernel.Script("init.sh")}", $"LAB_RUN={script}", $"LAB_OUT={Folder}", $"LAB_KEEP={HanodeProgram.ProjectFolder}"];
        var start = new ProcessStartInfo("setsid",
            ["bash", LabKernel.Script("boot.sh"), "hatools-kernel-lab", $"{Environment.ProcessId}", .. kernel.Command(Folder, arguments)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start) ?? throw new LabException("cannot start the kernel lab");
        var text = new StringBuilder();
        void Keep(object sender, DataReceivedEventArgs line)
        {
            lock (text) text.AppendLine(line.Data);
        }
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limited.CancelAfter(limit);
        try
        {
            await process.WaitForExitAsync(limited.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new LabException($"the kernel lab did not end within {limit.TotalMinutes:0} minutes; it had said:\n{text}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.StandardInput.Close(); // boot.sh then ends the kernel and its processes
                await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
        int? exit = File.Exists(code) && int.TryParse((await File.ReadAllTextAsync(code, stop).ConfigureAwait(false)).Trim(), out int n)
            ? n : null;
        lock (text) return new KernelRun(exit, text.ToString());
    }
}
