namespace HaTools.Engine.Readiness;

/// <summary>Why an instance leaves a master of lower priority in place.</summary>
/// <param name="Reason">In words.</param>
/// <param name="Until">Until when at most, by the monotonic clock; <see cref="long.MaxValue"/>: until it is mended.</param>
internal sealed record TakeoverHold(string Reason, long Until)
{
    /// <summary>Seconds that are left at most; null: nobody knows.</summary>
    public double? SecondsLeft(long now) => Until == long.MaxValue ? null : Math.Max(0, (Until - now) / 1e9);
}
