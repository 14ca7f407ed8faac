using System.Diagnostics;
using HaTools.Lab.Clients;
using HaTools.Lab.Machine;
using HaTools.Lab.Watching;

namespace HaTools.Bench.Takeover;

/// <summary>Two directors of one program, and a client that asks every millisecond: one crash is one round.</summary>
internal sealed class Pair : IAsyncDisposable
{
    private const string Address = "10.70.0.100";
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan settling = TimeSpan.FromMilliseconds(300);
    private readonly VirtualLab lab;
    private readonly Mode mode;
    private readonly DirectorDaemon daemon;
    private readonly AddressWatch watch = new(Address);
    private AdvertTrace? trace;

    private Pair(VirtualLab lab, Mode mode, DirectorDaemon daemon) => (this.lab, this.mode, this.daemon) = (lab, mode, daemon);

    /// <summary>From the crash to the first answer, as the client sees it.</summary>
    public Sample ClientGap { get; } = new();

    /// <summary>The new master's first advert, after the time that the protocol demands.</summary>
    public Sample Lateness { get; } = new();

    public static async Task<Pair> StartAsync(Mode mode, DirectorDaemon daemon, CancellationToken stop)
    {
        LabNodeSpec[] machines =
        [
            new("a", "eth0", "10.70.0.1/24") { Furnish = node => Furnish(node, Mode.MasterPriority) },
            new("b", "eth0", "10.70.0.2/24") { Furnish = node => Furnish(node, Mode.BackupPriority) },
            new("client", "eth0", "10.70.0.9/24"),
        ];
        var pair = new Pair(await VirtualLab.StartAsync(machines, stop), mode, daemon);
        pair.watch.Add(pair.lab["b"]);
        pair.trace = await AdvertTrace.StartAsync(pair.lab.Switch, "lan", stop);
        await pair.lab["b"].StartDaemonAsync(stop);
        await pair.StartMasterAsync(stop);
        return pair;

        void Furnish(LabNode node, int priority)
        {
            node.UseDaemon(daemon);
            node.WriteFile("/etc/keepalived/keepalived.conf", mode.Configuration(priority, Address));
        }
    }

    /// <param name="phase">Where between two adverts the master crashes, from 0 (just after one) to 1.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RoundAsync(double phase, CancellationToken stop)
    {
        await using PingProbe probe = await PingProbe.StartAsync(lab["client"], Address);
        await Task.Delay(settling, stop);
        trace!.Forget();
        await Task.Delay(mode.Interval * 2, stop);
        int heard = trace.Read().Count;
        await UntilAsync(() => trace.Read().Count > heard, stop);
        await Task.Delay(mode.Interval * phase, stop);
        int before = probe.Answered;
        double crash = probe.Now;
        await lab["a"].CrashAsync();
        await UntilAsync(() => Takeover() is not null && probe.LongestGap(crash).To < probe.Now - 0.05, stop);
        if (before == 0) throw new InvalidOperationException($"{daemon}: nobody answered before the crash");
        (long last, long first) = Takeover()!.Value;
        Lateness.Add(((first - last) / 1e6) - mode.DownInterval.TotalMilliseconds);
        ClientGap.Add((probe.LongestGap(crash).To - crash) * 1000);
        await lab["a"].BootAsync(stop);
        await StartMasterAsync(stop);
    }

    /// <summary>Memory of the daemon's processes on the backup: resident, and the proportional share of it, in MiB.</summary>
    public (double Resident, double Proportional) Memory() => ProcessorTime.Memory(lab["b"]);

    public async ValueTask DisposeAsync()
    {
        if (trace is not null) await trace.DisposeAsync();
        await lab.DisposeAsync();
        await watch.DisposeAsync();
    }

    private async Task StartMasterAsync(CancellationToken stop)
    {
        watch.Add(lab["a"]);
        await lab["a"].StartDaemonAsync(stop);
        await UntilAsync(() => watch.Holders is ["a"], stop);
    }

    private async Task UntilAsync(Func<bool> condition, CancellationToken stop)
    {
        for (long began = Stopwatch.GetTimestamp(); !condition();)
        {
            if (Stopwatch.GetElapsedTime(began) > patience)
                throw new TimeoutException($"{daemon}, {mode.Name}: waited {patience.TotalSeconds} s in vain.\na: {lab["a"].DaemonLog}\nb: {lab["b"].DaemonLog}");
            await Task.Delay(5, stop);
        }
    }

    /// <summary>The last advert of the old master and the first of the new one, in nanoseconds; null: not both yet.</summary>
    private (long Last, long First)? Takeover()
    {
        IReadOnlyList<TracedAdvert> adverts = trace!.Read();
        for (int i = 1; i < adverts.Count; i++)
        {
            if (adverts[i] is { Sender: 2, Priority: > 0 } && adverts[i - 1] is { Sender: 1, Priority: > 0 }) return (adverts[i - 1].Time, adverts[i].Time);
        }

        return null;
    }
}
