using System.Runtime.CompilerServices;
using HaTools.Engine.Logging;

namespace HaTools.Engine.Events;

/// <summary>
/// The last events of a node, numbered without gaps. A ring: who listens too slowly finds the next kept one, and sees by its number how
/// many it missed.
/// No listener can hold the engine up.
/// </summary>
internal sealed class EventLog(string node, INodeLog? log)
{
    public const int Kept = 2048;

    private readonly Lock gate = new();
    private readonly HaEvent?[] ring = new HaEvent?[Kept];
    private TaskCompletionSource news = NewSignal();
    private long last;
    private bool completed;

    /// <summary>The number of the newest event; 0: none so far.</summary>
    public long Last
    {
        get
        {
            lock (gate) return last;
        }
    }

    /// <summary>Takes an event in, and writes its line to the log. Not from the VRRP thread.</summary>
    public void Add(string kind, string subject, string message, string? state = null, DateTimeOffset? time = null)
    {
        DateTimeOffset when = time ?? DateTimeOffset.Now;
        TaskCompletionSource signal;
        lock (gate)
        {
            if (completed) return;
            last++;
            ring[last % Kept] = new HaEvent
            {
                Sequence = last,
                Time = when,
                Node = node,
                Kind = kind,
                Subject = subject,
                Message = message,
                State = state,
            };
            signal = news;
            news = NewSignal();
        }

        _ = signal.TrySetResult();
        log?.Write(when, message);
    }

    /// <summary>No more come: listeners end after the last.</summary>
    public void Complete()
    {
        TaskCompletionSource signal;
        lock (gate)
        {
            completed = true;
            signal = news;
        }

        _ = signal.TrySetResult();
    }

    /// <summary>The events after a number, then new ones as they come.</summary>
    public async IAsyncEnumerable<HaEvent> ReadAsync(long since, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long next = Math.Max(since, 0) + 1;
        while (true)
        {
            HaEvent? found = null;
            bool end;
            Task wait;
            lock (gate)
            {
                // A number beyond the last is from an earlier engine of that name: from here on then.
                if (next > last + 1) next = last + 1;
                next = Math.Max(next, last - Kept + 1);
                if (next <= last) found = ring[next % Kept];
                end = completed;
                wait = news.Task;
            }

            if (found is not null)
            {
                next++;
                yield return found;
                cancellationToken.ThrowIfCancellationRequested();
                continue;
            }

            if (end) yield break;
            await wait.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
