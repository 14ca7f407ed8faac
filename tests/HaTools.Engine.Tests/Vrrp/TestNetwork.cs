using HaTools.Linux;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>Namespaces on one bridge: each node has an eth0 with an address of 10.9.0.0/24. All of it goes with the object.</summary>
internal sealed class TestNetwork : IDisposable
{
    private readonly TestNode bridge = new("switch");

    public TestNetwork(int nodes)
    {
        bridge.Ip("link add br0 type bridge mcast_snooping 0");
        bridge.Ip("link set br0 up");
        for (int i = 1; i <= nodes; i++)
        {
            var node = new TestNode($"node{i}");
            bridge.Ip($"link add port{i} type veth peer name eth0 netns {node.Namespace.FilePath}");
            bridge.Ip($"link set port{i} master br0 up");
            node.Ip("link set lo up");
            node.Ip("link set eth0 up");
            node.Ip($"addr add 10.9.0.{i}/24 dev eth0");
            Nodes.Add(node);
        }

        // What is sent before is lost.
        foreach (TestNode node in Nodes) node.AwaitCarrier("eth0");
    }

    public List<TestNode> Nodes { get; } = [];

    /// <summary>Where the bridge is, with a port for each node: port1, port2 …</summary>
    public TestNode Switch => bridge;

    public void Dispose()
    {
        foreach (TestNode node in Nodes) node.Dispose();
        bridge.Dispose();
    }
}

/// <summary>One network namespace.</summary>
internal sealed class TestNode(string name) : IDisposable
{
    public NetworkNamespace Namespace { get; } = NetworkNamespace.Create();

    public string Name { get; } = name;

    public string Ip(string arguments) => Command("ip", arguments.Split(' '));

    /// <summary>Many commands of ip in one run of it.</summary>
    public void IpBatch(IEnumerable<string> commands)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(file, commands);
            Ip($"-batch {file}");
        }
        finally
        {
            File.Delete(file);
        }
    }

    public string Command(string program, params string[] arguments) => Namespace.Run(() =>
    {
        var options = new ChildProcessOptions { FileName = program, Arguments = arguments, CaptureOutputBytes = 100_000 };
        using var child = ChildProcess.Start(options);
        ChildExit exit = child.WaitAsync().GetAwaiter().GetResult();
        return exit.IsSuccess
            ? child.Output
            : throw new InvalidOperationException($"{Name}: {program} {string.Join(' ', arguments)}: {exit}: {child.Output}");
    });

    /// <summary>A network behind this one, 10.10.0.0/24 on its eth1, and the host in it (10.10.0.2), which knows no other way than back.</summary>
    public TestNode AddBeyond()
    {
        var beyond = new TestNode("beyond");
        _ = Ip($"link add eth1 type veth peer name eth0 netns {beyond.Namespace.FilePath}");
        _ = Ip("link set eth1 up");
        _ = Ip("addr add 10.10.0.1/24 dev eth1");
        _ = beyond.Ip("link set eth0 up");
        _ = beyond.Ip("addr add 10.10.0.2/24 dev eth0");
        _ = beyond.Ip("route add default via 10.10.0.1");
        return beyond;
    }

    /// <summary>promote_secondaries is off, whatever the host's default is.</summary>
    public void DoNotPromote() => Namespace.Run(() =>
    {
        Linux.Sysctl.Write("net/ipv4/conf/all/promote_secondaries", "0");
        Linux.Sysctl.Write("net/ipv4/conf/eth0/promote_secondaries", "0");
    });

    /// <summary>Another interface, up, that leads nowhere.</summary>
    public void AddInterface(string interfaceName)
    {
        Ip($"link add {interfaceName} type veth peer name {interfaceName}-end");
        Ip($"link set {interfaceName}-end up");
        Ip($"link set {interfaceName} up");
        AwaitCarrier(interfaceName);
    }

    /// <summary>The kernel has a worker look for the carrier, which may come a moment later on a busy machine.</summary>
    public void AwaitCarrier(string interfaceName) =>
        Assert.True(SpinWait.SpinUntil(() => IsRunning(interfaceName), TimeSpan.FromSeconds(30)), $"{interfaceName} has no carrier");

    private bool IsRunning(string interfaceName) => Namespace.Run(() =>
    {
        using RouteClient routes = RouteClient.Open();
        return routes.FindLink(interfaceName) is { IsRunning: true };
    });

    public AddressInfo? Find(string address, string device = "eth0") => Namespace.Run(() =>
    {
        using RouteClient routes = RouteClient.Open();
        return routes.FindLink(device) is { } link
            ? routes.GetAddresses(link.Index).FirstOrDefault(a => $"{a.Address}/{a.PrefixLength}" == address)
            : null;
    });

    public bool Has(string address, string device = "eth0") => Find(address, device) is not null;

    public string? Sysctl(string path) => Namespace.Run(() => Linux.Sysctl.Read(path));

    public void Dispose() => Namespace.Dispose();
}

/// <summary>A test that makes namespaces; skipped where that cannot be.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NamespaceFactAttribute : FactAttribute
{
    public NamespaceFactAttribute()
    {
        if (Libc.geteuid() != 0) Skip = "needs root: it makes network namespaces";
        else if (!File.Exists("/usr/sbin/ip") && !File.Exists("/sbin/ip") && !File.Exists("/usr/bin/ip")) Skip = "needs iproute2 (ip)";
    }
}

/// <summary>Waiting for something that must come true, with a deadline that only a broken program meets.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static async Task True(Func<bool> condition, Func<string>? otherwise = null)
    {
        long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        Glances glances = default;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, otherwise?.Invoke() ?? "the condition did not come true");
            await Task.Delay(glances.Next());
        }
    }
}
