using HaTools.Lab.Machine;
using HaTools.Lab.Watching;

namespace HaTools.Bench.Reload;

/// <summary>A reload that changes one of 255 instances, again and again: what it costs the adverts of the others.</summary>
internal static class ReloadBench
{
    private const int Instances = 255;
    private const int Changed = 7;
    private static readonly TimeSpan[] intervals = [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(10)];

    public static async Task RunAsync(int? rounds, string part, CancellationToken stop)
    {
        Console.WriteLine($"v3, {Instances} instances; {rounds ?? 20} reloads, each changes the priority of one. Gaps of the others in ms, median / p99 / max.");
        Console.WriteLine("| program | interval | gaps without reloads | gaps with reloads | over 2 intervals, without and with | adverts of the backup |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (TimeSpan interval in intervals.Where(i => $"{i.TotalMilliseconds} ms".StartsWith(part, StringComparison.Ordinal)))
        {
            (Sample ourQuiet, Sample ourBusy) = await MeasureAsync(DirectorDaemon.Hanode, interval, rounds ?? 20, stop);
            (Sample theirQuiet, Sample theirBusy) = await MeasureAsync(DirectorDaemon.Keepalived, interval, rounds ?? 20, stop);
            Console.WriteLine($"| ratios hanode : keepalived | {interval.TotalMilliseconds} ms | {ourQuiet.RatiosTo(theirQuiet)} | {ourBusy.RatiosTo(theirBusy)} | | |");
        }
    }

    private static async Task<(Sample Quiet, Sample Busy)> MeasureAsync(DirectorDaemon daemon, TimeSpan interval, int rounds, CancellationToken stop)
    {
        await using Duo duo = await Duo.BootAsync(daemon, Instances, interval, stop);
        await duo.StartAsync(duo.Master, stop);
        await duo.UntilFlowingAsync(Instances, stop);
        await duo.StartAsync(duo.Backup, stop);
        await Task.Delay(TimeSpan.FromSeconds(8), stop);
        duo.Trace.Forget();
        await Task.Delay(TimeSpan.FromSeconds(10), stop);
        Sample quiet = Gaps.Of(Others(duo.Trace.Read()), 1);
        duo.Trace.Forget();
        for (int round = 0; round < rounds; round++)
        {
            duo.Master.WriteFile("/etc/keepalived/keepalived.conf", Duo.Configuration(Instances, interval, 150, round % 2 == 0 ? Changed : -1));
            (await duo.Master.RunAsync("systemctl reload keepalived", stop)).OrThrow();
            await Task.Delay(TimeSpan.FromSeconds(1), stop);
        }

        IReadOnlyList<TracedAdvert> adverts = duo.Trace.Read();
        Sample busy = Gaps.Of(Others(adverts), 1);
        bool took = adverts.Any(a => a is { Sender: 1, RouterId: Changed + 1, Priority: 155 });
        double limit = 2 * interval.TotalMilliseconds;
        Console.WriteLine(
            $"| {daemon}{(took ? "" : " (the change was NOT taken)")} | {interval.TotalMilliseconds} ms | {quiet.Finely} | {busy.Finely} " +
            $"| {quiet.Above(limit)} of {quiet.Count}, {busy.Above(limit)} of {busy.Count} | {adverts.Count(a => a.Sender == 2)} |");
        return (quiet, busy);
    }

    private static IEnumerable<TracedAdvert> Others(IEnumerable<TracedAdvert> adverts) => adverts.Where(a => a.RouterId != Changed + 1);
}
