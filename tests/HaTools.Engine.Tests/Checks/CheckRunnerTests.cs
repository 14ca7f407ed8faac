using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Checks.Http;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.Checks;

public sealed class CheckRunnerTests : ICheckSink, IDisposable
{
    private const long Millisecond = 1_000_000;
    private static readonly CheckTiming Fast =
        new(DelayLoop: 500 * Millisecond, DelayBeforeRetry: 10 * Millisecond, Timeout: 10_000 * Millisecond, Retry: 1);
    private readonly ConcurrentDictionary<CheckKey, CheckVerdict> last = new();
    private readonly ConcurrentQueue<string> reasons = new();
    private readonly ConcurrentQueue<string> troubles = new();
    private readonly ConcurrentQueue<CheckKey> failures = new();
    private readonly CheckRunner runner;
    private long results;

    public CheckRunnerTests() => runner = new CheckRunner(this);

    [Fact]
    public async Task A_thousand_servers_are_checked_together_and_each_is_told_from_the_others()
    {
        using Socket listener = Listen(IPAddress.Any);
        SocketTarget[] good = [.. Enumerable.Range(1, 1000).Select(i => Target(i, ((IPEndPoint)listener.LocalEndPoint!).Port))];
        SocketTarget[] bad = [.. Enumerable.Range(1001, 200).Select(i => Target(i, ClosedPort()))];
        runner.Configure([.. good, .. bad]);

        await Eventually.True(() => last.Count == 1200);

        Assert.All(good, t => Assert.Equal(CheckVerdict.Succeeded, last[t.Key]));
        Assert.All(bad, t => Assert.Equal(CheckVerdict.Failed, last[t.Key]));
        Assert.All(reasons, r => Assert.StartsWith("ECONNREFUSED (connection refused) connecting to 127.", r, StringComparison.Ordinal));
        Assert.Equal(1200, results);
    }

    [Theory]
    [InlineData("floods")]
    [InlineData("drips")]
    [InlineData("hangs")]
    public async Task Whatever_a_server_says_it_is_up_and_takes_no_memory(string what)
    {
        int calls = 0;
        using var server = new TestServer(async call =>
        {
            Interlocked.Increment(ref calls);
            while (what == "floods") await call.SendAsync(new byte[30_000]);
            for (; what == "drips"; await Task.Delay(20)) await call.SendAsync(new byte[1]);
        });
        SocketTarget target = Target(1, server.EndPoint.Port) with { EndPoint = server.EndPoint, Timing = Fast with { DelayLoop = 10 * Millisecond, Retry = 0 } };
        runner.Configure([target]);
        await Eventually.True(() => Volatile.Read(ref calls) > 100);
        Assert.Equal(CheckVerdict.Succeeded, last[target.Key]);
        Assert.Equal(1, results);
        Assert.InRange(runner.AllocatedBytes, 0, 4_000_000);
    }

    [Fact]
    public async Task One_that_answers_no_SYN_is_down_when_the_time_is_over_and_the_others_are_checked_meanwhile()
    {
        using var deaf = new DeafServer();
        using Socket listener = Listen(IPAddress.Any);
        SocketTarget patient = Target(1, 1) with { EndPoint = deaf.EndPoint, Timing = Fast with { Timeout = 86_400_000 * Millisecond, Retry = 0 } };
        SocketTarget good = Target(2, ((IPEndPoint)listener.LocalEndPoint!).Port) with { Timing = Fast with { DelayLoop = 20 * Millisecond } };
        runner.Configure([patient, good]);
        for (int i = 0; i < 20; i++) (await listener.AcceptAsync()).Dispose();
        Assert.Equal([good.Key], last.Keys);
        Assert.Equal(CheckVerdict.Succeeded, last[good.Key]);

        runner.Configure([patient with { Timing = patient.Timing with { Timeout = 300 * Millisecond } }, good]);
        await Eventually.True(() => last.ContainsKey(patient.Key));
        Assert.Equal(CheckVerdict.Failed, last[patient.Key]);
        Assert.Equal($"ETIMEDOUT (connection timed out) connecting to {deaf.EndPoint}", Assert.Single(reasons));
    }

