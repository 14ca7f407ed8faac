using System.Text;

namespace HaTools.Engine.Notify.Fifos;

/// <summary>
/// What is to be written to a FIFO, pure. Who begins to read is told what everything is; a reader who is so slow that too much waits is told so again, instead of all that
/// he missed: the last state always comes.
/// </summary>
/// <param name="present">The lines that say what everything is now.</param>
internal sealed class FifoLines(Func<IEnumerable<string>> present)
{
    /// <summary>How many lines wait at most, beside those that say what everything is.</summary>
    public const int MostWaiting = 1024;

    private readonly Queue<byte[]> waiting = [];
    private int written;
    private int most = MostWaiting;
    private bool isBehind;

    /// <summary>How many lines were written.</summary>
    public long Written { get; private set; }

    /// <summary>How many lines were not, since too many waited.</summary>
    public long Dropped { get; private set; }

    /// <summary>Whether nothing is to be written.</summary>
    public bool IsEmpty => waiting.Count == 0 && !isBehind;

    /// <summary>What is to be written now; empty: nothing.</summary>
    public ReadOnlySpan<byte> Next
    {
        get
        {
            if (waiting.Count == 0 && isBehind) Fill();
            return waiting.TryPeek(out byte[]? line) ? line.AsSpan(written) : default;
        }
    }

    /// <summary>Somebody begins to read.</summary>
    public void Begin()
    {
        waiting.Clear();
        written = 0;
        Fill();
    }

    /// <summary>Says what everything is once more, after what waits.</summary>
    public void Repeat()
    {
        // It follows what is thrown away anyway.
        if (isBehind) return;
        string[] lines = [.. present()];
        most = Math.Max(most, lines.Length + MostWaiting);
        foreach (string line in lines) _ = Tell(line);
    }

    /// <summary>Something has happened.</summary>
    /// <returns>False: too much waits, from now on.</returns>
    public bool Tell(string line)
    {
        if (isBehind)
        {
            Dropped++;
            return true;
        }

        waiting.Enqueue(Encoding.UTF8.GetBytes(line));
        if (waiting.Count <= most) return true;

        // What has been written in part must come to its end, or the next line would begin in its midst.
        byte[]? begun = written > 0 ? waiting.Dequeue() : null;
        Dropped += waiting.Count;
        waiting.Clear();
        if (begun is not null) waiting.Enqueue(begun);
        isBehind = true;
        return false;
    }

    /// <summary>So many bytes of <see cref="Next"/> were written.</summary>
    public void Wrote(int bytes)
    {
        written += bytes;
        if (written < waiting.Peek().Length) return;
        _ = waiting.Dequeue();
        written = 0;
        Written++;
    }

    private void Fill()
    {
        isBehind = false;
        foreach (string line in present()) waiting.Enqueue(Encoding.UTF8.GetBytes(line));
        most = waiting.Count + MostWaiting;
    }
}
