namespace HaTools.Engine.Notify;

/// <summary>
/// What is told to the scripts of one object, pure: one thing at a time, and the last state always. States that come while a script runs replace
/// each other; one that is being told already is not told again.
/// </summary>
internal sealed class NotifyQueue
{
    private NotifyNews? pending;
    private NotifyNews? lowerPriority;

    /// <summary>What is being told; null: nothing.</summary>
    public NotifyNews? Running { get; private set; }

    /// <summary>Whether the object is gone: after STOP and DELETED, and <see cref="Close"/>, nothing more is told.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Something has happened.</summary>
    /// <param name="news">What.</param>
    /// <param name="dropped">Receives what will not be told because of it.</param>
    /// <returns>What is to be told now; null: nothing, something is being told.</returns>
    public NotifyNews? Post(in NotifyNews news, List<NotifyNews> dropped)
    {
        if (IsClosed) return null;
        bool isState = news.Kind != NotifyKind.LowerPriority;
        IsClosed = news.Kind is NotifyKind.Stop or NotifyKind.Deleted;
        if (Running is not { } running)
        {
            Running = news;
            return news;
        }

        if (!isState)
        {
            // Many of these come in a row, and one script run answers them all. Once mastership has gone there is nothing to answer.
            NotifyKind state = pending?.Kind ?? running.Kind;
            if (state is NotifyKind.Master or NotifyKind.LowerPriority) lowerPriority = news;
            return null;
        }

        if (pending is { } superseded) dropped.Add(superseded);
        if (lowerPriority is { } late && news.Kind != NotifyKind.Master)
        {
            dropped.Add(late);
            lowerPriority = null;
        }

        pending = news.Kind == running.Kind ? null : news;
        return null;
    }

    /// <summary>What was being told has been told.</summary>
    /// <returns>What is to be told now; null: nothing.</returns>
    public NotifyNews? Ended()
    {
        if (pending is not null) (Running, pending) = (pending, null);
        else (Running, lowerPriority) = (lowerPriority, null);
        return Running;
    }

    /// <summary>Nothing more happens; what waits is told.</summary>
    public void Close() => IsClosed = true;

    /// <summary>The object is there again.</summary>
    public void Reopen() => IsClosed = false;
}
