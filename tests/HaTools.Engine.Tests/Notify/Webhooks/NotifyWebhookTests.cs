using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
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

/// <summary>Webhooks, with servers that are good and that are not.</summary>
public sealed class NotifyWebhookTests : INotifySink, IDisposable
{
    private const string Secret = "Bearer it-opens";

    private readonly WorkThread thread = new("test-hooks");
    private readonly ConcurrentQueue<string> said = new();
    private readonly ConcurrentQueue<(string Head, string Body)> requests = new();
    private NotifyRunner runner;
    private readonly string directory = Directory.CreateTempSubdirectory("hatools-").FullName;

    public NotifyWebhookTests() => runner = new NotifyRunner(thread, this, new DeliveryPace { AtOnce = 2, FirstPause = 1_000_000, LongestPause = 20_000_000 });

    private string[] States => [.. requests.Select(r => JsonDocument.Parse(r.Body).RootElement).Select(e => $"{e.GetProperty("sequence")} {e.GetProperty("state")}")];

    [Fact]
    public async Task Each_event_is_posted_in_order_and_the_stop_too()
    {
        using TestServer server = Server(_ => "204 No Content");
        await Force(Configuration(Hook(server, "http") with { Headers = [new("Authorization", Secret), new("X-Node", "7")] }));
        await Tell(VrrpStateKind.Backup);
        await Tell(VrrpStateKind.Master);
        await thread.RunAsync(() => runner.OnPriority("VI_1", 50));
        await thread.RunAsync(() => runner.OnState(NotifyKey.Group("VG"), VrrpStateKind.Master, 0));
        await thread.RunAsync(runner.StopAsync);
        Assert.Equal(["1 BACKUP", "2 MASTER", "3 STOP"], States);
        (string head, string body) = requests.First();
        Assert.Equal(
            $"POST /ha?to=ops HTTP/1.1\r\nHost: {server.EndPoint}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\nUser-Agent: HaTools\r\nAuthorization: {Secret}\r\nX-Node: 7\r\n\r\n",
            head);
        Assert.Empty(said);
    }

