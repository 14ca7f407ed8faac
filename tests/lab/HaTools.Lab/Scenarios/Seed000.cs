using System.Text.RegularExpressions;
using HaTools.Lab.Clients;
using HaTools.Lab.Machine;
using HaTools.Lab.Playing;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Scenarios;

/// <summary>
/// Two directors that are each other's real servers, wrr 1:5 with persistence, behind them the two sites of one web server; section 四 of
/// seed 000 (and of seed 004, its translation), and what its monitor script does when nginx dies.
/// </summary>
internal sealed class Seed000 : Scenario
{
    public const string Vip = "192.168.1.120";
    private const string Service = "192.168.1.120:80";
    private const string Card = "eno16777736";

    // delay_loop 6, then up to 4 tries of up to 10 s with 3 s between them.
    private static readonly TimeSpan checkPatience = TimeSpan.FromSeconds(120);

    // Nobody will ever answer a lost one: what is answered late, where the host is busy, is to be told from it.
    private static readonly TimeSpan lostAfter = TimeSpan.FromSeconds(10);

    private const int Attempts = 5;

    public override string Name => "seed-000";

    public override string Title =>
        "LVS wrr 1:5 with persistence over two nginx directors that are each other's real servers; one is shut down and returns";

    public override string Source => "seed 000 (and 004, its translation), section 三 (set-up) and section 四 (verification)";

    public override bool NeedsIpvs => true;

