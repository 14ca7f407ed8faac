using System.Text.Json;
using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Services;

/// <summary><c>hanode ipvs</c> on a kernel with IPVS, beside ipvsadm.</summary>
[Trait("Needs", "ipvs")]
public sealed class IpvsCommandTests
{
    private const string Table = """
        -A -t 192.0.2.1:80 -s wrr -p 300
        -a -t 192.0.2.1:80 -r 10.70.0.11:8080 -m -w 3 -x 100 -y 50
        -a -t 192.0.2.1:80 -r 10.70.0.12:80 -g -w 1
        -A -u 192.0.2.1:53 -s rr -o
        -a -u 192.0.2.1:53 -r 10.70.0.13:53 -i -w 0 --tun-type gue --tun-port 5555 --tun-csum
        -A -f 7 -s lc
        -A -t 192.0.2.2:80 -s mh
        -a -t 192.0.2.2:80 -r 10.70.0.13:80 -m -w 1
        -a -t 192.0.2.2:80 -r 10.70.0.11:80 -m -w 1
        -a -t 192.0.2.2:80 -r 10.70.0.12:80 -m -w 1

        """;

    private static readonly CancellationToken stop = CancellationToken.None;

    [IpvsFact]
    public async Task What_is_restored_is_shown_and_saved_and_restored_again_changes_nothing()
    {
        await using VirtualLab lab = await StartAsync();
        LabNode node = lab["one"];
        const string file = "/run/table";
        node.WriteFile(file, Table);

        string plan = await HanodeAsync(node, $"ipvs restore {file} --what-if");
        Assert.Contains("Add RealServer tcp 192.0.2.1:80 10.70.0.12:80\n", plan, StringComparison.Ordinal);
        Assert.Equal("", await BashAsync(node, "ipvsadm -S -n"));

        Assert.Equal("Add VirtualServer: 4, Add RealServer: 6\n", await HanodeAsync(node, $"ipvs restore < {file}"));
        Assert.Equal(await BashAsync(node, "ipvsadm -S -n"), await HanodeAsync(node, "ipvs save --ipvsadm"));
        Assert.Equal(Services(Table), Services(await HanodeAsync(node, "ipvs save")));
        Assert.Equal(await BashAsync(node, "ipvsadm -L -n --stats --exact --nosort"), await HanodeAsync(node, "ipvs list --stats --exact --nosort"));
        Assert.Equal("Nothing to change.\n", await HanodeAsync(node, $"ipvs restore {file} --replace"));

        using JsonDocument json = JsonDocument.Parse(await HanodeAsync(node, "ipvs list --json"));
        JsonElement web = Assert.Single(json.RootElement.EnumerateArray(), s => s.GetProperty("id").GetString() == "tcp 192.0.2.1:80");
        Assert.Equal((300, "wrr"), (web.GetProperty("persistence").GetInt32(), web.GetProperty("scheduler").GetString()));
        JsonElement server = Assert.Single(web.GetProperty("realServers").EnumerateArray(), s => s.GetProperty("id").GetString() == "10.70.0.11:8080");
        Assert.Equal((3, 100, 50), (server.GetProperty("weight").GetInt32(), server.GetProperty("upperThreshold").GetInt32(), server.GetProperty("lowerThreshold").GetInt32()));
    }

    [IpvsFact]
    public async Task What_differs_is_changed_in_its_place_and_what_a_file_does_not_name_goes_only_with_replace()
    {
        await using VirtualLab lab = await StartAsync();
        LabNode node = lab["one"];
        await HanodeAsync(node, "ipvs restore", Table);
        Assert.Equal("Set RealServer: 1\n", await HanodeAsync(node, "ipvs restore", """
            -A -t 192.0.2.1:80 -s wrr -p 300
            -a -t 192.0.2.1:80 -r 10.70.0.11:8080 -m -w 4 -x 100 -y 50
            -a -t 192.0.2.1:80 -r 10.70.0.12:80 -g -w 1

            """));
        Assert.Equal(Services(Table.Replace("-w 3", "-w 4", StringComparison.Ordinal)), Services(await HanodeAsync(node, "ipvs save")));
        Assert.Equal("Remove VirtualServer: 3\n", await HanodeAsync(node, "ipvs restore --replace", """
            -A -t 192.0.2.1:80 -s wrr -p 300
            -a -t 192.0.2.1:80 -r 10.70.0.11:8080 -m -w 4 -x 100 -y 50
            -a -t 192.0.2.1:80 -r 10.70.0.12:80 -g -w 1

            """));
    }

