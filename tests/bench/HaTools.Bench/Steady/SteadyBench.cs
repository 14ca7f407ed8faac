using HaTools.Lab.Machine;
using HaTools.Lab.Watching;

namespace HaTools.Bench.Steady;

/// <summary>
/// A master and its backup at 10 ms for a minute, alone and beside 8 programs that want the processor: the advert's period, and how often the backup took over from a
/// master that worked. Default settings on both sides.
/// </summary>
internal static class SteadyBench
{
    private const int Hogs = 8;

    /// <summary>They wait for a word, in the master's own session: what the kernel gives to that (sched_autogroup) they share with it.</summary>
    private const string Companions = "for i in {1..8}; do (while [ ! -e /tmp/run ]; do sleep 0.1; done; while [ -e /tmp/run ]; do :; done) & done";

    private static readonly TimeSpan interval = TimeSpan.FromMilliseconds(10);

    public static async Task RunAsync(int? seconds, CancellationToken stop)
    {
        TimeSpan length = TimeSpan.FromSeconds(seconds ?? 60);
        Console.WriteLine($"v3, 10 ms, {length.TotalSeconds} s each; gaps between adverts in ms, median / p99 / max.");
        Console.WriteLine("| program | hogs | adverts sent / due | gaps | over 2 intervals | false takeovers | CPU of the master, % of a core |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (int hogs in (int[])[0, Hogs])
        {
            foreach (DirectorDaemon daemon in Enum.GetValues<DirectorDaemon>()) await MeasureAsync(daemon, hogs, length, stop);
        }
    }

    private static async Task MeasureAsync(DirectorDaemon daemon, int hogs, TimeSpan length, CancellationToken stop)
    {
        await using Duo duo = await Duo.BootAsync(daemon, 1, interval, stop);
        if (hogs > 0) duo.Master.WriteFile("/run/lab/companions", Companions);
        await duo.StartAsync(duo.Master, stop);
        await duo.StartAsync(duo.Backup, stop);
        await duo.UntilFlowingAsync(1, stop);
        await Task.Delay(TimeSpan.FromSeconds(2), stop);
        duo.Master.WriteFile("/tmp/run", "");
        await Task.Delay(TimeSpan.FromSeconds(1), stop);
        duo.Trace.Forget();
        double before = ProcessorTime.Seconds(duo.Master);
        await Task.Delay(length, stop);
        double used = ProcessorTime.Seconds(duo.Master) - before;
        IReadOnlyList<TracedAdvert> adverts = duo.Trace.Read();
        double span = (adverts[^1].Time - adverts[0].Time) / 1e9;
        Sample gaps = Gaps.Of(adverts, 1);
        int due = (int)(span / interval.TotalSeconds);
        Console.WriteLine(
            $"| {daemon} | {hogs} | {gaps.Count} / {due} ({span * 1000 / gaps.Count:0.000} ms) | {gaps.Median:0.00} / {gaps.At(0.99):0.00} / {gaps.Max:0.0} " +
            $"| {gaps.Above(2 * interval.TotalMilliseconds)} | {Takeovers(adverts)} | {used / length.TotalSeconds * 100:0.00} |");
    }

    /// <summary>How often the backup began to speak: a run of its adverts counts once.</summary>
    private static int Takeovers(IReadOnlyList<TracedAdvert> adverts)
    {
        int count = 0;
        byte speaker = 1;
        foreach (TracedAdvert advert in adverts)
        {
            if (advert.Sender == 2 && speaker == 1 && advert.Priority > 0) count++;
            speaker = advert.Sender;
        }

        return count;
    }
}
