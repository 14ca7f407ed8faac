using HaTools.Lab.Machine;
using HaTools.Lab.Watching;

namespace HaTools.Bench.Reload;

/// <summary>A reload that changes one of 255 instances, again and again: what it costs the adverts of the others.</summary>
internal static class ReloadBench
{
    private const int Instances = 255;
    private const int Changed = 7;
    private static readonly TimeSpan interval = TimeSpan.FromMilliseconds(100);

    public static async Task RunAsync(int? rounds, CancellationToken stop)
    {
        Console.WriteLine($"v3, 100 ms, {Instances} instances; {rounds ?? 20} reloads, each changes the priority of one. Gaps of the others in ms, median / p99 / max.");
        Console.WriteLine("| program | gaps without reloads | gaps with reloads | over 2 intervals | adverts of the backup |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (DirectorDaemon daemon in Enum.GetValues<DirectorDaemon>())
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
            for (int round = 0; round < (rounds ?? 20); round++)
            {
                duo.Master.WriteFile("/etc/keepalived/keepalived.conf", Duo.Configuration(Instances, interval, 150, round % 2 == 0 ? Changed : -1));
                (await duo.Master.RunAsync("systemctl reload keepalived", stop)).OrThrow();
                await Task.Delay(TimeSpan.FromSeconds(1), stop);
            }

            IReadOnlyList<TracedAdvert> adverts = duo.Trace.Read();
            Sample busy = Gaps.Of(Others(adverts), 1);
            bool took = adverts.Any(a => a is { Sender: 1, RouterId: Changed + 1, Priority: 155 });
            Console.WriteLine(
                $"| {daemon}{(took ? "" : " (the change was NOT taken)")} | {quiet.Median:0.00} / {quiet.At(0.99):0.00} / {quiet.Max:0.0} | {busy.Median:0.00} / {busy.At(0.99):0.00} / {busy.Max:0.0} " +
                $"| {busy.Above(2 * interval.TotalMilliseconds)} of {busy.Count} | {adverts.Count(a => a.Sender == 2)} |");
        }
    }

    private static IEnumerable<TracedAdvert> Others(IEnumerable<TracedAdvert> adverts) => adverts.Where(a => a.RouterId != Changed + 1);
}
