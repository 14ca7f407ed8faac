using System.Buffers.Binary;
using System.Net;
using HaTools.Lab.Clients;
using HaTools.Lab.Machine;
using HaTools.Lab.Servers;
using HaTools.Lab.Tests.Services;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Failover;

/// <summary>Two directors, three real servers and a client with many long downloads from each service.</summary>
internal sealed class FailoverStage : IAsyncDisposable
{
    private static readonly CancellationToken stop = CancellationToken.None;

    private readonly FailoverCase kind;
    private readonly VirtualLab lab;
    private readonly List<DripServer> servers = [];
    private readonly List<(FailoverService Service, Downloads Of)> downloads = [];

    private FailoverStage(FailoverCase kind, VirtualLab lab) => (this.kind, this.lab) = (kind, lab);

    /// <summary>The one of the higher priority, and its backup.</summary>
    public LabNode First => lab["dir1"];

    public LabNode Second => lab["dir2"];

    /// <summary>Boots the machines; the first director holds the addresses then, and both have the services whole.</summary>
    public static async Task<FailoverStage> StartAsync(FailoverCase kind)
    {
        VirtualLab lab = await VirtualLab.StartAsync(
            [new LabNodeSpec("client", "eth0", "10.70.0.10/24"), Director(kind, 1), Director(kind, 2), .. Enumerable.Range(1, 3).Select(n => Server(kind, n))], stop);
        var stage = new FailoverStage(kind, lab);
        try
        {
            for (int n = 1; n <= 3; n++) await stage.StartServerAsync(n);
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
            await Eventually.True(
                () => IpvsTable.Read(Second) is var table && kind.Services.All(s => table.Any(t => t.Server($"{s.ServerAddress(2)}:80")?.Weight == weight && t.Address == $"{s.Vip}:80")),
                () => Second.DaemonLog);
        }
    }

    /// <summary>Begins downloads from each service, and waits until each has its server; with sync also until the second director knows them all.</summary>
    public async Task DownloadAsync(int count)
    {
        foreach (FailoverService service in kind.Services)
            downloads.Add((service, await Downloads.StartAsync(lab["client"], new DownloadOptions(IPEndPoint.Parse($"{service.Vip}:80"), count), stop)));
        await Eventually.True(() => downloads.All(d => d.Of.All.All(one => one.Server is not null)), Tell);
        if (!kind.Sync) return;
        await Eventually.True(() => downloads.All(d => Known(d, Second) >= d.Of.All.Count(one => !one.IsBroken)), () => $"{Tell()}; {Second.Name} knows {Known(Second)}");
    }

    /// <summary>How many of the downloads a director has in its kernel's table, in words.</summary>
    public string Known(LabNode director) => string.Join(", ", downloads.Select(d => $"{Known(d, director)} of {d.Service.Forwarding}"));

    /// <summary>How the downloads stand, in words.</summary>
    public string Tell() => string.Join("; ", downloads.Select(d => $"{d.Service.Forwarding}: {d.Of}"));

    /// <summary>A director is there again after a crash or a stop.</summary>
    public async Task ReturnAsync(LabNode director)
    {
        if (!director.IsRunning) await director.BootAsync(stop);
        await StartDirectorAsync(director);
    }

    /// <summary>Waits until one director, and no other, holds the addresses, and has the services whole.</summary>
    public async Task UntilHeldByAsync(LabNode director)
    {
        LabNode other = director == First ? Second : First;
        await Eventually.True(
            async () => await HeldAsync(director) == kind.Services.Length && await HeldAsync(other) == 0, () => $"{First.DaemonLog}\n{Second.DaemonLog}");
        await Eventually.True(
            () => IpvsTable.Read(director) is var table && table.Count == kind.Services.Length && table.All(s => s.Servers.Count == 3), () => director.DaemonLog);
    }

    /// <summary>Waits until each download has had a byte since now, or is broken; tells how many are broken by now.</summary>
    public async Task<int> SettleAsync()
    {
        (Downloads Of, double Now)[] begun = [.. downloads.Select(d => (d.Of, d.Of.Now))];
        await Eventually.True(() => begun.All(b => b.Of.All.All(d => d.End != DownloadEnd.Running || d.LastByte > b.Now + 1)), Tell);
        return downloads.Sum(d => d.Of.Broken.Count);
    }

    /// <summary>The servers finish.</summary>
    public async Task<IReadOnlyList<Download>> FinishAsync()
    {
        servers.ForEach(s => s.Finish());
        var all = new List<Download>();
        foreach ((_, Downloads of) in downloads) all.AddRange(await of.FinishAsync(stop));
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((_, Downloads of) in downloads) await of.DisposeAsync();
        foreach (DripServer server in servers) await server.DisposeAsync();
        await lab.DisposeAsync();
    }

    private static int Known((FailoverService Service, Downloads Of) one, LabNode director)
    {
        // /proc/net/ip_vs_conn: protocol, the client's address and port, the service's, the server's …, in hexadecimal digits.
        string vip = $"{BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(one.Service.Vip).GetAddressBytes()):X8}";
        HashSet<string> ports = [.. one.Of.All.Where(d => d is { IsBroken: false, Client: not null }).Select(d => $"{d.Client!.Port:X4}")];
        return File.ReadLines($"/proc/{director.InitProcessId}/net/ip_vs_conn").Skip(1).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Count(w => w.Length > 7 && w[3] == vip && ports.Contains(w[2]));
    }

    private async Task<int> HeldAsync(LabNode node)
    {
        if (!node.IsRunning) return 0;
        HashSet<string> held = [.. (await AddressReader.ReadAsync(node)).Select(a => $"{a.Address}")];
        return kind.Services.Count(s => held.Contains(s.Vip));
    }

    private static LabNodeSpec Server(FailoverCase kind, int number) => new($"rs{number}", Cards(kind, $"10.70.0.{50 + number}/24", $"10.71.0.{10 + number}/24"));

    private static LabNodeSpec Director(FailoverCase kind, int number) => new($"dir{number}", Cards(kind, $"10.70.0.{number}/24", $"10.71.0.{number}/24"))
    {
        Furnish = node =>
        {
            node.WriteFile("/etc/keepalived/keepalived.conf", kind.Configuration(number == 1 ? 150 : 100));
            node.UseDaemon(kind.Daemon);
            if (kind.Stateless) node.WriteFile("/run/lab/hanode.command", $"{HanodeProgram.CommandLine(node.Name)} --format yaml\n");
        },
    };

    private static LabInterface[] Cards(FailoverCase kind, string front, string back) =>
        kind.HasNat ? [new LabInterface("eth0", front), new LabInterface("eth1", back) { Network = "back" }] : [new LabInterface("eth0", front)];

    private async Task StartDirectorAsync(LabNode director)
    {
        (await director.RunAsync(FailoverCase.Preparation, stop)).OrThrow();
        await director.StartDaemonAsync(stop);
    }

    private async Task StartServerAsync(int number)
    {
        LabNode node = lab[$"rs{number}"];
        (await node.RunAsync($"set -e\n{kind.ServerPreparation(number)}", stop)).OrThrow();
        servers.Add(await DripServer.StartAsync(node, 80, TimeSpan.FromSeconds(1)));
    }
}
