using System.Runtime.InteropServices;
using HaTools.Engine.Logging;

namespace HaTools.Node.Commands;

/// <summary>
/// The signals with which keepalived is asked to write its state into a file. A process that knows nothing of them ends at once (signal(7)), with its addresses left
/// to their lifetimes: here they are answered in the log, each once.
/// </summary>
internal sealed class DumpSignals : IDisposable
{
    // Linux's numbers (x86, ARM), counted from glibc's SIGRTMIN, 34; keepalived's names: DATA, STATS, JSON, STATS_CLEAR, TDATA.
    private static readonly (int Number, string Name)[] All =
        [(10, "SIGUSR1"), (12, "SIGUSR2"), (36, "SIGRTMIN+2"), (63, "SIGRTMAX-1"), (64, "SIGRTMAX")];

    private readonly PosixSignalRegistration[] registrations;

    public DumpSignals(INodeLog log) => registrations = [.. All.Select(s => Answer(s.Number, s.Name, log))];

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations) registration.Dispose();
    }

    private static PosixSignalRegistration Answer(int number, string name, INodeLog log)
    {
        int told = 0;
        return PosixSignalRegistration.Create((PosixSignal)number, context =>
        {
            context.Cancel = true;
            if (Interlocked.Exchange(ref told, 1) == 0) log.Write(DateTimeOffset.Now, $"{name}: no file is written; `hanode status --json` says what a node is doing");
        });
    }
}
