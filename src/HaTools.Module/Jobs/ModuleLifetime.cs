using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using HaTools.Engine;

namespace HaTools.Module.Jobs;

/// <summary>
/// The nodes that this process hosts. They end with the module and with the process (exit, SIGTERM, SIGHUP): masters send priority 0 and
/// give their
/// addresses up. What ends a process without warning is the business of self-fencing.
/// </summary>
public static class ModuleLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly ConcurrentDictionary<HaNode, byte> Running = new();
    private static readonly Lock Gate = new();
    private static PosixSignalRegistration[]? signals;

    internal static void Add(HaNode node)
    {
        Watch();
        Running[node] = 0;
        _ = node.Completion.ContinueWith(_ => Running.TryRemove(node, out byte _), TaskScheduler.Default);
    }

    private static void Watch()
    {
        lock (Gate)
        {
            if (signals is not null) return;
            AppDomain.CurrentDomain.ProcessExit += (_, _) => StopNodes();
            // .NET 10 no longer raises ProcessExit for these. Not cancelled: after the handler the signal does what it always does, and
            // systemd calls that a clean end.
            signals =
            [
                PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => StopNodes()),
                PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => StopNodes()),
            ];
        }
    }

    /// <summary>Stops all nodes of this process, and waits for it, ten seconds at most.</summary>
    public static void StopNodes()
    {
        Task[] ending = [.. Running.Keys.Select(node => Task.Run(() => node.StopAsync("its process ends")))];
        try
        {
            Task.WaitAll(ending, Patience);
        }
        catch (AggregateException e)
        {
            // The host is going away and its streams may be gone; standard error is what is left to say it on.
            foreach (Exception inner in e.InnerExceptions)
                Console.Error.WriteLine($"HaTools: a node did not stop cleanly: {inner.Message}");
        }
    }
}
