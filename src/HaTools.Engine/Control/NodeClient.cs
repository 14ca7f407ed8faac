using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace HaTools.Engine.Control;

/// <summary>
/// A connection to a running node's control socket. Calls on one client wait for each other; <see cref="MonitorAsync"/> opens a connection of its own.
/// Every method throws <see cref="NodeControlException"/> when the node answers with an error or goes away.
/// </summary>
internal sealed class NodeClient : IAsyncDisposable
{
    private const int LongestReply = 256 << 20;
    private const int MostTries = 200;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(25);
    private readonly string runDirectory;
    private readonly VarlinkStream stream;
    private readonly int processId;
    private readonly SemaphoreSlim turn = new(1, 1);
    private NodeControlException? givenUp;

    private NodeClient(string node, string runDirectory, (VarlinkStream Stream, int ProcessId) opened) =>
        (Node, this.runDirectory, stream, processId) = (node, runDirectory, opened.Stream, opened.ProcessId);

    /// <summary>The node's name.</summary>
    public string Node { get; }

    /// <summary>How long an answer is waited for.</summary>
    public ControlPatience Patience { get; init; } = ControlPatience.Default;

    /// <summary>Connects to the node of that name.</summary>
    /// <exception cref="NodeControlException">No such node runs, or the caller may not talk to it.</exception>
    public static Task<NodeClient> ConnectAsync(string node, CancellationToken cancellationToken = default) =>
        ConnectAsync(node, HaNodeOptions.DefaultRunDirectory, cancellationToken);

    /// <summary>Connects to the node of that name whose socket is in another directory.</summary>
    /// <exception cref="NodeControlException">No such node runs, or the caller may not talk to it.</exception>
    public static Task<NodeClient> ConnectAsync(string node, string runDirectory, CancellationToken cancellationToken = default) =>
        ConnectAsync(node, runDirectory, ControlPatience.Default, cancellationToken);

    /// <summary>The same, with another patience.</summary>
    public static async Task<NodeClient> ConnectAsync(string node, string runDirectory, ControlPatience patience, CancellationToken cancellationToken = default) =>
        new(node, runDirectory, await OpenAsync(node, runDirectory, cancellationToken).ConfigureAwait(false)) { Patience = patience };

