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
    private AdvertEar? ear;

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
        pair.ear = new AdvertEar(pair.lab["client"], "eth0");
        await pair.lab["b"].StartDaemonAsync(stop);
        await pair.StartMasterAsync(stop);
        return pair;

        void Furnish(LabNode node, int priority)
        {
            node.UseDaemon(daemon);
            node.WriteFile("/etc/keepalived/keepalived.conf", mode.Configuration(priority, Address));
        }
    }

    public async Task RoundAsync(CancellationToken stop)
    {
        await using PingProbe probe = await PingProbe.StartAsync(lab["client"], Address);
        await Task.Delay(settling, stop);
        ear!.Forget();
        await Task.Delay(mode.Interval * (2 + Random.Shared.NextDouble()), stop);
        int before = probe.Answered;
        double crash = probe.Now;
        long crashTime = Stopwatch.GetTimestamp();
        await lab["a"].CrashAsync();
        await UntilAsync(() => ear.Takeover(1, 2, crashTime) is not null && probe.LongestGap(crash).To < probe.Now - 0.05, stop);
        if (before == 0) throw new InvalidOperationException($"{daemon}: nobody answered before the crash");
        (long last, long first) = ear.Takeover(1, 2, crashTime)!.Value;
        Lateness.Add((Stopwatch.GetElapsedTime(last, first) - mode.DownInterval).TotalMilliseconds);
        ClientGap.Add((probe.LongestGap(crash).To - crash) * 1000);
        await lab["a"].BootAsync(stop);
        await StartMasterAsync(stop);
    }

    /// <summary>Memory of the daemon's processes on the backup: resident, and the proportional share of it, in MiB.</summary>
    public (double Resident, double Proportional) Memory()
    {
        double resident = 0, proportional = 0;
        foreach (NodeProcess process in lab["b"].DaemonProcesses())
        {
            string text = File.ReadAllText($"/proc/{process.ProcessId}/smaps_rollup");
            resident += Kibibytes(text, "Rss:");
            proportional += Kibibytes(text, "Pss:");
        }

        return (resident / 1024, proportional / 1024);
    }

    public async ValueTask DisposeAsync()
    {
        if (ear is not null) await ear.DisposeAsync();
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

    private static double Kibibytes(string text, string name)
    {
        string line = text.Split('\n').First(l => l.StartsWith(name, StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
    }
}
