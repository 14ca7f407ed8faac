using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using HaTools.Engine.Notify;
using HaTools.Engine.Notify.Deliveries;
using HaTools.Engine.Notify.Webhooks;
using HaTools.Engine.Tests.Checks.Http;
using HaTools.Engine.Tests.Checks.Tls;
using HaTools.Engine.Tests.Scripts;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;

namespace HaTools.Engine.Tests.Notify.Webhooks;

/// <summary>Webhooks whose server breaks down on the way, in TLS's handshake or in its answer: it is told once, the event goes with the next connection, and the one after it follows.</summary>
public sealed class WebhookFaultTests : INotifySink, IDisposable
{
    private static readonly TestAuthority Authority = new();

    private static readonly X509Certificate2 Certificate = Authority.Issue("127.0.0.1");

    private readonly WorkThread thread = new("test-hooks");
    private readonly ConcurrentQueue<string> said = new();
    private readonly ConcurrentQueue<string> bodies = new();
    private readonly string ca = Path.Combine(Directory.CreateTempSubdirectory("hatools-").FullName, "ca.pem");
    private readonly NotifyRunner runner;

    public WebhookFaultTests()
    {
        File.WriteAllText(ca, Authority.Pem);
        runner = new NotifyRunner(thread, this, new DeliveryPace { AtOnce = 2, FirstPause = 1_000_000, LongestPause = 20_000_000 });
    }

    [Fact]
    public Task A_handshake_that_hangs_has_the_time_out() => FirstFailsAsync(_ => Task.Delay(Timeout.Infinite), "no answer within 400ms (TLS handshake)");

    [Fact]
    public Task A_handshake_that_comes_byte_by_byte_has_the_time_out_as_a_whole() => FirstFailsAsync(
        async call =>
        {
            // A record that will have 16,384 bytes.
            await call.SendAsync(Convert.FromHexString("1603034000"));
            await DripAsync(new NetworkStream(call), "x");
        },
        "no answer within 400ms (TLS handshake)");

    [Fact]
    public Task A_handshake_without_end_has_the_time_out() => FirstFailsAsync(call => TlsFlood.SendAsync(call), "no answer within 400ms (TLS handshake)");

    [Theory]
    [InlineData("1603030020" + "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("150303000202" + "28")]
    [InlineData("485454502f312e312034303020426164204d657373616765")]
    public Task A_handshake_that_is_none_has_the_event_tried_again(string octets) => FirstFailsAsync(
        async call =>
        {
            _ = await call.ReceiveAsync(new byte[4096]);
            await call.SendAsync(Convert.FromHexString(octets));
            await Task.Delay(Timeout.Infinite);
        },
        null);

    [Fact]
    public Task A_handshake_that_is_reset_has_the_event_tried_again() => FirstFailsAsync(
        async call =>
        {
            _ = await call.ReceiveAsync(new byte[1]);
            Reset(call);
        },
        "Connection reset by peer (TLS handshake)");

    [Fact]
    public Task A_handshake_that_ends_with_the_connection_has_the_event_tried_again() => FirstFailsAsync(
        async call =>
        {
            _ = await call.ReceiveAsync(new byte[4096]);
            call.Dispose();
        },
        null);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task An_answer_that_hangs_half_way_has_the_time_out(bool isSecure) => FirstFailsAsync(
        isSecure,
        async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 2"u8.ToArray());
            await Task.Delay(Timeout.Infinite);
        },
        "no answer within 400ms");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task An_answer_that_comes_byte_by_byte_has_the_time_out_as_a_whole(bool isSecure) => FirstFailsAsync(
        isSecure,
        async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 O"u8.ToArray());
            await DripAsync(stream, "K");
        },
        "no answer within 400ms");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task An_answer_that_is_reset_half_way_has_the_event_tried_again(bool isSecure) => FirstFailsAsync(
        isSecure,
        async (call, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-"u8.ToArray());
            Reset(call);
        },
        "Connection reset by peer");