    /// <summary>The names of the nodes that run on this machine (in this mount namespace), sorted. Sockets that nobody answers are left out.</summary>
    public static IReadOnlyList<string> ListNodes(string runDirectory = HaNodeOptions.DefaultRunDirectory)
    {
        if (!Directory.Exists(runDirectory)) return [];
        return
        [
            .. Directory.EnumerateFiles(runDirectory, "*.sock")
                .Select(path => Path.GetFileNameWithoutExtension(path))
                .Where(name => ControlSocket.IsValidName(name) && IsAlive(ControlSocket.PathOf(runDirectory, name)))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The state of everything in the node.</summary>
    public async Task<HaNodeStatus> GetStatusAsync(CancellationToken cancellationToken = default) =>
        (await CallAsync(VarlinkNames.GetStatus, null, ControlJson.Default.StatusParameters, cancellationToken).ConfigureAwait(false)).Status;

    /// <summary>The configuration in force, as YAML text.</summary>
    public async Task<ConfigurationText> GetConfigurationAsync(CancellationToken cancellationToken = default) =>
        (await GetNumberedConfigurationAsync(cancellationToken).ConfigureAwait(false)).Configuration;

    /// <summary>The same with its number, for an <see cref="ApplyAsync"/> of what is made from it.</summary>
    public Task<NumberedConfigurationParameters> GetNumberedConfigurationAsync(CancellationToken cancellationToken = default) =>
        CallAsync(VarlinkNames.GetConfiguration, null, ControlJson.Default.NumberedConfigurationParameters, cancellationToken);

    /// <summary>What <see cref="ApplyAsync"/> would do; a text with errors is answered with its diagnostics and no change.</summary>
    public Task<PlanReply> PlanAsync(ConfigurationText configuration, CancellationToken cancellationToken = default) =>
        PlanOf(VarlinkNames.Plan, Json(new ConfigurationParameters(configuration), ControlJson.Default.ConfigurationParameters), cancellationToken);

    /// <summary>Goes over to that configuration; a text with errors is answered with its diagnostics, and nothing changes.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="generation">The number of the one that it was made from; when another is in force by now, the node answers
    /// <see cref="NodeControlException.Conflict"/>. null: it takes the place of whatever is in force.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<PlanReply> ApplyAsync(ConfigurationText configuration, int? generation = null, CancellationToken cancellationToken = default) =>
        PlanOf(VarlinkNames.Apply, Json(new ApplyParameters(configuration, generation), ControlJson.Default.ApplyParameters), cancellationToken);

    /// <summary>Has the node read its configuration's file again and apply it.</summary>
    public Task<PlanReply> ReloadAsync(CancellationToken cancellationToken = default) => PlanOf(VarlinkNames.Reload, null, cancellationToken);

    /// <summary>Has the node announce the addresses that it holds once more.</summary>
    /// <param name="instance">Of that instance alone; null: of all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The instances that were announced.</returns>
    public async Task<IReadOnlyList<string>> AnnounceAsync(string? instance = null, CancellationToken cancellationToken = default)
    {
        JsonElement parameters = Json(new AnnounceParameters(instance), ControlJson.Default.AnnounceParameters);
        return (await CallAsync(VarlinkNames.Announce, parameters, ControlJson.Default.AnnouncedParameters, cancellationToken).ConfigureAwait(false))
            .Instances;
    }

    /// <summary>Drains a real server: it gets no new clients, and its connections are given time to end.</summary>
    /// <param name="service">The service as <c>tcp 192.0.2.1:80</c>; <c>192.0.2.1:80</c> is a TCP one.</param>
    /// <param name="server">The server as <c>192.0.2.11:80</c>, or its address where that is clear.</param>
    /// <param name="limit">The longest time, up to 31 days; null: none.</param>
    /// <param name="remove">Whether it is taken out of the service at the end, until it is restored.</param>
    /// <param name="cancellationToken">Ends the wait for the answer, which comes when the drain has begun.</param>
    /// <returns>What it means for the server's connections, a sentence each.</returns>
    public async Task<IReadOnlyList<string>> DrainAsync(
        string service, string server, TimeSpan? limit = null, bool remove = false, CancellationToken cancellationToken = default)
    {
        JsonElement parameters = Json(new DrainParameters(service, server, limit?.TotalSeconds, remove), ControlJson.Default.DrainParameters);
        return (await CallAsync(VarlinkNames.Drain, parameters, ControlJson.Default.DrainingParameters, cancellationToken).ConfigureAwait(false)).Meaning;
    }

    /// <summary>Gives a real server that is drained its weight again.</summary>
    public Task RestoreAsync(string service, string server, CancellationToken cancellationToken = default) => SendAsync(
        VarlinkNames.Restore, Json(new RestoreParameters(service, server), ControlJson.Default.RestoreParameters), cancellationToken);

    /// <summary>Stops the node: returns when it has given up its addresses and services.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => SendAsync(VarlinkNames.Stop, null, cancellationToken);

    /// <summary>
    /// The events after the one numbered <paramref name="since"/>, then new ones as they come, until the node stops. A listener that is too slow
    /// sees a gap in <see cref="HaEvent.Sequence"/>.
    /// </summary>
    public async IAsyncEnumerable<HaEvent> MonitorAsync(long since = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        (VarlinkStream opened, _) = await OpenAsync(Node, runDirectory, cancellationToken).ConfigureAwait(false);
        using VarlinkStream listener = opened;
        JsonElement parameters = Json(new MonitorParameters(since), ControlJson.Default.MonitorParameters);
        var call = new VarlinkCall { Method = VarlinkNames.Monitor, Parameters = parameters, More = true };
        await listener.WriteAsync(call, ControlJson.Default.VarlinkCall, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            ReadOnlyMemory<byte>? message;
            try
            {
                message = await listener.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                // The node went away in the middle: for a listener that is the end of the events.
                message = null;
            }

            if (message is not { } reply) yield break;
            yield return Take(reply, ControlJson.Default.EventParameters).Event;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        stream.Dispose();
        turn.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<PlanReply> PlanOf(string method, JsonElement? parameters, CancellationToken cancellationToken) =>
        (await CallAsync(method, parameters, ControlJson.Default.PlanParameters, cancellationToken).ConfigureAwait(false)).Plan;

    private static JsonElement Json<T>(T parameters, JsonTypeInfo<T> type) => JsonSerializer.SerializeToElement(parameters, type);

    private async Task<T> CallAsync<T>(string method, JsonElement? parameters, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        Take(await SendAsync(method, parameters, cancellationToken).ConfigureAwait(false), type);

    private async Task<VarlinkReply> SendAsync(string method, JsonElement? parameters, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            if (givenUp is { } before) throw before;
            wait.CancelAfter(Patience.For(method));
            var call = new VarlinkCall { Method = method, Parameters = parameters };
            await stream.WriteAsync(call, ControlJson.Default.VarlinkCall, wait.Token).ConfigureAwait(false);
            return await stream.ReadAsync(wait.Token).ConfigureAwait(false) is { } message
                ? Parse(message)
                : throw new NodeControlException(NodeControlException.Unreachable, $"The node '{Node}' closed the connection before it answered: it stopped, or has too many open already.");
        }
        catch (SocketException e)
        {
            throw new NodeControlException(NodeControlException.Unreachable, $"The node '{Node}' closed the connection ({e.Message}): it stopped, or has too many open already.", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            // Its answer may come yet, and must not be taken for that to another question.
            stream.Dispose();
            throw givenUp = Unresponsive(method, e);
        }
        finally
        {
            _ = turn.Release();
        }
    }

    private NodeControlException Unresponsive(string method, Exception cause)
    {
        string call = method[(method.LastIndexOf('.') + 1)..];
        string doubt = Patience.For(method) == Patience.Changing ? "; what was asked may be done yet" : "";
        return new NodeControlException(
            NodeControlException.Unresponsive,
            $"The node '{Node}' (process {processId}) does not answer: {call} was asked {Patience.For(method).TotalSeconds:0.#} s ago{doubt}. It is stopped (SIGSTOP), or hangs: its log may "
            + $"say why, and `kill -9 {processId}` ends its process.",
            cause);
    }

    private static T Take<T>(ReadOnlyMemory<byte> message, JsonTypeInfo<T> type) => Take(Parse(message), type);

    private static T Take<T>(VarlinkReply reply, JsonTypeInfo<T> type) =>
        (reply.Parameters is { } parameters ? parameters.Deserialize(type) : default) ?? throw new JsonException("A reply without parameters.");

    private static VarlinkReply Parse(ReadOnlyMemory<byte> message)
    {
        VarlinkReply reply = JsonSerializer.Deserialize(message.Span, ControlJson.Default.VarlinkReply) ?? throw new JsonException("A reply is a JSON object.");
        if (reply.Error is null) return reply;
        ErrorParameters? parameters = reply.Parameters?.Deserialize(ControlJson.Default.ErrorParameters);
        throw new NodeControlException(reply.Error, parameters?.Message ?? $"{reply.Error} {reply.Parameters}") { Code = parameters?.Code };
    }

    private static async Task<(VarlinkStream Stream, int ProcessId)> OpenAsync(string node, string runDirectory, CancellationToken cancellationToken)
    {
        string path = ControlSocket.PathOf(runDirectory, node);
        if (!ControlSocket.IsValidName(node)) throw new NodeControlException(NodeControlException.Unreachable, $"'{node}' is not a node's name.");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            for (int tries = 1; ; tries++)
            {
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
                    return (new VarlinkStream(socket, LongestReply), PeerCredentials.Of(socket).ProcessId);
                }
                catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock && tries < MostTries)
                {
                    // The node is there, and too busy to take one more at once (unix(7), EAGAIN).
                    await Task.Delay(BetweenTries, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw e.SocketErrorCode == SocketError.AccessDenied
                ? new NodeControlException(
                    NodeControlException.PermissionDenied, $"You may not open {path}: be root, or a member of the group {ControlReaders.Group} to read.", e)
                : e.SocketErrorCode == SocketError.WouldBlock
                    ? new NodeControlException(NodeControlException.Unreachable, $"The node '{node}' is too busy to take another connection: try again.", e)
                    : new NodeControlException(NodeControlException.Unreachable, $"No node named '{node}' runs here ({Why(path, e)}).", e);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
    }

    // The runtime calls a missing file an address that cannot be assigned.
    private static string Why(string path, SocketException e) =>
        File.Exists(path) ? $"{path}: {e.Message}" : $"there is no {path}";

    private static bool IsAlive(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException e)
        {
            // A node that the caller may not ask is there all the same.
            return e.SocketErrorCode == SocketError.AccessDenied;
        }
    }
}
