using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HaTools.Lab.Machine;

namespace HaTools.Lab.Clients;

/// <summary>What downloads are made.</summary>
/// <param name="Target">The service: an address and port behind which <see cref="Servers.DripServer"/>s are.</param>
/// <param name="Count">How many at once.</param>
internal sealed record DownloadOptions(IPEndPoint Target, int Count)
{
    /// <summary>From the start of one to the start of the next.</summary>
    public TimeSpan Spacing { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// After this long without a byte one is given up. A server that has sent into the void for a few seconds tries again within as many
    /// (RFC 6298, section 5.5), so this is far longer than any failover.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The client's own addresses, used in turn; empty: as the kernel chooses.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];
}

/// <summary>
/// A client on one of the lab's machines with many long TCP downloads at once, which last until the servers finish them or something
/// breaks them. Their pace is the servers'.
/// </summary>
internal sealed class Downloads : IAsyncDisposable
{
    private readonly long started = Stopwatch.GetTimestamp();
    private readonly DownloadOptions options;
    private readonly Download[] downloads;
    private readonly Task[] tasks;
    private readonly Lock guard = new();
    private readonly CancellationTokenSource stop = new();

    private Downloads(DownloadOptions options)
    {
        this.options = options;
        downloads = [.. Enumerable.Range(0, options.Count).Select(n => new Download(n, null, null, 0, DownloadEnd.Running, 0))];
        tasks = new Task[options.Count];
    }

    /// <summary>Begins all of them, one after the other; returns when the last has been begun.</summary>
    public static async Task<Downloads> StartAsync(LabNode node, DownloadOptions options, CancellationToken cancel)
    {
        var all = new Downloads(options);
        await NamespaceThread.Start(node, "downloads", () =>
        {
            for (int n = 0; n < options.Count; n++)
            {
                TimeSpan wait = n * options.Spacing - Stopwatch.GetElapsedTime(all.started);
                if (wait > TimeSpan.Zero) Thread.Sleep(wait);
                var socket = new Socket(options.Target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                all.tasks[n] = all.DownloadAsync(socket, n);
            }
        }).WaitAsync(cancel).ConfigureAwait(false);
        return all;
    }

    /// <summary>As they are now, by number.</summary>
    public IReadOnlyList<Download> All
    {
        get
        {
            lock (guard) return [.. downloads];
        }
    }

    /// <summary>Those that have ended otherwise than the server meant.</summary>
    public IReadOnlyList<Download> Broken => [.. All.Where(d => d.IsBroken)];

    /// <summary>Seconds since they began.</summary>
    public double Now => Stopwatch.GetElapsedTime(started).TotalSeconds;

    /// <summary>Waits until all have ended: the servers must have been told to finish. One that nobody ends, the client's patience does.</summary>
    public async Task<IReadOnlyList<Download>> FinishAsync(CancellationToken cancel)
    {
        await Task.WhenAll(tasks).WaitAsync(cancel).ConfigureAwait(false);
        return All;
    }

    /// <summary>How many ended in which way, in words: <c>180 Whole, 20 Reset</c>.</summary>
    public override string ToString() =>
        string.Join(", ", All.GroupBy(d => d.End).OrderBy(g => g.Key).Select(g => $"{g.Count()} {g.Key}"));

    /// <summary>Hangs up on those that still run.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(tasks).ConfigureAwait(false);
        stop.Dispose();
    }

    private async Task DownloadAsync(Socket socket, int number)
    {
        using (socket)
        using (var patience = CancellationTokenSource.CreateLinkedTokenSource(stop.Token))
        {
            bool connected = false;
            try
            {
                patience.CancelAfter(options.Patience);
                if (options.Sources.Count > 0) socket.Bind(new IPEndPoint(IPAddress.Parse(options.Sources[number % options.Sources.Count]), 0));
                await socket.ConnectAsync(options.Target, patience.Token).ConfigureAwait(false);
                connected = true;
                Change(number, d => d with { Client = (IPEndPoint)socket.LocalEndPoint! });

                // IPVS synchronizes a connection at its third packet, as it is set by default: a client of a real protocol has sent it soon.
                await socket.SendAsync("go\n"u8.ToArray(), patience.Token).ConfigureAwait(false);
                Change(number, await ReceiveAsync(socket, number, patience).ConfigureAwait(false));
            }
            catch (OperationCanceledException)
            {
                if (!stop.IsCancellationRequested) Change(number, connected ? DownloadEnd.Stalled : DownloadEnd.Refused);
            }
            catch (SocketException)
            {
                Change(number, connected ? DownloadEnd.Reset : DownloadEnd.Refused);
            }
        }
    }

    private async Task<DownloadEnd> ReceiveAsync(Socket socket, int number, CancellationTokenSource patience)
    {
        byte[] buffer = new byte[1024];
        var name = new StringBuilder();
        string? server = null;
        long bytes = 0;
        byte last = 0;
        while (await socket.ReceiveAsync(buffer, patience.Token).ConfigureAwait(false) is var n and > 0)
        {
            patience.CancelAfter(options.Patience);
            bytes += n;
            if (server is null)
            {
                int end = Array.IndexOf(buffer, (byte)'\n', 0, n);
                name.Append(Encoding.ASCII.GetString(buffer, 0, end < 0 ? n : end));
                if (end >= 0) server = name.ToString();
                last = end == n - 1 ? (byte)0 : buffer[n - 1]; // the name's own line feed is not the last one
            }
            else
            {
                last = buffer[n - 1];
            }

            Change(number, d => d with { Server = server, Bytes = bytes, LastByte = Now });
        }

        return last == (byte)'\n' ? DownloadEnd.Whole : DownloadEnd.Cut;
    }

    private void Change(int number, DownloadEnd end) => Change(number, d => d with { End = end });

    private void Change(int number, Func<Download, Download> change)
    {
        lock (guard) downloads[number] = change(downloads[number]);
    }
}
