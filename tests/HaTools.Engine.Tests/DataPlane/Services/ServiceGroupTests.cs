using System.Net;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;

namespace HaTools.Engine.Tests.DataPlane.Services;

/// <summary>Virtual servers that are several services, with one health for all of them, through the controller and its duties on a plane in memory (row L2).</summary>
public sealed class ServiceGroupTests : IServiceSink, IDisposable
{
    private static readonly Dictionary<ServiceKey, string> Ungated = [];
    private readonly string directory = Directory.CreateTempSubdirectory("hatools-").FullName;
    private readonly WorkThread thread = new("test-groups");
    private readonly MemoryDataPlane plane = new();
    private readonly List<string> told = [], heard = [];
    private Drainer drainer = null!;
    private DriftDuty drift = null!;
    private ServiceController controller = null!;

    public ServiceGroupTests() => Begin();

    [Fact]
    public async Task A_check_s_word_holds_for_every_member_and_is_told_once()
    {
        await Go(Group(1, 2, 3));
        Assert.Equal("1:1,2 2:1,2 3:1,2", Table());
        Check(1, up: false);
        await SettleAsync();
        Assert.Equal("1:2 2:2 3:2", Table());
        Check(2, up: false);
        await SettleAsync();
        Assert.Equal("1:9 2:9 3:9", Table());
        Check(1, up: true);
        await SettleAsync();
        Assert.Equal("1:1 2:1 3:1", Table());
        Assert.Equal(
            [
                "Removing service [10.0.0.101]:tcp:80 from VS [web]:0", "Removing service [10.0.0.102]:tcp:80 from VS [web]:0", "Lost quorum 1-0=1 > 0 for VS [web]:0", "Adding sorry server [10.0.0.109]:tcp:80 to VS [web]:0",
                "Adding service [10.0.0.101]:tcp:80 to VS [web]:0", "Gained quorum 1+0=1 <= 1 for VS [web]:0", "Removing sorry server [10.0.0.109]:tcp:80 from VS [web]:0",
            ],
            Told("web"));
        Assert.Equal(
            [
                "tcp group web 10.0.0.101:80 True Begins", "tcp group web 10.0.0.102:80 True Begins", "tcp group web  True Begins", "tcp group web 10.0.0.101:80 False Changed",
                "tcp group web 10.0.0.102:80 False Changed", "tcp group web  False Changed", "tcp group web 10.0.0.101:80 True Changed", "tcp group web  True Changed",
            ],
            heard);
    }

    [Fact]
    public async Task A_member_that_comes_has_at_once_what_the_others_have_and_one_that_goes_takes_nothing_with_it()
    {
        await Go(Group(1, 2));
        Check(1, up: false);
        await SettleAsync();
        _ = plane.TakeApplied();

        await Go(Group(2, 3));
        Assert.Equal("2:2 3:2", Table());
        Assert.Equal(
            ["AddService tcp 192.0.2.3:80", "AddDestination tcp 192.0.2.3:80 10.0.0.102:80", "RemoveService tcp 192.0.2.1:80"],
            plane.TakeApplied().Select(c => c.ToString()));
        Assert.DoesNotContain(Told("web").Skip(1), t => t.Contains("10.0.0.10", StringComparison.Ordinal));

        // One that is loaded for the first time while the sorry server stands in has that.
        Check(2, up: false);
        await Go(Group(2, 3, 4));
        Assert.Equal("2:9 3:9 4:9", Table());
        Check(1, up: true);
        await SettleAsync();
        Assert.Equal("2:1 3:1 4:1", Table());
    }

    [Fact]
    public async Task A_member_that_is_about_to_go_follows_the_checks_until_then()
    {
        await Go(Group(1, 2));
        await controller.ConfigureAsync([Web], Ungated, _ => true, keepRemoved: true, groups: [Group(2)]);
        Check(1, up: false);
        await SettleAsync();
        Assert.Equal("1:2 2:2", Table());
        await Go(Group(2));
        Assert.Equal("2:2", Table());
    }

