using System.Diagnostics;
using HaTools.Lab.Machine;
using HaTools.Lab.Watching;

namespace HaTools.Bench.Scale;

/// <summary>Many virtual routers on one pair of directors: processor time, memory, start-up, jitter.</summary>
internal static class ScaleBench
{
    private static readonly int[] counts = [1, 50, 255, 500, 1000];
    private static readonly TimeSpan[] intervals = [TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(100)];
    private static readonly TimeSpan watched = TimeSpan.FromSeconds(15);

    /// <summary>One start says little: they differ by as much as two programs do.</summary>
    private const int Starts = 9;

    public static async Task RunAsync(int? only, string part, CancellationToken stop)
    {
        Console.WriteLine($"v3, {watched.TotalSeconds} s each. Start-up: from the start of the program until all adverts of a wire flow, less the down timer, {Starts} times. Start-up and gaps in ms, median / p99 / max.");
        Console.WriteLine("| program | instances | interval | CPU master, % | CPU backup, % | RSS (PSS) MiB | start-up ms | gaps | adverts / due | adverts of the backup |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (int count in counts.Where(c => only is null || c == only))
        {
            foreach (TimeSpan interval in intervals.Where(i => $"{i.TotalSeconds} s".StartsWith(part, StringComparison.Ordinal)))
            {
                Figures ours = await MeasureAsync(DirectorDaemon.Hanode, count, interval, stop);
                Figures theirs = await MeasureAsync(DirectorDaemon.Keepalived, count, interval, stop);
                Console.WriteLine(
                    $"| ratios hanode : keepalived | {count} | {interval.TotalSeconds} s | {ours.Master / theirs.Master:0.00} | {ours.Backup / theirs.Backup:0.00} " +
                    $"| {ours.Resident / theirs.Resident:0.0} ({ours.Proportional / theirs.Proportional:0.0}) | {ours.Startup.RatiosTo(theirs.Startup)} | {ours.Gaps.RatiosTo(theirs.Gaps)} | | |");
            }
        }
    }

    private static async Task<Figures> MeasureAsync(DirectorDaemon daemon, int count, TimeSpan interval, CancellationToken stop)
    {
        await using Duo duo = await Duo.BootAsync(daemon, count, interval, stop);
        TimeSpan down = (3 * interval) + ((256 - 150) / 256.0 * interval);
        var startup = new Sample();
        for (int i = 0; i < Starts; i++)
        {
            if (i > 0) await duo.Master.StopDaemonAsync(stop);
            duo.Trace.Forget();
            DateTime began = DateTime.UtcNow;
            await duo.StartAsync(duo.Master, stop);
            DateTime flowing = DateTime.UnixEpoch.AddTicks(await duo.UntilFlowingAsync(count, stop) / TimeSpan.NanosecondsPerTick);
            startup.Add((flowing - began - down).TotalMilliseconds);
        }

        await duo.StartAsync(duo.Backup, stop);
        // Past the second bursts of gratuitous ARPs.
        await Task.Delay(TimeSpan.FromSeconds(8), stop);
        duo.Trace.Forget();
        double a = ProcessorTime.Seconds(duo.Master), b = ProcessorTime.Seconds(duo.Backup);
        long from = Stopwatch.GetTimestamp();
        await Task.Delay(watched, stop);
        double passed = Stopwatch.GetElapsedTime(from).TotalSeconds;
        a = (ProcessorTime.Seconds(duo.Master) - a) / passed * 100;
        b = (ProcessorTime.Seconds(duo.Backup) - b) / passed * 100;
        (double resident, double proportional) = ProcessorTime.Memory(duo.Master);
        IReadOnlyList<TracedAdvert> adverts = duo.Trace.Read();
        Sample gaps = Gaps.Of(adverts, 1);
        int due = (int)(Math.Min(count, 255) * passed / interval.TotalSeconds);
        Console.WriteLine(
            $"| {daemon} | {count} | {interval.TotalSeconds} s | {a:0.000} | {b:0.000} | {resident:0.0} ({proportional:0.0}) | {startup} " +
            $"| {gaps.Finely} | {adverts.Count(x => x.Sender == 1)} / {due} | {adverts.Count(x => x.Sender == 2)} |");
        return new Figures(a, b, resident, proportional, startup, gaps);
    }

    private sealed record Figures(double Master, double Backup, double Resident, double Proportional, Sample Startup, Sample Gaps);
}