    public override async Task PlayAsync(Stage stage, Cast cast, CancellationToken stop)
    {
        await stage.BuildAsync(stop,
            Director("lvs104", "192.168.1.104/24", "seed-000-master.conf", cast.Master),
            Director("lvs103", "192.168.1.103/24", "seed-000-backup.conf", cast.Backup),
            new LabNodeSpec("web", Card, "192.168.1.101/24")
            {
                Role = "two sites, 8081 and 8082",
                Furnish = node =>
                {
                    Nginx.Install(node);
                    Nginx.AddSite(node, "site-A", 8081);
                    Nginx.AddSite(node, "site-B", 8082);
                },
            },
            new LabNodeSpec("client", Card, [.. Clients(0, 72).Prepend("192.168.1.10").Select(a => $"{a}/24")]) { Role = "73 addresses" })
                .ConfigureAwait(false);
        LabNode master = stage.Lab["lvs104"], backup = stage.Lab["lvs103"], client = stage.Lab["client"];
        foreach (LabNode node in (LabNode[])[master, backup, stage.Lab["web"]]) await Nginx.StartAsync(node, stop).ConfigureAwait(false);
        stage.WatchDirectors(Vip, master, backup);

        if (cast == Cast.Hanode)
        {
            stage.Step("beside", "first with keepalived on both, to compare");
            foreach (LabNode node in (LabNode[])[master, backup]) node.UseDaemon(DirectorDaemon.Keepalived);
            await StartAsync(stage, master, backup, stop).ConfigureAwait(false);
            ExpectKeepalivedsLoss(stage, await AskAsync(stage, client, Clients(48, 24), stop).ConfigureAwait(false));
            stage.Remark("keepalived loads the service on the backup too, which has no such address: it drops what it is sent");
            foreach (LabNode node in (LabNode[])[backup, master])
            {
                await node.StopDaemonAsync(stop).ConfigureAwait(false);
                node.UseDaemon(DirectorDaemon.Hanode);
            }
        }

        stage.Step("三", "主机, then 备机 · the daemons are started");
        await StartAsync(stage, master, backup, stop).ConfigureAwait(false);

        stage.Step("四.1", "通过VIP访问系统页面, 刷新页面访问不同站点 · the page through the virtual address, again and again");
        HttpLoad load = stage.StartLoad(client, new HttpLoadOptions($"http://{Vip}/")
        {
            Interval = TimeSpan.FromMilliseconds(200),
            Timeout = TimeSpan.FromSeconds(1),
            Sources = ["192.168.1.10"],
        });
        await stage.ExpectAnswersAsync("one client, kept at one director by persistence, sees site A and site B in turn", load, 0,
            last => last.All(r => r.IsAnswered) && last.Select(r => r.Server).Distinct().Count() == 2
                && last.Select(r => r.Via).Distinct().Count() == 1, stop)
            .ConfigureAwait(false);
        IReadOnlyList<RequestResult> asked = await AskAsync(stage, client, Clients(0, 24), stop).ConfigureAwait(false);
        if (cast.Master == DirectorDaemon.Hanode)
        {
            Tally(stage, asked);
            stage.Expect("24 of 24 clients are answered", asked.All(r => r.IsAnswered), Tell(asked));
            stage.Expect("20 by the master and 4 by the backup: weights 5 and 1",
                Share(asked, "lvs104") == 20 && Share(asked, "lvs103") == 4, Tell(asked));
            stage.Expect("the backup's table is empty: the service is loaded by the master alone", IpvsTable.Read(backup).Count == 0,
                Describe(backup));
            stage.Expect("the backup holds the address on lo", (await AddressReader.ReadAsync(backup).ConfigureAwait(false))
                .Any(a => a.Interface == "lo" && a.Address.ToString() == Vip));
        }
        else
        {
            ExpectKeepalivedsLoss(stage, asked);
        }

        stage.Step("四.2", "将 MASTER（192.168.1.104）关机前后，查看相关VLS情况 · the table before and after the master is shut down");
        string listed = (await master.RunAsync("ipvsadm -Ln", stop).ConfigureAwait(false)).OrThrow().Output;
        stage.Expect("before: wrr, persistent 50, 104 with weight 5 and 103 with weight 1",
            listed.Contains($"{Service} wrr persistent 50\n", StringComparison.Ordinal) &&
            Table(master) is { Servers.Count: 2 } t && t.Server("192.168.1.104:80")?.Weight == 5
                && t.Server("192.168.1.103:80")?.Weight == 1, listed);
        double down = load.Now;
        await master.StopDaemonAsync(stop).ConfigureAwait(false);
        (await master.RunAsync("systemctl stop nginx", stop).ConfigureAwait(false)).OrThrow();
        await master.CrashAsync().ConfigureAwait(false);
        await stage.ExpectHolderAsync("103 holds the address", backup, stop).ConfigureAwait(false);
        await stage.ExpectSoonAsync("after: 104 is removed from LVS", checkPatience,
            () => Table(backup) is { Servers: [{ Address: "192.168.1.103:80" }] },
            () => Describe(backup), stop).ConfigureAwait(false);
        await stage.ExpectAnswersAsync("requests go to 103", load, down, last => last.All(r => r.Via == "lvs103"), stop)
            .ConfigureAwait(false);
        stage.Measure("shutdown of the master", load, down);

        stage.Step("四.3", "BACKUP服务器 keepalived日志显示无法连接104，并移除掉 · the backup's log says so");
        stage.Expect("103's log says that it removes 104 from the service",
            LogWatch.Count(backup, @"Removing service \[192\.168\.1\.104\]:tcp:80 from VS") > 0, backup.DaemonLog);

        stage.Step("四.5", "开机后，将自动检测到服务器正常，并加入LVS中 · switched on, 104 is found well and put back");
        double up = load.Now;
        await stage.BootAsync(master, stop).ConfigureAwait(false);
        await Nginx.StartAsync(master, stop).ConfigureAwait(false);
        await master.StartDaemonAsync(stop).ConfigureAwait(false);
        await stage.ExpectSoonAsync("the director's table has 104 with weight 5 again", checkPatience,
            () => Holder(stage) is { } h && Table(h)?.Server("192.168.1.104:80")?.Weight == 5
                && Table(h)?.Server("192.168.1.103:80")?.Weight == 1,
            () => $"{stage.HoldersText}; {(Holder(stage) is { } h ? Describe(h) : "")}", stop).ConfigureAwait(false);
        IReadOnlyList<RequestResult> again = [];
        if (cast.Master == DirectorDaemon.Hanode)
        {
            await stage.ExpectSoonAsync("24 of 24 new clients are answered, by both directors", Stage.Patience, () =>
            {
                again = AskAsync(stage, client, Clients(24, 24), stop).Result;
                return again.All(r => r.IsAnswered) && Share(again, "lvs104") >= 16 && Share(again, "lvs103") >= 1;
            }, () => Tell(again), stop).ConfigureAwait(false);
        }
        else
        {
            again = await AskAsync(stage, client, Clients(24, 24), stop).ConfigureAwait(false);
        }
        Tally(stage, again);
        await PlayMonitorScriptAsync(stage, master, backup, load, stop).ConfigureAwait(false);
    }

