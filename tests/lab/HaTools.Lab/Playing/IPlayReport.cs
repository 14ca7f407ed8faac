namespace HaTools.Lab.Playing;

/// <summary>Whoever follows a scenario. Called from several threads, one at a time.</summary>
internal interface IPlayReport
{
    void Report(PlayEvent e);
}

/// <summary>Writes each event as a line of JSON, at once.</summary>
internal sealed class JsonReport(TextWriter writer) : IPlayReport
{
    public void Report(PlayEvent e)
    {
        writer.WriteLine(e.ToJson());
        writer.Flush();
    }
}

/// <summary>Keeps all events.</summary>
internal sealed class CollectingReport : IPlayReport
{
    private readonly List<PlayEvent> events = [];

    public IReadOnlyList<PlayEvent> Events
    {
        get
        {
            lock (events) return [.. events];
        }
    }

    public void Report(PlayEvent e)
    {
        lock (events) events.Add(e);
    }
}
