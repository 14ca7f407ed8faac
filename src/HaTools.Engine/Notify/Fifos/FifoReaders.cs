using HaTools.Linux;

namespace HaTools.Engine.Notify.Fifos;

/// <summary>
/// Tells from what the kernel says of a FIFO whether somebody has come to read it, or gone, after the one for whom it was opened: who that is it does not say, and one that comes while
/// another reads, or takes his place, is seen by nothing else. Pure.
/// </summary>
/// <remarks>
/// Until somebody has read, what everything is lies in the FIFO, whole, and is for whoever comes. Nobody reads before his own opening is told: so the opening of the first is among those that
/// mean nothing, however late it is told.
/// </remarks>
internal sealed class FifoReaders
{
    private bool isRead;

    /// <summary>It was opened for somebody; what happened until now is no news.</summary>
    public void Begin() => isRead = false;

    /// <summary>Takes what has happened, in order (<see cref="NamedPipe.TakeReaderEvents"/>).</summary>
    public FifoNews Take(IEnumerable<uint> happened)
    {
        FifoNews news = FifoNews.None;
        foreach (uint mask in happened)
        {
            // What was lost may have been anything.
            if ((mask & Libc.IN_Q_OVERFLOW) != 0) (isRead, news) = (true, FifoNews.Come);
            else if ((mask & Libc.IN_ACCESS) != 0) isRead = true;
            else if (isRead && (mask & Libc.IN_OPEN) != 0) news = FifoNews.Come;
            else if (isRead && (mask & Libc.IN_CLOSE_NOWRITE) != 0 && news == FifoNews.None) news = FifoNews.Gone;
        }

        return news;
    }
}

/// <summary>What is new of those who read a FIFO.</summary>
internal enum FifoNews
{
    None,

    /// <summary>Somebody has gone, and what he has read may be what another lacks.</summary>
    Gone,

    /// <summary>Somebody has come.</summary>
    Come,
}
