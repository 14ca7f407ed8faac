using System.Net;
using HaTools.Lab.Clients;
using HaTools.Lab.Machine;
using HaTools.Lab.Servers;
using HaTools.Lab.Tests.Services;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Failover;

/// <summary>Two directors, three real servers and a client with many long downloads.</summary>
internal sealed class FailoverStage : IAsyncDisposable
{
    private static readonly CancellationToken stop = CancellationToken.None;

    private readonly FailoverCase kind;
    private readonly VirtualLab lab;
    private readonly List<DripServer> servers = [];
    private Downloads? downloads;

    private FailoverStage(FailoverCase kind, VirtualLab lab) => (this.kind, this.lab) = (kind, lab);

    /// <summary>The one of the higher priority, and its backup.</summary>
    public LabNode First => lab["dir1"];

    public LabNode Second => lab["dir2"];

    public Downloads Downloads => downloads!;

    /// <summary>Boots the machines; the first director holds the addresses then, and both have the service whole.</summary>
    public static async Task<FailoverStage> StartAsync(FailoverCase kind)
    {
        VirtualLab lab = await VirtualLab.StartAsync(
            [
                new LabNodeSpec("client", "eth0", "10.70.0.10/24"), Director(kind, 1), Director(kind, 2),
                .. Enumerable.Range(1, 3).Select(n => new LabNodeSpec(
                    $"rs{n}", new LabInterface("eth0", $"{kind.ServerAddress(n)}/24") { Network = kind.IsNat ? "back" : "lan" })),
            ], stop);
        var stage = new FailoverStage(kind, lab);
        try
        {
            for (int n = 1; n <= 3; n++) await stage.StartServerAsync(lab[$"rs{n}"]);
            await stage.StartDirectorAsync(stage.First);
            await stage.UntilHeldByAsync(stage.First);
            await stage.StartDirectorAsync(stage.Second);
            await Eventually.True(() => LogWatch.StateOf(stage.Second) == "BACKUP", () => stage.Second.DaemonLog);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>The second server does not answer the second director for a while, which takes it for failed and then for good again.</summary>
    public async Task FlapAsync()
    {
        await StepAsync("add", 0);
        await StepAsync("del", 1);

        async Task StepAsync(string verb, int weight)
        {
            (await lab["rs2"].RunAsync($"ip route {verb} blackhole 10.70.0.2/32", stop)).OrThrow();
            await Eventually.True(() => IpvsTable.Read(Second) is [var service] && service.Server($"{kind.ServerAddress(2)}:80")?.Weight == weight, () => Second.DaemonLog);
        }
    }

    /// <summary>Begins downloads, and waits until each has its server; with sync also until the second director knows them all.</summary>
    public async Task DownloadAsync(int count)
    {
        downloads = await Downloads.StartAsync(lab["client"], new DownloadOptions(IPEndPoint.Parse($"{FailoverCase.Vip}:80"), count), stop);
        await Eventually.True(() => downloads.All.All(d => d.Server is not null), downloads.ToString);
        if (kind.Sync) await UntilKnownAsync(Second);
    }

    /// <summary>Waits until a director has all of the downloads in its kernel's table.</summary>
    public Task UntilKnownAsync(LabNode director) =>
        Eventually.True(() => Known(director) >= Downloads.All.Count(d => !d.IsBroken), () => $"{director.Name} knows {Known(director)} connections");

    /// <summary>How many of the downloads a director has in its kernel's table.</summary>
    public int Known(LabNode director)
    {
        string[] lines = File.ReadAllLines($"/proc/{director.InitProcessId}/net/ip_vs_conn");
        HashSet<string> ports = [.. Downloads.All.Where(d => d is { IsBroken: false, Client: not null }).Select(d => $"{d.Client!.Port:X4}")];
        return lines.Skip(1).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Count(w => w.Length > 7 && ports.Contains(w[2]));
    }

    /// <summary>A director is there again after a crash or a stop.</summary>
    public async Task ReturnAsync(LabNode director)
    {
        if (!director.IsRunning) await director.BootAsync(stop);
        await StartDirectorAsync(director);
    }

    /// <summary>Waits until one director, and no other, holds the address.</summary>
    public async Task UntilHeldByAsync(LabNode director)
    {
        LabNode other = director == First ? Second : First;
        await Eventually.True(async () => await HoldsAsync(director) && !await HoldsAsync(other), () => $"{First.DaemonLog}\n{Second.DaemonLog}");
        await Eventually.True(() => IpvsTable.Read(director) is [{ Servers.Count: 3 }, ..], () => director.DaemonLog);
    }

    /// <summary>Waits until each download has had a byte since now, or is broken; tells how many are broken by now.</summary>
    public async Task<int> SettleAsync()
    {
        double now = Downloads.Now;
        await Eventually.True(() => Downloads.All.All(d => d.End != DownloadEnd.Running || d.LastByte > now + 1), Downloads.ToString);
        return Downloads.Broken.Count;
    }

    /// <summary>The servers finish.</summary>
    public async Task<IReadOnlyList<Download>> FinishAsync()
    {
        servers.ForEach(s => s.Finish());
        return await Downloads.FinishAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (downloads is not null) await downloads.DisposeAsync();
        foreach (DripServer server in servers) await server.DisposeAsync();
        await lab.DisposeAsync();
    }

    private static async Task<bool> HoldsAsync(LabNode node) =>
        node.IsRunning && (await AddressReader.ReadAsync(node)).Any(a => a.Address.ToString() == FailoverCase.Vip);

    private static LabNodeSpec Director(FailoverCase kind, int number) => new($"dir{number}", kind.IsNat
        ? [new LabInterface("eth0", $"10.70.0.{number}/24"), new LabInterface("eth1", $"10.71.0.{number}/24") { Network = "back" }]
        : [new LabInterface("eth0", $"10.70.0.{number}/24")])
    {
        Furnish = node =>
        {
            node.WriteFile("/etc/keepalived/keepalived.conf", kind.Configuration(number == 1 ? 150 : 100));
            node.UseDaemon(kind.Daemon);
            if (kind.Stateless) node.WriteFile("/run/lab/hanode.command", $"{HanodeProgram.CommandLine(node.Name)} --format yaml\n");
        },
    };

    private async Task StartDirectorAsync(LabNode director)
    {
        (await director.RunAsync(FailoverCase.Preparation, stop)).OrThrow();
        await director.StartDaemonAsync(stop);
    }

    private async Task StartServerAsync(LabNode node)
    {
        (await node.RunAsync(kind.ServerPreparation, stop)).OrThrow();
        servers.Add(await DripServer.StartAsync(node, 80, TimeSpan.FromSeconds(1)));
    }
}
