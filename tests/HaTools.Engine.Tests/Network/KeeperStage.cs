using System.Collections.Concurrent;
using HaTools.Engine.HostState;
using HaTools.Engine.Network;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Tests.Network;

/// <summary>A host with eth0 (10.9.0.1/24) and a keeper in its namespace, and what the keeper says.</summary>
internal sealed class KeeperStage : INetworkSink, IDisposable
{
    private readonly TestNetwork network = new(1);
    private readonly Func<RouteClient> openRoutes;
    private HaConfiguration former = HaConfiguration.Empty;

    /// <param name="kernel">What the keeper asks of the kernel goes through this; null: straight to it.</param>
    public KeeperStage(FaultyRoutes? kernel = null)
    {
        openRoutes = kernel is null ? RouteClient.Open : kernel.Open;
        Keeper = new NetworkKeeper(this, openRoutes, new SecondaryPromotion());
    }

    public TestNode Host => network.Nodes[0];

    /// <summary>Another machine on the link, whose interface is br0.</summary>
    public TestNode Neighbour => network.Switch;

    public NetworkKeeper Keeper { get; private set; }

    public ConcurrentQueue<string> Lines { get; } = new();

    public ConcurrentDictionary<string, bool> Groups { get; } = new();

    public ConcurrentQueue<string> Faults { get; } = new();

    public static VrrpInstance Instance(string name, params RouteEntry[] routes) => new()
    {
        Name = name,
        Interface = "eth0",
        VirtualRouterId = 51,
        VirtualRoutes = routes.ToValueList(),
    };

    public void OnNetwork(string kind, string? subject, string message) => Lines.Enqueue($"{kind} {subject}: {message}");

    public void OnTrackGroup(string group, bool up)
    {
        Groups[group] = up;
        if (!up) Faults.Enqueue(group);
    }

    /// <summary>As a node goes over: before VRRP, and after it.</summary>
    public async Task GoAsync(HaConfiguration wanted)
    {
        await Host.Namespace.Run(() => Keeper.ConfigureAsync(wanted, former));
        await Keeper.ConfigureAsync(wanted, wanted);
        former = wanted;
    }

    /// <summary>A predecessor is killed: another keeper comes, that knows nothing.</summary>
    public void Forget()
    {
        Keeper.Dispose();
        Keeper = new NetworkKeeper(this, openRoutes, new SecondaryPromotion());
        former = HaConfiguration.Empty;
    }

    public string Routes(string rest = "table all proto keepalived") => Host.Ip($"route show {rest}");

    public string Rules() =>
        string.Concat(Host.Ip("rule").Split('\n').Where(r => r.EndsWith("proto keepalived", StringComparison.Ordinal)).Select(r => r + "\n"));

    public Task UntilAsync(Func<bool> condition) => Eventually.True(condition, () =>
        $"routes:\n{Routes()}\nrules:\n{Rules()}\naddresses:\n{Host.Ip("addr show dev eth0")}\nlines:\n{string.Join('\n', Lines)}");

    public async Task<HaNetworkObjectState> StateAsync(string text) =>
        Assert.Single(await Keeper.GetStatesAsync(), s => s.Text.StartsWith(text, StringComparison.Ordinal));

    public void Dispose()
    {
        Keeper.Dispose();
        network.Dispose();
    }
}
