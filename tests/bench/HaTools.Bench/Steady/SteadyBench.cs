using System.Text;
using HaTools.Lab.Machine;
using HaTools.Lab.Scenarios;
using HaTools.Lab.Watching;

namespace HaTools.Bench.Steady;

/// <summary>
/// A master and its backup for a minute, alone and beside 8 programs that want the processor: the advert's period, and how often the backup took over from a
/// master that worked. Default settings on both sides. hanode at 10 ms, a job of pwsh at 100 ms.
/// </summary>
internal static class SteadyBench
{
    private const int Hogs = 8;

    /// <summary>They wait for a word, in the master's own session: what the kernel gives to that (sched_autogroup) they share with it.</summary>
    private const string Companions = "for i in {1..8}; do (while [ ! -e /tmp/run ]; do sleep 0.1; done; while [ -e /tmp/run ]; do :; done) & done";

    /// <summary>Checks each second of a loaded node: as many real servers, checked once a second.</summary>
    private const int Checks = 1000;
    private const int Clients = 10;

    private static readonly Part[] parts =
    [
        new("hanode 10 ms", TimeSpan.FromMilliseconds(10), [Master.Hanode, Master.HanodeLoaded]),
        new("pwsh 100 ms", TimeSpan.FromMilliseconds(100), [Master.PwshLoaded]),
    ];

    private enum Master
    {
        Keepalived,

        /// <summary>hanode, VRRP alone.</summary>
        Hanode,

        /// <summary>hanode's engine with checks, and clients of the control socket.</summary>
        HanodeLoaded,

        /// <summary>The same in a pwsh, as a job.</summary>
        PwshLoaded,
    }

    public static async Task RunAsync(int? seconds, string part, CancellationToken stop)
    {
        TimeSpan length = TimeSpan.FromSeconds(seconds ?? 60);
        Console.WriteLine($"v3, {length.TotalSeconds} s each; gaps between adverts in ms, median / p99 / max.");
        Console.WriteLine("| interval | master | hogs | adverts sent / due | gaps | ratios to keepalived's | over 2 intervals | false takeovers | CPU of the master, % of a core |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (Part each in parts.Where(p => p.Name.Contains(part, StringComparison.Ordinal)))
        {
            foreach (int hogs in (int[])[0, Hogs])
            {
                Sample theirs = await MeasureAsync(Master.Keepalived, each.Interval, hogs, length, null, stop);
                foreach (Master ours in each.Ours) _ = await MeasureAsync(ours, each.Interval, hogs, length, theirs, stop);
            }
        }
    }

    private static async Task<Sample> MeasureAsync(Master master, TimeSpan interval, int hogs, TimeSpan length, Sample? theirs, CancellationToken stop)
    {
        DirectorDaemon daemon = master == Master.Keepalived ? DirectorDaemon.Keepalived : DirectorDaemon.Hanode;
        bool isLoaded = master is Master.HanodeLoaded or Master.PwshLoaded;
        await using Duo duo = await Duo.BootAsync(daemon, 1, interval, stop);
        if (hogs > 0) duo.Master.WriteFile("/run/lab/companions", Companions);
        if (isLoaded) await UseChecksAsync(duo.Master, master, interval, stop);
        await duo.StartAsync(duo.Master, stop);
        await duo.StartAsync(duo.Backup, stop);
        await duo.UntilFlowingAsync(1, stop);
        await using BusyClients? clients = isLoaded ? new BusyClients(duo.Master, Clients) : null;
        await Task.Delay(TimeSpan.FromSeconds(4), stop);
        duo.Master.WriteFile("/tmp/run", "");
        await Task.Delay(TimeSpan.FromSeconds(1), stop);
        duo.Trace.Forget();
        double before = ProcessorTime.Seconds(duo.Master);
        int servedBefore = clients?.Served ?? 0;
        await Task.Delay(length, stop);
        double used = ProcessorTime.Seconds(duo.Master) - before;
        IReadOnlyList<TracedAdvert> adverts = duo.Trace.Read();
        double span = (adverts[^1].Time - adverts[0].Time) / 1e9;
        Sample gaps = Gaps.Of(adverts, 1);
        int due = (int)(span / interval.TotalSeconds);
        string name = master switch
        {
            Master.Keepalived => "keepalived",
            Master.Hanode => "hanode",
            Master.HanodeLoaded => "hanode's engine",
            _ => "job of pwsh",
        };
        if (clients is not null) name += $", {Checks} checks/s, {Clients} clients ({clients.Served - servedBefore} events and answers)";
        Console.WriteLine(
            $"| {interval.TotalMilliseconds} ms | {name} | {hogs} | {gaps.Count} / {due} ({span * 1000 / gaps.Count:0.000} ms) | {gaps.Finely} | {(theirs is null ? "" : gaps.RatiosTo(theirs))} " +
            $"| {gaps.Above(2 * interval.TotalMilliseconds)} | {Takeovers(adverts)} | {used / length.TotalSeconds * 100:0.00} |");
        return gaps;
    }

    private static async Task UseChecksAsync(LabNode node, Master master, TimeSpan interval, CancellationToken stop)
    {
        Nginx.Install(node);
        Nginx.AddSite(node, "site");
        await Nginx.StartAsync(node, stop);
        string bench = Path.Combine(AppContext.BaseDirectory, "HaTools.Bench"), file = $"/etc/keepalived/keepalived.conf {node.Name}";
        string module = Path.Combine(HanodeProgram.ProjectFolder, "HaTools.psd1"), script = Path.Combine(AppContext.BaseDirectory, "Steady/job.ps1");
        string command = master == Master.PwshLoaded
            ? $"exec pwsh -NoProfile -File '{script}' '{module}' '{bench}.dll' {file}"
            : $"export DOTNET_ROOT='{HanodeProgram.DotnetRoot}'; exec '{bench}' host {file}";
        node.WriteFile("/run/lab/hanode.command", command + "\n");
        var text = new StringBuilder(Duo.Configuration(1, interval, 150));
        text.Append("virtual_server 10.70.1.1 80 {\n    delay_loop 1\n    lb_kind NAT\n    protocol TCP\n");
        for (int i = 0; i < Checks; i++)
            text.Append($"    real_server 127.0.{1 + (i / 250)}.{1 + (i % 250)} 80 {{\n        TCP_CHECK {{\n            connect_timeout 1\n        }}\n    }}\n");
        node.WriteFile("/etc/keepalived/keepalived.conf", text.Append("}\n").ToString());
    }

    /// <summary>How often the backup began to speak: a run of its adverts counts once.</summary>
    private static int Takeovers(IReadOnlyList<TracedAdvert> adverts)
    {
        int count = 0;
        byte speaker = 1;
        foreach (TracedAdvert advert in adverts)
        {
            if (advert.Sender == 2 && speaker == 1 && advert.Priority > 0) count++;
            speaker = advert.Sender;
        }

        return count;
    }

    private sealed record Part(string Name, TimeSpan Interval, Master[] Ours);
}
