using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HaTools.Lab.Machine;

namespace HaTools.Lab.Clients;

/// <summary>What a load does.</summary>
/// <param name="Url">http://ADDRESS[:PORT]/PATH; the host is an address.</param>
internal sealed record HttpLoadOptions(string Url)
{
    /// <summary>From the start of one request to the start of the next, whatever became of the first.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>After this long a request is given up.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The Host header; null: the URL's.</summary>
    public string? HostName { get; init; }

    /// <summary>The client's own addresses, used in turn; empty: as the kernel chooses.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>How many requests; null: until stopped.</summary>
    public int? Count { get; init; }
}

/// <summary>
/// A client on one of the lab's machines that asks for a page, again and again, each time with a new TCP connection, and writes down what
/// it met.
/// </summary>
internal sealed class HttpLoad : IAsyncDisposable
{
    private readonly HttpLoadOptions options;
    private readonly IPEndPoint target;
    private readonly byte[] request;
    private readonly long started = Stopwatch.GetTimestamp();
    private readonly List<RequestResult> results = [];
    private readonly HashSet<Task> running = [];
    private readonly Dictionary<int, RequestResult> waiting = []; // ended, but one that began earlier has not
    private int told;
    private readonly Lock guard = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Action<RequestResult>? observer;
    private readonly Task loop;

    private HttpLoad(LabNode node, HttpLoadOptions options, Action<RequestResult>? observer)
    {
        this.options = options;
        this.observer = observer;
        var url = new Uri(options.Url);
        target = new IPEndPoint(IPAddress.Parse(url.Host), url.Port);
        string host = options.HostName ?? url.Authority;
        request = Encoding.ASCII.GetBytes($"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        loop = NamespaceThread.Start(node, "load", Loop);
    }

    /// <summary>Begins at once.</summary>
    /// <param name="observer">Told of each result, in the order in which the requests began, on whichever thread.</param>
    public static HttpLoad Start(LabNode node, HttpLoadOptions options, Action<RequestResult>? observer = null) =>
        new(node, options, observer);

    /// <summary>Seconds since the load began.</summary>
    public double Now => Stopwatch.GetElapsedTime(started).TotalSeconds;

    /// <summary>The results so far, by sequence.</summary>
    public IReadOnlyList<RequestResult> Results
    {
        get
        {
            lock (guard) return [.. results.OrderBy(r => r.Sequence)];
        }
    }

    /// <summary>The results of requests that began at or after a time.</summary>
    public IReadOnlyList<RequestResult> Since(double time) => [.. Results.Where(r => r.Start >= time)];

    /// <summary>
    /// The longest time between two answers of which the later came after a time: with no answer since, up to now.
    /// </summary>
    public Gap LongestGap(double since) => GapOf(Results, since, Now);

    internal static Gap GapOf(IReadOnlyList<RequestResult> results, double since, double now)
    {
        double[] answers = [.. results.Where(r => r.IsAnswered).Select(r => r.End).Order()];
        var best = new Gap(since, since, 0);
        for (int i = 0; i <= answers.Length; i++)
        {
            double from = i == 0 ? 0 : answers[i - 1], to = i == answers.Length ? now : answers[i];
            if (to > since && to - from > best.Seconds) best = new Gap(from, to, 0);
        }
        return best with { Lost = results.Count(r => !r.IsAnswered && r.Start > best.From - 1e-9 && r.Start < best.To) };
    }

    /// <summary>Waits until <see cref="HttpLoadOptions.Count"/> requests have ended.</summary>
    public async Task<IReadOnlyList<RequestResult>> FinishAsync(CancellationToken cancel)
    {
        await loop.WaitAsync(cancel).ConfigureAwait(false);
        Task[] rest;
        lock (guard) rest = [.. running];
        await Task.WhenAll(rest).WaitAsync(cancel).ConfigureAwait(false);
        return Results;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await FinishAsync(CancellationToken.None).ConfigureAwait(false);
        stop.Dispose();
    }

    private void Loop()
    {
        for (int n = 0; n != options.Count; n++)
        {
            TimeSpan wait = n * options.Interval - Stopwatch.GetElapsedTime(started);
            if (wait > TimeSpan.Zero && stop.Token.WaitHandle.WaitOne(wait)) return;
            if (stop.IsCancellationRequested) return;
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            Task task = RequestAsync(socket, n);
            lock (guard) running.Add(task);
            task.ContinueWith(t =>
            {
                lock (guard) running.Remove(t);
            }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task RequestAsync(Socket socket, int sequence)
    {
        double begin = Now;
        string? source = options.Sources.Count == 0 ? null : options.Sources[sequence % options.Sources.Count];
        RequestOutcome outcome;
        string? server = null, via = null;
        using (socket)
        using (var limit = new CancellationTokenSource(options.Timeout))
        {
            try
            {
                if (source is not null) socket.Bind(new IPEndPoint(IPAddress.Parse(source), 0));
                await socket.ConnectAsync(target, limit.Token).ConfigureAwait(false);
                await socket.SendAsync(request, limit.Token).ConfigureAwait(false);
                (outcome, server, via) = Read(await ReceiveAsync(socket, limit.Token).ConfigureAwait(false));
            }
            catch (OperationCanceledException)
            {
                outcome = RequestOutcome.TimedOut;
            }
            catch (SocketException e)
            {
                outcome = e.SocketErrorCode switch
                {
                    SocketError.ConnectionRefused => RequestOutcome.Refused,
                    SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown => RequestOutcome.Unreachable,
                    SocketError.TimedOut => RequestOutcome.TimedOut,
                    _ => RequestOutcome.Reset,
                };
            }
        }
        var result = new RequestResult(sequence, begin, Now, outcome, server, via, source);
        lock (guard)
        {
            results.Add(result);
            waiting.Add(sequence, result);
            while (waiting.Remove(told, out RequestResult? next))
            {
                told++;
                observer?.Invoke(next);
            }
        }
    }

    private static async Task<string> ReceiveAsync(Socket socket, CancellationToken cancel)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, cancel).ConfigureAwait(false) is var n and > 0)
            text.Append(Encoding.UTF8.GetString(buffer, 0, n));
        return text.ToString();
    }

    private static (RequestOutcome, string?, string?) Read(string response)
    {
        int blank = response.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (blank < 0) return (RequestOutcome.Reset, null, null);
        string[] head = response[..blank].Split("\r\n");
        const string header = "X-Lab-Node: ";
        // A proxy's comes after its server's.
        string? via = head.LastOrDefault(h => h.StartsWith(header, StringComparison.OrdinalIgnoreCase))?[header.Length..];
        if (!head[0].StartsWith("HTTP/1.1 200", StringComparison.Ordinal)) return (RequestOutcome.BadStatus, null, via);
        string body = response[(blank + 4)..];
        bool chunked = head.Any(h => h.Equals("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase));
        string[] lines = body.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string? server = lines.Skip(chunked ? 1 : 0).FirstOrDefault();
        return server is null ? (RequestOutcome.Reset, null, via) : (RequestOutcome.Answered, server, via);
    }
}
