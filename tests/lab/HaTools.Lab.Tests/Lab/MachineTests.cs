using System.Diagnostics;
using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Lab;

/// <summary>The lab does what the scenarios rest on.</summary>
[Trait("Needs", "root")]
public sealed class MachineTests
{
    private static readonly CancellationToken stop = CancellationToken.None;

    [LabFact]
    public async Task A_machine_has_a_name_processes_and_files_of_its_own()
    {
        await using VirtualLab lab = await VirtualLab.StartAsync([new LabNodeSpec("one", "eno16777736", "10.9.0.1/24"),
            new LabNodeSpec("two", "ens33", "10.9.0.2/24")], stop);
        LabNode one = lab["one"], two = lab["two"];
        one.WriteFile("/usr/local/etc/keepalived/script/x.sh", "#!/bin/sh\necho mine\n", executable: true);
        Assert.Equal("one\n", (await one.RunAsync("hostname")).Output);
        Assert.Equal("mine\n", (await one.RunAsync("/usr/local/etc/keepalived/script/x.sh")).Output);
        Assert.Equal(127, (await two.RunAsync("/usr/local/etc/keepalived/script/x.sh")).ExitCode);
        Assert.False(File.Exists("/usr/local/etc/keepalived/script/x.sh"));
        string processes = (await one.RunAsync("ps -ef")).OrThrow().Output;
        Assert.DoesNotContain("testhost", processes, StringComparison.Ordinal);
        Assert.Equal(0, (await one.RunAsync("ping -c 1 -W 5 10.9.0.2")).ExitCode);
        Assert.Contains(await AddressReader.ReadAsync(one),
            a => a is { Interface: "eno16777736", PrefixLength: 24 } && a.Address.ToString() == "10.9.0.1");
    }

    [LabFact]
    public async Task Killall_and_systemctl_reach_the_daemon_of_their_own_machine_alone()
    {
        await using VirtualLab lab = await VirtualLab.StartAsync([Director("one"), Director("two")], stop);
        LabNode one = lab["one"], two = lab["two"];
        await one.StartDaemonAsync(stop);
        await two.StartDaemonAsync(stop);
        Assert.True(await Soon(() => one.DaemonProcesses().Count > 1 && two.DaemonProcesses().Count > 1));
        Assert.Contains("active (running)", (await one.RunAsync("systemctl status keepalived.service")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await one.RunAsync("killall keepalived")).ExitCode);
        Assert.True(await Soon(() => one.DaemonProcesses().Count == 0));
        Assert.NotEmpty(two.DaemonProcesses());
        Assert.Equal(3, (await one.RunAsync("systemctl status keepalived.service")).ExitCode);
        (await two.RunAsync("systemctl stop keepalived")).OrThrow();
        Assert.Empty(two.DaemonProcesses());
    }

    [LabFact]
    public async Task The_typo_of_seed_000_is_a_command_that_nobody_knows()
    {
        await using VirtualLab lab = await VirtualLab.StartAsync([new LabNodeSpec("one", "eth0", "10.9.0.1/24")], stop);
        Assert.Equal(127, (await lab["one"].RunAsync("systemclt start nginx.service")).ExitCode);
    }

    [LabFact]
    public async Task A_cable_that_is_pulled_takes_the_carrier_and_a_crash_takes_everything()
    {
        await using VirtualLab lab = await VirtualLab.StartAsync([new LabNodeSpec("one", "eth0", "10.9.0.1/24"),
            new LabNodeSpec("two", "eth0", "10.9.0.2/24")], stop);
        LabNode one = lab["one"], two = lab["two"];
        await one.UnplugAsync("eth0", stop);
        Assert.Contains("NO-CARRIER", (await one.RunAsync("ip link show eth0")).Output, StringComparison.Ordinal);
        await one.PlugAsync("eth0", stop);
        Assert.True(await Soon(() => two.RunAsync("ping -c 1 -W 1 10.9.0.1").Result.ExitCode == 0));

        (await one.RunAsync("setsid sleep 1000 < /dev/null > /dev/null 2>&1 &")).OrThrow();
        Assert.True(await Soon(() => NodeProcesses.Of(one.InitProcessId).Any(p => p.Name == "sleep")));
        NodeProcess sleeper = Assert.Single(NodeProcesses.Of(one.InitProcessId), p => p.Name == "sleep");
        await one.CrashAsync();
        Assert.True(await Soon(() => !Directory.Exists($"/proc/{sleeper.ProcessId}")));
        Assert.NotEqual(0, (await two.RunAsync("ping -c 1 -W 1 10.9.0.1")).ExitCode);

        await one.BootAsync(stop);
        Assert.True(await Soon(() => two.RunAsync("ping -c 1 -W 1 10.9.0.1").Result.ExitCode == 0));
    }

    [LabFact]
    public async Task Machines_go_when_the_process_that_made_them_is_killed()
    {
        // An init like the lab's, held by a shell that is then killed with -9.
        string folder = Directory.CreateTempSubdirectory("hatools-lab-test-").FullName;
        string machine = Path.Combine(AppContext.BaseDirectory, "lab/machine");
        string line = "sleep 1000 | unshare --net --pid --mount --uts --ipc --fork --kill-child=KILL --propagation private " +
            $"bash {machine}/init.sh hatools-lab $$ orphan {folder} {machine}";
        using Process owner = Process.Start(new ProcessStartInfo("bash",
            ["-c", $"{line} & echo $!; exec sleep 1000"])
        { RedirectStandardOutput = true })!;
        string said = $"{await owner.StandardOutput.ReadLineAsync(stop)} {await owner.StandardOutput.ReadLineAsync(stop)}";
        int init = int.Parse(said.Split("ready ")[1]);
        Assert.True(Directory.Exists($"/proc/{init}"));
        string children = await File.ReadAllTextAsync($"/proc/{owner.Id}/task/{owner.Id}/children", stop);
        foreach (string child in children.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            using Process p = Process.GetProcessById(int.Parse(child));
            if (p.ProcessName == "sleep") p.Kill(); // the end of the init's standard input
        }
        owner.Kill();
        Assert.True(await Soon(() => !Directory.Exists($"/proc/{init}")));
        Directory.Delete(folder);
    }

    private static async Task<bool> Soon(Func<bool> condition)
    {
        for (int i = 0; i < 1500; i++)
        {
            if (condition()) return true;
            await Task.Delay(20);
        }
        return false;
    }

    private static LabNodeSpec Director(string name) => new(name, "eth0", name == "one" ? "10.9.0.1/24" : "10.9.0.2/24")
    {
        Furnish = node =>
        {
            node.WriteFile("/etc/keepalived/keepalived.conf", """
                vrrp_instance V {
                    interface eth0
                    virtual_router_id 7
                    priority 100
                    virtual_ipaddress {
                        10.9.0.100
                    }
                }
                """);
            node.UseDaemon(DirectorDaemon.Keepalived);
        },
    };
}