    [NamespaceFact]
    public async Task Servers_stay_as_they_are_while_this_host_has_no_port_left_to_check_from()
    {
        using var node = new TestNode("ports");
        node.Ip("link set lo up");
        using Socket listener = node.Namespace.Run(() => Listen(IPAddress.Loopback));
        using Socket first = node.Namespace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        var server = (IPEndPoint)listener.LocalEndPoint!;
        await first.ConnectAsync(server);
        int taken = ((IPEndPoint)first.LocalEndPoint!).Port;
        node.Namespace.Run(() => Sysctl.Write("net/ipv4/ip_local_port_range", $"{taken} {taken}"));
        using CheckRunner inside = node.Namespace.Run(() => new CheckRunner(this));
        SocketTarget target = Target(1, server.Port) with { EndPoint = server, Timing = Fast with { DelayLoop = 20 * Millisecond, Retry = 0 } };
        inside.Configure([target]);
        await Eventually.True(() => !troubles.IsEmpty || !last.IsEmpty);
        await Task.Delay(200);

        Assert.Empty(last);
        Assert.StartsWith("EADDRNOTAVAIL (", Assert.Single(troubles), StringComparison.Ordinal);

        node.Namespace.Run(() => Sysctl.Write("net/ipv4/ip_local_port_range", "50000 60000"));
        await Eventually.True(() => last.GetValueOrDefault(target.Key) == CheckVerdict.Succeeded);
    }

    [Fact]
    public async Task While_nothing_is_news_nothing_is_allocated()
    {
        using Socket listener = Listen(IPAddress.Any);
        int accepted = 0;
        _ = Task.Run(async () =>
        {
            while (true)
            {
                using Socket _ = await listener.AcceptAsync();
                Interlocked.Increment(ref accepted);
            }
        });
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        runner.Configure([.. Enumerable.Range(1, 50).Select(i =>
            Target(i, port) with { Timing = Fast with { DelayLoop = 20 * Millisecond } })]);
        await Eventually.True(() => Volatile.Read(ref accepted) > 500);
        await Allocations.NoneAsync(() => runner.AllocatedBytes, () =>
        {
            int from = Volatile.Read(ref accepted);
            return Eventually.True(() => Volatile.Read(ref accepted) > from + 1000);
        });
        Assert.Equal(50, results);
    }

    [Fact]
    public async Task Checks_that_stay_keep_their_state_and_those_that_go_are_silent()
    {
        using Socket listener = Listen(IPAddress.Loopback);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        SocketTarget stays = Target(1, port) with { EndPoint = new IPEndPoint(IPAddress.Loopback, port) };
        SocketTarget goes = Target(2, ClosedPort());
        runner.Configure([stays, goes]);
        await Eventually.True(() => last.Count == 2);

        runner.Configure([stays]);
        runner.Configure([stays with { Timing = Fast with { DelayLoop = 20 * Millisecond } }]);
        await Task.Delay(300);

        // Success was said once, and nothing new came of the one that went.
        Assert.Equal(2, results);
    }

    [Fact]
    public async Task A_service_that_is_suspended_is_left_alone_and_tried_again_when_it_is_not()
    {
        using Socket listener = Listen(IPAddress.Any);
        SocketTarget dead = Target(1, ClosedPort()), good = Target(2, ((IPEndPoint)listener.LocalEndPoint!).Port);
        good = good with { Key = good.Key with { Service = good.Key.Service with { Port = 81 } } };
        HashSet<ServiceKey> suspended = [dead.Key.Service];
        runner.Configure([dead, good], suspended);
        await Eventually.True(() => last.Count == 1);
        Assert.Equal(CheckVerdict.Succeeded, last[good.Key]);
        runner.Configure([dead, good]);
        await Eventually.True(() => last.GetValueOrDefault(dead.Key) == CheckVerdict.Failed);

        // It keeps what it knew: nothing is news when it goes on.
        runner.Configure([dead, good], suspended);
        runner.Configure([dead, good]);
        await Task.Delay(300);
        Assert.Equal(2, results);
    }

    [NamespaceFact]
    public async Task A_check_comes_from_where_it_is_told()
    {
        using var node = new TestNode("origin");
        node.Ip("link set lo up");
        node.Ip("link add d0 type veth peer name d1");
        node.Ip("addr add 10.8.0.1/24 dev d0");
        node.Ip("link set d0 up");
        node.Ip("link set d1 up");
        node.Ip("rule add fwmark 5 lookup 55");
        node.Ip("route add unreachable 127.0.0.2 table 55");
        node.Ip("rule add pref 0 lookup main");
        node.Ip("rule del pref 0 lookup local");
        node.Ip("rule add pref 100000 lookup local");
        using Socket listener = node.Namespace.Run(() => Listen(IPAddress.Any));
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        var server = new IPEndPoint(IPAddress.Parse("127.0.0.2"), port);
        using CheckRunner inside = node.Namespace.Run(() => new CheckRunner(this));
        SocketTarget plain = Target(1, port) with { EndPoint = server, Timing = Fast with { DelayLoop = 20 * Millisecond, Retry = 0 } };
        SocketTarget bound = plain with { Key = plain.Key with { Check = new CheckId(new TcpCheck(), 1) }, Origin = new CheckOrigin(IPAddress.Parse("127.0.0.9"), 7777, null, 0) };
        SocketTarget marked = plain with { Key = plain.Key with { Check = new CheckId(new TcpCheck(), 2) }, Origin = new CheckOrigin(null, 0, null, 5) };
        SocketTarget byDevice = plain with { Key = plain.Key with { Check = new CheckId(new TcpCheck(), 3) }, Origin = new CheckOrigin(null, 0, "d0", 0) };

        inside.Configure([bound]);
        for (int i = 0; i < 5; i++)
        {
            // From one port again and again: none of them leaves it in TIME_WAIT.
            using Socket call = await listener.AcceptAsync();
            Assert.Equal(IPEndPoint.Parse("127.0.0.9:7777"), call.RemoteEndPoint);
        }

        await Eventually.True(() => last.GetValueOrDefault(bound.Key) == CheckVerdict.Succeeded);
        inside.Configure([plain, marked, byDevice]);
        await Eventually.True(() => last.ContainsKey(plain.Key) && last.ContainsKey(marked.Key) && last.ContainsKey(byDevice.Key));
        Assert.Equal(CheckVerdict.Succeeded, last[plain.Key]);
        Assert.Equal(CheckVerdict.Failed, last[marked.Key]);
        Assert.Equal(CheckVerdict.Failed, last[byDevice.Key]);
        Assert.Contains(reasons, r => r.StartsWith("EHOSTUNREACH", StringComparison.Ordinal));
        Assert.Empty(troubles);
    }

