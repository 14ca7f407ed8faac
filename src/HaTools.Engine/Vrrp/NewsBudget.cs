namespace HaTools.Engine.Vrrp;

/// <summary>
/// How often something that others can bring about without end is told: ten times in a row, then once a second. A peer that cannot hear us
/// is answered with every advert of its, a hundred times a second; a forger has no limit at all; and the log is on a disk.
/// </summary>
internal struct NewsBudget
{
    private const long Pause = 1_000_000_000;
    private const int Burst = 10;

    private long paidUntil;
    private long untold;

    /// <summary>Whether this one may be told.</summary>
    public bool Spend(long now)
    {
        long from = Math.Max(now, paidUntil);
        if (from - now > (Burst - 1) * Pause)
        {
            untold++;
            return false;
        }

        paidUntil = from + Pause;
        return true;
    }

    /// <summary>How many were not told since this was asked last.</summary>
    public long TakeUntold()
    {
        long taken = untold;
        untold = 0;
        return taken;
    }
}