    [IpvsFact]
    public async Task A_file_with_errors_changes_nothing_and_every_error_is_told_and_what_the_kernel_refuses_is_named()
    {
        await using VirtualLab lab = await StartAsync();
        LabNode node = lab["one"];
        CommandResult wrong = await node.RunAsync($"{HanodeProgram.Of("ipvs restore")} <<'E'\n-A -t 192.0.2.1:80 -s rr\n-a -t 192.0.2.1:80 -r 10.70.0.11:99999 -m\n-A -t 192.0.2.1\nE", stop);
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("-:2:34: error: ", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("-:3:", wrong.Error, StringComparison.Ordinal);
        Assert.Equal("", await BashAsync(node, "ipvsadm -S -n"));

        CommandResult refused = await node.RunAsync(
            $"{HanodeProgram.Of("ipvs restore")} <<'E'\n-A -t 192.0.2.1:80 -s nosuch\n-A -t 192.0.2.2:80 -s rr\nE", stop);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("tcp 192.0.2.1:80", refused.Error, StringComparison.Ordinal);
        Assert.Equal("Add VirtualServer: 1; failed: 1\n", refused.Output);
        Assert.Equal("-A -t 192.0.2.2:80 -s rr\n", await BashAsync(node, "ipvsadm -S -n"));
    }

    [IpvsFact]
    public async Task A_running_node_s_service_is_not_changed_behind_its_back()
    {
        await using VirtualLab lab = await VirtualLab.StartAsync(
        [
            new LabNodeSpec("one", "eth0", "10.70.0.1/24")
            {
                Furnish = node =>
                {
                    node.UseDaemon(DirectorDaemon.Hanode);
                    node.WriteFile("/etc/keepalived/keepalived.conf", """
                        virtual_server 192.0.2.1 80 {
                            lb_algo wrr
                            lb_kind NAT
                            protocol TCP
                            real_server 10.70.0.11 80 {
                                weight 5
                            }
                        }
                        """);
                },
            },
        ], stop);
        LabNode node = lab["one"];
        await node.StartDaemonAsync(stop);
        for (int i = 0; i < 200 && !(await BashAsync(node, "ipvsadm -S -n")).Contains("10.70.0.11", StringComparison.Ordinal); i++) await Task.Delay(100);
        string before = await BashAsync(node, "ipvsadm -S -n");
        const string Other = "-A -t 192.0.2.1:80 -s rr\n-A -t 192.0.2.9:80 -s rr\n";
        CommandResult refused = await node.RunAsync($"{HanodeProgram.Of("ipvs restore")} <<'E'\n{Other}E", stop);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("tcp 192.0.2.1:80 (node one) belongs to a running node", refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, await BashAsync(node, "ipvsadm -S -n"));
        Assert.Equal("Add VirtualServer: 1\n", await HanodeAsync(node, "ipvs restore", "-A -t 192.0.2.9:80 -s rr\n"));
    }

    [IpvsFact]
    public async Task Connections_and_totals_are_shown_as_they_are()
    {
        await using VirtualLab lab = await StartAsync();
        LabNode node = lab["one"];
        await BashAsync(node, "ip link set lo up; ip addr add 192.0.2.1/32 dev lo");
        await HanodeAsync(node, "ipvs restore", "-A -u 192.0.2.1:53 -s rr -p 60\n-a -u 192.0.2.1:53 -r 10.70.0.1:5353 -m\n");
        await BashAsync(node, "echo question > /dev/udp/192.0.2.1/53");
        using JsonDocument json = JsonDocument.Parse(await HanodeAsync(node, "ipvs connections --json"));
        Assert.Equal([false, true], json.RootElement.EnumerateArray().Select(c => c.GetProperty("template").GetBoolean()).Order());
        Assert.All(json.RootElement.EnumerateArray(), c => Assert.Equal("udp", c.GetProperty("protocol").GetString()));
        string[] shown = (await HanodeAsync(node, "ipvs connections --no-templates --server 10.70.0.1:5353")).Split('\n');
        Assert.Equal(3, shown.Length);
        Assert.EndsWith(" 192.0.2.1:53          10.70.0.1:5353", shown[1], StringComparison.Ordinal);
        Assert.Equal("[]\n", await HanodeAsync(node, "ipvs connections --json --server 10.70.0.2"));

        // The processors' own counters are brought up at once.
        using JsonDocument totals = JsonDocument.Parse(await HanodeAsync(node, "ipvs totals --per-processor --json"));
        Assert.Equal(1, totals.RootElement.GetProperty("processors").EnumerateArray().Sum(p => p.GetProperty("connections").GetInt32()));
        Assert.True(totals.RootElement.GetProperty("statistics").TryGetProperty("outgoingByteRate", out _));
        Assert.Contains("\nsince the last zeroing ", await HanodeAsync(node, "ipvs totals"), StringComparison.Ordinal);
    }

    private static Task<VirtualLab> StartAsync() => VirtualLab.StartAsync([new LabNodeSpec("one", "eth0", "10.70.0.1/24")], stop);

    /// <summary>Each service with its servers, in their order; the order of services is that of the kernel's hash.</summary>
    private static IEnumerable<string> Services(string saved) => saved.Split("-A ").Order(StringComparer.Ordinal);

    private static async Task<string> HanodeAsync(LabNode node, string arguments, string? input = null) =>
        await BashAsync(node, HanodeProgram.Of(arguments) + (input is null ? "" : $" <<'E'\n{input}E"));

    private static async Task<string> BashAsync(LabNode node, string command) => (await node.RunAsync(command, stop)).OrThrow().Output;
}
