using System.Text.RegularExpressions;
using HaTools.Lab.Clients;
using HaTools.Lab.Machine;
using HaTools.Lab.Playing;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Scenarios;

/// <summary>
/// LVS with direct routing behind two directors; section 4 of seed 002, step by step, and what its section 5 says of a web server that is
/// stopped and started. Where hanode directs, hanode prepares the real servers too; otherwise the seed's script does.
/// </summary>
internal sealed class Seed002 : Scenario
{
    public const string Vip = "192.168.188.120";
    private const string Service = "192.168.188.120:80";

    // delay_loop 5, then up to 4 tries of up to 10 s with 3 s between them; here a connection is refused at once.
    private static readonly TimeSpan checkPatience = TimeSpan.FromSeconds(90);

    public override string Name => "seed-002";

    public override string Title => "LVS with direct routing: two directors, two real servers; a director goes, a web server goes";

    public override string Source => "seed 002, section 2 (set-up) and section 4 (verification)";

    public override bool NeedsIpvs => true;

    public override async Task PlayAsync(Stage stage, Cast cast, CancellationToken stop)
    {
        bool prepared = cast.Master == DirectorDaemon.Hanode;
        await stage.BuildAsync(stop,
            Director("dir1", "192.168.188.108/24", "seed-002-master.conf", cast.Master),
            Director("dir2", "192.168.188.109/24", "seed-002-backup.conf", cast.Backup),
            RealServer("rs1", "192.168.188.107/24", prepared),
            RealServer("rs2", "192.168.188.110/24", prepared),
            new LabNodeSpec("client", "eth0", "192.168.188.111/24") { Role = "client" }).ConfigureAwait(false);
        LabNode dir1 = stage.Lab["dir1"], dir2 = stage.Lab["dir2"], rs1 = stage.Lab["rs1"], rs2 = stage.Lab["rs2"];
        stage.WatchDirectors(Vip, dir1, dir2);

        stage.Step("3.3", prepared ? "the real servers are prepared by hanode: direct_routing_address"
            : "realserver 服务器执行 lvs_rs.sh · the real servers run lvs_rs.sh");
        foreach (LabNode rs in (LabNode[])[rs1, rs2])
        {
            await Nginx.StartAsync(rs, stop).ConfigureAwait(false);
            if (prepared) await rs.StartDaemonAsync(stop).ConfigureAwait(false);
            else (await rs.RunAsync("/bin/bash /usr/local/sbin/lvs_rs.sh", stop).ConfigureAwait(false)).OrThrow();
        }
        foreach (LabNode rs in (LabNode[])[rs1, rs2])
        {
            await stage.ExpectSoonAsync($"{rs.Name} holds {Vip} on lo and does not answer ARP for it", Stage.Patience, () => IsPrepared(rs),
                () => $"arp_ignore {Arp(rs, "all", "arp_ignore")}, arp_announce {Arp(rs, "all", "arp_announce")}", stop)
                    .ConfigureAwait(false);
        }

        stage.Step("3.1", "启动服务 · ipvsadm -C and the daemon, on dir1, then on dir2");
        foreach (LabNode dir in (LabNode[])[dir1, dir2])
        {
            (await dir.RunAsync("ipvsadm -C", stop).ConfigureAwait(false)).OrThrow();
            await dir.StartDaemonAsync(stop).ConfigureAwait(false);
        }

        stage.Step("4.1", "在 dir1 上验证vip · dir1 holds the virtual address");
        await stage.ExpectHolderAsync($"dir1 holds {Vip}", dir1, stop).ConfigureAwait(false);
        string shown = (await dir1.RunAsync("ip add show", stop).ConfigureAwait(false)).OrThrow().Output;
        stage.Expect("dir1's `ip add show` has `inet 192.168.188.120/32` on eth0",
            Regex.IsMatch(shown, @"inet 192\.168\.188\.120/32 scope global (dynamic )?eth0"), shown);

        stage.Step("4.2", "查看系统日志 · dir1's log and table, and the client");
        stage.Expect("dir1's log says `(VI_1) Entering MASTER STATE`", LogWatch.Count(dir1, @"\(VI_1\) Entering MASTER STATE") > 0,
            dir1.DaemonLog);
        await stage.ExpectSoonAsync("dir1's kernel balances tcp 192.168.188.120:80 by wlc over both, weight 100, direct routing",
            Stage.Patience,
            () => IsWhole(dir1), () => Describe(dir1), stop).ConfigureAwait(false);
        HttpLoad load = stage.StartLoad(stage.Lab["client"], new HttpLoadOptions($"http://{Vip}/")
        {
            Interval = TimeSpan.FromMilliseconds(100),
            Timeout = TimeSpan.FromSeconds(1),
        });
        await stage.ExpectAnswersAsync("the client gets the pages of rs1 and rs2", load, 0, MeetsBoth, stop).ConfigureAwait(false);

        stage.Step("4.3", "dir2 的情况 · dir2 does not hold it");
        stage.Expect($"dir2 does not hold {Vip}", !stage.Vip.Holders.Contains("dir2"), stage.HoldersText);

        stage.Step("4.4", "将dir1 的keepalived 关掉，vip 将会被 dir2 抢占 · dir1's daemon is stopped, dir2 takes over, the service does not fail");
        double stopped = load.Now;
        await dir1.StopDaemonAsync(stop).ConfigureAwait(false);
        await stage.ExpectHolderAsync($"dir2 holds {Vip}", dir2, stop).ConfigureAwait(false);
        await stage.ExpectSoonAsync("dir2's kernel balances over both", Stage.Patience, () => IsWhole(dir2), () => Describe(dir2), stop)
            .ConfigureAwait(false);
        await stage.ExpectAnswersAsync("the client gets the pages of rs1 and rs2", load, stopped, MeetsBoth, stop).ConfigureAwait(false);
        stage.Measure("stop of dir1's daemon", load, stopped);

        stage.Step("4.5", "重新启动 dir1 的 keepalived 服务，vip 从新被 dir1 抢占绑定 · started again, dir1 takes it back");
        double back = load.Now;
        await dir1.StartDaemonAsync(stop).ConfigureAwait(false);
        await stage.ExpectHolderAsync($"dir1 holds {Vip} again", dir1, stop).ConfigureAwait(false);
        await stage.ExpectSoonAsync("dir1's kernel balances over both", Stage.Patience, () => IsWhole(dir1), () => Describe(dir1), stop)
            .ConfigureAwait(false);
        await stage.ExpectAnswersAsync("the client gets the pages of rs1 and rs2", load, back, MeetsBoth, stop).ConfigureAwait(false);
        stage.Measure("preemption by dir1", load, back);

        stage.Step("5", "将nginx 停掉 … 当nginx重新启动 · a web server is stopped and started");
        double down = load.Now;
        (await rs1.RunAsync("systemctl stop nginx", stop).ConfigureAwait(false)).OrThrow();
        await stage.ExpectSoonAsync("dir1 takes rs1 out of its table", checkPatience, () => Servers(dir1) is ["192.168.188.110:80"],
            () => Describe(dir1), stop)
            .ConfigureAwait(false);
        await stage.ExpectAnswersAsync("the client gets the page of rs2 alone", load, down,
            last => last.All(r => r.Server == "rs2"), stop).ConfigureAwait(false);
        double up = load.Now;
        await Nginx.StartAsync(rs1, stop).ConfigureAwait(false);
        await stage.ExpectSoonAsync("dir1 puts rs1 back", checkPatience, () => IsWhole(dir1), () => Describe(dir1), stop)
            .ConfigureAwait(false);
        // wlc counts inactive connections too: rs1, which has none, first gets all new ones until it has as many as rs2.
        await stage.ExpectAnswersAsync("the client gets the pages of rs1 and rs2 again", load, up, MeetsBoth, stop, checkPatience)
            .ConfigureAwait(false);
    }

