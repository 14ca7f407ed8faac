using System.Collections.Concurrent;
using System.Net;
using System.Text;
using HaTools.Engine.Tests.Checks.Http;
using HaTools.Engine.Tests.Notify.Mails;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Node;

/// <summary>Mails and webhooks of a whole node.</summary>
public sealed class NotifyMailNodeTests : IAsyncDisposable
{
    private readonly NodeStage stage = new();

    [Fact]
    public async Task What_checks_find_goes_out_by_mail_and_to_a_webhook_and_a_reload_that_fails_costs_none()
    {
        using var mail = new TestMailServer();
        var events = new ConcurrentQueue<string>();
        using var hook = new TestServer(async call =>
        {
            var text = new StringBuilder();
            byte[] buffer = new byte[4096];
            while (!text.ToString().EndsWith('}')) text.Append(Encoding.UTF8.GetString(buffer, 0, await call.ReceiveAsync(buffer)));
            events.Enqueue(text.ToString()[(text.ToString().IndexOf("\"event\"", StringComparison.Ordinal))..]);
            await call.SendAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
            call.Dispose();
        });
        var web = new TestServer(_ => Task.CompletedTask);
        int port = web.EndPoint.Port;
        HaConfiguration configuration = new()
        {
            RouterId = "lb",
            ScriptUser = "root|nobody",
            SmtpAlerts = new() { Server = "127.0.0.1", Port = mail.EndPoint.Port, From = "lb@example.com", To = ["ops@example.com"], Checks = true },
            Webhooks = [new() { Name = "hook", Url = $"http://{hook.EndPoint}/" }],
            VirtualServers =
            [
                new VirtualServer
                {
                    Address = IPAddress.Parse("127.0.0.2"),
                    Port = 80,
                    DelayLoop = TimeSpan.FromMilliseconds(100),
                    RealServers = [new RealServer { Address = IPAddress.Loopback, Port = port, Weight = 3, Checks = [new TcpCheck { Alpha = true, Retry = 0 }] }],
                },
            ],
        };
        await using HaNode node = await stage.StartAsync(configuration);
        await Eventually.True(() => mail.Told.Length == 2, () => string.Join('\n', mail.Told));
        _ = await Assert.ThrowsAsync<HaEngineException>(
            () => node.ApplyAsync(configuration with { SmtpAlerts = null, Webhooks = [], VrrpInstances = [TestHost.Instance(100) with { Name = "X", VirtualRouterId = 9, Interface = "nowhere0" }] }));
        web.Dispose();
        await Eventually.True(() => mail.Told.Length == 4, () => string.Join('\n', mail.Told));
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).SmtpAlerts is { Delivered: 4, Waiting: 0 });
        HaDeliveryState state = (await node.GetStatusAsync()).SmtpAlerts!;
        Assert.Equal(($"127.0.0.1 port {mail.EndPoint.Port}", 0L, 0L, null), (state.Target, state.Failed, state.Dropped, state.LastError));
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Webhooks is [{ Target: "hook", Delivered: 4, Waiting: 0 }]);
        await node.StopAsync();
        string server = $"[lb] Realserver [127.0.0.1]:tcp:{port} of virtual server [127.0.0.2]:tcp:80 -";
        Assert.Equal(
            [
                "[lb] Virtualserver [127.0.0.2]:tcp:80 - UP: => Gained quorum 1+0=1 <= 3 <=", $"{server} UP: => TCP CHECK succeed on service <=",
                "[lb] Virtualserver [127.0.0.2]:tcp:80 - DOWN: => Lost quorum 1+0=1 <= 0 <=", $"{server} DOWN: => TCP CHECK failed on service <=",
            ],
            mail.Told);
        string real = $"\"object\":\"realServer\",\"name\":\"127.0.0.1:{port}\",\"service\":\"tcp 127.0.0.2:80\"", service = "\"object\":\"service\",\"name\":\"tcp 127.0.0.2:80\"";
        Assert.Equal(
            [
                $"\"event\":\"state\",{real},\"state\":\"UP\",\"formerState\":null,\"weight\":3}}", $"\"event\":\"state\",{service},\"state\":\"UP\",\"formerState\":null,\"weight\":3}}",
                $"\"event\":\"state\",{real},\"state\":\"DOWN\",\"formerState\":\"UP\",\"weight\":3}}", $"\"event\":\"state\",{service},\"state\":\"DOWN\",\"formerState\":\"UP\",\"weight\":0}}",
            ],
            events);
    }

    public ValueTask DisposeAsync() => stage.DisposeAsync();
}
