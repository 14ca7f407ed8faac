using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HaTools.Configuration;
using HaTools.Engine;
using HaTools.Engine.Control;
using HaTools.Engine.Logging;
using HaTools.Linux;
using HaTools.Node.Views;

namespace HaTools.Node.Commands;

/// <summary><c>hanode run</c>: the engine in the foreground (or detached), until SIGTERM, SIGINT or <c>hanode stop</c>. SIGHUP reloads.</summary>
internal static class RunCommand
{
    // Ahead of the host's other work, behind its interrupts and real-time threads; of 88 shares to 1 that -20 would have, 28.
    private const int EngineNice = -15;

    public static Command Create()
    {
        Option<string> file = Options.File();
        Option<ConfigurationFormat> format = Options.Format();
        Option<bool> strict = Options.Strict();
        Option<string?> name = Options.Node();
        Option<string> folder = Options.RunDirectory();
        var detach = new Option<bool>("--detach", "-d") { Description = "Return when the node runs, and leave it running in a session of its own." };
        var log = new Option<string?>("--log", "-l")
        {
            Description = "Append log lines to this file; standard error otherwise (detached: /var/log/hatools/NAME.log).",
            HelpName = "FILE",
        };
        var noRealtime = new Option<bool>("--no-realtime") { Description = "Do not ask for real-time scheduling and locked memory." };
        var command = new Command("run", "Run a node until it is stopped.") { file, format, strict, name, detach, log, noRealtime, folder };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            // Machine code needs no warming up.
            if (!parsed.GetValue(detach) && RuntimeFeature.IsDynamicCodeCompiled) _ = WarmUp.Begin();
            string node = parsed.GetValue(name) ?? HaNodeOptions.DefaultName;
            string given = parsed.GetValue(file)!;
            string path = given.Length == 0 ? given : Path.GetFullPath(given);
            ConfigurationReadResult read = await ConfigurationSources.ReadFileAsync(path, parsed.GetValue(format), parsed.GetValue(strict));
            DiagnosticsView.Write(read.Diagnostics, Console.Error);
            if (read.Configuration is not { } configuration) return ExitCode.Failure;

            var options = new HaNodeOptions
            {
                Name = node,
                Configuration = configuration,
                ConfigurationPath = path,
                ConfigurationFormat = parsed.GetValue(format),
                Strict = parsed.GetValue(strict),
                RunDirectory = parsed.GetValue(folder)!,
                Realtime = !parsed.GetValue(noRealtime),
            };
            return parsed.GetValue(detach)
                ? await Detached.StartAsync(options, parsed.GetValue(log) ?? $"/var/log/hatools/{node}.log")
                : await RunAsync(options, parsed.GetValue(log));
        });
        return command;
    }

    private static async Task<int> RunAsync(HaNodeOptions options, string? logPath)
    {
        await using LogWriter log = LogWriter.Open(logPath);
        if (options.Realtime && !Scheduling.TrySetNice(EngineNice, out string? whyNot)) log.Write(DateTimeOffset.Now, whyNot!);

        // Registered before the start: a signal that comes during it must not kill a half-started node.
        var stop = new TaskCompletionSource<PosixSignal>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var reload = new SemaphoreSlim(0);
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Ask(context, stop));
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Ask(context, stop));
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            _ = reload.Release();
        });
        using var questions = new DumpSignals(log);

        await using HaNode node = await StartAsync(options with { Log = log }, inFile: logPath is not null);
        using var ended = new CancellationTokenSource();
        Task reloading = ReloadOnRequestAsync(node, reload, log, ended.Token);
        _ = await Task.WhenAny(stop.Task, node.Completion);
        try
        {
            await node.StopAsync(stop.Task.IsCompletedSuccessfully ? $"{stop.Task.Result}" : null);
        }
        finally
        {
            // It writes to the log, which is closed next.
            await ended.CancelAsync();
            await reloading;
        }

        // Faulted when the engine could not go on: the message is the reason, the exit code says so to the service manager.
        await node.Completion;
        return ExitCode.Success;
    }

    private static async Task<HaNode> StartAsync(HaNodeOptions options, bool inFile)
    {
        try
        {
            return await HaNode.StartAsync(options);
        }
        catch (Exception e) when (inFile)
        {
            // Standard error gets it too; the file must not end with a start that just stopped.
            options.Log!.Write(DateTimeOffset.Now, $"Node {options.Name} did not start: {e.Message}");
            throw;
        }
    }

    private static void Ask(PosixSignalContext context, TaskCompletionSource<PosixSignal> stop)
    {
        context.Cancel = true;
        _ = stop.TrySetResult(context.Signal);
    }

    private static async Task ReloadOnRequestAsync(HaNode node, SemaphoreSlim requests, LogWriter log, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await requests.WaitAsync(cancellationToken);
                PlanReply reply = await node.ReloadAsync();
                foreach (HaConfigurationDiagnostic diagnostic in reply.Diagnostics) log.Write(DateTimeOffset.Now, diagnostic.ToString());
                if (!reply.Applied) log.Write(DateTimeOffset.Now, "Reload: the file has errors; nothing was changed");
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                // The node stops, or has stopped while the file was read.
                return;
            }
            catch (Exception e) when (e is HaEngineException or IOException or NodeControlException)
            {
                log.Write(DateTimeOffset.Now, $"Reload: nothing was changed: {e.Message}");
            }
        }
    }
}