    [NamespaceFact]
    public async Task A_server_stays_as_it_is_while_this_host_cannot_check_from_where_it_is_told()
    {
        using var node = new TestNode("absent");
        node.Ip("link set lo up");
        using Socket listener = node.Namespace.Run(() => Listen(IPAddress.Loopback));
        using CheckRunner inside = node.Namespace.Run(() => new CheckRunner(this));
        SocketTarget target = Target(1, 1) with
        {
            EndPoint = (IPEndPoint)listener.LocalEndPoint!,
            Timing = Fast with { DelayLoop = 20 * Millisecond, Retry = 0 },
            Origin = new CheckOrigin(IPAddress.Parse("10.8.0.9"), 0, null, 0),
        };
        SocketTarget other = target with { Key = target.Key with { Check = new CheckId(new TcpCheck(), 1) }, Origin = null };
        inside.Configure([target, other]);
        await Eventually.True(() => !troubles.IsEmpty || last.ContainsKey(target.Key));

        // Each of the others' tries goes well meanwhile, and it is told once all the same.
        for (int i = 0; i < 20; i++) (await listener.AcceptAsync()).Dispose();
        Assert.StartsWith("EADDRNOTAVAIL (", Assert.Single(troubles), StringComparison.Ordinal);
        Assert.Contains("from 10.8.0.9", Assert.Single(troubles), StringComparison.Ordinal);
        Assert.Equal([other.Key], last.Keys);

        node.Ip("addr add 10.8.0.9/32 dev lo");
        await Eventually.True(() => last.GetValueOrDefault(target.Key) == CheckVerdict.Succeeded);
    }

    [Fact]
    public async Task Each_failed_try_is_told_where_it_is_asked_for()
    {
        int port = ClosedPort();
        SocketTarget loud = Target(1, port) with { LogAllFailures = true, Timing = Fast with { Retry = 2 } };
        runner.Configure([loud, Target(2, port)]);
        await Eventually.True(() => last.Count == 2);
        Assert.Equal(Enumerable.Repeat(loud.Key, 3), failures);
    }

    void ICheckSink.OnFailure(CheckKey key, string reason)
    {
        Assert.StartsWith("ECONNREFUSED", reason, StringComparison.Ordinal);
        failures.Enqueue(key);
    }

    void ICheckSink.OnWeight(CheckKey key, CheckWeight? weight) => Assert.Fail("No connection says a weight.");

    void ICheckSink.OnWarning(CheckKey key, string? warning) => Assert.Fail("There is nothing to warn of.");

    void ICheckSink.OnTrouble(string message) => troubles.Enqueue(message);

    void ICheckSink.OnCheck(CheckTarget check, CheckVerdict verdict, string? reason)
    {
        last[check.Key] = verdict;
        if (reason is not null) reasons.Enqueue(reason);
        Interlocked.Increment(ref results);
    }

    public void Dispose() => runner.Dispose();

    private static Socket Listen(IPAddress address)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen(4096);
        return listener;
    }

    private static int ClosedPort()
    {
        using Socket listener = Listen(IPAddress.Any);
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }

    private static SocketTarget Target(int number, int port)
    {
        var address = new IPAddress([127, 1, (byte)(number / 250), (byte)((number % 250) + 1)]);
        var service = new ServiceKey(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 80);
        return new SocketTarget(new CheckKey(service, new DestinationKey(address, port), new CheckId(new TcpCheck(), 0)), new IPEndPoint(address, port), Fast);
    }
}