    [Fact]
    public async Task A_weight_that_a_check_says_is_that_in_every_member()
    {
        RealServer weighed = Server(1) with { Weight = 10, Checks = [new MiscCheck { Command = "true", DynamicWeight = true }] };
        await Go(Group(1, 2), Web with { RealServers = [weighed, Server(2)] });
        controller.SetWeight(new CheckKey(ServiceKey.Of(Web), DestinationKey.Of(weighed), CheckId.Of(weighed.Checks)[0]), CheckWeight.Instead(7));
        await SettleAsync();
        Assert.Equal([7, 1, 7, 1], plane.Read(null).SelectMany(s => s.Destinations.OrderBy(d => d.Key.ToString())).Select(d => d.Weight));
        Assert.Single(Told("web"), t => t.StartsWith("Changing weight from 10 to 7", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Direct_routing_leaves_the_member_s_port_and_checks_know_the_server_s()
    {
        VirtualServer direct = Web with { Forwarding = ForwardingMethod.DirectRouting };
        VirtualServerGroup ports = new() { Name = "web", Members = [Member(1), Member(1) with { Port = 443 }, new() { FirewallMark = 7 }] };
        await Go(ports, direct);
        Check(1, up: false);
        await SettleAsync();
        Assert.Equal(
            ["tcp 192.0.2.1:80 10.0.0.102:80", "tcp 192.0.2.1:443 10.0.0.102:443", "fwmark 7 10.0.0.102:0"],
            plane.Read(null).SelectMany(s => s.Destinations.Select(d => $"{s.Key} {d.Key}")));
        Assert.Equal(["10.0.0.101:80", "10.0.0.102:80"], (await controller.GetStatesAsync())[0].RealServers.Select(s => s.Id));
    }

    [Fact]
    public async Task The_state_is_one_of_all_members()
    {
        await Go(Group(1, 2));
        Check(1, up: false);
        await SettleAsync();
        IpvsServiceState state = Assert.Single(await controller.GetStatesAsync());
        Assert.Equal(("tcp group web", "web", true, 1L, 1L, true), (state.Id, state.Group, state.Loaded, state.Quorum, state.AliveWeight, state.QuorumUp));
        Assert.Equal(["tcp 192.0.2.1:80", "tcp 192.0.2.2:80"], state.Members.Select(m => m.Id));
        Assert.Equal([("10.0.0.101:80", false), ("10.0.0.102:80", true)], state.RealServers.Select(s => (s.Id, s.Up)));
        Assert.Equal(("10.0.0.109:80", false), (state.SorryServer!.Id, state.SorryServer.Up));

        // One that is loaded by its instance's master alone.
        await controller.ConfigureAsync([Web], new Dictionary<ServiceKey, string> { [Place(2)] = "VI_1" }, _ => false, groups: [Group(1, 2)]);
        state = Assert.Single(await controller.GetStatesAsync());
        Assert.Equal((false, "True False"), (state.Loaded, string.Join(' ', state.Members.Select(m => m.Loaded))));
        Assert.Equal("1:2", Table());
    }

    [Fact]
    public void Connections_are_those_of_all_members_and_a_drain_lasts_as_long_as_one_has_some()
    {
        IpvsServiceState one = State(1, IpvsDrainPhase.Removed, 0), other = State(2, IpvsDrainPhase.Draining, 3) with { Drift = new IpvsDriftState { Phase = IpvsDriftPhase.Left, Change = "has removed a server", Since = default } };
        IpvsServiceState all = GroupState.Of(new ServiceHealth(Web, new ServiceName("[web]:0", default), null), [one, other], [[], []]);
        Assert.Equal([("10.0.0.101:80", 3L, 6L), ("10.0.0.102:80", 3L, 6L), ("10.0.0.103:80", 3L, 6L)], all.RealServers.Select(s => (s.Id, s.ActiveConnections, s.InactiveConnections)));
        Assert.All(all.RealServers, s => Assert.Equal((IpvsDrainPhase.Draining, 3L), (s.Drain!.Phase, s.Drain.PersistentClients)));
        Assert.Equal(("10.0.0.109:80", 3L), (all.SorryServer!.Id, all.SorryServer.ActiveConnections));
        Assert.Equal("tcp 192.0.2.2:80: has removed a server", all.Drift!.Change);

        // As long as one takes clients, people are to know.
        Assert.All(all.RealServers, s => Assert.Equal(3, s.Weight));

        static IpvsServiceState State(int number, IpvsDrainPhase phase, long connections)
        {
            return new IpvsServiceState
            {
                Id = Place(number).ToString(),
                Scheduler = "rr",
                Forwarding = ForwardingMethod.Nat,
                Loaded = true,
                SorryServer = Of(9),
                RealServers = [Of(1), Of(2), Of(3)],
            };

            IpvsRealServerState Of(int server) => new()
            {
                Id = Server(server).Id,
                Weight = (int)connections,
                Up = true,
                Since = default,
                ActiveConnections = connections,
                InactiveConnections = 2 * connections,
                Drain = new IpvsDrainState { Phase = phase, Cause = IpvsDrainCause.ByHand, Since = default, Remove = true, PersistentClients = connections, Meaning = [] },
            };
        }
    }

    [Fact]
    public async Task A_drain_by_hand_is_one_of_all_members_and_of_those_that_come()
    {
        await Go(Group(1, 2));
        _ = await By(() => drainer.Drain("group web", "10.0.0.101", null, remove: false));
        await SettleAsync();
        Assert.Equal("1:1=0,2 2:1=0,2", Table());
        Assert.Equal(1, (await controller.GetStatesAsync())[0].AliveWeight);
        Assert.Equal(IpvsDrainCause.ByHand, (await controller.GetStatesAsync())[0].RealServers[0].Drain!.Cause);

        // The sorry server has its turn when the other one is down too, which is so for all.
        await Go(Group(2, 3));
        await SettleAsync();
        Assert.Equal("2:1=0,2 3:1=0,2", Table());
        Check(2, up: false);
        await SettleAsync();
        Assert.Equal("2:1=0,9 3:1=0,9", Table());

        // A successor knows it, of members too that its predecessor has not had.
        Begin();
        await Go(Group(4, 3, 2));
        await SettleAsync();
        Assert.Equal("2:1=0,2 3:1=0,2 4:1=0,2", Table());

        await By<object?>(() =>
        {
            drainer.Restore("tcp group web", "10.0.0.101:80");
            return null;
        });
        await SettleAsync();
        Assert.Equal("2:1,2 3:1,2 4:1,2", Table());
        await Go(Group(5, 2));
        await SettleAsync();
        Assert.Equal("2:1,2 5:1,2", Table());
        HaEngineException member = await Assert.ThrowsAsync<HaEngineException>(() => By(() => drainer.Drain("192.0.2.2:80", "10.0.0.101", null, remove: false)));
        Assert.Contains("tcp 192.0.2.2:80 is one of the services that tcp group web is", member.Message, StringComparison.Ordinal);
        HaEngineException nobody = await Assert.ThrowsAsync<HaEngineException>(() => By(() => drainer.Drain("group Web", "10.0.0.101", null, remove: false)));
        Assert.Contains("there is no service tcp group Web; there is tcp group web", nobody.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_member_that_another_group_gets_leaves_the_drains_of_its_former_one_behind(bool alike)
    {
        VirtualServer mail = Web with { Group = "mail", RealServers = alike ? Web.RealServers : [Server(1), Server(2), Server(3)] };
        string all = alike ? "1,2" : "1,2,3";
        await Go([Group(1, 2), Group(4) with { Name = "mail" }], Web, mail);
        _ = await By(() => drainer.Drain("group web", "10.0.0.101", null, remove: false));
        await SettleAsync();
        Assert.Equal($"1:1=0,2 2:1=0,2 4:{all}", Table());

        await Go([Group(1), Group(2, 4) with { Name = "mail" }], Web, mail);
        await SettleAsync();
        Assert.Equal($"1:1=0,2 2:{all} 4:{all}", Table());
        Assert.Contains(told, t => t == "Restored [10.0.0.101]:tcp:80 of VS [192.0.2.2]:tcp:80: the service is another virtual server's now");

        // The last one that leaves takes them along: they do not wait for others.
        await Go([Group(1, 2, 4) with { Name = "mail" }], mail);
        await Go([Group(5), Group(1, 2, 4) with { Name = "mail" }], Web, mail);
        await SettleAsync();
        Assert.Equal($"1:{all} 2:{all} 4:{all} 5:1,2", Table());
    }

    [Fact]
    public async Task A_group_that_has_another_name_is_known_by_that()
    {
        await Go(Group(1, 2));
        _ = await By(() => drainer.Drain("group web", "10.0.0.101", null, remove: false));
        await Go(Group(1, 2) with { Name = "mail" }, Web with { Group = "mail" });
        await SettleAsync();
        Assert.Equal("1:1,2 2:1,2", Table());
        Assert.Equal(2, (await controller.GetStatesAsync())[0].AliveWeight);
        _ = await By(() => drainer.Drain("group mail", "10.0.0.102", null, remove: false));
        await SettleAsync();
        Assert.Equal("1:1,2=0 2:1,2=0", Table());
    }

    [Fact]
    public async Task A_server_that_leaves_is_drained_in_each_member_for_itself()
    {
        await Go(Group(1, 2));
        await Go(Group(1, 2, 3), Web with { RealServers = [Server(1)] });
        Assert.Equal("1:1,2=0 2:1,2=0 3:1", Table());
        IpvsRealServerState leaving = (await controller.GetStatesAsync())[0].RealServers[1];
        Assert.Equal(("10.0.0.102:80", IpvsDrainPhase.Draining), (leaving.Id, leaving.Drain!.Phase));
        await Eventually.True(() => Table() == "1:1 2:1 3:1");
    }

    [Fact]
    public async Task What_a_predecessor_has_left_of_a_group_goes_with_the_new_configuration()
    {
        await Go(Group(1, 2));
        Begin();
        await controller.RequireAsync([Web with { Group = null, Address = IPAddress.Parse("192.0.2.2"), Port = 80 }]);
        await controller.ConfigureAsync([Web], Ungated, _ => true, keepRemoved: true, groups: [Group(2)]);
        Assert.True(controller.HasLeftovers);
        Assert.Equal("1:1,2 2:1,2", Table());
        await controller.ConfigureAsync([Web], Ungated, _ => true, groups: [Group(2)]);
        Assert.Equal("2:1,2", Table());
        await controller.RemoveAllAsync();
        Assert.Empty(plane.Read(null));
    }

    [Fact]
    public async Task Services_of_one_group_are_numbered_as_keepalived_does()
    {
        VirtualServer names = Web with { Protocol = TransportProtocol.Udp };
        await Go([Group(1)], Web, names);
        controller.SetHealth(new CheckKey(ServiceKey.Of(names), DestinationKey.Of(Server(1)), CheckId.Of(Server(1).Checks)[0]), false, "gone");
        await SettleAsync();
        Assert.Equal(["Removing service [10.0.0.101]:udp:80 from VS [web]:1"], Told("web"));
        IReadOnlyDictionary<ServiceKey, ServiceName> marks = ServiceName.AllOf([Web], [new() { Name = "web", Members = [new() { FirewallMark = 7 }] }]);
        Assert.Equal("[10.0.0.101]:none:80", marks[ServiceKey.Of(Web)].Of(DestinationKey.Of(Server(1))));
    }

    void IServiceSink.OnService(string kind, string subject, string message, string? state)
    {
        lock (told) told.Add(message);
    }

    void IServiceSink.OnHealth(ServiceKey service, DestinationKey? server, bool up, HealthNews news, long weight)
    {
        lock (told) heard.Add($"{service} {server} {up} {news}");
    }

    void IServiceSink.OnPrepared(string instance)
    {
    }

    public void Dispose()
    {
        thread.Dispose();
        drift.Dispose();
        controller.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private static VirtualServer Web { get; } = new()
    {
        Group = "web",
        Drain = TimeSpan.FromSeconds(60),
        SorryServer = Server(9) with { Checks = [] },
        RealServers = [Server(1), Server(2)],
    };

    private static RealServer Server(int number) => new() { Address = IPAddress.Parse($"10.0.0.{100 + number}"), Port = 80, Checks = [new TcpCheck()] };

    private static VirtualServerGroup Group(params int[] members) => new() { Name = "web", Members = members.Select(Member).ToValueList() };

    private static VirtualServerGroupMember Member(int number) => new() { Address = IPAddress.Parse($"192.0.2.{number}"), Port = 80 };

    private static ServiceKey Place(int number) => ServiceKey.Of(new VirtualServer { Address = IPAddress.Parse($"192.0.2.{number}"), Port = 80 });

    private void Begin()
    {
        drift?.Dispose();
        drainer = new Drainer(Path.Combine(directory, "n.drains.json"), this);
        drift = new DriftDuty(() => plane, this, _ => { });
        controller = new ServiceController(thread, () => plane, this, new ServiceMemory(directory, "n"), drainer, drift);
    }

    private Task Go(VirtualServerGroup group) => Go([group], Web);

    private Task Go(VirtualServerGroup group, VirtualServer server) => Go([group], server);

    private async Task Go(VirtualServerGroup[] groups, params VirtualServer[] servers)
    {
        await controller.RequireAsync(servers);
        await controller.ConfigureAsync(servers, Ungated, _ => true, groups: groups);
    }

    private void Check(int server, bool up) => controller.SetHealth(new CheckKey(ServiceKey.Of(Web), DestinationKey.Of(Server(server)), CheckId.Of(Server(server).Checks)[0]), up, up ? null : "refused");

    private Task<T> By<T>(Func<T> what) => thread.RunAsync(what);

    // Twice: what is posted may post.
    private async Task SettleAsync()
    {
        for (int i = 0; i < 4; i++) _ = await controller.GetComplaintsAsync();
    }

    /// <summary>The members by the last number of their addresses, each with its servers, by theirs, and weights other than 1.</summary>
    private string Table() => string.Join(' ', plane.Read(null).OrderBy(s => s.Key.ToString(), StringComparer.Ordinal).Select(s =>
        $"{s.Key.Address.GetAddressBytes()[3]}:{string.Join(',', s.Destinations.OrderBy(d => d.Key.ToString(), StringComparer.Ordinal).Select(d => $"{d.Key.Address.GetAddressBytes()[3] - 100}{(d.Weight == 1 ? "" : $"={d.Weight}")}"))}"));

    private string[] Told(string group)
    {
        lock (told) return [.. told.Where(t => t.Contains($"[{group}]", StringComparison.Ordinal))];
    }
}
