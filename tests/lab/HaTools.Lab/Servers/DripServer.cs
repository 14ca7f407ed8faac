using System.Net;
using System.Net.Sockets;
using System.Text;
using HaTools.Lab.Machine;

namespace HaTools.Lab.Servers;

/// <summary>
/// A server on one of the lab's machines, over IPv4 and IPv6: to TCP clients it says its own name first, then a little at each interval
/// until it is told to finish, and then a last line; to a datagram it answers with its name (from the
/// address that its routes lead by: with NAT that is right). So a connection lasts as long as a test
/// wants, costs next to nothing meanwhile, and whether it came to its end is known at the client. It lives in this process.
/// </summary>
internal sealed class DripServer : IAsyncDisposable
{
    /// <summary>What is said at each interval: never a line feed, which is kept for the name and the end.</summary>
    public static ReadOnlySpan<byte> Drop => "................................"u8;

    private readonly byte[] name;
    private readonly TimeSpan interval;
    private readonly Socket listener;
    private readonly Socket datagrams;
    private CancellationTokenSource finish = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Lock guard = new();
    private readonly HashSet<Task> serving = [];
    private readonly Task[] loops;

    private DripServer(string name, TimeSpan interval, Socket listener, Socket datagrams)
    {
        this.name = Encoding.ASCII.GetBytes(name + "\n");
        (this.interval, this.listener, this.datagrams) = (interval, listener, datagrams);
        loops = [AcceptAsync(), AnswerAsync()];
    }

    /// <summary>Begins to listen; returns when it does.</summary>
    /// <param name="node">Where.</param>
    /// <param name="port">The TCP and UDP port, on all of the machine's addresses.</param>
    /// <param name="interval">Between two drops; half a second unless told, at which one processor carries hundreds.</param>
    /// <param name="name">What it says it is; the machine's name unless told.</param>
    public static async Task<DripServer> StartAsync(LabNode node, int port, TimeSpan? interval = null, string? name = null)
    {
        (Socket listener, Socket datagrams) = await NamespaceThread.Start(node, "drip server", () =>
        {
            var any = new IPEndPoint(IPAddress.IPv6Any, port);
            var tcp = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
            tcp.Bind(any);
            tcp.Listen(1024);
            var udp = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
            udp.Bind(any);
            return (tcp, udp);
        }).ConfigureAwait(false);
        return new DripServer(name ?? node.Name, interval ?? TimeSpan.FromMilliseconds(500), listener, datagrams);
    }

    /// <summary>How many clients it talks to.</summary>
    public int Clients
    {
        get
        {
            lock (guard) return serving.Count;
        }
    }

    /// <summary>The downloads that run come to their end now.</summary>
    public void Finish()
    {
        CancellationTokenSource running = Interlocked.Exchange(ref finish, new CancellationTokenSource());
        running.Cancel();
        running.Dispose();
    }

    /// <summary>Ends at once; who is still connected is cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        listener.Dispose();
        datagrams.Dispose();
        await Task.WhenAll(loops).ConfigureAwait(false);
        Task[] rest;
        lock (guard) rest = [.. serving];
        await Task.WhenAll(rest).ConfigureAwait(false);
        stop.Dispose();
        finish.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await listener.AcceptAsync(stop.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (stop.IsCancellationRequested && e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            Task task = ServeAsync(client);
            lock (guard) serving.Add(task);
            _ = task.ContinueWith(t =>
            {
                lock (guard) serving.Remove(t);
            }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        client.NoDelay = true;
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(gone.Token, finish.Token);
        Task reading = ReadToEndAsync(client, gone);
        try
        {
            await client.SendAsync(name, gone.Token).ConfigureAwait(false);
            byte[] drop = Drop.ToArray();
            while (!over.IsCancellationRequested)
            {
                await client.SendAsync(drop, gone.Token).ConfigureAwait(false);
                await Task.Delay(interval, over.Token).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            }

            if (!gone.IsCancellationRequested)
            {
                await client.SendAsync("\n"u8.ToArray(), gone.Token).ConfigureAwait(false);
                client.Shutdown(SocketShutdown.Send);
                await reading.ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The client has gone, or we do: what that was to the client, the client knows.
        }
        finally
        {
            if (stop.IsCancellationRequested) client.LingerState = new LingerOption(true, 0); // cut off: a reset, at once
            client.Dispose();
            await reading.ConfigureAwait(false);
        }
    }

    /// <summary>Reads what the client says, since a socket that is closed with something unread sends a reset instead of an end.</summary>
    private static async Task ReadToEndAsync(Socket client, CancellationTokenSource gone)
    {
        byte[] buffer = new byte[256];
        try
        {
            while (await client.ReceiveAsync(buffer, gone.Token).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It went some other way.
        }

        await gone.CancelAsync().ConfigureAwait(false);
    }

    private async Task AnswerAsync()
    {
        byte[] buffer = new byte[2048];
        var anybody = new IPEndPoint(IPAddress.IPv6Any, 0);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                SocketReceiveFromResult asked = await datagrams.ReceiveFromAsync(buffer, anybody, stop.Token).ConfigureAwait(false);
                await datagrams.SendToAsync(name, asked.RemoteEndPoint, stop.Token).ConfigureAwait(false);
            }
            catch (SocketException) when (!stop.IsCancellationRequested)
            {
                // A client that has closed its socket answers with an ICMP error, which the next receive is told.
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
