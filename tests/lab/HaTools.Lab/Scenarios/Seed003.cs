using HaTools.Lab.Clients;
using HaTools.Lab.Machine;
using HaTools.Lab.Playing;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Scenarios;

/// <summary>
/// A labelled address on a pair with nopreempt, and a script that restarts nginx and, if that fails, gives the address up. With hanode,
/// then the same without the script's tricks: a check and `recover`.
/// </summary>
internal sealed class Seed003 : Scenario
{
    public const string Vip = "192.168.0.174";

    public override string Name => "seed-003";

    public override string Title => "a labelled address, nopreempt, and a check that restarts nginx or gives the address up";

    public override string Source => "seed 003, section 4";

    public override async Task PlayAsync(Stage stage, Cast cast, CancellationToken stop)
    {
        await stage.BuildAsync(stop,
            Director("master", "192.168.0.172/24", "seed-003-master.conf", cast.Master),
            Director("backup", "192.168.0.173/24", "seed-003-backup.conf", cast.Backup),
            new LabNodeSpec("client", "eth0", "192.168.0.10/24") { Role = "client" }).ConfigureAwait(false);
        LabNode master = stage.Lab["master"], backup = stage.Lab["backup"];
        stage.WatchDirectors(Vip, master, backup);

        stage.Step("4.2", "the daemons are started; the script finds no nginx and starts it");
        await master.StartDaemonAsync(stop).ConfigureAwait(false);
        await backup.StartDaemonAsync(stop).ConfigureAwait(false);
        await stage.ExpectHolderAsync($"the master holds {Vip}", master, stop).ConfigureAwait(false);
        string shown = (await master.RunAsync("ifconfig eth0:0", stop).ConfigureAwait(false)).Output;
        stage.Expect("以别名的方式设置: `ifconfig eth0:0` shows it, as an alias", shown.Contains($"inet {Vip}", StringComparison.Ordinal), shown);
        HttpLoad load = stage.StartLoad(stage.Lab["client"], new HttpLoadOptions($"http://{Vip}/"));
        await AnsweredByAsync(stage, load, 0, master, stop).ConfigureAwait(false);

        stage.Step("restart", "nginx dies on the master: the script starts it again");
        double died = load.Now;
        await KillNginxAsync(master, stop).ConfigureAwait(false);
        await stage.ExpectAnswersAsync("the client meets the hole", load, died, last => !last[0].IsAnswered, stop, count: 1)
            .ConfigureAwait(false);
        await AnsweredByAsync(stage, load, load.Now, master, stop).ConfigureAwait(false);
        stage.Expect("the address did not move", stage.Vip.Holders is ["master"], stage.HoldersText);
        stage.Measure("death and return of nginx", load, died);

        stage.Step("give up", "nginx dies and cannot be started: the script stops the daemon");
        double broken = load.Now;
        BreakNginx(master);
        await KillNginxAsync(master, stop).ConfigureAwait(false);
        await stage.ExpectHolderAsync("the backup holds the address", backup, stop).ConfigureAwait(false);
        await AnsweredByAsync(stage, load, broken, backup, stop).ConfigureAwait(false);
        await stage.ExpectSoonAsync("the master's daemon has been stopped by the script", Stage.Patience,
            () => master.DaemonProcesses().Count == 0, null, stop)
            .ConfigureAwait(false);
        stage.Measure("nginx beyond repair", load, broken);

        stage.Step("return", "nginx is mended, the daemon started: `nopreempt` with `state MASTER` is none, the master takes it back");
        double mended = load.Now;
        MendNginx(master);
        await master.StartDaemonAsync(stop).ConfigureAwait(false);
        await stage.ExpectHolderAsync("the master holds the address again", master, stop).ConfigureAwait(false);
        await AnsweredByAsync(stage, load, mended, master, stop).ConfigureAwait(false);

        stage.Step("nopreempt", "非抢占模式 · with `state BACKUP` on both, as nopreempt wants it, the backup keeps what it has");
        double held = load.Now;
        await master.StopDaemonAsync(stop).ConfigureAwait(false);
        await stage.ExpectHolderAsync("the master's daemon is stopped: the backup holds the address", backup, stop).ConfigureAwait(false);
        master.WriteFile("/etc/keepalived/keepalived.conf",
            SeedText.Read("seed-003-master.conf").Replace("state MASTER", "state BACKUP", StringComparison.Ordinal));
        await master.StartDaemonAsync(stop).ConfigureAwait(false);
        await stage.ExpectSoonAsync("started with priority 100 against 99, the master stays backup", Stage.Patience,
            () => LogWatch.StateOf(master) == "BACKUP",
            () => master.DaemonLog, stop).ConfigureAwait(false);
        // Ten of the master's adverts long: it would have taken the address after the first.
        await Task.Delay(TimeSpan.FromSeconds(10), stop).ConfigureAwait(false);
        stage.Expect("10 s later the backup still holds the address", stage.Vip.Holders is ["backup"], stage.HoldersText);
        await AnsweredByAsync(stage, load, held, backup, stop).ConfigureAwait(false);

        if (cast != Cast.Hanode) return;
        stage.Step("recover", "the same with `recover`: a check of one line, and what to try before it counts as failed");
        master.WriteFile("/etc/keepalived/keepalived.conf", Recovering(100));
        backup.WriteFile("/etc/keepalived/keepalived.conf", Recovering(99));
        await master.StopDaemonAsync(stop).ConfigureAwait(false);
        await backup.StopDaemonAsync(stop).ConfigureAwait(false);
        await master.StartDaemonAsync(stop).ConfigureAwait(false);
        await backup.StartDaemonAsync(stop).ConfigureAwait(false);
        await stage.ExpectHolderAsync("the master holds the address", master, stop).ConfigureAwait(false);
        double again = load.Now;
        await AnsweredByAsync(stage, load, again, master, stop).ConfigureAwait(false);
        again = load.Now;
        await KillNginxAsync(master, stop).ConfigureAwait(false);
        await stage.ExpectAnswersAsync("nginx dies: the client meets the hole", load, again, last => !last[0].IsAnswered, stop, count: 1)
            .ConfigureAwait(false);
        await AnsweredByAsync(stage, load, load.Now, master, stop).ConfigureAwait(false);
        stage.Expect("recovered: the address did not move", stage.Vip.Holders is ["master"], stage.HoldersText);
        stage.Measure("death of nginx, and `recover`", load, again);
        double lost = load.Now;
        BreakNginx(master);
        await KillNginxAsync(master, stop).ConfigureAwait(false);
        await stage.ExpectHolderAsync("nginx beyond repair: the backup holds the address", backup, stop).ConfigureAwait(false);
        stage.Expect("the master's daemon runs on, in FAULT", master.DaemonProcesses().Count > 0 && LogWatch.StateOf(master) == "FAULT",
            master.DaemonLog);
        await AnsweredByAsync(stage, load, lost, backup, stop).ConfigureAwait(false);
        stage.Measure("nginx beyond repair", load, lost);
        MendNginx(master);
        (await master.RunAsync("systemctl start nginx", stop).ConfigureAwait(false)).OrThrow();
        await stage.ExpectHolderAsync("nginx mended: the master takes the address back by itself", master, stop).ConfigureAwait(false);
    }

