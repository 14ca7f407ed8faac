using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

public class DiffTests
{
    private static readonly HaConfiguration Model = new()
    {
        RouterId = "a",
        Scripts = [new() { Name = "s", Command = "/s", Recover = new() { Command = "/r" } }, new() { Name = "s2", Command = "/s2" }],
        VrrpInstances =
        [
            new()
            {
                Name = "VI_1", Interface = "eth0", VirtualRouterId = 1, Version = 2,
                    Authentication = new(VrrpAuthenticationType.SimplePassword, "secret"),
                VirtualAddresses = [new() { Address = Ip("10.0.0.1") }, new() { Address = Ip("10.0.0.2") }], TrackScripts = [new("s")],
            },
            new() { Name = "VI_2", Interface = "eth0", VirtualRouterId = 2, VirtualAddresses = [new() { Address = Ip("10.0.0.3") }] },
        ],
        VirtualServers =
        [
            new()
            {
                Address = Ip("10.0.0.1"), Port = 80,
                RealServers = [new() { Address = Ip("10.0.1.1"), Port = 80, Checks = [new TcpCheck()] }, new() { Address = Ip("10.0.1.2"),
                    Port = 80 }],
            },
        ],
        DirectRoutingAddresses = [new(Ip("10.0.0.9"))],
    };

    [Fact]
    public void Equal_models_give_nothing()
    {
        for (int seed = 0; seed < 100; seed++)
            Assert.Empty(ConfigurationDiff.Compare(new ModelGenerator(seed).Next(), new ModelGenerator(seed).Next()));
    }

    [Fact]
    public void The_place_in_a_list_says_nothing()
    {
        HaConfiguration turned = Model with
        {
            Scripts = Model.Scripts.Reverse().ToValueList(),
            VrrpInstances = Model.VrrpInstances.Reverse().ToValueList(),
            VirtualServers = [Model.VirtualServers[0] with { RealServers = Model.VirtualServers[0].RealServers.Reverse().ToValueList() }],
        };
        Assert.Empty(ConfigurationDiff.Compare(Model, turned));
    }

    [Fact]
    public void The_order_of_the_advertised_addresses_says_something()
    {
        VrrpInstance instance = Model.VrrpInstances[0];
        Assert.Equal(["Set VrrpInstance VI_1 VirtualAddresses: 10.0.0.1/32, 10.0.0.2/32 -> 10.0.0.2/32, 10.0.0.1/32"],
            Changes(With(instance with { VirtualAddresses = instance.VirtualAddresses.Reverse().ToValueList() })));
    }

    [Fact]
    public void A_changed_weight_is_one_change()
    {
        VirtualServer service = Model.VirtualServers[0];
        HaConfiguration after = Model with
        {
            VirtualServers = [service with { RealServers = [service.RealServers[0] with { Weight = 5 }, service.RealServers[1]] }],
        };
        Assert.Equal(["Set RealServer tcp 10.0.0.1:80 10.0.1.1:80 Weight: 1 -> 5"], Changes(after));
    }

    [Fact]
    public void Secrets_are_masked()
    {
        VrrpInstance instance = Model.VrrpInstances[0];
        HaChange[] changes =
        [
            .. ConfigurationDiff.Compare(Model, With(instance with { Authentication = new(VrrpAuthenticationType.SimplePassword,
                "hidden") })),
            .. ConfigurationDiff.Compare(Model, With(instance with { Authentication = null })),
            .. ConfigurationDiff.Compare(HaConfiguration.Empty, Model),
            .. ConfigurationDiff.Compare(Model, HaConfiguration.Empty),
        ];
        Assert.Contains("Set VrrpInstance VI_1 Authentication.Password: ******** -> ********", changes.Select(c => c.ToString()));
        Assert.All(changes, c => Assert.DoesNotMatch("secret|hidden", $"{c} {c.Before} {c.After}"));
        VrrpInstance signed = instance with { Hmac = new() { Keys = [new(1, "secret-secret-secret-secret-secret")], ActiveKey = 1 } };
        VrrpInstance other = instance with { Hmac = new() { Keys = [new(1, "hidden-hidden-hidden-hidden-hidden")], ActiveKey = 1 } };
        Assert.Equal("Set VrrpInstance VI_1 Hmac.Keys: 1 ******** -> 1 ********",
            Assert.Single(ConfigurationDiff.Compare(With(signed), With(other))).ToString());
    }

    [Fact]
    public void From_nothing_everything_is_added_in_an_order_to_apply()
    {
        Assert.Equal(
            [
                "Set Node a RouterId:  -> a",
                "Add ScriptTracker s",
                "Add ScriptTracker s2",
                "Add VirtualServer tcp 10.0.0.1:80",
                "Add RealServer tcp 10.0.0.1:80 10.0.1.1:80",
                "Add RealServer tcp 10.0.0.1:80 10.0.1.2:80",
                "Add DirectRoutingAddress 10.0.0.9",
                "Add VrrpInstance VI_1",
                "Add VirtualAddress VI_1 10.0.0.1",
                "Add VirtualAddress VI_1 10.0.0.2",
                "Add VrrpInstance VI_2",
                "Add VirtualAddress VI_2 10.0.0.3",
            ],
            ConfigurationDiff.Compare(HaConfiguration.Empty, Model).Select(c => c.ToString()));
    }

