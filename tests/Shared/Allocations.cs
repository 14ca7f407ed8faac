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
}
