namespace HaTools.Netlink.Tests;

internal static class Wait
{
    /// <summary>Asks until a condition holds. False: it did not within a generous time.</summary>
    public static bool Until(Func<bool> condition)
    {
        Glances glances = default;
        for (long deadline = Environment.TickCount64 + 90_000; Environment.TickCount64 < deadline; Thread.Sleep(glances.Next()))
            if (condition()) return true;
        return false;
    }
}