    [Fact]
    public void An_address_leaves_its_old_instance_before_its_new_one_takes_it()
    {
        HaConfiguration after = Model with
        {
            VrrpInstances =
            [
                Model.VrrpInstances[0] with { VirtualAddresses = [Model.VrrpInstances[0].VirtualAddresses[0],
                    new() { Address = Ip("10.0.0.3") }] },
                Model.VrrpInstances[1] with { VirtualAddresses = [Model.VrrpInstances[0].VirtualAddresses[1]] },
            ],
        };
        Assert.Equal(
            [
                "Remove VirtualAddress VI_1 10.0.0.2", "Remove VirtualAddress VI_2 10.0.0.3",
                "Add VirtualAddress VI_1 10.0.0.3", "Add VirtualAddress VI_2 10.0.0.2",
            ],
            Changes(after));
    }

    [Fact]
    public void A_service_stays_until_its_address_is_gone_and_a_script_until_nobody_follows_it()
    {
        Assert.Equal(
            [
                "Set Node a RouterId: a -> ",
                "Remove VirtualAddress VI_1 10.0.0.1",
                "Remove VirtualAddress VI_1 10.0.0.2",
                "Remove VrrpInstance VI_1",
                "Remove VirtualAddress VI_2 10.0.0.3",
                "Remove VrrpInstance VI_2",
                "Remove DirectRoutingAddress 10.0.0.9",
                "Remove RealServer tcp 10.0.0.1:80 10.0.1.1:80",
                "Remove RealServer tcp 10.0.0.1:80 10.0.1.2:80",
                "Remove VirtualServer tcp 10.0.0.1:80",
                "Remove ScriptTracker s",
                "Remove ScriptTracker s2",
            ],
            Changes(HaConfiguration.Empty));
    }

    [Fact]
    public void Applying_the_changes_of_any_two_models_names_every_object_that_differs()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            HaConfiguration before = new ModelGenerator(seed).Next(), after = new ModelGenerator(seed + 1000).Next();
            IReadOnlyList<HaChange> changes = ConfigurationDiff.Compare(before, after);
            Assert.Equal(Objects(after).Except(Objects(before)).Order(),
                changes.Where(c => c.Action == HaChangeAction.Add).Select(c => $"{c.Kind} {c.Id}").Order());
            Assert.Equal(Objects(before).Except(Objects(after)).Order(),
                changes.Where(c => c.Action == HaChangeAction.Remove).Select(c => $"{c.Kind} {c.Id}").Order());
            Assert.All(changes.Where(c => c.Action == HaChangeAction.Set), c => Assert.NotNull(c.Property));
            Assert.Equal(changes.Count, changes.Distinct().Count());
        }
    }

    private static IEnumerable<string> Objects(HaConfiguration c) =>
    [
        .. c.Scripts.Select(s => $"ScriptTracker {s.Name}"),
        .. c.Files.Select(f => $"FileTracker {f.Name}"),
        .. c.Processes.Select(p => $"ProcessTracker {p.Name}"),
        .. c.BfdSessions.Select(b => $"BfdSession {b.Name}"),
        .. c.InterfaceDelays.Select(d => $"InterfaceDelay {d.Interface}"),
        .. c.GarpGroups.Select(g => $"GarpGroup {g.Interfaces}"),
        .. c.StaticAddresses.DistinctBy(a => a.Address).Select(a => $"StaticAddress {a.Address} dev {a.Device}"),
        .. c.StaticRoutes.Select(r => $"StaticRoute {RouteDiff.Id(r)}").Distinct(),
        .. c.StaticRules.Select(r => $"StaticRule {RuleDiff.Id(r)}").Distinct(),
        .. c.TrackGroups.Select(g => $"StaticTrackGroup {g.Name}"),
        .. c.Webhooks.Select(h => $"Webhook {h.Name}"),
        .. c.SyncGroups.Select(g => $"VrrpSyncGroup {g.Name}"),
        .. c.VrrpInstances.Select(i => $"VrrpInstance {i.Name}"),
        .. c.VrrpInstances.SelectMany(i => i.VirtualAddresses.DistinctBy(a => a.Address).Select(a => $"VirtualAddress {i.Name} {a.Address}")),
        .. c.VrrpInstances.SelectMany(i => i.ExcludedAddresses.DistinctBy(a => a.Address).Select(a => $"ExcludedAddress {i.Name} {a.Address}")),
        .. c.VrrpInstances.SelectMany(i => i.VirtualRoutes.Select(r => $"VirtualRoute {i.Name} {RouteDiff.Id(r)}").Distinct()),
        .. c.VrrpInstances.SelectMany(i => i.VirtualRules.Select(r => $"VirtualRule {i.Name} {RuleDiff.Id(r)}").Distinct()),
        .. c.VirtualServers.Select(s => $"VirtualServer {s.Id}"),
        .. c.VirtualServers.SelectMany(s => s.RealServers.Select(r => $"RealServer {s.Id} {r.Id}")),
        .. c.VirtualServerGroups.Select(g => $"VirtualServerGroup {g.Name}"),
        .. c.VirtualServerGroups.SelectMany(g => g.Members.Select(m => $"VirtualServerGroupMember {g.Name} {m}")),
        .. c.DirectRoutingAddresses.Select(a => $"DirectRoutingAddress {a}"),
        .. c.TunnelAddresses.Select(a => $"TunnelAddress {a.Address}"),
    ];

    private static IEnumerable<string> Changes(HaConfiguration after) => ConfigurationDiff.Compare(Model, after).Select(c => c.ToString());

    private static HaConfiguration With(VrrpInstance first) => Model with { VrrpInstances = [first, Model.VrrpInstances[1]] };
}
