using System.Globalization;
using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Services;

/// <summary>More servers hang at once than the service manager let the director have open files for: they leave the table, and the director is well.</summary>
[Trait("Needs", "ipvs")]
public sealed class OpenFilesTests
{
    private const int Servers = 320;
    private const int Limit = 300;
    private static readonly CancellationToken stop = CancellationToken.None;

    [IpvsFact]
    public async Task It_asks_for_more_open_files_and_without_them_checks_leave_the_rest_of_the_node_its_own()
    {
        await using VirtualLab lab = await VirtualLab.StartAsync([Director("free", 1, ""), Director("bound", 2, "setpriv --bounding-set=-sys_resource ")], stop);
        LabNode[] both = [lab["free"], lab["bound"]];
        foreach (LabNode node in both)
        {
            (await node.RunAsync("ip neigh add 10.71.0.200 lladdr 02:00:00:00:00:99 dev eth0 nud permanent; ip route add 10.72.0.0/16 via 10.71.0.200", stop)).OrThrow();
            await node.StartDaemonAsync(stop);
        }

        await Eventually.True(() => both.All(n => OpenFilesOf(n) > Limit / 2), () => string.Join('\n', both.Select(n => $"{OpenFilesOf(n)} open\n{n.DaemonLog}")));

        // In the thick of it the one that has no more than it was given answers, and reads a file.
        await Eventually.True(() => both[1].DaemonLog.Contains("EMFILE (", StringComparison.Ordinal), () => both[1].DaemonLog);
        (await both[1].RunAsync($"{HanodeProgram.StatusCommandLine("bound")} && systemctl reload keepalived", stop)).OrThrow();
        Assert.InRange(OpenFilesOf(both[1]), Limit / 2, Limit - 1);
        await Eventually.True(() => both.All(n => IpvsTable.Read(n).Sum(s => s.Servers.Count) == 0),
            () => string.Join('\n', both.Select(n => $"{IpvsTable.Read(n).Sum(s => s.Servers.Count)} servers left\n{n.DaemonLog}")));

        Assert.DoesNotContain("EMFILE", both[0].DaemonLog, StringComparison.Ordinal);
        Assert.Contains($"{Servers} checks connect, but this process may have no more than {Limit} descriptors open, of which they get {Limit / 2}", both[1].DaemonLog, StringComparison.Ordinal);
        Assert.All(both, n => Assert.NotEmpty(n.DaemonProcesses()));
    }

    // Right after its start the daemon is still the shell that becomes it.
    private static int OpenFilesOf(LabNode node) => node.DaemonProcesses() is [var daemon, ..] ? Directory.GetFiles($"/proc/{daemon.ProcessId}/fd").Length : 0;

    private static LabNodeSpec Director(string name, int number, string prefix) =>
        new(name, new LabInterface("eth0", $"10.71.0.{number}/24") { Network = $"lan{number}" })
        {
            Furnish = node =>
            {
                node.UseDaemon(DirectorDaemon.Hanode);
                string line = HanodeProgram.CommandLine(name).Replace("exec ", $"ulimit -n {Limit}; exec {prefix}", StringComparison.Ordinal);
                node.WriteFile("/run/lab/hanode.command", $"{line}\n");
                node.WriteFile("/etc/keepalived/keepalived.conf", Configuration);
            },
        };

    private static string Configuration => $$"""
        virtual_server 10.71.0.100 80 {
            delay_loop 2
            lb_algo rr
            lb_kind NAT
            protocol TCP
        {{string.Concat(Enumerable.Range(1, Servers).Select(i => string.Create(CultureInfo.InvariantCulture, $"real_server 10.72.{i / 200}.{(i % 200) + 1} 80 {{\n TCP_CHECK {{\n connect_timeout 2\n retry 0\n }}\n}}\n")))}}
        }

        """;
}