    private static Task AnsweredByAsync(Stage stage, HttpLoad load, double since, LabNode node, CancellationToken stop) =>
        stage.ExpectAnswersAsync($"the client is answered by {node.Name}", load, since, last => last.All(r => r.Server == node.Name), stop);

    private static async Task KillNginxAsync(LabNode node, CancellationToken stop) =>
        (await node.RunAsync("killall -9 nginx", stop).ConfigureAwait(false)).OrThrow();

    private static void BreakNginx(LabNode node) => node.WriteFile("/etc/nginx/conf.d/broken.conf", "this is no configuration\n");

    private static void MendNginx(LabNode node) => File.Delete(node.PathOf("/etc/nginx/conf.d/broken.conf"));

    private static string Recovering(int priority) => $$"""
        vrrp_script nginx {
            script "/usr/bin/pgrep -x nginx"
            interval 1
            recover "/usr/local/nginx/sbin/nginx"
            recover_delay 1
        }
        vrrp_instance VI_1 {
            interface eth0
            virtual_router_id 254
            priority {{priority}}
            advert_int 1
            authentication {
                auth_type PASS
                auth_pass 1111
            }
            track_script {
                nginx
            }
            virtual_ipaddress {
                {{Vip}} dev eth0 label eth0:0
            }
        }
        """;

    private static LabNodeSpec Director(string name, string address, string configuration, DirectorDaemon daemon) =>
        new(name, "eth0", address)
        {
            Role = "nginx with a spare",
            Furnish = node =>
            {
                Nginx.Install(node);
                Nginx.AddSite(node, name);
                Directory.CreateDirectory(node.PathOf("/usr/local/nginx/sbin"));
                File.CreateSymbolicLink(node.PathOf("/usr/local/nginx/sbin/nginx"), "/usr/sbin/nginx");
                node.WriteFile("/etc/keepalived/keepalived.conf", SeedText.Read(configuration));
                node.WriteFile("/etc/keepalived/sh/nginx_keepalived.sh", SeedText.Read("seed-003-nginx_keepalived.sh"), executable: true);
                node.UseDaemon(daemon);
            },
        };
}
