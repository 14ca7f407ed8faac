using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.Checks;

public sealed class SocketBudgetTests : ICheckSink
{
    private const long Hour = 3_600_000_000_000;
    private const int Hanging = 100;
    private readonly ConcurrentDictionary<int, CheckVerdict> last = new();
    private readonly ConcurrentQueue<string> troubles = new();

    [Theory]
    [InlineData(200, 100)]
    [InlineData(1024, 512)]
    [InlineData(2048, 1024)]
    [InlineData(20_000, 18_976)]
    [InlineData(long.MaxValue, int.MaxValue)]
    public void The_rest_of_the_node_keeps_what_it_needs_and_half_where_there_is_little(long limit, int sockets) => Assert.Equal(sockets, SocketBudget.Of(limit));

    [Fact]
    public void Where_all_that_is_asked_for_is_given_each_check_has_a_socket() => Assert.All([1, 1000, 100_000], n => Assert.InRange(SocketBudget.Of(SocketBudget.Need(n)), n, int.MaxValue));

    [NamespaceFact]
    public async Task Servers_that_hang_take_no_more_descriptors_than_checks_may_have()
    {
        using var node = new TestNode("budget");
        node.Ip("link set lo up");
        node.Ip("link add d0 type veth peer name d1");
        node.Ip("link set d1 up");
        node.Ip("addr add 10.8.0.1/24 dev d0");
        node.Ip("link set d0 up");

        // Nobody answers behind it.
        node.Ip("neigh add 10.8.0.9 lladdr 02:00:00:00:00:99 dev d0 nud permanent");
        using Socket listener = node.Namespace.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            socket.Listen(100);
            return socket;
        });
        using CheckRunner inside = node.Namespace.Run(() => new CheckRunner(this, openFiles: 40));
        SocketTarget[] hanging = [.. Enumerable.Range(1, Hanging).Select(i => Target(i, IPEndPoint.Parse($"10.8.0.9:{i}")))];
        SocketTarget good = Target(0, (IPEndPoint)listener.LocalEndPoint!);
        inside.Configure(hanging);
        await Eventually.True(() => Sockets(node) >= 20 && !troubles.IsEmpty, () => $"{Sockets(node)} sockets");
        inside.Configure([.. hanging, good]);

        // That the sockets are used up is told once, and says nothing of a server.
        await Task.Delay(500);
        Assert.Equal(20, Sockets(node));
        Assert.StartsWith("EMFILE (", Assert.Single(troubles), StringComparison.Ordinal);
        Assert.Empty(last);

        // Those that wait have what others close, at once: it is an hour to their next turn.
        inside.Configure([.. hanging.Take(10), good]);
        await Eventually.True(() => last.GetValueOrDefault(0) == CheckVerdict.Succeeded && Sockets(node) == 10, () => $"{Sockets(node)} sockets");
        Assert.Equal([0], last.Keys);
    }

    /// <summary>How many connections are being made (SYN_SENT).</summary>
    private static int Sockets(TestNode node) => node.Namespace.Run(() => File.ReadAllLines("/proc/thread-self/net/tcp")).Count(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3] == "02");

    private static SocketTarget Target(int number, IPEndPoint server)
    {
        var service = new ServiceKey(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 80);
        var key = new CheckKey(service, new DestinationKey(server.Address, server.Port), new CheckId(new TcpCheck(), number));
        return new SocketTarget(key, server, new CheckTiming(Hour, Hour, Timeout: Hour, Retry: 0));
    }

    void ICheckSink.OnCheck(CheckTarget check, CheckVerdict verdict, string? reason) => last[check.Key.Check.Number] = verdict;

    void ICheckSink.OnTrouble(string message) => troubles.Enqueue(message);

    void ICheckSink.OnFailure(CheckKey key, string reason) => Assert.Fail("It is not asked for.");

    void ICheckSink.OnWeight(CheckKey key, CheckWeight? weight) => Assert.Fail("No connection says a weight.");

    void ICheckSink.OnWarning(CheckKey key, string? warning) => Assert.Fail("There is nothing to warn of.");
}
