namespace HaTools.Engine.Checks;

/// <summary>A check that is tried again and again.</summary>
/// <param name="Key">Whose check it is.</param>
/// <param name="Timing">When.</param>
internal abstract record TimedTarget(CheckKey Key, CheckTiming Timing) : CheckTarget(Key)
{
    /// <summary>Whether each failed try of a server that is up is told.</summary>
    public bool LogAllFailures { get; init; }

    public sealed override long FirstWordBy(long now, int count) => CheckLogic.FirstWordBy(now, count, Timing);
}
