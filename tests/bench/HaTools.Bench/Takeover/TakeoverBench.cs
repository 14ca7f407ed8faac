using HaTools.Lab.Machine;

namespace HaTools.Bench.Takeover;

/// <summary>
/// Crash of the master (its machine is gone at once) to the first answer at a client, for both programs. Their rounds alternate, so that a slow minute of the
/// machine hits both, and both masters crash at the same place between two adverts.
/// </summary>
internal static class TakeoverBench
{
    public static async Task RunAsync(int? rounds, string part, CancellationToken stop)
    {
        Console.WriteLine("Crash of the master; milliseconds, median / p99 / max. Lateness: the backup's first advert after the time that the protocol demands.");
        Console.WriteLine("| mode | n | hanode: first answer | keepalived | ratios | hanode: lateness | keepalived | ratios | first takeover's lateness, hanode : keepalived | RSS (PSS), MiB |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (Mode mode in Mode.All.Where(m => m.Name.Contains(part, StringComparison.Ordinal)))
        {
            await using Pair ours = await Pair.StartAsync(mode, DirectorDaemon.Hanode, stop);
            await using Pair theirs = await Pair.StartAsync(mode, DirectorDaemon.Keepalived, stop);
            for (int round = 0; round < (rounds ?? mode.Rounds); round++)
            {
                double phase = Random.Shared.NextDouble();
                await ours.RoundAsync(phase, stop);
                await theirs.RoundAsync(phase, stop);
            }

            (double resident, double proportional) = ours.Memory();
            (double theirResident, double theirProportional) = theirs.Memory();
            Console.WriteLine(
                $"| {mode.Name} | {ours.ClientGap.Count} | {ours.ClientGap} | {theirs.ClientGap} | {ours.ClientGap.RatiosTo(theirs.ClientGap)} " +
                $"| {ours.Lateness.Finely} | {theirs.Lateness.Finely} | {ours.Lateness.RatiosTo(theirs.Lateness)} | {ours.Lateness.First:0.00} : {theirs.Lateness.First:0.00} " +
                $"| {resident:0.0} ({proportional:0.0}) : {theirResident:0.0} ({theirProportional:0.0}) |");
        }
    }
}
