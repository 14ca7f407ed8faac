using System.Net.Sockets;

namespace HaTools.Engine.Control;

/// <summary>Accepts connections on a node's control socket and serves them, each on its own, until disposed of.</summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private const int MostConnections = 64;

    /// <summary>Readers leave this many places to those who may change the node: nobody can lock root's <c>hanode stop</c> out.</summary>
    private const int Reserved = 16;

    /// <summary>With so few connections left a burst is over; not sooner, or each that comes for one that goes would be another burst.</summary>
    private const int BurstEnds = (MostConnections - Reserved) / 2;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);
    private readonly ControlSocket socket;
    private readonly IControlledNode node;
    private readonly Action<string> log;
    private readonly CancellationTokenSource accepting = new();
    private readonly CancellationTokenSource serving = new();

    /// <summary>The connections that are served, each with what there is to say at its end.</summary>
    private readonly Dictionary<Task, Task> connections = [];
    private readonly Task acceptor;
    private int turnedAway;
    private bool disposed;

    private ControlServer(ControlSocket socket, IControlledNode node, Action<string> log)
    {
        (this.socket, this.node, this.log) = (socket, node, log);
        acceptor = AcceptAsync();
    }

    /// <summary>Opens the socket of that name.</summary>
    /// <param name="nodeName">The node's name.</param>
    /// <param name="runDirectory">The directory of the socket and its lock.</param>
    /// <param name="node">Who answers.</param>
    /// <param name="log">Told of connections that broke the protocol or the limits; must not block.</param>
    /// <exception cref="HaEngineException">The name is taken, or the socket cannot be opened.</exception>
    public static ControlServer Start(string nodeName, string runDirectory, IControlledNode node, Action<string> log)
    {
        var socket = ControlSocket.Open(runDirectory, nodeName);
        _ = ControlReaders.AdmitAsync(ControlSocket.PathOf(runDirectory, nodeName), log);
        return new ControlServer(socket, node, log);
    }

    /// <summary>Closes the socket. Idle connections end at once; a reply that is under way is given a second.</summary>
    public async ValueTask DisposeAsync()
    {
        if (disposed) return;
        disposed = true;
        await accepting.CancelAsync().ConfigureAwait(false);
        await acceptor.ConfigureAwait(false);
        socket.Dispose();
        serving.CancelAfter(Grace);
        Task[] open;
        lock (connections) open = [.. connections.Values];

        // One that failed says so there.
        await Task.WhenAll(open).ConfigureAwait(false);
        accepting.Dispose();
        serving.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!accepting.IsCancellationRequested)
        {
            try
            {
                Socket peer = await socket.Listener.AcceptAsync(accepting.Token).ConfigureAwait(false);
                Serve(peer);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of descriptors, say: the node itself must go on, and a client that was turned away can try again.
                log($"Control socket: cannot accept a connection: {e.Message}");
                await Task.Delay(AcceptPause, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private void Serve(Socket peer)
    {
        lock (connections)
        {
            PeerCredentials credentials = PeerCredentials.Of(peer);
            if (connections.Count >= (credentials.MayChange ? MostConnections : MostConnections - Reserved))
            {
                // The first of a burst: whoever comes again and again must not fill the log as well.
                if (turnedAway++ == 0)
                    log($"Control socket: {connections.Count} connections are open; one of process {credentials.ProcessId} (uid {credentials.UserId}) was turned away");
                peer.Dispose();
                return;
            }

            Task task = Task.Run(() => ServeAsync(peer));
            connections.Add(task, task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default));
        }
    }

    private async Task ServeAsync(Socket peer)
    {
        using var connection = new VarlinkConnection(peer, node, log);
        await connection.RunAsync(accepting.Token, serving.Token).ConfigureAwait(false);
    }

    private void Forget(Task connection)
    {
        lock (connections)
        {
            // What it has to say is said before nobody waits for it any more.
            if (connection.Exception is { } e) log($"Control socket: a call failed, connection closed: {e.GetBaseException()}");
            _ = connections.Remove(connection);
            if (turnedAway > 0 && connections.Count < BurstEnds)
            {
                if (turnedAway > 1) log($"Control socket: {turnedAway} connections were turned away; there is room again");
                turnedAway = 0;
            }
        }
    }
}
