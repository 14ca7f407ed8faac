using System.Net;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>What ipvsadm changes behind our back, seen and put right.</summary>
[Trait("Needs", "ipvs")]
public sealed class DriftKernelTests
{
    private const string Ours = "tcp 192.168.1.120:80";

    [IpvsKernelFact]
    public void What_the_kernel_sends_has_the_number_of_what_was_written()
    {
        using TestNode host = Director();
        host.Namespace.Run(() =>
        {
            using IpvsDataPlane plane = IpvsDataPlane.Open();
            var random = new RandomPlane(4711);
            for (int round = 0; round < 30; round++)
            {
                Dictionary<TableKey, ulong> wanted = [];
                foreach (ServiceKey key in RandomPlane.Keys)
                {
                    PlaneService service = random.Service(key, [.. Enumerable.Range(101, 3).Where(_ => random.Coin()).Select(h =>
                        random.Server(new DestinationKey(IPAddress.Parse($"192.168.1.{h}"), 80), key.Address.AddressFamily))]);
                    HashSet<ServiceKey> ours = [key];
                    Assert.Empty(plane.Apply(Convergence.Plan([service], plane.Read([key]), ours)));
                    wanted[TableKey.Of(key)] = TableDigest.OfDesired(service);
                    Assert.Equal(TableDigest.OfDesired(service), TableDigest.Of(plane.Read([key])[0]));
                }

                var seen = new Seen();
                plane.Glance(seen);
                Assert.Equal(wanted.OrderBy(p => p.Value), seen.Numbers.OrderBy(p => p.Value));
            }
        });
    }

    [IpvsKernelFact]
    public void A_quiet_look_at_a_thousand_services_makes_no_objects_for_them()
    {
        using TestNode host = Director();
        host.Namespace.Run(() =>
        {
            using IpvsDataPlane plane = IpvsDataPlane.Open();
            using var watch = new DriftWatch(IpvsDataPlane.Open, s => Assert.Fail($"{s.Count} differ"), s => Assert.Fail($"{s.Count} strangers"), Assert.Fail) { Ticks = false };
            PlaneService[] services = [.. Enumerable.Range(1, 1000).Select(p => new PlaneService
            {
                Key = RandomPlane.Keys[0] with { Port = p },
                Scheduler = "wrr",
                Destinations = [.. Enumerable.Range(101, 2).Select(h => new PlaneDestination
                {
                    Key = new DestinationKey(IPAddress.Parse($"192.168.1.{h}"), 80), Forwarding = IpvsForwardingMethod.Masquerade, Weight = 1,
                })],
            })];
            Assert.Empty(plane.Apply(Convergence.Plan(services, [], new HashSet<ServiceKey>())));
            foreach (PlaneService service in services) watch.Expect(service.Key, service);
            for (int i = 0; i < 3; i++) Assert.Equal(0, watch.Look());

            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 5; i++) Assert.Equal(0, watch.Look());

            // Of a look, not of a service: less than two bytes for each.
            Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 5, 0, 2000);
        });
    }

    [IpvsKernelFact]
    public async Task Each_of_ipvsadm_s_changes_is_seen_named_and_put_right_and_what_is_not_ours_stays_changed()
    {
        using TestNode host = Director();
        await using var stage = new NodeStage { OpenPlane = IpvsDataPlane.Open };
        Ipvsadm("-A", "-u", "10.1.1.1:53", "-s", "rr");
        await using HaNode node = await stage.StartAsync(host, Configuration());
        string wanted = Save();
        (string[] Command, string Found)[] changes =
        [
            (["-e", "-t", "192.168.1.120:80", "-r", "192.168.1.103:80", "-g", "-w", "7"], "has changed the weight of real server 192.168.1.103:80 from 3 to 7"),
            (["-e", "-t", "192.168.1.120:80", "-r", "192.168.1.103:80", "-m", "-w", "3"], "has changed the forwarding of real server 192.168.1.103:80 from DirectRoute to Masquerade"),
            (["-d", "-t", "192.168.1.120:80", "-r", "192.168.1.104:80"], "has removed real server 192.168.1.104:80"),
            (["-a", "-t", "192.168.1.120:80", "-r", "192.168.1.105:80", "-g"], "has added real server 192.168.1.105:80"),
            (["-E", "-t", "192.168.1.120:80", "-s", "sh", "-b", "sh-port"], "has changed the scheduler from wrr to sh, has changed the flags from None to Scheduler2"),
            (["-D", "-t", "192.168.1.120:80"], "has removed the service"),
        ];
        foreach ((string[] command, string found) in changes)
        {
            Ipvsadm(command);
            _ = await stage.UntilEventAsync(node, $"{Ours}: somebody else {found}; it has been put right");
            Assert.Equal(wanted, Save());
        }

        Assert.DoesNotContain(stage.Messages(node), m => m.Contains("10.1.1.1", StringComparison.Ordinal));

        void Ipvsadm(params string[] words) => _ = host.Command("ipvsadm", words);

        string Save() => Table(host);
    }

    [IpvsKernelFact]
    public async Task A_table_that_is_cleared_is_put_back_whole_and_told_once()
    {
        using TestNode host = Director();
        await using var stage = new NodeStage { OpenPlane = IpvsDataPlane.Open };
        HaConfiguration one = Configuration();
        HaConfiguration many = one with { VirtualServers = [.. Enumerable.Range(80, 200).Select(p => one.VirtualServers[0] with { Port = p, Forwarding = ForwardingMethod.Nat })] };
        await using HaNode node = await stage.StartAsync(host, many);
        string wanted = Table(host);

        _ = host.Command("ipvsadm", "-C");
        _ = await stage.UntilEventAsync(node, "somebody else has removed 200 services of this node (as ipvsadm -C does); they are put back");
        await stage.UntilAsync(() => Task.FromResult(Table(host) == wanted));
        Assert.Single(stage.Messages(node), m => m.Contains("somebody else", StringComparison.Ordinal));
        Assert.Empty((await node.GetStatusAsync()).Notes);
    }

    private static string Table(TestNode host) => string.Join('\n', host.Command("ipvsadm", "-S", "-n").Split('\n').Order(StringComparer.Ordinal));

    private static TestNode Director()
    {
        var host = new TestNode("director");
        _ = host.Ip("link set lo up");
        return host;
    }

    private static HaConfiguration Configuration() => new()
    {
        VirtualServers =
        [
            new VirtualServer
            {
                Address = IPAddress.Parse("192.168.1.120"),
                Port = 80,
                Scheduler = "wrr",
                Forwarding = ForwardingMethod.DirectRouting,
                RealServers =
                [
                    new RealServer { Address = IPAddress.Parse("192.168.1.103"), Port = 80, Weight = 3 },
                    new RealServer { Address = IPAddress.Parse("192.168.1.104"), Port = 80 },
                ],
            },
        ],
    };

    private sealed class Seen : ITableGlance
    {
        public Dictionary<TableKey, ulong> Numbers { get; } = [];

        public bool Wants(in TableKey key) => true;

        public void Saw(in TableKey key, ulong digest) => Numbers.Add(key, digest);
    }
}
