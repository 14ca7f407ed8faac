namespace HaTools.Engine.Names;

/// <summary>Hears of names, on their thread.</summary>
internal interface INameSink
{
    /// <summary>Other answers are in force than before: see <see cref="NameKeeper.Answers"/>.</summary>
    void OnAnswers();

    /// <param name="kind">The event's kind.</param>
    /// <param name="subject">The question, or null: the node.</param>
    /// <param name="message">What there is to say.</param>
    /// <param name="state">The name's state; null: it has not changed.</param>
    void OnName(string kind, string? subject, string message, string? state);
}
