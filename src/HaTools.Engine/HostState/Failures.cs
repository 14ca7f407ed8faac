namespace HaTools.Engine.HostState;

/// <summary>What is undone is undone as far as it can be: one step that fails keeps none of the others from being done, and all that failed is told.</summary>
internal sealed class Failures
{
    private readonly List<Exception> all = [];

    /// <summary>Does one step; that the kernel or a file refuses it is noted.</summary>
    public void Try(Action step)
    {
        try
        {
            step();
        }
        catch (Exception e) when (e is HaEngineException or IOException or UnauthorizedAccessException)
        {
            all.Add(e);
        }
    }

    /// <summary>Tells of what failed, if anything did.</summary>
    /// <exception cref="HaEngineException">Something did; the message has all of it, each message once.</exception>
    public void Throw()
    {
        if (all.Count > 0) throw new HaEngineException(string.Join("; ", all.Select(e => e.Message).Distinct()), all[0]);
    }
}
