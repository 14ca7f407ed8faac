using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HaTools.Engine.Tests.Checks.Http;

/// <summary>A server that does what it is told with each connection, good or bad.</summary>
internal sealed class TestServer : IDisposable
{
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentBag<Socket> calls = [];
    private readonly Func<Socket, Task> serve;

    public TestServer(Func<Socket, Task> serve)
    {
        this.serve = serve;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(512);
        _ = Task.Run(AcceptAsync);
    }

    public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndPoint!;

    /// <summary>The requests that have come, each to its empty line.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>A server that answers each request so and closes.</summary>
    public static TestServer Answering(string response)
    {
        TestServer? server = null;
        server = new TestServer(async call =>
        {
            server!.Requests.Enqueue(await RequestAsync(call));
            await call.SendAsync(Encoding.Latin1.GetBytes(response));
            call.Dispose();
        });
        return server;
    }

    public static async Task<string> RequestAsync(Socket call)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[1024];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            int count = await call.ReceiveAsync(buffer);
            if (count == 0) break;
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return text.ToString();
    }

    public void Dispose()
    {
        listener.Dispose();
        foreach (Socket call in calls) call.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket call = await listener.AcceptAsync();
                calls.Add(call);
                _ = ServeAsync(call);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket call)
    {
        try
        {
            await serve(call);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The check has hung up, as is its right.
        }
    }
}
