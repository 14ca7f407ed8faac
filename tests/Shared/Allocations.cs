namespace HaTools.Tests;

/// <summary>What code allocates on the thread that runs it.</summary>
internal static class Allocations
{
    private const int MostTries = 5;

    /// <summary>
    /// Asserts that something allocates nothing. While others run beside, the runtime may once have something to allocate here (a type that is loaded, code that is compiled
    /// anew); what the code itself allocates, it does each time: one quiet run is enough.
    /// </summary>
    public static void None(Action work)
    {
        var costs = new List<long>();
        do
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            costs.Add(GC.GetAllocatedBytesForCurrentThread() - before);
        }
        while (costs[^1] != 0 && costs.Count < MostTries);
        Assert.True(costs[^1] == 0, $"bytes, each time: {string.Join(", ", costs)}");
    }

    /// <summary>
    /// Asserts that a thread allocates nothing for its usual work. Where the host stalls there is more than that in between: a master that had no processor for some intervals
    /// steps down and comes back, and what is told of it costs something. What the usual work allocates, it does each time: one quiet stretch of it is enough.
    /// </summary>
    /// <param name="allocated">What the thread has allocated since it began.</param>
    /// <param name="usualWork">Waits until it has done some of it, without asking the thread for anything.</param>
    public static async Task NoneAsync(Func<long> allocated, Func<Task> usualWork)
    {
        var costs = new List<long>();
        do
        {
            long before = allocated();
            await usualWork();
            costs.Add(allocated() - before);
        }
        while (costs[^1] != 0 && costs.Count < 2 * MostTries);
        Assert.True(costs[^1] == 0, $"bytes, each time: {string.Join(", ", costs)}");
    }
}
