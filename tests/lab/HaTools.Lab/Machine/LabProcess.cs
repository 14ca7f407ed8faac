using System.Diagnostics;
using System.Text;

namespace HaTools.Lab.Machine;

/// <summary>A program that goes on inside a machine (tcpdump …), until it is stopped or the machine goes.</summary>
internal sealed class LabProcess : IAsyncDisposable
{
    private readonly LabNode node;
    private readonly Process process;
    private readonly StringBuilder text = new();
    private readonly Lock guard = new();

    internal LabProcess(LabNode node, string[] command)
    {
        this.node = node;
        var start = new ProcessStartInfo("nsenter", node.Inside(command))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        process = Process.Start(start) ?? throw new LabException($"cannot start {string.Join(' ', command)} on {node.Name}");
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it has printed so far, both streams.</summary>
    public string Output
    {
        get
        {
            lock (guard) return text.ToString();
        }
    }

    /// <summary>Ends it with SIGTERM (tcpdump then prints what it still holds).</summary>
    public async Task<string> StopAsync()
    {
        if (!process.HasExited)
        {
            Signal(Libc.SIGTERM);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        return Output;
    }

    /// <summary>kill -9 of the program.</summary>
    public void Kill() => Signal(Libc.SIGKILL);

    public bool HasExited => process.HasExited;

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        process.Dispose();
    }

    // nsenter passes no signal on: its child, the program itself, gets it.
    private void Signal(int signal)
    {
        foreach (NodeProcess child in NodeProcesses.Of(node.InitProcessId))
            if (child.ParentId == process.Id) _ = Libc.kill(child.ProcessId, signal);
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (guard) text.AppendLine(line);
    }
}
