namespace HaTools.Engine.Logging;

/// <summary>Takes the lines for a person. From any thread; must not block, whatever happens to the place that the lines go to.</summary>
internal interface INodeLog
{
    void Write(DateTimeOffset time, string message);
}
