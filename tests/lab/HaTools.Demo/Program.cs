using System.Runtime.InteropServices;
using System.Text;
using HaTools.Demo;
using HaTools.Lab;
using HaTools.Lab.Kernel;
using HaTools.Lab.Playing;
using HaTools.Lab.Watching;

Console.OutputEncoding = Encoding.UTF8;
Options options;
try
{
    options = Options.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine($"demo.sh: {e.Message}\n\n{Options.Usage}");
    return 2;
}
if (options.List)
{
    foreach (Scenario s in Scenario.All) Console.WriteLine($"{s.Name,-12} {s.Title}");
    return 0;
}
if (Scenario.Find(options.Scenario) is not { } scenario)
{
    string names = string.Join(", ", Scenario.All.Select(s => s.Name));
    Console.Error.WriteLine($"demo.sh: no scenario is called {options.Scenario}; there are: {names}");
    return 2;
}
if (!Environment.IsPrivilegedProcess)
{
    Console.Error.WriteLine("demo.sh: the lab makes network namespaces and mounts: run it as root");
    return 2;
}

// Ctrl-C and SIGTERM take the machines down in order; a second one does it the hard way (they go with us in any case).
using var stop = new CancellationTokenSource();
void Cancel(PosixSignalContext signal)
{
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
try
{
    if (options.KernelCommand is { } command)
    {
        using var kernel = new KernelLab(options.StockKernel is { } folder ? new StockKernel(folder) : null);
        // Who asks for a command knows how long it may take, and can end us: this is for a kernel that hangs with nobody there.
        KernelRun run = await kernel.RunAsync(command, TimeSpan.FromHours(1), stop.Token);
        Console.Write(run.Output);
        return run.ExitCode ?? 1;
    }
    if (options.EventFile is { } file)
    {
        await using var writer = new StreamWriter(file);
        return await scenario.RunAsync(options.Cast, new JsonReport(writer), stop.Token) ? 0 : 1;
    }
    var timeline = new Timeline(Console.Out, options.Plain);
    bool good = scenario.NeedsIpvs && !IpvsTable.IsInKernel
        ? await KernelPlay.RunAsync(scenario, options.Cast, timeline, stop.Token)
        : await scenario.RunAsync(options.Cast, timeline, stop.Token);
    return good ? 0 : 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("\ndemo.sh: interrupted; the machines are gone");
    return 130;
}
catch (LabException e)
{
    Console.Error.WriteLine($"\ndemo.sh: {e.Message}");
    return 1;
}
