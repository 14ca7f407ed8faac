using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace HaTools.Engine.Logging;

/// <summary>
/// A log with a thread of its own and a bounded queue: a console that is stopped, a full disk or a hung journal delays nobody. Lines that
/// did not fit are
/// counted, and the count is written when there is room again.
/// </summary>
internal sealed class LogWriter : INodeLog, IAsyncDisposable
{
    private const int Capacity = 8192;
    private const int StandardError = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Queue<(DateTimeOffset Time, string Message)> queue = new();
    private readonly Stream stream;
    private readonly TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int capacity;
    private long dropped;
    private bool ending;

    /// <param name="stream">Where the lines go; the log closes it.</param>
    /// <param name="capacity">How many lines may wait.</param>
    internal LogWriter(Stream stream, int capacity = Capacity)
    {
        this.stream = stream;
        this.capacity = capacity;
        new Thread(Run) { Name = "hatools-log", IsBackground = true }.Start();
    }

    /// <param name="path">The file that lines are added to; null: standard error.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be opened.</exception>
    public static LogWriter Open(string? path) => new(path is null
        ? new FileStream(new SafeFileHandle(StandardError, ownsHandle: false), FileAccess.Write, bufferSize: 0)
        : new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0));

    public void Write(DateTimeOffset time, string message)
    {
        lock (queue)
        {
            if (queue.Count >= capacity || ending) dropped++;
            else queue.Enqueue((time, message));
            Monitor.Pulse(queue);
        }
    }

    /// <summary>Writes what waits, for two seconds at most.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (queue)
        {
            ending = true;
            Monitor.Pulse(queue);
        }

        // A thread that is stuck in a write is left to the end of the process.
        if (await Task.WhenAny(written.Task, Task.Delay(Patience)).ConfigureAwait(false) == written.Task)
            await stream.DisposeAsync().ConfigureAwait(false);
    }

    private void Run()
    {
        var text = new StringBuilder();
        while (true)
        {
            bool last;
            lock (queue)
            {
                while (queue.Count == 0 && dropped == 0 && !ending) Monitor.Wait(queue);
                while (queue.TryDequeue(out (DateTimeOffset Time, string Message) line)) Append(text, line.Time, line.Message);
                if (dropped > 0)
                {
                    Append(text, DateTimeOffset.Now,
                        string.Create(CultureInfo.InvariantCulture, $"{dropped} log lines were lost: the log was too slow"));
                    dropped = 0;
                }

                last = ending;
            }

            try
            {
                if (text.Length > 0) stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
            }
            catch (IOException)
            {
                // The other end has gone (a closed pipe) or the disk is full: there is nobody to tell, and the node goes on.
            }

            text.Clear();
            if (!last) continue;
            written.SetResult();
            return;
        }
    }

    private static void Append(StringBuilder text, DateTimeOffset time, string message) =>
        text.Append(time.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture)).Append(' ').Append(message).Append('\n');
}
