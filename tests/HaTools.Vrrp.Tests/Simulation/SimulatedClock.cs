namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>A node's monotonic clock, which runs at a rate of its own from a beginning of its own.</summary>
/// <param name="offset">What it shows at the true time 0, in nanoseconds.</param>
/// <param name="partsPerMillion">How much faster than the true time it runs.</param>
internal sealed class SimulatedClock(long offset, int partsPerMillion)
{
    private const long Million = 1_000_000;

    public static SimulatedClock Draw(Random random) => new(
        random.NextInt64(1_000_000) * Wire.Second, random.Next(-LanPlan.ClockError, LanPlan.ClockError + 1));

    /// <summary>What it shows at a true time.</summary>
    public long At(long trueTime) => offset + trueTime + trueTime / Million * partsPerMillion + trueTime % Million * partsPerMillion / Million;

    /// <summary>The first true time at which it shows this or more.</summary>
    public long TrueTimeOf(long shown)
    {
        if (shown == long.MaxValue) return long.MaxValue;
        long guess = (long)((shown - offset) / (1 + partsPerMillion / (double)Million));
        while (At(guess) < shown) guess++;
        while (At(guess - 1) >= shown) guess--;
        return guess;
    }
}
