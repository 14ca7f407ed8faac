using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.Checks;

public sealed class CheckRunnerTests : ICheckSink, IDisposable
{
    private const long Millisecond = 1_000_000;
    private static readonly CheckTiming Fast =
        new(DelayLoop: 500 * Millisecond, DelayBeforeRetry: 10 * Millisecond, ConnectTimeout: 10_000 * Millisecond, Retry: 1);
    private readonly ConcurrentDictionary<CheckKey, CheckVerdict> last = new();
    private readonly ConcurrentQueue<string> reasons = new();
    private readonly ConcurrentQueue<string> troubles = new();
    private readonly CheckRunner runner;
    private long results;

    public CheckRunnerTests() => runner = new CheckRunner(this);

    [Fact]
    public async Task A_thousand_servers_are_checked_together_and_each_is_told_from_the_others()
    {
        using Socket listener = Listen(IPAddress.Any);
        CheckTarget[] good = [.. Enumerable.Range(1, 1000).Select(i => Target(i, ((IPEndPoint)listener.LocalEndPoint!).Port))];
        CheckTarget[] bad = [.. Enumerable.Range(1001, 200).Select(i => Target(i, ClosedPort()))];
        runner.Configure([.. good, .. bad]);

        await Eventually.True(() => last.Count == 1200);

        Assert.All(good, t => Assert.Equal(CheckVerdict.Succeeded, last[t.Key]));
        Assert.All(bad, t => Assert.Equal(CheckVerdict.Failed, last[t.Key]));
        Assert.All(reasons, r => Assert.StartsWith("ECONNREFUSED (connection refused) connecting to 127.", r, StringComparison.Ordinal));
        Assert.Equal(1200, results);
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
        CheckTarget target = Target(1, server.Port) with { EndPoint = server, Timing = Fast with { DelayLoop = 20 * Millisecond, Retry = 0 } };
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
        long before = runner.AllocatedBytes;
        int from = Volatile.Read(ref accepted);

        await Eventually.True(() => Volatile.Read(ref accepted) > from + 1000);

        Assert.Equal(before, runner.AllocatedBytes);
        Assert.Equal(50, results);
    }

    [Fact]
    public async Task Checks_that_stay_keep_their_state_and_those_that_go_are_silent()
    {
        using Socket listener = Listen(IPAddress.Loopback);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        CheckTarget stays = Target(1, port) with { EndPoint = new IPEndPoint(IPAddress.Loopback, port) };
        CheckTarget goes = Target(2, ClosedPort());
        runner.Configure([stays, goes]);
        await Eventually.True(() => last.Count == 2);

        runner.Configure([stays]);
        runner.Configure([stays with { Timing = Fast with { DelayLoop = 20 * Millisecond } }]);
        await Task.Delay(300);

        // Success was said once, and nothing new came of the one that went.
        Assert.Equal(2, results);
    }

    void ICheckSink.OnTrouble(string message) => troubles.Enqueue(message);

    void ICheckSink.OnCheck(CheckKey key, CheckVerdict verdict, string? reason)
    {
        last[key] = verdict;
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

    private static CheckTarget Target(int number, int port)
    {
        var address = new IPAddress([127, 1, (byte)(number / 250), (byte)((number % 250) + 1)]);
        var service = new ServiceKey(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 80);
        return new CheckTarget(new CheckKey(service, new DestinationKey(address, port)), new IPEndPoint(address, port), Fast);
    }
}
