namespace HaTools.Engine;

/// <summary>
/// The engine cannot do what was asked, for a reason that is not an errno: the message names the object and says what to do.
/// </summary>
internal sealed class HaEngineException : Exception
{
    public HaEngineException(string message) : base(message)
    {
    }

    /// <summary>The reason in a word, for programs: one of <see cref="FailureCode"/>'s; null: the message has to do.</summary>
    public string? Code { get; init; }

    public HaEngineException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
