using HaTools.Lab.Clients;
using HaTools.Lab.Machine;
using HaTools.Lab.Playing;

namespace HaTools.Lab.Scenarios;

/// <summary>
/// Two nginx proxies behind one address, before two web servers; section 6 of seed 001, step by step, with a client that asks all the
/// time; then what the seed does not try: the master's daemon killed outright, and its power cord pulled.
/// </summary>
internal sealed class Seed001 : Scenario
{
    public const string Vip = "192.168.81.100";

    public override string Name => "seed-001";

    public override string Title => "an nginx pair behind one address: the master goes, comes back, takes it back";

    public override string Source => "seed 001, section 8 (set-up) and section 6 (verification)";

    public override async Task PlayAsync(Stage stage, Cast cast, CancellationToken stop)
    {
        await stage.BuildAsync(stop,
            Director("lb01", "192.168.81.210/24", "seed-001-master.conf", cast.Master),
            Director("lb02", "192.168.81.220/24", "seed-001-backup.conf", cast.Backup),
            Web("web01", "192.168.81.230/24"),
            Web("web02", "192.168.81.240/24"),
            new LabNodeSpec("client", "ens33", "192.168.81.10/24") { Role = "client" }).ConfigureAwait(false);
        LabNode lb01 = stage.Lab["lb01"], lb02 = stage.Lab["lb02"];
        foreach (LabNode node in stage.Lab.Nodes.Where(n => n.Name != "client")) await Nginx.StartAsync(node, stop).ConfigureAwait(false);
        stage.WatchDirectors(Vip, lb01, lb02);

        stage.Step("5.5", "启动主备服务器的keepalived · start the daemon on master and backup");
        await lb01.StartDaemonAsync(stop).ConfigureAwait(false);
        await lb02.StartDaemonAsync(stop).ConfigureAwait(false);

        stage.Step("6.1", "主节点查看是否存在虚拟ip · the master holds the virtual address");
        await stage.ExpectHolderAsync("lb01 holds 192.168.81.100, lb02 does not", lb01, stop).ConfigureAwait(false);
        string shown = (await lb01.RunAsync("ip add show dev ens33", stop).ConfigureAwait(false)).OrThrow().Output;
        stage.Expect("lb01's `ip add show dev ens33` has `inet 192.168.81.100/32`",
            shown.Contains($"inet {Vip}/32", StringComparison.Ordinal), shown);
        HttpLoad load = stage.StartLoad(stage.Lab["client"], new HttpLoadOptions($"http://{Vip}/") { HostName = "jxl.wecenter.com" });
        await AnswersAsync(stage, load, 0, "the client gets pages of web01 and web02, by way of lb01", lb01, stop).ConfigureAwait(false);

        stage.Step("6.2", "主节点停掉keepalived进程 · the master's daemon is stopped");
        double stopped = load.Now;
        await lb01.StopDaemonAsync(stop).ConfigureAwait(false);
        await stage.ExpectSoonAsync("lb01 gives the address up", Stage.Patience, () => !stage.Vip.Holders.Contains("lb01"),
            () => stage.HoldersText, stop)
            .ConfigureAwait(false);

        stage.Step("6.3", "观察丢包 · the loss is watched");
        await AnswersAsync(stage, load, stopped, "the client is answered again, by way of lb02", lb02, stop).ConfigureAwait(false);
        stage.Measure("stop of the master's daemon", load, stopped);

        stage.Step("6.4", "从节点验证是否存在虚拟ip · the backup holds the virtual address");
        await stage.ExpectHolderAsync("lb02 holds 192.168.81.100, lb01 does not", lb02, stop).ConfigureAwait(false);

        stage.Step("6.5", "主节点开启keepalived进程 · the master's daemon is started");
        double back = load.Now;
        await lb01.StartDaemonAsync(stop).ConfigureAwait(false);

        stage.Step("6.6", "主节点查看是否抢占成功虚拟ip · the master takes the address back");
        await stage.ExpectHolderAsync("lb01 holds 192.168.81.100 again, lb02 does not", lb01, stop).ConfigureAwait(false);
        await AnswersAsync(stage, load, back, "the client is answered by way of lb01", lb01, stop).ConfigureAwait(false);
        stage.Measure("preemption by the master", load, back);

        stage.Step("kill", "kill -9 of the master's daemon, which cannot say goodbye");
        double killed = load.Now;
        lb01.KillDaemon();
        await stage.ExpectSoonAsync("lb02 takes the address", Stage.Patience, () => stage.Vip.Holders.Contains("lb02"),
            () => stage.HoldersText, stop)
            .ConfigureAwait(false);
        if (cast.Master == DirectorDaemon.Hanode)
        {
            await stage.ExpectHolderAsync("lb01's kernel takes the address away (self-fencing)", lb02, stop).ConfigureAwait(false);
        }
        else
        {
            // What keepalived does, for comparison: no expectation of ours.
            stage.Remark("keepalived, killed with -9, leaves the address on lb01 for ever: both hold it, and ARP decides who answers");
        }
        await AnswersAsync(stage, load, killed, "the client is answered by way of lb02", lb02, stop).ConfigureAwait(false);
        stage.Measure("kill -9 of the master's daemon", load, killed);
        await lb01.StartDaemonAsync(stop).ConfigureAwait(false);
        await stage.ExpectHolderAsync("started again, lb01 takes it back", lb01, stop).ConfigureAwait(false);

        stage.Step("crash", "the master's power cord is pulled");
        double crashed = load.Now;
        await lb01.CrashAsync().ConfigureAwait(false);
        await stage.ExpectHolderAsync("lb02 takes the address", lb02, stop).ConfigureAwait(false);
        await AnswersAsync(stage, load, crashed, "the client is answered by way of lb02", lb02, stop).ConfigureAwait(false);
        stage.Measure("crash of the master", load, crashed);

        stage.Step("back", "the master comes back");
        double booted = load.Now;
        await stage.BootAsync(lb01, stop).ConfigureAwait(false);
        await Nginx.StartAsync(lb01, stop).ConfigureAwait(false);
        await lb01.StartDaemonAsync(stop).ConfigureAwait(false);
        await stage.ExpectHolderAsync("lb01 takes the address back", lb01, stop).ConfigureAwait(false);
        await AnswersAsync(stage, load, booted, "the client is answered by way of lb01", lb01, stop).ConfigureAwait(false);
        stage.Measure("return of the master", load, booted);
    }

    // Of the requests begun since a time, the last ten all went by way of that director, and met both web servers.
    private static Task AnswersAsync(Stage stage, HttpLoad load, double since, string text, LabNode via, CancellationToken stop) =>
        stage.ExpectAnswersAsync(text, load, since,
            last => last.All(r => r.IsAnswered && r.Via == via.Name) && last.Select(r => r.Server).Distinct().Count() == 2, stop);

    private static LabNodeSpec Director(string name, string address, string configuration, DirectorDaemon daemon) =>
        new(name, "ens33", address)
        {
            Role = "director, nginx proxy",
            Furnish = node =>
            {
                Nginx.Install(node);
                node.WriteFile("/etc/nginx/conf.d/lb_wecenter.conf", SeedText.Read("seed-001-lb_wecenter.conf"));
                Directory.CreateDirectory(node.PathOf("/nginx_log"));
                node.WriteFile("/etc/keepalived/keepalived.conf", SeedText.Read(configuration));
                node.UseDaemon(daemon);
            },
        };

    private static LabNodeSpec Web(string name, string address) => new(name, "ens33", address)
    {
        Role = "web server",
        Furnish = node =>
        {
            Nginx.Install(node);
            Nginx.AddSite(node, name);
        },
    };
}