    /// <summary>
    /// nginx dies on the director that holds the address. The script cannot start it (`systemclt` is a typo of the seed's), sleeps, and is killed when its second is
    /// over, before it comes to `killall keepalived`: what is left of it is its weight.
    /// </summary>
    private static async Task PlayMonitorScriptAsync(Stage stage, LabNode master, LabNode backup, HttpLoad load, CancellationToken stop)
    {
        stage.Step("三.4", "配置监控shell脚本, weight -15 · nginx dies where the address is, and the script's weight moves it");
        for (int attempt = 1; !await PlayNginxDeathAsync(stage, master, backup, load, attempt == Attempts, stop).ConfigureAwait(false); attempt++)
            stage.Remark("the address moved, but not for nginx: where forks are slow and the host is busy, the script ran out of its second on the director whose nginx was well; once more");
    }

    /// <returns>False: the address moved for another reason than nginx, and this is not the last attempt.</returns>
    private static async Task<bool> PlayNginxDeathAsync(Stage stage, LabNode master, LabNode backup, HttpLoad load, bool isLast, CancellationToken stop)
    {
        _ = await Stage.WaitAsync(checkPatience, () => Holder(stage) is not null, stop).ConfigureAwait(false);
        LabNode holder = Holder(stage) ?? throw new LabException($"nobody holds {Vip}: {stage.HoldersText}");
        LabNode other = holder == master ? backup : master;

        // One that has just been switched on may be too busy for its script's second for a while.
        _ = await Stage.WaitAsync(checkPatience, () => PriorityOf(other) == 80, stop).ConfigureAwait(false);
        double died = load.Now;
        (await holder.RunAsync("killall -9 nginx; rm -f /run/nginx.pid", stop).ConfigureAwait(false)).OrThrow();
        // Patient: the other's script may run out of its second too, and then both have 65 for a while. Nothing moves for that.
        await stage.ExpectSoonAsync($"{holder.Name}: the script fails, 80 - 15 = 65", checkPatience,
            () => PriorityOf(holder) == 65, () => holder.DaemonLog, stop).ConfigureAwait(false);
        await stage.ExpectSoonAsync($"{other.Name} takes the address with 80", checkPatience, () => Holder(stage) == other,
            () => $"{stage.HoldersText}; {other.DaemonLog}", stop).ConfigureAwait(false);
        await stage.ExpectSoonAsync($"{holder.Name} is removed from LVS", checkPatience,
            () => Table(other) is { Servers.Count: 1 } t && t.Server($"{AddressOf(other)}:80") is not null, () => Describe(other), stop)
            .ConfigureAwait(false);
        await stage.ExpectAnswersAsync($"requests go to {other.Name}", load, died, last => last.All(r => r.Via == other.Name), stop, checkPatience)
            .ConfigureAwait(false);

        // With equal priorities whoever has it keeps it: unless the script fails there.
        _ = await Stage.WaitAsync(checkPatience, () => PriorityOf(other) == 80, stop).ConfigureAwait(false);
        int failures = FailuresOf(other);
        await Nginx.StartAsync(holder, stop).ConfigureAwait(false);
        await stage.ExpectSoonAsync($"nginx is back: {holder.Name} has its priority again", checkPatience,
            () => PriorityOf(holder) == 80, () => holder.DaemonLog, stop).ConfigureAwait(false);
        await Task.Delay(TimeSpan.FromSeconds(4), stop).ConfigureAwait(false);
        bool keeps = Holder(stage) == other;
        if (!keeps && !isLast && FailuresOf(other) > failures) return false;
        stage.Expect($"and {other.Name} keeps the address", keeps, $"{stage.HoldersText}; {other.DaemonLog}");
        return true;
    }

    private static int FailuresOf(LabNode director) => LogWatch.Count(director, "Changing effective priority from 80 to 65");

