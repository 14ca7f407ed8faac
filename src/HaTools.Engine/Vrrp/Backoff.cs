namespace HaTools.Engine.Vrrp;

/// <summary>How long to wait before something that failed is tried again: twice as long each time.</summary>
internal static class Backoff
{
    private const long Millisecond = 1_000_000;

    /// <summary>For what does no harm meanwhile: 1 s, 2 s … 32 s, in nanoseconds.</summary>
    /// <param name="failures">How often in a row it has failed, from 1.</param>
    public static long Usual(int failures) => 1000 * Millisecond << Math.Clamp(failures - 1, 0, 5);

    /// <summary>For what does harm until it is done: 50 ms, 100 ms … 6.4 s.</summary>
    /// <param name="failures">How often in a row it has failed, from 1.</param>
    public static long Urgent(int failures) => 50 * Millisecond << Math.Clamp(failures - 1, 0, 7);
}
