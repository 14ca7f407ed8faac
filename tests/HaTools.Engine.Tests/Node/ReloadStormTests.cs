using System.Globalization;
using System.Text;
using HaTools.Configuration;
using HaTools.Engine.Tests.VirtualInterfaces;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Node;

/// <summary>
/// Whole nodes that are reloaded with one random configuration after the other, on a real kernel: what the simulator does not reach. A failure names its seed;
/// <c>HATOOLS_SEED=n</c> plays that one.
/// </summary>
public sealed class ReloadStormTests
{
    private static readonly string[] Interfaces = ["eth0", "lan0", "lan1"];

    [NftFact]
    public async Task Any_configuration_may_follow_any_other_and_a_stop_leaves_the_host_as_it_was()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("HATOOLS_SEED"), CultureInfo.InvariantCulture, out int asked) ? asked : Random.Shared.Next();
        var random = new Random(seed);
        using var network = new TestNetwork(2);
        TestNode host = network.Nodes[0];
        for (int i = 1; i < Interfaces.Length; i++)
        {
            host.AddInterface(Interfaces[i]);
            host.Ip($"addr add 10.{i}.0.1/24 dev {Interfaces[i]}");
        }

        // The kernel's own address of a link comes by itself, and late.
        await Eventually.True(() => Interfaces.All(i => host.Ip($"-6 addr show dev {i}").Contains("fe80", StringComparison.Ordinal)));
        string before = Everything(host);
        await using var stage = new NodeStage();
        string text = "";
        try
        {
            await using HaNode node = await stage.StartAsync(host, new HaConfiguration());
            for (int i = 0; i < (TestLength.IsLong ? 2000 : 60); i++)
            {
                HaConfiguration wanted = Any(random, out text);
                _ = await node.ApplyAsync(wanted).WaitAsync(TimeSpan.FromMinutes(1));
                await Task.Delay(random.Next(2) == 0 ? random.Next(400) : 0);
                HaNodeStatus status = await node.GetStatusAsync().WaitAsync(TimeSpan.FromMinutes(1));
                Assert.Equal(wanted.VrrpInstances.Select(v => v.Name), status.Instances.Select(v => v.Name));
                Assert.False(node.Completion.IsCompleted);
            }

            await node.StopAsync().WaitAsync(TimeSpan.FromMinutes(1));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}, at this configuration:\n{text}", e);
        }

        Assert.True(before == Everything(host), $"seed {seed}: before\n{before}\nafterwards\n{Everything(host)}");
    }

    /// <summary>What a node touches of a host.</summary>
    private static string Everything(TestNode host) => string.Join('\n',
        host.Ip("-brief addr"), host.Ip("route show table all proto keepalived"), host.Ip("rule"), host.Command("nft", "list", "ruleset"),
        string.Join('\n', VirtualNetworkTests.Sysctls(host).Select(s => $"{s.Key} {s.Value}")));

    private static HaConfiguration Any(Random random, out string text)
    {
        while (true)
        {
            text = Text(random);
            if (HaConfigurationReader.ReadText(text, "storm.conf", ConfigurationFormat.Keepalived).Configuration is { } configuration) return configuration;
        }
    }

    private static string Text(Random random)
    {
        bool Often() => random.Next(2) == 0;
        bool Seldom() => random.Next(4) == 0;
        StringBuilder conf = new();
        void Line(string line) => conf.Append(line).Append('\n');
        Line("global_defs {");
        if (Often()) Line($" vrrp_garp_interval {(Often() ? "0.3" : "60")}");
        if (Seldom()) Line(" vrrp_gna_interval 0.2");
        if (Seldom()) Line(" disable_local_igmp");
        Line("}");
        if (Seldom()) Line("garp_group {\n garp_interval 1\n interfaces {\n  eth0\n  lan0\n }\n}");
        if (Seldom()) Line("static_routes {\n 10.88.0.0/24 via 10.9.0.254 dev eth0\n}");
        if (Seldom()) Line("static_ipaddress {\n 10.87.0.1/24 dev lan1\n}");
        List<string> names = [];
        for (int i = 1; i <= 5; i++)
        {
            if (!Often()) continue;
            int on = random.Next(Interfaces.Length);
            bool six = Seldom();
            names.Add($"V{i}");
            Line($"vrrp_instance V{i} {{\n interface {Interfaces[on]}\n virtual_router_id {50 + i}\n priority {(Seldom() ? 255 : 100 + random.Next(100))}");
            Line(six || !Seldom() ? " version 3\n advert_int 0.02" : " version 2\n advert_int 1");
            if (Seldom()) Line(" use_vmac");
            if (Seldom()) Line(" nopreempt");
            if (Seldom()) Line(" no_accept");
            if (Seldom()) Line(" garp_master_delay 1");
            if (Seldom()) Line($" track_interface {{\n  {Interfaces[random.Next(Interfaces.Length)]} weight {random.Next(-20, 20)}\n }}");
            string address(int n) => six ? $"2001:db8:{i}::{n}/64" : $"10.{(on == 0 ? 9 : on)}.0.{(10 * i) + n}/24";
            Line(" virtual_ipaddress {");
            if (six) Line($"  fe80::{i}/64");
            for (int n = 1; n <= random.Next(1, 4); n++) Line($"  {address(n)}");
            Line(" }");
            if (Seldom()) Line($" virtual_ipaddress_excluded {{\n  {address(9)}\n }}");
            if (Seldom()) Line($" virtual_routes {{\n  10.9{i}.0.0/24 dev {Interfaces[on]}\n }}");
            if (Seldom()) Line($" virtual_rules {{\n  from 10.66.0.{i} table {i} preference {100 + i}\n }}");
            Line("}");
        }

        if (names.Count > 1 && Often()) Line($"vrrp_sync_group G {{\n group {{\n  {names[0]}\n  {names[^1]}\n }}\n}}");
        return conf.ToString();
    }
}
