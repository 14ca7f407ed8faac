namespace HaTools.Engine.Notify.Mails;

/// <summary>A mail that tells of a change.</summary>
/// <param name="Subject">Its subject.</param>
/// <param name="Body">Its only line.</param>
/// <param name="Time">When that happened.</param>
/// <param name="To">Who gets it, as they are written.</param>
internal sealed record Mail(string Subject, string Body, DateTimeOffset Time, IReadOnlyList<string> To)
{
    /// <summary>What is the same in it when it is sent once more.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>Those of <see cref="To"/> whom the server has neither accepted nor refused for good. The thread of the delivery changes it.</summary>
    public List<string> Pending { get; } = [.. To];
}