    // The last word of the log counts: where everything is slow, the script's second may be over now and then with nginx well.
    private static int PriorityOf(LabNode director) =>
        Regex.Matches(director.DaemonLog, @"Changing effective priority from \d+ to (\d+)") is [.., var last] ? int.Parse(last.Groups[1].Value) : 80;

    private static string AddressOf(LabNode director) => director.Spec.Interfaces[0].Addresses[0].Split('/')[0];

    private static async Task StartAsync(Stage stage, LabNode master, LabNode backup, CancellationToken stop)
    {
        await master.StartDaemonAsync(stop).ConfigureAwait(false);
        await stage.ExpectHolderAsync("104 holds the address", master, stop).ConfigureAwait(false);
        await backup.StartDaemonAsync(stop).ConfigureAwait(false);
        await stage.ExpectSoonAsync("103 is its backup", Stage.Patience, () => LogWatch.StateOf(backup) == "BACKUP",
            () => backup.DaemonLog, stop).ConfigureAwait(false);
        await stage.ExpectSoonAsync("104's kernel has the service with both servers", Stage.Patience,
            () => Table(master)?.Servers.Count == 2,
            () => Describe(master), stop).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<RequestResult>> AskAsync(Stage stage, LabNode client, IReadOnlyList<string> sources,
        CancellationToken stop)
    {
        HttpLoad load = stage.StartLoad(client, new HttpLoadOptions($"http://{Vip}/")
        {
            Interval = TimeSpan.FromMilliseconds(50),
            Timeout = lostAfter,
            Sources = sources,
            Count = sources.Count,
        });
        return await load.FinishAsync(stop).ConfigureAwait(false);
    }

    private static void ExpectKeepalivedsLoss(Stage stage, IReadOnlyList<RequestResult> asked)
    {
        Tally(stage, asked);
        stage.Expect("keepalived: 20 clients are answered by the master, the backup's 4 are lost",
            Share(asked, "lvs104") == 20 && asked.Count(r => r.Outcome == RequestOutcome.TimedOut) == 4, Tell(asked));
    }

    private static void Tally(Stage stage, IReadOnlyList<RequestResult> results) =>
        stage.Remark($"{results.Count} clients: {Tell(results)}");

    private static string Tell(IReadOnlyList<RequestResult> results) =>
        string.Join(", ", results.GroupBy(r => r.IsAnswered ? $"answered by way of {r.Via}" : r.Outcome.ToString()).Select(g =>
            $"{g.Count()} {g.Key}"));

    private static int Share(IReadOnlyList<RequestResult> results, string via) => results.Count(r => r.IsAnswered && r.Via == via);

    private static LabNode? Holder(Stage stage) => stage.Vip.Holders is [var only] ? stage.Lab[only] : null;

    private static IpvsTableService? Table(LabNode dir) => IpvsTable.Read(dir).FirstOrDefault(s => s.Address == Service);

    private static string Describe(LabNode dir) => Table(dir) is { } t
        ? $"{t.Scheduler}: {string.Join("; ", t.Servers)}"
        : "no such service";

    private static string[] Clients(int first, int count) => [.. Enumerable.Range(first, count).Select(i => $"192.168.1.{150 + i}")];

    private static LabNodeSpec Director(string name, string address, string configuration, DirectorDaemon daemon) =>
        new(name, Card, address)
        {
            Role = "director, nginx proxy, real server",
            Furnish = node =>
            {
                Nginx.Install(node);
                // The balancing of the seed's previous article: nginx over the two sites, in turn.
                node.WriteFile("/etc/nginx/conf.d/sites.conf", """
                upstream sites {
                    server 192.168.1.101:8081;
                    server 192.168.1.101:8082;
                }
                server {
                    listen 80;
                    location / {
                        proxy_pass http://sites;
                    }
                }
                """);
                node.WriteFile("/etc/keepalived/keepalived.conf", SeedText.Read(configuration));
                node.WriteFile("/usr/local/etc/keepalived/script/monitor_nginx.sh", SeedText.Read("seed-000-monitor_nginx.sh"),
                    executable: true);
                node.UseDaemon(daemon);
            },
        };
}
