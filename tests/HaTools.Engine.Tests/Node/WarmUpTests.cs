using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Node;

public class WarmUpTests
{
    [NamespaceFact]
    public async Task ItSendsNothingAndLeavesNothing()
    {
        using var network = new TestNetwork(2);
        using var capture = new FrameCapture(network.Nodes[1]);
        TestNode node = network.Nodes[0];
        string before = StateOf(node);
        await node.Namespace.Run(WarmUp.Begin);

        // A descriptor that a thread was just using is closed when that lets go of it.
        await Eventually.True(() => StateOf(node) == before, () => $"{before}\nis now\n{StateOf(node)}");
        Assert.Empty(capture.Frames);
    }

    // Sockets of the kinds that the engine opens, by protocol and owner, and what can be changed on a host.
    private static string StateOf(TestNode node) => string.Join('\n',
        node.Namespace.Run(() => string.Join('\n', new[] { "raw", "raw6", "packet", "netlink" }.Select(Sockets))),
        node.Ip("link"), node.Ip("addr"), node.Ip("route"), node.Ip("maddr"));

    private static string Sockets(string kind) => $"{kind}: {File.ReadAllLines($"/proc/thread-self/net/{kind}").Length}";
}