    [Fact]
    public async Task A_header_that_is_configured_takes_the_place_of_ours()
    {
        using TestServer server = Server(_ => "204 No Content");
        await Force(Configuration(Hook(server, "http") with { Headers = [new("user-agent", "ops")] }));
        await Tell(VrrpStateKind.Backup);
        await Eventually.True(() => State().Delivered == 1);
        Assert.Equal(["user-agent: ops"], requests.First().Head.Split("\r\n").Where(h => h.StartsWith("user-agent", StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task What_a_configuration_wants_that_is_refused_goes_nowhere_and_the_one_in_force_goes_on()
    {
        using TestServer server = Server(_ => "200 OK");
        int others = 0;
        using var other = new TestServer(call =>
        {
            Interlocked.Increment(ref others);
            call.Dispose();
            return Task.CompletedTask;
        });
        HaConfiguration inForce = Configuration(Hook(server, "http")), wanted = Configuration(Hook(other, "http")) with { RouterId = "another" };
        wanted = wanted with { Webhooks = [.. wanted.Webhooks, wanted.Webhooks[0] with { Name = "new" }] };
        await Force(inForce);
        await runner.PrepareAsync(wanted, Policies.Own);
        await Tell(VrrpStateKind.Master);
        await Eventually.True(() => requests.Count == 1);
        Assert.Equal("chat", Assert.Single(await thread.RunAsync(() => runner.WebhookStates)).Target);

        // As a node goes back.
        await Force(inForce);
        await Tell(VrrpStateKind.Backup);
        await Eventually.True(() => requests.Count == 2);

        // A node that stops meanwhile tells nobody of what never was either.
        await runner.PrepareAsync(wanted, Policies.Own);
        await thread.RunAsync(runner.StopAsync);
        Assert.Equal(["1 MASTER", "2 BACKUP", "3 STOP"], States);
        Assert.DoesNotContain(requests, r => r.Body.Contains("another", StringComparison.Ordinal));
        Assert.Equal(0, Volatile.Read(ref others));
        Assert.Empty(said);
    }

    [Fact]
    public async Task What_only_a_configuration_that_is_refused_wants_to_be_told_is_not()
    {
        using TestServer server = Server(_ => "200 OK");
        HaConfiguration narrow = Configuration(Hook(server, "http")), wide = Configuration(Hook(server, "http") with { Events = WebhookEvents.Instances | WebhookEvents.Priorities });
        await Force(narrow);
        await Tell(VrrpStateKind.Master);
        await runner.PrepareAsync(wide, Policies.Own);
        await thread.RunAsync(() => runner.OnPriority("VI_1", 50));
        await Force(narrow);
        await runner.PrepareAsync(wide, Policies.Own);
        await thread.RunAsync(() => runner.OnPriority("VI_1", 60));
        await thread.RunAsync(() => runner.Forget(wide));
        await thread.RunAsync(runner.StopAsync);
        Assert.Equal(["MASTER instance", "MASTER priority 60", "STOP instance"], requests.Select(r => JsonDocument.Parse(r.Body).RootElement)
            .Select(e => $"{e.GetProperty("state")} {(e.GetProperty("event").ToString() == "priority" ? $"priority {e.GetProperty("priority")}" : "instance")}"));
    }

    [Fact]
    public async Task What_is_held_is_numbered_when_it_is_told_and_what_is_refused_leaves_no_gap()
    {
        using TestServer server = Server(_ => "200 OK");
        HaConfiguration narrow = Configuration(Hook(server, "http")), wide = Configuration(Hook(server, "http") with { Events = WebhookEvents.Instances | WebhookEvents.Priorities }) with { RouterId = "another" };
        await Force(narrow);
        await runner.PrepareAsync(wide, Policies.Own);
        await thread.RunAsync(() => runner.OnPriority("VI_1", 50));
        await Force(narrow);
        await runner.PrepareAsync(wide, Policies.Own);
        await thread.RunAsync(() => runner.OnPriority("VI_1", 60));
        await Tell(VrrpStateKind.Master);
        await Eventually.True(() => requests.Count == 1);
        await thread.RunAsync(() => runner.Forget(wide));
        await thread.RunAsync(runner.StopAsync);
        Assert.Equal(["1 lb state", "2 another priority", "3 another stop"], requests.Select(r => JsonDocument.Parse(r.Body).RootElement)
            .Select(e => $"{e.GetProperty("sequence")} {e.GetProperty("node")} {e.GetProperty("event")}"));
    }

    [Fact]
    public async Task What_only_a_configuration_has_that_is_refused_is_not_told_of()
    {
        using TestServer server = Server(_ => "200 OK");
        HaConfiguration one = Configuration(Hook(server, "http")), two = one with { VrrpInstances = [.. one.VrrpInstances, one.VrrpInstances[0] with { Name = "VI_2", VirtualRouterId = 2 }] };
        NotifyKey second = NotifyKey.Instance("VI_2");
        await Force(one);
        await runner.PrepareAsync(two, Policies.Own);
        await thread.RunAsync(() => runner.OnState(second, VrrpStateKind.Backup, 100));
        await Tell(VrrpStateKind.Backup);
        await Force(one);
        await runner.PrepareAsync(two, Policies.Own);
        await thread.RunAsync(() => runner.OnState(second, VrrpStateKind.Master, 100));

        // As where what a name has could not be served, and is tried again.
        await runner.PrepareAsync(two, Policies.Own);
        await thread.RunAsync(() => runner.Forget(two));

        // One that goes is told of when it has gone.
        await runner.PrepareAsync(one, Policies.Own);
        await thread.RunAsync(() => runner.OnState(second, VrrpStateKind.Backup, 100));
        await thread.RunAsync(() => runner.Forget(one));
        await thread.RunAsync(runner.StopAsync);
        Assert.Equal(["1 VI_1 state", "2 VI_2 state", "3 VI_2 state", "4 VI_2 removed", "5 VI_1 stop"], requests.Select(r => JsonDocument.Parse(r.Body).RootElement)
            .Select(e => $"{e.GetProperty("sequence")} {e.GetProperty("name")} {e.GetProperty("event")}"));
    }

    [Fact]
    public async Task Who_is_told_of_first_what_was_held_and_asks_to_be_left_alone_is()
    {
        using TestServer former = Server(_ => "200 OK"), server = Server(n => n == 1 ? "429 Many\r\nRetry-After: 3000" : "200 OK");
        runner = new NotifyRunner(thread, this, new DeliveryPace { FirstPause = 3000_000_000_000, LongestPause = 3000_000_000_000 });
        HaConfiguration wanted = Configuration(Hook(server, "http") with { Events = WebhookEvents.Instances | WebhookEvents.Priorities });
        await Force(Configuration(Hook(former, "http") with { Events = WebhookEvents.Groups }));
        await runner.PrepareAsync(wanted, Policies.Own);
        await Tell(VrrpStateKind.Master);
        await thread.RunAsync(() => runner.Forget(wanted));
        await Eventually.True(() => !said.IsEmpty);
        await Task.Delay(300);
        Assert.Single(requests);
        Assert.Equal((1, 0L), (State().Waiting, State().Delivered));
    }

    [Fact]
    public async Task What_happens_while_a_configuration_is_carried_out_is_told_when_it_is_in_force()
    {
        using TestServer server = Server(_ => "200 OK");
        HaConfiguration wanted = Configuration(Hook(server, "http"));
        await runner.PrepareAsync(wanted, Policies.Own);
        await Tell(VrrpStateKind.Backup);
        await Tell(VrrpStateKind.Master);
        await Task.Delay(200);
        Assert.Empty(requests);
        await thread.RunAsync(() => runner.Forget(wanted));
        await Tell(VrrpStateKind.Fault);
        await thread.RunAsync(runner.StopAsync);
        Assert.Equal(["1 BACKUP", "2 MASTER", "3 FAULT", "4 STOP"], States);
    }

    [Fact]
    public async Task Priorities_are_told_where_they_are_asked_for()
    {
        using TestServer server = Server(_ => "200 OK");
        await Force(Configuration(Hook(server, "http") with { Events = WebhookEvents.Priorities }));
        await Tell(VrrpStateKind.Master);
        await thread.RunAsync(() => runner.OnPriority("VI_1", 50));
        await Eventually.True(() => requests.Count == 1);
        Assert.Contains("\"event\":\"priority\",\"object\":\"instance\",\"name\":\"VI_1\",\"state\":\"MASTER\",\"formerState\":\"MASTER\",\"priority\":50", requests.First().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_adverts_of_lower_priority_that_come_in_a_row_the_first_is_told()
    {
        using TestServer server = Server(_ => "200 OK");
        await Force(Configuration(Hook(server, "http")));
        for (int turn = 0; turn < 2; turn++)
        {
            await Tell(VrrpStateKind.Master);
            for (int i = 0; i < 3; i++) await thread.RunAsync(() => runner.OnLowerPriority("VI_1"));
        }

        await thread.RunAsync(runner.StopAsync);
        Assert.Equal(["state", "lowerPriority", "state", "lowerPriority", "stop"], requests.Select(r => JsonDocument.Parse(r.Body).RootElement.GetProperty("event").GetString()));
    }

    [Theory]
    [InlineData("500 Oh")]
    [InlineData("503 Busy")]
    [InlineData("408 Slow")]
    [InlineData("425 Early")]
    [InlineData("429 Many")]
    public async Task What_is_refused_for_now_is_tried_again_and_what_follows_waits(string answer)
    {
        using TestServer server = Server(n => n <= 3 ? answer : "200 OK");
        await Force(Configuration(Hook(server, "http")));
        await Tell(VrrpStateKind.Backup);
        await Tell(VrrpStateKind.Master);
        await Eventually.True(() => State() is { Delivered: 2, Waiting: 0 });
        Assert.Equal(["1 BACKUP", "1 BACKUP", "1 BACKUP", "1 BACKUP", "2 MASTER"], States);
        Assert.Equal([$"webhook chat: it answers {answer[..3]}; it is tried again"], said);
        Assert.Equal(("chat", 0L, 0L), (State().Target, State().Failed, State().Dropped));
    }

    [Theory]
    [InlineData("429 Many\r\nRetry-After: 7", 7)]
    [InlineData("503 Busy\r\nretry-after:  120 ", 120)]
    [InlineData("503 Busy\r\nRetry-After: 99999999999999999", 86400)]
    [InlineData("429 Many\r\nRetry-After: -1", null)]
    [InlineData("429 Many\r\nRetry-After: Fri, 31 Dec 1999 23:59:59 GMT", null)]
    [InlineData("100 Continue\r\nRetry-After: 7\r\n\r\nHTTP/1.1 429 Many", null)]
    [InlineData("429 Many", null)]
    public void Who_says_after_which_time_he_may_be_asked_again_is_heard(string answer, int? seconds)
    {
        using TestServer server = Server(_ => answer);
        using var delivery = new WebhookDelivery(new WebhookPlan(Hook(server, "http"), null), [WebhookEvent.Write(1, DateTimeOffset.Now, "lb", NotifyObject.AllOf(Configuration()).First(), new NotifyNews(NotifyKind.Master, 100))]);
        DeliveryReport report = delivery.Run();
        Assert.NotNull(report.Trouble);
        Assert.Equal(seconds, (int?)report.Asked?.TotalSeconds);
    }

    [Fact]
    public async Task Who_asks_to_be_left_alone_for_longer_than_the_longest_pause_is_asked_after_that()
    {
        using TestServer server = Server(n => n <= 3 ? "429 Many\r\nRetry-After: 86400" : "200 OK");
        await Force(Configuration(Hook(server, "http")));
        await Tell(VrrpStateKind.Backup);
        await Eventually.True(() => State() is { Delivered: 1, Waiting: 0 });
    }

    [Theory]
    [InlineData(nameof(Webhook.Url))]
    [InlineData(nameof(Webhook.Headers))]
    public async Task What_waits_for_a_webhook_goes_at_once_where_a_reload_says(string what)
    {
        using TestServer right = Server(_ => "200 OK"), wrong = Server(n => n == 1 ? "429 Many\r\nRetry-After: 3000" : "200 OK");
        runner = new NotifyRunner(thread, this, new DeliveryPace { FirstPause = 3000_000_000_000, LongestPause = 3000_000_000_000 });
        await Force(Configuration(Hook(wrong, "http")));
        await Tell(VrrpStateKind.Backup);
        await Eventually.True(() => !said.IsEmpty);
        await Force(Configuration(what == nameof(Webhook.Url) ? Hook(right, "http") : Hook(wrong, "http") with { Headers = [new("Authorization", Secret)] }));
        await Eventually.True(() => State() is { Delivered: 1, Waiting: 0 });
        Assert.Equal(["1 BACKUP", "1 BACKUP"], States);
        Assert.Equal(what == nameof(Webhook.Url) ? $"{right.EndPoint}" : Secret, requests.Last().Head.Split("\r\n").Select(l => l.Split(": ", 2)).Last(l => l[0] is "Host" or "Authorization")[1]);
    }

    [Fact]
    public void What_it_is_told_of_changes_nothing_of_where_a_webhook_goes_and_all_else_does()
    {
        var hook = new Webhook { Name = "chat", Url = "https://lb.test/ha", Headers = [new("X-Node", "7")], Ca = "ca" };
        var plan = new WebhookPlan(hook, null);
        Assert.True(new WebhookPlan(hook with { Headers = [new("X-Node", "7")], Events = WebhookEvents.Groups }, []).GoesAs(plan));
        Webhook[] others =
        [
            hook with { Url = "https://lb.test/other" }, hook with { Headers = [new("X-Node", "8")] }, hook with { Timeout = TimeSpan.FromSeconds(9) }, hook with { Ca = "other" },
            hook with { VerifyCertificate = false },
        ];
        Assert.All(others, o => Assert.False(new WebhookPlan(o, null).GoesAs(plan)));
    }

    [Theory]
    [InlineData("400 What")]
    [InlineData("404 Nowhere")]
    [InlineData("302 Found")]
    public async Task What_is_refused_for_good_is_given_up(string answer)
    {
        using TestServer server = Server(n => n == 1 ? answer : "200 OK");
        await Force(Configuration(Hook(server, "http")));
        await Tell(VrrpStateKind.Backup);
        await Tell(VrrpStateKind.Master);
        await Eventually.True(() => State() is { Delivered: 1, Failed: 1, Waiting: 0 });
        Assert.Equal(["1 BACKUP", "2 MASTER"], States);
        Assert.Equal([$"webhook chat: it answers {answer[..3]}: an event is given up"], said);
    }

    [Fact]
    public async Task Who_refuses_the_connection_hangs_up_or_speaks_otherwise_is_tried_again()
    {
        int turn = 0;
        using var server = new TestServer(async call =>
        {
            switch (Interlocked.Increment(ref turn))
            {
                case 1:
                    break;
                case 2:
                    _ = await RequestAsync(new NetworkStream(call));
                    break;
                case 3:
                    await call.SendAsync("SSH-2.0\r\n"u8.ToArray());
                    break;
                default:
                    requests.Enqueue(await RequestAsync(new NetworkStream(call)));
                    await call.SendAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
                    break;
            }

            call.Dispose();
        });
        await Force(Configuration(Hook(server, "http")));
        await Tell(VrrpStateKind.Backup);
        await Eventually.True(() => State().Delivered == 1, () => string.Join('\n', said));
        Assert.Equal(["1 BACKUP"], States);
        Assert.Contains("webhook chat: it closed the connection without a response; it is tried again", said);
        Assert.Contains("webhook chat: it does not answer in HTTP; it is tried again", said);
    }

    [Fact]
    public async Task One_that_hangs_has_its_time_and_keeps_no_node_from_stopping()
    {
        using var server = new TestServer(_ => Task.CompletedTask);
        await Force(Configuration(Hook(server, "http") with { Timeout = TimeSpan.FromMilliseconds(200) }));
        await Tell(VrrpStateKind.Backup);
        await Eventually.True(() => said.Contains("webhook chat: no answer within 200ms; it is tried again"), () => string.Join('\n', said));
        await Force(Configuration(Hook(server, "http") with { Timeout = TimeSpan.FromMinutes(10) }));
        await thread.RunAsync(runner.StopAsync);
        Assert.Contains(said, s => s.StartsWith("2 events are lost: the node stops", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n", "its head has no end")]
    [InlineData("X: y\r\n", "its head has no end")]
    public async Task An_answer_without_end_is_hung_up_on(string part, string fault)
    {
        using var server = new TestServer(async call =>
        {
            await call.SendAsync("HTTP/1.1 200 OK\r\n"u8.ToArray());
            byte[] more = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(part, 500)));
            while (true) await call.SendAsync(more);
        });
        await Force(Configuration(Hook(server, "http")));
        await Tell(VrrpStateKind.Backup);
        await Eventually.True(() => State() is { Delivered: 1 } || said.Contains($"webhook chat: {fault}; it is tried again"), () => string.Join('\n', said));
    }

    [Fact]
    public async Task A_body_without_end_is_not_waited_for()
    {
        using var server = new TestServer(async call =>
        {
            await call.SendAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
            while (true) await call.SendAsync(new byte[4096]);
        });
        await Force(Configuration(Hook(server, "http") with { Timeout = TimeSpan.FromMinutes(10) }));
        await Tell(VrrpStateKind.Backup);
        await Eventually.True(() => State().Delivered == 1);
    }

    [Fact]
    public async Task By_TLS_the_certificate_must_be_good_unless_it_need_not_be()
    {
        var ours = new TestAuthority();
        string ca = Path.Combine(directory, "ca.pem");
        await File.WriteAllTextAsync(ca, ours.Pem);
        using X509Certificate2 good = ours.Issue("127.0.0.1"), stranger = new TestAuthority("Stranger").Issue("127.0.0.1"), other = ours.Issue("hooks.example.com"), old = ours.Issue("127.0.0.1", TimeSpan.FromDays(-9), TimeSpan.FromDays(-1));
        foreach ((X509Certificate2 shown, string fault) in ((X509Certificate2, string)[])[(stranger, "is not trusted"), (other, "is not for 127.0.0.1"), (old, "expired on")])
        {
            using TestServer bad = Server(_ => "200 OK", shown);
            await Force(Configuration(Hook(bad, "https") with { Ca = ca }));
            await Tell(VrrpStateKind.Backup);
            await Eventually.True(() => said.Any(s => s.StartsWith("webhook chat: its certificate (CN=", StringComparison.Ordinal) && s.Contains(fault, StringComparison.Ordinal)), () => string.Join('\n', said));
        }

        Assert.Empty(requests);
        using TestServer unverified = Server(_ => "200 OK", stranger);
        await Force(Configuration(Hook(unverified, "https") with { VerifyCertificate = false }));
        await Eventually.True(() => State() is { Delivered: 3, Waiting: 0 }, () => string.Join('\n', said));
        using TestServer server = Server(_ => "200 OK", good);
        await Force(Configuration(Hook(server, "https") with { Ca = ca }));
        await Tell(VrrpStateKind.Master);
        await Eventually.True(() => State() is { Delivered: 4 }, () => string.Join('\n', said));
        Assert.Equal(["1 BACKUP", "2 BACKUP", "3 BACKUP", "4 MASTER"], States);
    }

    [Fact]
    public async Task A_file_of_CAs_that_is_none_refuses_the_configuration()
    {
        string empty = Path.Combine(directory, "empty");
        await File.WriteAllTextAsync(empty, "");
        Webhook hook = new() { Name = "chat", Url = "https://127.0.0.1/", Ca = empty };
        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => WebhookFiles.ReadAsync(Configuration(hook)));
        Assert.Contains("`ca` holds no certificate", e.Message, StringComparison.Ordinal);
        e = await Assert.ThrowsAsync<HaEngineException>(() => WebhookFiles.ReadAsync(Configuration(hook with { Ca = "/nowhere/ca" })));
        Assert.StartsWith("webhook chat: the file /nowhere/ca of `ca` cannot be read: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_a_reload_takes_away_is_told_what_waits_and_nothing_more()
    {
        using TestServer server = Server(_ => "200 OK"), second = Server(_ => "200 OK");
        Webhook other = Hook(second, "http") with { Name = "other" };
        HaConfiguration both = Configuration(Hook(server, "http"), other);
        await Force(both);
        await Tell(VrrpStateKind.Backup);
        await Force(both with { Webhooks = [other] });
        await Tell(VrrpStateKind.Master);
        await Eventually.True(() => requests.Count == 3);
        Assert.Equal(["1 BACKUP", "1 BACKUP", "2 MASTER"], States);
        Assert.Equal("other", Assert.Single(await thread.RunAsync(() => runner.WebhookStates)).Target);
    }

    [Fact]
    public void Who_may_only_read_is_shown_no_secret()
    {
        HaConfiguration configuration = Configuration(new Webhook { Name = "chat", Url = "https://hooks.example.com:8443/ha?to=ops", Headers = [new("Authorization", Secret)] });
        Webhook shown = HaNode.WithoutSecrets(configuration).Webhooks[0];
        Assert.Equal(configuration.Webhooks[0] with { Url = "https://hooks.example.com:8443/********", Headers = [new("Authorization", "********")] }, shown);
    }

    void INotifySink.OnNotifyLog(string subject, string message) => Assert.Fail($"{subject}: {message}");

    void INotifySink.OnNotifyWarning(string subject, string message)
    {
        Assert.Equal("webhook chat", subject);
        Assert.DoesNotContain("it-opens", message, StringComparison.Ordinal);
        Assert.DoesNotContain("to=ops", message, StringComparison.Ordinal);
        said.Enqueue(message);
    }

    public void Dispose()
    {
        thread.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private static Webhook Hook(TestServer server, string scheme) => new()
    {
        Name = "chat",
        Url = $"{scheme}://{server.EndPoint}/ha?to=ops",
        Events = WebhookEvents.Instances,
    };

    private static HaConfiguration Configuration(params Webhook[] hooks) => new()
    {
        RouterId = "lb",
        Webhooks = [.. hooks],
        VrrpInstances = [new() { Name = "VI_1", Interface = "eth0", VirtualRouterId = 1 }],
        SyncGroups = [new() { Name = "VG", Members = ["VI_1"] }],
    };

    // Answers the nth request so.
    private TestServer Server(Func<int, string> answer, X509Certificate2? shown = null)
    {
        int count = 0;
        return new TestServer(async call =>
        {
            Stream stream = new NetworkStream(call);
            try
            {
                if (shown is not null)
                {
                    var secure = new SslStream(stream);
                    await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = TestAuthority.Shown(shown) });
                    stream = secure;
                }

                requests.Enqueue(await RequestAsync(stream));
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer(Interlocked.Increment(ref count))}\r\nContent-Length: 0\r\n\r\n"));
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                // It does not trust us.
            }

            call.Dispose();
        });
    }

    private static async Task<(string Head, string Body)> RequestAsync(Stream stream)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (true)
        {
            string now = text.ToString();
            int end = now.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0 && now.EndsWith('}')) return (now[..(end + 4)], now[(end + 4)..]);
            int count = await stream.ReadAsync(buffer);
            if (count == 0) throw new IOException("The request is not whole.");
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
    }

    private async Task Force(HaConfiguration configuration)
    {
        await runner.PrepareAsync(await WebhookFiles.ReadAsync(configuration), Policies.Own);
        await thread.RunAsync(() => runner.Forget(configuration));
    }

    private Task Tell(VrrpStateKind state) => thread.RunAsync(() => runner.OnState(NotifyKey.Instance("VI_1"), state, 100));

    private HaDeliveryState State() => thread.RunAsync(() => runner.WebhookStates).GetAwaiter().GetResult()[0];
}
