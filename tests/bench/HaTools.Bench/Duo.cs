using System.Diagnostics;
using System.Text;
using HaTools.Lab.Machine;
using HaTools.Lab.Watching;

namespace HaTools.Bench;

/// <summary>Two directors of one program with the same virtual routers, a (priority 150) and b (100), and a trace of the wire between them.</summary>
internal sealed class Duo : IAsyncDisposable
{
    private const int PerInterface = 255;
    private readonly DirectorDaemon daemon;

    private Duo(DirectorDaemon daemon, VirtualLab lab, AdvertTrace trace) => (this.daemon, Lab, Trace) = (daemon, lab, trace);

    public VirtualLab Lab { get; }

    public AdvertTrace Trace { get; }

    public LabNode Master => Lab["a"];

    public LabNode Backup => Lab["b"];

    /// <summary>Boots the machines; the programs are not started yet.</summary>
    public static async Task<Duo> BootAsync(DirectorDaemon daemon, int instances, TimeSpan interval, CancellationToken stop)
    {
        int cards = (instances + PerInterface - 1) / PerInterface;
        // One network for all the cards would have each advert heard on all of them; the trace listens on one bridge alone.
        LabInterface[] Cards(int host) =>
            [.. Enumerable.Range(0, cards).Select(c => new LabInterface($"eth{c}", $"10.{70 + c}.0.{host}/16") { Network = $"lan{c}" })];
        LabNodeSpec[] machines =
        [
            new("a", Cards(1)) { Furnish = node => Furnish(node, 150) },
            new("b", Cards(2)) { Furnish = node => Furnish(node, 100) },
        ];
        VirtualLab lab = await VirtualLab.StartAsync(machines, stop);
        return new Duo(daemon, lab, await AdvertTrace.StartAsync(lab.Switch, "lan0", stop));

        void Furnish(LabNode node, int priority)
        {
            node.UseDaemon(daemon);
            node.WriteFile("/etc/keepalived/keepalived.conf", Configuration(instances, interval, priority));
        }
    }

    /// <summary>One address for each instance, as 255 instances on an interface.</summary>
    public static string Configuration(int instances, TimeSpan interval, int priority, int changed = -1)
    {
        var text = new StringBuilder();
        for (int i = 0; i < instances; i++)
        {
            int card = i / PerInterface, id = (i % PerInterface) + 1;
            text.Append($$"""
                vrrp_instance VI_{{i}} {
                    state BACKUP
                    interface eth{{card}}
                    version 3
                    virtual_router_id {{id}}
                    priority {{(i == changed ? priority + 5 : priority)}}
                    advert_int {{interval.TotalSeconds}}
                    virtual_ipaddress {
                        10.{{70 + card}}.1.{{id}}/32
                    }
                }

                """);
        }

        return text.ToString();
    }

    public Task StartAsync(LabNode node, CancellationToken stop) => node.StartDaemonAsync(stop);

    /// <summary>Until every virtual router of the traced network is spoken for by a.</summary>
    /// <returns>The time of the advert that was the last of the first ones, in nanoseconds of the wall clock.</returns>
    public async Task<long> UntilFlowingAsync(int instances, CancellationToken stop)
    {
        int wanted = Math.Min(instances, PerInterface);
        for (long began = Stopwatch.GetTimestamp(); ;)
        {
            long[] flowing = [.. Trace.Read().Where(a => a.Sender == 1 && a.Priority > 0).GroupBy(a => a.RouterId).Select(r => r.Min(a => a.Time))];
            if (flowing.Length == wanted) return flowing.Max();
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(60))
                throw new TimeoutException($"{daemon}: {flowing.Length} of {wanted} virtual routers after 60 s.\na: {Tail(Master)}\nb: {Tail(Backup)}");
            await Task.Delay(20, stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Trace.DisposeAsync();
        await Lab.DisposeAsync();
    }

    private static string Tail(LabNode node) => node.DaemonLog is { Length: > 3000 } log ? log[^3000..] : node.DaemonLog;
}
