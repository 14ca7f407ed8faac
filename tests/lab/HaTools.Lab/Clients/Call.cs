using System.Net;
using System.Net.Sockets;
using System.Text;
using HaTools.Lab.Machine;

namespace HaTools.Lab.Clients;

/// <summary>
/// One question of a client to a service behind which <see cref="Servers.DripServer"/>s are, and who answered it: a TCP connection, held
/// open until it is disposed of, or a datagram.
/// </summary>
internal sealed class Call : IDisposable
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(5);
    private static int calls;

    private static ReadOnlySpan<byte> Question => "go\n"u8;

    private readonly Socket socket;

    private Call(Socket socket, string? server, string? refusal) => (this.socket, Server, Refusal) = (socket, server, refusal);

    /// <summary>The client's address and port; null: it was never bound.</summary>
    public IPEndPoint? Client { get; private init; }

    /// <summary>The server that answered; null: none did.</summary>
    public string? Server { get; }

    /// <summary>Why none did, in the system's word (<c>ConnectionRefused</c>, <c>TimedOut</c>); null: one did.</summary>
    public string? Refusal { get; }

    /// <summary>Asks over TCP; the connection stays open.</summary>
    /// <param name="node">The client.</param>
    /// <param name="target">The service.</param>
    /// <param name="source">The client's own address; null: as the kernel chooses.</param>
    public static Task<Call> TcpAsync(LabNode node, IPEndPoint target, string? source = null) => AskAsync(node, target, source, SocketType.Stream);

    /// <summary>Asks with a datagram.</summary>
    /// <param name="node">The client.</param>
    /// <param name="target">The service.</param>
    /// <param name="source">The client's own address; null: as the kernel chooses.</param>
    public static Task<Call> UdpAsync(LabNode node, IPEndPoint target, string? source = null) => AskAsync(node, target, source, SocketType.Dgram);

    /// <summary>Asks again over the same socket: of datagrams only.</summary>
    /// <returns>Who answered; null: nobody did.</returns>
    public async Task<string?> AgainAsync()
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            return await ExchangeAsync(socket, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            return null;
        }
    }

    /// <summary>Sends once more over the same socket, and waits for no answer.</summary>
    public async Task SendAsync() => await socket.SendAsync(Question.ToArray()).ConfigureAwait(false);

    /// <summary>Hangs up.</summary>
    public void Dispose() => socket.Dispose();

    public override string ToString() => $"{Client} {Server ?? Refusal}";

    private static async Task<Call> AskAsync(LabNode node, IPEndPoint target, string? source, SocketType type)
    {
        Socket socket = await NamespaceThread.Start(node, "call", () =>
        {
            var one = new Socket(target.AddressFamily, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
            one.Bind(new IPEndPoint(source is null ? AnyOf(target) : IPAddress.Parse(source), NextPort()));
            return one;
        }).ConfigureAwait(false);
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await socket.ConnectAsync(target, limit.Token).ConfigureAwait(false);
            string? server = await ExchangeAsync(socket, limit.Token).ConfigureAwait(false);
            return new Call(socket, server, server is null ? "ended" : null) { Client = (IPEndPoint?)socket.LocalEndPoint };
        }
        catch (OperationCanceledException)
        {
            return new Call(socket, null, nameof(SocketError.TimedOut)) { Client = (IPEndPoint?)socket.LocalEndPoint };
        }
        catch (SocketException e)
        {
            return new Call(socket, null, $"{e.SocketErrorCode}");
        }
    }

    private static IPAddress AnyOf(IPEndPoint target) => target.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;

    /// <summary>
    /// Each call has a port of its own, below the kernel's own choice. That one may choose a port which another service's connection had a moment ago: behind NAT the
    /// real server takes the new one for that, and answers it in a way that has the client begin again, on the next server.
    /// </summary>
    private static int NextPort() => 10_000 + Interlocked.Increment(ref calls) % 22_000;

    private static async Task<string?> ExchangeAsync(Socket socket, CancellationToken limit)
    {
        await socket.SendAsync(Question.ToArray(), limit).ConfigureAwait(false);
        byte[] buffer = new byte[256];
        var text = new StringBuilder();
        while (await socket.ReceiveAsync(buffer, limit).ConfigureAwait(false) is var n and > 0)
        {
            text.Append(Encoding.ASCII.GetString(buffer, 0, n));
            int end = text.ToString().IndexOf('\n', StringComparison.Ordinal);
            if (end >= 0) return text.ToString()[..end];
        }

        return null;
    }
}
