using System.Diagnostics;
using HaTools.Lab;
using HaTools.Lab.Machine;
using HaTools.Lab.Watching;

namespace HaTools.Bench.Checks;

/// <summary>Many checks a second beside a virtual router at 10 ms: processor time, memory, tries done and due, the time from a server's death to its removal, the adverts meanwhile.</summary>
internal static class ChecksBench
{
    private const int Dying = 50;
    private const double AdvertInterval = 10;
    private static readonly TimeSpan watched = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(30);
    private static readonly int[] counts = [100, 1000, 5000];

    // For the highest rate: until neither program keeps up.
    private static readonly int[] rates = [5000, 10_000, 15_000, 20_000, 30_000];

    private const string Page = "            url {\n                path /\n                status_code 200\n            }\n";

    // Handshakes take as much of the servers' processor as of the director's: more than this many a second do not fit on one machine.
    private const int MostHandshakes = 1000;

    private static readonly (string Name, int Port, string Check)[] kinds =
    [
        ("TCP", 80, Check("TCP_CHECK", "")),
        ("HTTP", 80, Check("HTTP_GET", Page)),
        ("SSL", 443, Check("SSL_GET", Page)),
    ];

    public static async Task RunAsync(int? only, string part, CancellationToken stop)
    {
        await CompileAsync(stop);
        Console.WriteLine(
            $"Each server checked once a second, {watched.TotalSeconds} s each; death: {Dying} servers refuse at once, one try again after a second, from then to their removal from the table, in ms, median / p99 / max; of N: so many of them, the others had fallen out before or stayed. "
            + $"Late adverts: more than {AdvertInterval / 2} ms after their time.");
        Console.WriteLine("| program | check | servers | CPU, % of a core | RSS (PSS) MiB | tries / due | death to removal | TIME_WAIT director, servers | adverts' gaps, ms | late of adverts |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach ((string name, int port, string check) in kinds.Where(k => part == "highest" ? k.Port == 80 : k.Name.StartsWith(part, StringComparison.Ordinal)))
        {
            int[] wanted = only is { } one ? [one] : part == "highest" ? rates : [.. counts.Where(c => port == 80 || c <= MostHandshakes)];
            foreach (int count in wanted)
            {
                Figures ours = await MeasureAsync(DirectorDaemon.Hanode, name, port, check, count, stop);
                Figures theirs = await MeasureAsync(DirectorDaemon.Keepalived, name, port, check, count, stop);
                Console.WriteLine($"| ratios hanode : keepalived | {name} | {count} | {ours.Processor / theirs.Processor:0.00} | {ours.Resident / theirs.Resident:0.0} ({ours.Proportional / theirs.Proportional:0.0}) "
                    + $"| {ours.Done / theirs.Done:0.000} | {ours.Removal.RatiosTo(theirs.Removal)} | | {ours.Gaps.RatiosTo(theirs.Gaps)} | |");
            }
        }
    }

    private static async Task<Figures> MeasureAsync(DirectorDaemon daemon, string name, int port, string check, int count, CancellationToken stop)
    {
        await using CheckedNetwork network = await CheckedNetwork.StartAsync(daemon, count, port, check, stop);

        // Past the first round, in which all that a program does for the first time is done.
        await UntilAsync(() => network.Tries >= 2 * count, TimeSpan.FromMinutes(1), () => $"{network.Tries} tries\n{network.Director.DaemonLog}", stop);
        await Task.Delay(TimeSpan.FromSeconds(4), stop);
        network.Trace.Forget();
        double used = ProcessorTime.Seconds(network.Director);
        long tries = network.Tries, from = Stopwatch.GetTimestamp();
        await Task.Delay(watched, stop);
        double passed = Stopwatch.GetElapsedTime(from).TotalSeconds;
        double done = network.Tries - tries;
        used = ProcessorTime.Seconds(network.Director) - used;
        Sample gaps = Gaps.Of(network.Trace.Read(), 1);
        (double resident, double proportional) = ProcessorTime.Memory(network.Director);
        (int director, int servers) = network.TimeWait;

        int[] dying = [.. Enumerable.Range(0, Dying).Select(i => i * (count / Dying))];
        long death = await network.KillAsync(dying, stop);
        var removal = new Sample();
        for (long began = Stopwatch.GetTimestamp(); removal.Count < Dying && Stopwatch.GetElapsedTime(began) < patience; await Task.Delay(100, stop))
        {
            if (network.Director.DaemonProcesses().Count == 0) throw new LabException($"the director's daemon has ended\n{network.Director.DaemonLog}");
            IReadOnlyDictionary<string, long> removals = network.ReadRemovals(death);
            removal = new Sample();
            foreach (int each in dying.Where(d => removals.ContainsKey(CheckedNetwork.Address(d)))) removal.Add((removals[CheckedNetwork.Address(each)] - death) / 1e6);
        }

        var figures = new Figures(used / passed * 100, resident, proportional, done, removal, gaps);
        string program = daemon == DirectorDaemon.Hanode ? "hanode's engine" : "keepalived";
        Console.WriteLine($"| {program} | {name} | {count} | {figures.Processor:0.00} | {resident:0.0} ({proportional:0.0}) | {done} / {count * passed:0} | {removal}{(removal.Count < Dying ? $" of {removal.Count}" : "")} | {director}, {servers} | {gaps.Finely} "
            + $"| {gaps.Above(1.5 * AdvertInterval)} of {gaps.Count} |");
        return figures;
    }

    private static async Task UntilAsync(Func<bool> holds, TimeSpan patience, Func<string> otherwise, CancellationToken stop)
    {
        for (long began = Stopwatch.GetTimestamp(); !holds(); await Task.Delay(100, stop))
        {
            if (Stopwatch.GetElapsedTime(began) <= patience) continue;
            string text = otherwise();
            throw new TimeoutException(text.Length > 3000 ? $"{text[..1000]} … {text[^2000..]}" : text);
        }
    }

    private static string Check(string kind, string what) => $"        {kind} {{\n{what}            connect_timeout 3\n            retry 1\n            delay_before_retry 1\n        }}\n";

    private static async Task CompileAsync(CancellationToken stop)
    {
        string folder = AppContext.BaseDirectory;
        using Process gcc = Process.Start("gcc", ["-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", Path.Combine(folder, "no-ipvs.so"), Path.Combine(folder, "Checks/no-ipvs.c")]);
        await gcc.WaitForExitAsync(stop);
        if (gcc.ExitCode != 0) throw new LabException("what lets keepalived's checker run without IPVS could not be compiled: see above");
    }

    private sealed record Figures(double Processor, double Resident, double Proportional, double Done, Sample Removal, Sample Gaps);
}
