using System.Net;
using HaTools.Lab.Clients;
using HaTools.Lab.Machine;
using HaTools.Lab.Servers;
using HaTools.Netlink.Ipvs;
using HaTools.Netlink.Ipvs.Save;

namespace HaTools.Lab.Tests.Services;

/// <summary>
/// A client, a director and three real servers, booted once for many tests when the first of them asks. Each test begins with an empty table
/// and has a virtual address of each family for itself: connections and persistence templates outlive their service.
/// </summary>
public abstract class ServiceStage : IAsyncLifetime
{
    private readonly List<DripServer> servers = [];
    private Task? starting;
    private VirtualLab? lab;
    private IpvsClient? ipvs;
    private int test;

    internal LabNode Client => lab!["client"];

    internal LabNode Director => lab!["director"];

    /// <summary>A real server's machine.</summary>
    internal LabNode Server(string name) => lab![name];

    /// <summary>IPVS on the director, from this process: HaTools.Netlink.</summary>
    internal IpvsClient Ipvs => ipvs!;

    /// <summary>The client's own addresses: 10.60.0.10 to .29.</summary>
    internal static IReadOnlyList<string> Clients { get; } = [.. Enumerable.Range(10, 20).Select(i => $"10.60.0.{i}")];

    internal static IReadOnlyList<string> RealServers { get; } = ["rs1", "rs2", "rs3"];

    /// <summary>The test's own virtual address: 10.60.1.1 …</summary>
    internal string Vip => $"10.60.1.{test}";

    /// <summary>The test's own virtual IPv6 address.</summary>
    internal string Vip6 => $"fd60::1:{test}";

    /// <summary>The test's virtual address, with a port.</summary>
    internal IPEndPoint At(int port) => new(IPAddress.Parse(Vip), port);

    /// <summary>The test's virtual IPv6 address, with a port.</summary>
    internal IPEndPoint At6(int port) => new(IPAddress.Parse(Vip6), port);

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Boots what is not yet there, and empties the table.</summary>
    internal async Task BeginAsync()
    {
        await (starting ??= StartAsync());
        test++;
        Ipvs.Flush();
        await AddAddressesAsync();
    }

    /// <summary>Enters a table that is written in ipvsadm's words; VIP and VIP6 stand for the test's own addresses.</summary>
    internal void Enter(string table)
    {
        string own = table.Replace("VIP6", Vip6, StringComparison.Ordinal).Replace("VIP", Vip, StringComparison.Ordinal);
        IpvsSaveReading reading = IpvsSaveReader.Read(own);
        Assert.Empty(reading.Errors);
        Assert.All(Ipvs.Apply(reading.Table!.ToCommands()), r => Assert.True(r.Succeeded, r.ToException()?.Message));
    }

    /// <summary>Runs a line of bash on a real server.</summary>
    internal async Task OnServerAsync(string name, string line) => (await Server(name).RunAsync(line)).OrThrow();

    /// <summary>All that is being downloaded comes to its end.</summary>
    internal void FinishDownloads() => servers.ForEach(s => s.Finish());

    /// <summary>Calls one after the other, all held until the end.</summary>
    internal async Task<Calls> CallAsync(IPEndPoint target, int count, IReadOnlyList<string>? sources = null)
    {
        var calls = new Calls();
        for (int n = 0; n < count; n++) calls.Add(await Call.TcpAsync(Client, target, sources?[n % sources.Count]));
        return calls;
    }

    public async Task DisposeAsync()
    {
        ipvs?.Dispose();
        foreach (DripServer server in servers) await server.DisposeAsync();
        if (lab is not null) await lab.DisposeAsync();
    }

    private protected abstract IEnumerable<LabNodeSpec> Machines { get; }

    /// <summary>
    /// Puts the test's addresses up. That of IPv6 is deprecated, as VRRP's are: the director would else speak from it to a server that has
    /// it too, and never hear an answer.
    /// </summary>
    private protected virtual async Task AddAddressesAsync() =>
        (await Director.RunAsync($"ip addr add {Vip}/32 dev eth0 && ip addr add {Vip6}/128 dev eth0 nodad preferred_lft 0")).OrThrow();

    /// <summary>Lines of bash for a machine that is up.</summary>
    private protected abstract string Preparation(string machine);

    private async Task StartAsync()
    {
        lab = await VirtualLab.StartAsync(Machines, CancellationToken.None);
        foreach (LabNode node in lab.Nodes) (await node.RunAsync($"set -e\n{Preparation(node.Name)}")).OrThrow();

        // Each client that is refused hears so, and need not wait for what does not come: the kernel says it to one address once a second otherwise (icmp(7), icmp_ratelimit).
        (await Director.RunAsync("echo 0 > /proc/sys/net/ipv4/icmp_ratelimit; echo 0 > /proc/sys/net/ipv6/icmp/ratelimit")).OrThrow();
        foreach (string name in RealServers)
            foreach (int port in (int[])[80, 443])
                servers.Add(await DripServer.StartAsync(lab[name], port));
        ipvs = await NamespaceThread.Start(Director, "ipvs", IpvsClient.Open);
    }
}

/// <summary>Calls that are held.</summary>
internal sealed class Calls : List<Call>, IDisposable
{
    public TrafficTally Tally => TrafficTally.Of(this);

    public void Dispose() => ForEach(c => c.Dispose());
}