    [Fact]
    public Task An_answer_by_TLS_without_end_is_hung_up_on() => FirstFailsAsync(
        isSecure: true,
        async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray());
            byte[] more = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("X-Header: and another one\r\n", 500)));
            while (true) await stream.WriteAsync(more);
        },
        "its head has no end");

    [Fact]
    public async Task A_body_by_TLS_without_end_is_not_waited_for()
    {
        int calls = 0;
        using TestServer server = Serving(isSecure: true, async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
            for (Interlocked.Increment(ref calls); ;) await stream.WriteAsync(new byte[4096]);
        });
        await Force(server, TimeSpan.FromMinutes(10));
        await Tell(VrrpStateKind.Backup);
        await Tell(VrrpStateKind.Master);
        await Eventually.True(() => State() is { Delivered: 2, Waiting: 0 }, Said);
        Assert.Equal(2, calls);
        Assert.Empty(said);
    }

    [Fact]
    public async Task What_comes_byte_by_byte_within_the_time_is_heard()
    {
        using var server = new TestServer(async call =>
        {
            call.NoDelay = true;
            try
            {
                await using var secure = new SslStream(new Dripping(call));
                await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = TestAuthority.Shown(Certificate) });
                bodies.Enqueue(await BodyAsync(secure));
                await secure.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                // The test is over.
            }
        });
        await Force(server, TimeSpan.FromMinutes(10));
        await Tell(VrrpStateKind.Backup);
        await Eventually.True(() => State() is { Delivered: 1, Waiting: 0 }, Said);
        Assert.Empty(said);
    }

    [Fact]
    public async Task A_handshake_that_hangs_keeps_no_node_from_stopping()
    {
        var called = new TaskCompletionSource();
        using var server = new TestServer(async call =>
        {
            _ = await call.ReceiveAsync(new byte[1]);
            _ = called.TrySetResult();
        });
        await Force(server, TimeSpan.FromHours(1));
        await Tell(VrrpStateKind.Backup);
        await called.Task;
        await thread.RunAsync(runner.StopAsync);
        Assert.Contains(said, s => s.StartsWith("2 events are lost: the node stops", StringComparison.Ordinal));
    }

    void INotifySink.OnNotifyLog(string subject, string message) => Assert.Fail($"{subject}: {message}");

    void INotifySink.OnNotifyWarning(string subject, string message)
    {
        Assert.Equal("webhook chat", subject);
        said.Enqueue(message);
    }

    public void Dispose()
    {
        thread.Dispose();
        Directory.Delete(Path.GetDirectoryName(ca)!, recursive: true);
    }

    private static void Reset(Socket call)
    {
        call.LingerState = new LingerOption(true, 0);
        call.Dispose();
    }

    private static async Task DripAsync(Stream stream, string drop)
    {
        while (true)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(drop));
            await Task.Delay(20);
        }
    }

    private static async Task<string> BodyAsync(Stream stream)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (!text.ToString().EndsWith('}'))
        {
            int count = await stream.ReadAsync(buffer);
            if (count == 0) throw new IOException("The request is not whole.");
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return text.ToString().Split("\r\n\r\n", 2)[1];
    }

    private Task FirstFailsAsync(Func<Socket, Task> fault, string? why) => FirstFailsAsync(fault, isSecure: true, why);

    private Task FirstFailsAsync(bool isSecure, Func<Socket, Stream, Task> answer, string? why) => FirstFailsAsync(call => ServeAsync(call, isSecure, answer), isSecure, why);

    /// <summary>What a server does with the first connection costs a warning and nothing else.</summary>
    /// <param name="fault">What it does.</param>
    /// <param name="isSecure">Whether by TLS.</param>
    /// <param name="why">What is told of it; null: in the words of .NET and OpenSSL, and that it was in the handshake.</param>
    private async Task FirstFailsAsync(Func<Socket, Task> fault, bool isSecure, string? why)
    {
        int calls = 0;
        using var server = new TestServer(call => IsYetToFail() ? fault(call) : ServeAsync(call, isSecure, async (_, stream) => await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray())));
        await Force(server, why?.StartsWith("no answer", StringComparison.Ordinal) == true ? TimeSpan.FromMilliseconds(400) : TimeSpan.FromMinutes(10), isSecure);
        await Tell(VrrpStateKind.Backup);
        await Tell(VrrpStateKind.Master);
        await Eventually.True(() => State() is { Delivered: 2, Waiting: 0 }, Said);
        Assert.Equal((0L, 0L), (State().Failed, State().Dropped));
        if (why is null) Assert.Matches("^webhook chat: [^\\p{Cc}]{10,200} \\(TLS handshake\\); it is tried again$", said.First());
        Assert.Equal(["BACKUP", "MASTER"], bodies.Select(b => JsonDocument.Parse(b).RootElement.GetProperty("state").GetString()).Distinct());

        // On a busy machine a time-out may come elsewhere first.
        bool IsYetToFail() => why is null ? Interlocked.Increment(ref calls) == 1 : !said.Contains($"webhook chat: {why}; it is tried again");
    }

    private TestServer Serving(bool isSecure, Func<Socket, Stream, Task> answer) => new(call => ServeAsync(call, isSecure, answer));

    private async Task ServeAsync(Socket call, bool isSecure, Func<Socket, Stream, Task> answer)
    {
        try
        {
            Stream stream = new NetworkStream(call);
            if (isSecure)
            {
                var secure = new SslStream(stream);
                await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = TestAuthority.Shown(Certificate) });
                stream = secure;
            }

            bodies.Enqueue(await BodyAsync(stream));
            await answer(call, stream);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // It has hung up, as is its right.
        }
    }

    private async Task Force(TestServer server, TimeSpan timeout, bool isSecure = true)
    {
        var configuration = new HaConfiguration
        {
            RouterId = "lb",
            Webhooks = [new Webhook { Name = "chat", Url = $"{(isSecure ? "https" : "http")}://{server.EndPoint}/", Events = WebhookEvents.Instances, Timeout = timeout, Ca = isSecure ? ca : null }],
            VrrpInstances = [new() { Name = "VI_1", Interface = "eth0", VirtualRouterId = 1 }],
        };
        await runner.PrepareAsync(await WebhookFiles.ReadAsync(configuration), Policies.Own);
        await thread.RunAsync(() => runner.Forget(configuration));
    }

    private Task Tell(VrrpStateKind state) => thread.RunAsync(() => runner.OnState(NotifyKey.Instance("VI_1"), state, 100));

    private HaDeliveryState State() => thread.RunAsync(() => runner.WebhookStates).GetAwaiter().GetResult()[0];

    private string Said() => string.Join('\n', said);
}
