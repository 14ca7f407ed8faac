using System.Diagnostics;
using System.Net;
using HaTools.Lab;
using HaTools.Lab.Machine;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;
using HaTools.Netlink.Ipvs.Save;

namespace HaTools.Bench.Ipvs;

/// <summary>
/// The same work for hanode and ipvsadm in turn, on a machine of its own: the whole table entered, one weight changed, the whole table read
/// with its counters. Each is a program that is started for it, as scripts do; what a program that runs already needs (a node, a
/// PowerShell session) stands beside it.
/// </summary>
internal sealed class TableRace(int rounds, string part)
{
    private const int Services = 1000;
    private const int Servers = 10;
    private static readonly IpvsServiceKey changed = new(IpvsProtocol.Tcp, Virtual(Services / 2), 80);

    public async Task RunAsync(CancellationToken stop)
    {
        await using VirtualLab lab = await VirtualLab.StartAsync([new LabNodeSpec("one", "eth0", "10.70.0.1/16")], stop);
        LabNode node = lab["one"];
        string table = Table(), one = One(7);
        node.WriteFile("/run/table", table);
        node.WriteFile("/run/one-even", One(8));
        node.WriteFile("/run/one-odd", one);
        Console.WriteLine($"services: {Services}, real servers of each: {Servers}, rounds: {rounds}. Milliseconds, median / p99 / max.");
        Console.WriteLine("| work | hanode | ipvsadm | ratios hanode : ipvsadm | in a program that runs | ratio |");
        Console.WriteLine("|---|---|---|---|---|---|");
        await RaceAsync(node, "load from nothing", HanodeProgram.Of("ipvs restore /run/table"), "ipvsadm -R < /run/table",
            client => client.Apply(IpvsSaveReader.Read(table).Table!.ToCommands()), "ipvsadm -C", stop);
        (await node.RunAsync("ipvsadm -C; ipvsadm -R < /run/table", stop)).OrThrow();
        int weight = 100;
        await RaceAsync(node, "change one weight",
            $"if [ -e /run/odd ]; then rm /run/odd; {HanodeProgram.Of("ipvs restore /run/one-odd")}; else touch /run/odd; {HanodeProgram.Of("ipvs restore /run/one-even")}; fi",
            $"ipvsadm -e -t {changed.Address}:80 -r {Real(0)}:80 -m -w 9",
            client => client.SetDestination(changed, new IpvsDestination { Address = Real(0), Port = 80, Weight = weight++ }), "true", stop);
        await RaceAsync(node, "read with counters", HanodeProgram.Of("ipvs list --stats --exact > /dev/null"), "ipvsadm -Ln --stats --exact > /dev/null",
            Reading.Of, "true", stop);
    }

    private async Task RaceAsync(LabNode node, string work, string ours, string theirs, Action<IpvsClient> running, string before, CancellationToken stop)
    {
        if (!work.Contains(part, StringComparison.Ordinal)) return;
        Sample our = new(), their = new(), warm = new();
        for (int round = 0; round < rounds; round++)
        {
            our.Add(await TimeAsync(node, before, ours, stop));
            their.Add(await TimeAsync(node, before, theirs, stop));
            (await node.RunAsync(before, stop)).OrThrow();
            using NetworkNamespace network = NetworkNamespace.Open($"/proc/{node.InitProcessId}/ns/net");
            warm.Add(network.Run(() =>
            {
                using IpvsClient client = IpvsClient.Open();
                long began = Stopwatch.GetTimestamp();
                running(client);
                return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            }));
        }

        Console.WriteLine($"| {work} | {our} | {their} | {our.RatiosTo(their)} | {warm.Finely} | {warm.Median / their.Median:0.000} |");
    }

    private static async Task<double> TimeAsync(LabNode node, string before, string command, CancellationToken stop)
    {
        // The shell tells the time itself: what it takes to get into the machine is not the program's.
        CommandResult result = (await node.RunAsync($"{before}; b=$EPOCHREALTIME; {{ {command}; }} >/dev/null || exit 1; e=$EPOCHREALTIME; echo $(( ${{e/./}} - ${{b/./}} ))", stop)).OrThrow();
        return long.Parse(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]) / 1000.0;
    }

    private static IPAddress Virtual(int service) => new([10, 80, (byte)(service >> 8), (byte)service]);

    private static IPAddress Real(int server) => new([10, 70, 1, (byte)(server + 1)]);

    private static string Table() => IpvsSaveWriter.Write(
        new IpvsSavedTable { Services = [.. Enumerable.Range(0, Services).Select(s => Service(Virtual(s), 1))] }, IpvsSaveStyle.Whole);

    private static string One(int weight) => IpvsSaveWriter.Write(new IpvsSavedTable { Services = [Service(changed.Address!, weight)] }, IpvsSaveStyle.Whole);

    private static IpvsSavedService Service(IPAddress address, int weight) => new()
    {
        Service = new IpvsService { Key = new IpvsServiceKey(IpvsProtocol.Tcp, address, 80), Scheduler = "wlc" },
        Destinations = [.. Enumerable.Range(0, Servers).Select(s => new IpvsDestination { Address = Real(s), Port = 80, Weight = s == 0 ? weight : 1 })],
    };

    /// <summary>Looks at every counter, as a program that shows them would.</summary>
    private sealed class Reading : IIpvsTableVisitor
    {
        private int servers;
        private ulong connections;

        public static void Of(IpvsClient client)
        {
            var reading = new Reading();
            client.ReadTable(reading);
            if (reading.servers != Services * Servers || reading.connections != 0) throw new LabException($"{reading.servers} real servers were read, with {reading.connections} connections");
        }

        public bool Wants(in IpvsServiceView service) => true;

        public void Service(in IpvsServiceView service) => connections += service.Statistics.Connections;

        public void Destination(in IpvsDestinationView destination)
        {
            servers++;
            connections += destination.Statistics.Connections;
        }
    }
}
