using System.Diagnostics;
using System.Globalization;
using System.Text;
using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Services;

/// <summary>A hanode that is killed while it writes a thousand services, and what its successors make of that.</summary>
[Trait("Needs", "ipvs")]
public sealed class KilledWhileLoadingTests
{
    private const int Many = 1000;

    // Where a load is over too soon: each round has twice as many, up to these.
    private const int Most = 16 * Many;

    // Three lines of /proc/net/ip_vs, about.
    private const int BytesOfService = 130;

    // What no configuration of ours speaks of, in ipvsadm's words.
    private const string Foreign = """
        -A -t 10.71.0.1:80 -s mh -b mh-fallback,mh-port
        -a -t 10.71.0.1:80 -r 10.70.0.21:80 -m -w 3
        -a -t 10.71.0.1:80 -r 10.70.0.22:80 -m -w 0
        -A -u 10.71.0.2:53 -s rr -p 77 -M 255.255.0.0 -o
        -a -u 10.71.0.2:53 -r 10.70.0.21:53 -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum
        -A -f 7 -s sed
        -a -f 7 -r 10.70.0.23:0 -g -w 65535
        """;

    private static readonly CancellationToken stop = CancellationToken.None;

    [IpvsFact]
    public async Task The_table_is_what_the_last_configuration_says_and_what_others_had_in_it_is_untouched()
    {
        await using VirtualLab lab = await VirtualLab.StartAsync(
            [new LabNodeSpec("one", "eth0", "10.70.0.1/24") { Furnish = node => node.UseDaemon(DirectorDaemon.Hanode) }], stop);
        LabNode node = lab["one"];
        node.WriteFile("/run/foreign", Foreign + "\n");
        (await node.RunAsync("ipvsadm -R < /run/foreign", stop)).OrThrow();
        string[] foreign = await TableAsync(node);
        Assert.Equal(7, foreign.Length);

        var random = new Random(4711);
        int wasHalf = 0;
        int many = Many;
        for (int round = 0; round < 4 || (wasHalf == 0 && round < 10); round++)
        {
            // Each names others than the one before, some of which are there.
            int first = 1000 + (round * 300);
            node.WriteFile("/etc/keepalived/keepalived.conf", Configuration(first, round + 1, many));
            int before = File.ReadAllText(ProcFile(node)).Length;
            int enough = before + (random.Next(10, 150) * BytesOfService);
            await node.StartDaemonAsync(stop);
            await UntilAsync(node, () => node.DaemonProcesses().Count > 0);
            int[] processes = [.. node.DaemonProcesses().Select(p => p.ProcessId)];
            await Task.Factory.StartNew(() => KillAmid(node, processes, enough, first, many), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await UntilAsync(node, () => node.DaemonProcesses().Count == 0);
            if (Ours(node, first, many) < many || Ours(node) > many) wasHalf++;

            // However fast the machine is, there is a load that lasts longer than it takes to be seen.
            else many = Math.Min(2 * many, Most);
        }

        Assert.True(wasHalf > 0, $"it was never killed before it was ready, with {many} services: the test proves nothing");
        node.WriteFile("/etc/keepalived/keepalived.conf", Configuration(5000, 9));
        await node.StartDaemonAsync(stop);
        string[] wanted = [.. foreign.Concat(Lines(5000, 9)).Order(StringComparer.Ordinal)];
        await UntilAsync(node, () => Ours(node) == Many && Ours(node, 5000) == Many);
        Assert.Equal(wanted, await TableAsync(node));

        await node.StopDaemonAsync(stop);
        Assert.Equal(foreign, await TableAsync(node));
        Assert.Empty((await node.RunAsync("find /run/hatools -name '*.json'", stop)).Output);
    }

    /// <summary>
    /// Kills a hanode when its first services are seen. On a thread that comes before all of hanode's, which comes before whoever is usual: where there is one processor for
    /// both, a thousand services would else be written from one look to the next.
    /// </summary>
    private static void KillAmid(LabNode node, int[] processes, int enough, int first, int many)
    {
        Libc.sched_param param = new() { sched_priority = 60 };

        // Without the privilege the test only takes more rounds.
        _ = Libc.sched_setscheduler(0, Libc.SCHED_RR, in param);
        DateTime end = DateTime.UtcNow + TimeSpan.FromSeconds(60);
        while (true)
        {
            // Half of the time is hanode's.
            long began = Stopwatch.GetTimestamp();
            if (File.ReadAllText(ProcFile(node)).Length >= enough || Ours(node, first, many) >= many) break;
            Assert.True(DateTime.UtcNow < end, node.DaemonLog);
            Thread.Sleep(Stopwatch.GetElapsedTime(began) + TimeSpan.FromMilliseconds(1));
        }

        foreach (int process in processes) _ = Libc.kill(process, Libc.SIGKILL);
    }

    private static string ProcFile(LabNode node) => $"/proc/{node.InitProcessId}/net/ip_vs";

    /// <summary>How many services of ours there are (others have none with wrr), of the ports of a configuration where its first one is given.</summary>
    private static int Ours(LabNode node, int? first = null, int many = Many) => File.ReadAllLines(ProcFile(node)).Count(l =>
        l.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["TCP", var at, "wrr", ..]
        && (first is null || (Convert.ToInt32(at[^4..], 16) - first.Value) is var place && place >= 0 && place < many));

    private static async Task<string[]> TableAsync(LabNode node) =>
    [
        .. (await node.RunAsync("ipvsadm -S -n", stop)).OrThrow().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Order(StringComparer.Ordinal),
    ];

    private static async Task UntilAsync(LabNode node, Func<bool> holds)
    {
        for (DateTime end = DateTime.UtcNow + TimeSpan.FromSeconds(90); !holds(); await Task.Delay(1))
            Assert.True(DateTime.UtcNow < end, $"it does not come: {Ours(node)} services\n{node.DaemonLog}");
    }

    private static string Configuration(int port, int weight, int many = Many)
    {
        var text = new StringBuilder();
        for (int i = 0; i < many; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                virtual_server 10.71.0.9 {{port + i}} {
                    lb_algo wrr
                    lb_kind NAT
                    protocol TCP
                    real_server 10.70.0.11 80 {
                        weight {{weight}}
                    }
                    real_server 10.70.0.12 80 {
                        weight 2
                    }
                }

                """);
        }

        return text.ToString();
    }

    private static IEnumerable<string> Lines(int port, int weight) => Enumerable.Range(port, Many).SelectMany(p => (string[])
    [
        $"-A -t 10.71.0.9:{p} -s wrr",
        $"-a -t 10.71.0.9:{p} -r 10.70.0.11:80 -m -w {weight}",
        $"-a -t 10.71.0.9:{p} -r 10.70.0.12:80 -m -w 2",
    ]);
}
