using System.Globalization;
using System.Text;
using HaTools.Linux;
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
    private const uint NewFileMode = 0x1B6; // 0666, less the umask
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
    /// <exception cref="LinuxException">It cannot be opened.</exception>
    public static LogWriter Open(string? path) => new(path is null ? Console.OpenStandardError() : OpenFile(path));

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

    /// <summary>
    /// Every write goes to where the end is then (O_APPEND): a FileStream would go on where it believes the end to be, over the lines of another
    /// process, or far behind the end of a file that logrotate has cut (copytruncate).
    /// </summary>
    private static FileStream OpenFile(string path)
    {
        int fd = Libc.open(path, Libc.O_WRONLY | Libc.O_APPEND | Libc.O_CREAT | Libc.O_CLOEXEC, NewFileMode);
        if (fd < 0) throw LinuxException.Last("opening the log", path, "name a file that can be written (--log)");
        return new FileStream(new SafeFileHandle(fd, ownsHandle: true), FileAccess.Write, bufferSize: 0);
    }

    private void Run()
    {
        var text = new StringBuilder();
        bool failing = false;
        while (true)
        {
            bool last;
            long lines;
            lock (queue)
            {
                // While writing fails, the count of what is lost waits for the next line: it would fail too.
                while (queue.Count == 0 && (dropped == 0 || failing) && !ending) Monitor.Wait(queue);
                lines = queue.Count;
                while (queue.TryDequeue(out (DateTimeOffset Time, string Message) line)) Append(text, line.Time, line.Message);
                if (dropped > 0)
                {
                    Append(text, DateTimeOffset.Now, string.Create(
                        CultureInfo.InvariantCulture, $"{dropped} log lines were lost: the log was too slow, or could not be written"));
                    lines += dropped;
                    dropped = 0;
                }

                last = ending;
            }

            try
            {
                if (text.Length > 0) stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
                failing = false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The other end has gone (a closed pipe) or the disk is full: there is nobody to tell yet, and the node goes on.
                failing = true;
                lock (queue) dropped += lines;
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
