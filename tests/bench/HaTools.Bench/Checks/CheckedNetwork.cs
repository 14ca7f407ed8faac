using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HaTools.Lab.Machine;
using HaTools.Lab.Scenarios;
using HaTools.Lab.Watching;

namespace HaTools.Bench.Checks;

/// <summary>A director with a virtual router at 10 ms and many real servers, all of them addresses of one machine where nginx answers.</summary>
internal sealed class CheckedNetwork : IAsyncDisposable
{
    private const string Removals = "/run/removals";

    // As many as a service has in a large installation.
    private const int PerService = 100;

    private CheckedNetwork(VirtualLab lab, AdvertTrace trace) => (Lab, Trace) = (lab, trace);

    public VirtualLab Lab { get; }

    public AdvertTrace Trace { get; }

    public LabNode Director => Lab["a"];

    private LabNode Servers => Lab["servers"];

    /// <summary>The address of a real server.</summary>
    public static string Address(int number) => $"10.71.{number / 250}.{(number % 250) + 1}";

    public static async Task<CheckedNetwork> StartAsync(DirectorDaemon daemon, int count, int port, string check, CancellationToken stop)
    {
        LabNodeSpec[] machines =
        [
            new("a", new LabInterface("eth0", "10.70.0.1/24") { Network = "lan0" }) { Furnish = node => Furnish(node, daemon, count, port, check) },
            new("servers", new LabInterface("eth0", "10.70.0.9/24") { Network = "lan0" })
            {
                Furnish = node =>
                {
                    Nginx.Install(node);
                    node.WriteFile("/etc/nginx/conf.d/site.conf", "access_log off;\nserver {\n    listen 80 backlog=4096;\n    listen 443 ssl backlog=4096;\n    "
                        + "ssl_certificate /etc/nginx/site.pem;\n    ssl_certificate_key /etc/nginx/site.key;\n    location / {\n        return 200 well;\n    }\n}\n");
                    using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                    using X509Certificate2 certificate = new CertificateRequest("CN=bench", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
                    node.WriteFile("/etc/nginx/site.pem", certificate.ExportCertificatePem());
                    node.WriteFile("/etc/nginx/site.key", key.ExportPkcs8PrivateKeyPem());
                },
            },
        ];
        VirtualLab lab = await VirtualLab.StartAsync(machines, stop);
        var network = new CheckedNetwork(lab, await AdvertTrace.StartAsync(lab.Switch, "lan0", stop));
        await Nginx.StartAsync(network.Servers, stop);
        (await network.Servers.RunAsync("""
            set -e
            ip route add local 10.71.0.0/16 dev lo
            nft 'add table ip bench; add set ip bench dead { type ipv4_addr; }
                add chain ip bench input { type filter hook input priority 0; }; add rule ip bench input ip daddr @dead tcp dport { 80, 443 } reject with tcp reset'
            """, stop)).OrThrow();
        (await network.Director.RunAsync("ip route add 10.71.0.0/16 via 10.70.0.9", stop)).OrThrow();
        await network.Director.StartDaemonAsync(stop);
        return network;
    }

    /// <summary>How many connections the director has begun so far.</summary>
    public long Tries
    {
        get
        {
            string[][] lines = [.. File.ReadAllLines($"/proc/{Director.InitProcessId}/net/snmp").Where(l => l.StartsWith("Tcp:", StringComparison.Ordinal)).Select(l => l.Split(' '))];
            return long.Parse(lines[1][Array.IndexOf(lines[0], "ActiveOpens")], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Sockets in TIME_WAIT, at the director and at the servers.</summary>
    public (int Director, int Servers) TimeWait => (TimeWaitOf(Director), TimeWaitOf(Servers));

    /// <summary>From now on these servers refuse every connection.</summary>
    /// <returns>When, in nanoseconds of the wall clock.</returns>
    public async Task<long> KillAsync(IEnumerable<int> servers, CancellationToken stop)
    {
        (await Servers.RunAsync($"nft add element ip bench dead {{ {string.Join(", ", servers.Select(Address))} }}", stop)).OrThrow();
        return (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
    }

    /// <summary>When which real servers first left the table since a time, in nanoseconds of the wall clock: where there are more checks than can be done, good servers leave it as well, and come back.</summary>
    public IReadOnlyDictionary<string, long> ReadRemovals(long since) => Director.ReadFile(Removals).Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(l => l.Split(' ')).Where(w => w.Length == 2).Select(w => (When: long.Parse(w[0], CultureInfo.InvariantCulture), Server: w[1]))
        .Where(r => r.When >= since).GroupBy(r => r.Server).ToDictionary(g => g.Key, g => g.First().When);

    public async ValueTask DisposeAsync()
    {
        await Trace.DisposeAsync();
        await Lab.DisposeAsync();
    }

    private static int TimeWaitOf(LabNode node)
    {
        string[] words = File.ReadAllLines($"/proc/{node.InitProcessId}/net/sockstat").First(l => l.StartsWith("TCP:", StringComparison.Ordinal)).Split(' ');
        return int.Parse(words[Array.IndexOf(words, "tw") + 1], CultureInfo.InvariantCulture);
    }

    private static void Furnish(LabNode node, DirectorDaemon daemon, int count, int port, string check)
    {
        string folder = AppContext.BaseDirectory;
        node.WriteFile("/usr/local/sbin/keepalived-no-ipvs",
            $"#!/bin/bash\nexport {EngineHost.RemovalsVariable}={Removals} LD_PRELOAD='{Path.Combine(folder, "no-ipvs.so")}'\nexec keepalived \"$@\"\n", executable: true);
        node.UseDaemon(daemon, "/usr/local/sbin/keepalived-no-ipvs");
        node.WriteFile("/run/lab/hanode.command",
            $"export {EngineHost.RemovalsVariable}={Removals} DOTNET_ROOT='{HanodeProgram.DotnetRoot}'; exec '{Path.Combine(folder, "HaTools.Bench")}' host /etc/keepalived/keepalived.conf {node.Name}\n");
        node.WriteFile("/etc/keepalived/keepalived.conf", Configuration(count, port, check));
    }

    private static string Configuration(int count, int port, string check)
    {
        var text = new StringBuilder(Duo.Configuration(1, TimeSpan.FromMilliseconds(10), 150));
        for (int i = 0; i < count; i++)
        {
            if (i % PerService == 0) text.Append($"{(i == 0 ? "" : "}\n")}virtual_server 10.70.1.1 {1000 + (i / PerService)} {{\n    delay_loop 1\n    lb_algo rr\n    lb_kind NAT\n    protocol TCP\n");
            text.Append($"    real_server {Address(i)} {port} {{\n{check}    }}\n");
        }

        return text.Append("}\n").ToString();
    }
}
