using HaTools.Configuration;
using HaTools.Engine.Logging;
using HaTools.Engine.Tests.Scripts;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Node;

/// <summary>Whole nodes from keepalived.conf, with the trackers and notify scripts that it says.</summary>
public sealed class HaNodeTrackerTests
{
    [NamespaceFact]
    public async Task Files_processes_interfaces_and_scripts_move_the_priority_as_keepalived_conf_says()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage();
        string file = Path.Combine(stage.RunDirectory, "weight"), flag = Path.Combine(stage.RunDirectory, "flag");
        string program = Path.Combine(stage.RunDirectory, $"p{Guid.NewGuid():N}"[..12]);
        Executable.Copy("/bin/sleep", program);
        await using HaNode node = await stage.StartAsync(host, Conf(
            $$"""
            track_file f {
              file {{file}}
              weight 2
              init_file 3
            }
            vrrp_track_process p {
              process {{program}} 1000
            }
            vrrp_script s {
              script "/usr/bin/test -e {{flag}}"
              interval 0.1
              weight 5 reverse
            }
            """,
            """
              track_file {
                f
              }
              track_process {
                p weight -20
              }
              track_interface {
                eth7 weight 30
              }
              track_script {
                s
              }
            """));

        // Base 100; the file says 3 times 2; no process: -20; no interface, and the script fails: nothing.
        await Until(86);
        Assert.Equal("3\n", await File.ReadAllTextAsync(file));
        await File.WriteAllTextAsync(file, "-4");
        await Until(72);
        host.AddInterface("eth7");
        await Until(102);
        using var child = ChildProcess.Start(new ChildProcessOptions { FileName = program, Arguments = ["1000"] });
        await Until(122);

        // A script that is well adds its weight, and reversed takes it away.
        await File.WriteAllTextAsync(flag, "");
        await Until(117);
        child.KillGroup(Libc.SIGKILL);
        await Until(97);
        host.Ip("link del eth7");
        await Until(67);

        HaNodeStatus status = await node.GetStatusAsync();
        Assert.Equal(
            [("s", HaTrackerType.Script), ("eth7", HaTrackerType.Interface), ("f", HaTrackerType.File), ("p", HaTrackerType.Process)],
            status.Trackers.Select(t => (t.Name, t.Type)));
        Assert.Equal(["exit 0", "there is none", "-4", "0 processes"], status.Trackers.Select(t => t.LastResult));