    private static bool MeetsBoth(RequestResult[] last) =>
        last.All(r => r.IsAnswered) && last.Select(r => r.Server).Distinct().Count() == 2;

    private static bool IsPrepared(LabNode rs) =>
        AddressReader.ReadAsync(rs).Result.Any(a => a.Interface == "lo" && a.Address.ToString() == Vip) &&
        Arp(rs, "all", "arp_ignore") == "1" && Arp(rs, "all", "arp_announce") == "2";

    // /proc/sys/net shows the namespace of whoever opens it: read inside.
    private static string Arp(LabNode rs, string card, string name) =>
        rs.RunAsync($"cat /proc/sys/net/ipv4/conf/{card}/{name}").Result.Output.Trim();

    private static IpvsTableService? Table(LabNode dir) => IpvsTable.Read(dir).FirstOrDefault(s => s.Address == Service);

    private static string[] Servers(LabNode dir) => [.. (Table(dir)?.Servers ?? []).Select(s => s.Address).Order()];

    private static bool IsWhole(LabNode dir) =>
        Table(dir) is { Protocol: "TCP", Scheduler: "wlc", PersistenceTicks: null, Servers.Count: 2 } table &&
        table.Servers.All(s => s is { Weight: 100, Forwarding: "Route" }) && Servers(dir) is ["192.168.188.107:80", "192.168.188.110:80"];

    private static string Describe(LabNode dir) =>
        Table(dir) is { } t ? $"{t.Scheduler}: {string.Join("; ", t.Servers)}" : "no such service";

    private static LabNodeSpec Director(string name, string address, string configuration, DirectorDaemon daemon) =>
        new(name, "eth0", address)
        {
            Role = "director",
            Furnish = node =>
            {
                node.WriteFile("/etc/keepalived/keepalived.conf", SeedText.Read(configuration));
                node.UseDaemon(daemon);
            },
        };

    private static LabNodeSpec RealServer(string name, string address, bool prepared) => new(name, "eth0", address)
    {
        Role = "real server",
        Furnish = node =>
        {
            Nginx.Install(node);
            Nginx.AddSite(node, name);
            if (!prepared)
            {
                node.WriteFile("/usr/local/sbin/lvs_rs.sh", SeedText.Read("seed-002-lvs_rs.sh"), executable: true);
                return;
            }
            node.WriteFile("/etc/keepalived/keepalived.conf", $$"""
                direct_routing_address {
                    {{Vip}}
                }
                """);
            node.UseDaemon(DirectorDaemon.Hanode);
        },
    };
}
