using HaTools.Lab.Machine;

namespace HaTools.Bench.Takeover;

/// <summary>
/// Crash of the master (its machine is gone at once) to the first answer at a client, for both programs. Their rounds alternate, so that a slow minute of the
/// machine hits both.
/// </summary>
internal static class TakeoverBench
{
    public static async Task RunAsync(int? rounds, CancellationToken stop)
    {
        Console.WriteLine("Crash of the master; milliseconds, median / p99 / max. Lateness: the backup's first advert after the time that the protocol demands.");
        Console.WriteLine("| mode | n | hanode: first answer | keepalived | ratio of medians | hanode: lateness | keepalived | ratio of p99 | hanode's first takeover | RSS (PSS), MiB |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (Mode mode in Mode.All)
        {
            await using Pair ours = await Pair.StartAsync(mode, DirectorDaemon.Hanode, stop);
            await using Pair theirs = await Pair.StartAsync(mode, DirectorDaemon.Keepalived, stop);
            for (int round = 0; round < (rounds ?? mode.Rounds); round++)
            {
                await ours.RoundAsync(stop);
                await theirs.RoundAsync(stop);
            }

            (double resident, double proportional) = ours.Memory();
            (double theirResident, double theirProportional) = theirs.Memory();
            Console.WriteLine(
                $"| {mode.Name} | {ours.ClientGap.Count} | {ours.ClientGap} | {theirs.ClientGap} | {ours.ClientGap.Median / theirs.ClientGap.Median:0.00} " +
                $"| {ours.Lateness} | {theirs.Lateness} | {ours.Lateness.At(0.99) / theirs.Lateness.At(0.99):0.00} | {ours.Lateness.First:0.0} " +
                $"| {resident:0.0} ({proportional:0.0}) : {theirResident:0.0} ({theirProportional:0.0}) |");
        }
    }
}