        async Task Until(int priority)
        {
            int last = 0;
            try
            {
                await stage.UntilAsync(async () => (last = (await node.GetStatusAsync()).Instances[0].Priority) == priority);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"the priority is {last}, not {priority}\n{string.Join('\n', stage.Messages(node))}");
            }
        }
    }

    [NamespaceFact]
    public async Task Without_a_weight_what_fails_is_a_fault_until_it_is_well()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage();
        string file = Path.Combine(stage.RunDirectory, "weight");
        await using HaNode node = await stage.StartAsync(host, Conf(
            $$"""
            track_file f {
              file {{file}}
              weight 0
            }
            """,
            """
              track_file {
                f
              }
              track_interface {
                eth7
              }
            """));
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Instances[0] is { State: VrrpStateKind.Fault, Fault: not null });

        host.AddInterface("eth7");
        await Eventually.True(() => host.Has("10.9.0.100/32"));
        await File.WriteAllTextAsync(file, "1");
        await Eventually.True(() => !host.Has("10.9.0.100/32"));
        File.Delete(file);
        await Eventually.True(() => host.Has("10.9.0.100/32"));
        host.Ip("link set eth7 down");
        await Eventually.True(() => !host.Has("10.9.0.100/32"));
    }

    [NamespaceFact]
    public async Task Notify_scripts_are_told_every_state_of_a_nodes_life()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage();
        string log = Path.Combine(stage.RunDirectory, "log"), flag = stage.NewFlag("flag");
        string script = Path.Combine(stage.RunDirectory, "notify.sh");
        _ = Executable.Script(script, $"echo \"$*\" >> {log}");
        HaConfiguration configuration = Conf(
            $$"""
            vrrp_script s {
              script "/usr/bin/test -e {{flag}}"
              interval 0.1
            }
            """,
            $$"""
              track_script {
                s
              }
              notify_master "{{script}} now master"
              notify "{{script}}"
              notify_stop "{{script}} stop"
            """,
            interval: "1");
        HaNode node = await stage.StartAsync(host, configuration);
        await Lines(3);
        _ = await node.ApplyAsync(configuration);
        _ = await node.ApplyAsync(configuration with { RouterId = "other" });
        File.Delete(flag);
        await Lines(4);
        HaNodeStatus status = await node.GetStatusAsync();
        Assert.Equal(0, status.Instances[0].Notify!.Failures);
        await node.StopAsync();

        Assert.Equal(
            [
                "INSTANCE VI_1 BACKUP 100", "now master", "INSTANCE VI_1 MASTER 100", "INSTANCE VI_1 FAULT 100", "stop", "INSTANCE VI_1 STOP 100",
            ],
            await File.ReadAllLinesAsync(log));

        Task Lines(int count) => Eventually.True(
            () => File.Exists(log) && File.ReadAllLines(log).Length >= count, () => string.Join('\n', stage.Messages(node)));
    }

    [NamespaceFact]
    public async Task A_stop_comes_to_its_end_though_the_thread_that_runs_its_notify_scripts_ends_first()
    {
        const string end = "(VI_1) notify_stop (STOP): exit 1";
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage { Log = new LogThatThrowsAt(end) };

        // Not disposed of at the end of a scope: where it could not stop, the test would not fail but hang.
        HaNode node = await stage.StartAsync(network.Nodes[0], Conf("", "notify_stop /bin/false"));
        await stage.UntilEventAsync(node, "(VI_1) Entering MASTER STATE");

        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => node.StopAsync().WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.Contains($"running the notify scripts of the stop: {end}", e.Message, StringComparison.Ordinal);
        FormatException fault = await Assert.ThrowsAsync<FormatException>(() => node.Completion);
        Assert.Equal(end, fault.Message);
        Assert.False(network.Nodes[0].Has("10.9.0.100/32"));
    }

    [NamespaceFact]
    public async Task An_interface_that_is_away_for_less_than_its_delay_is_no_fault()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(host, Conf("interface_up_down_delays {\n eth0 70\n}", "", interval: "40"));
        await stage.UntilEventAsync(node, "(VI_1) Entering BACKUP STATE (init)");

        host.Ip("link set eth0 down");
        await stage.UntilEventAsync(node, "Netlink reports eth0 down");
        host.Ip("link set eth0 up");
        await stage.UntilEventAsync(node, "Netlink reports eth0 up");

        Assert.Equal(VrrpStateKind.Backup, (await node.GetStatusAsync()).Instances[0].State);
        Assert.DoesNotContain("(VI_1) Entering FAULT STATE", stage.Messages(node));
    }

    [NamespaceFact]
    public async Task An_interface_that_is_away_for_longer_than_its_delay_is_a_fault_and_so_is_one_that_is_deleted()
    {
        using var network = new TestNetwork(1);
        TestNode host = network.Nodes[0];
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(host, Conf("interface_up_down_delays {\n eth0 0.15\n}", ""));
        await stage.UntilEventAsync(node, "(VI_1) Entering BACKUP STATE (init)");

        host.Ip("link set eth0 down");
        await stage.UntilEventAsync(node, "(VI_1) Entering FAULT STATE");
        host.Ip("link set eth0 up");
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Instances[0].State is VrrpStateKind.Backup or VrrpStateKind.Master);
        host.Ip("link del eth0");
        await stage.UntilAsync(async () => (await node.GetStatusAsync()).Instances[0].State == VrrpStateKind.Fault);
    }

    [NamespaceFact]
    public async Task A_node_does_not_start_with_a_script_that_others_could_change()
    {
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage();
        string script = Path.Combine(stage.RunDirectory, "chk.sh");
        await File.WriteAllTextAsync(script, "#!/bin/sh\n");
        File.SetUnixFileMode(script, (UnixFileMode)Convert.ToInt32("757", 8));
        string head = $"vrrp_script s {{\n script {script}\n user root\n}}\n";

        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => stage.StartAsync(network.Nodes[0], Conf(head, "")));
        Assert.Contains($"the file {script} (mode 0757) can be changed by everybody", e.Message, StringComparison.Ordinal);

        await using HaNode node = await stage.StartAsync(
            network.Nodes[0], Conf("global_defs {\n enable_script_security off\n}\n" + head, ""));
        Assert.Contains(stage.Messages(node), m => m.Contains("(mode 0757) can be changed by everybody", StringComparison.Ordinal));
    }

    private static HaConfiguration Conf(string before, string inside, string interval = "0.1")
    {
        ConfigurationReadResult read = HaConfigurationReader.ReadText(
            $$"""
            {{before}}
            vrrp_instance VI_1 {
              state BACKUP
              interface eth0
              virtual_router_id 51
              version 3
              priority 100
              advert_int {{interval}}
              virtual_ipaddress {
                10.9.0.100/32
              }
            {{inside}}
            }
            """, "keepalived.conf", ConfigurationFormat.Keepalived, false);
        Assert.Empty(read.Diagnostics);
        return read.Configuration!;
    }

    /// <summary>What no log does: it takes the thread with it that writes a certain line.</summary>
    private sealed class LogThatThrowsAt(string line) : INodeLog
    {
        public void Write(DateTimeOffset time, string message)
        {
            if (message == line) throw new FormatException(message);
        }
    }
}
