namespace HaTools.Tests;

/// <summary>
/// How long to wait from one look to the next at what must come about: soon at first, since most things come soon; then rarely, since a look can start a thread
/// and ask the kernel, and in the kernel lab, which has one processor, looks would take it from what is waited for. A new one for each wait.
/// </summary>
internal struct Glances
{
    private const int First = 10, Last = 80;
    private int last;

    /// <summary>The next pause, in milliseconds.</summary>
    public int Next() => last = last == 0 ? First : Math.Min(Last, last * 3 / 2);
}
