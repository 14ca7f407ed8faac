using HaTools.Configuration;
using HaTools.Engine.HostState;
using HaTools.Engine.Threading;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// Keeps what stateless services need (<see cref="SloppyScheduling"/>) from services of others in the network namespace, for which it holds too: where one of them would be
/// harmed it is not set, and one that comes later is told by its name. Where it is set already, or the configuration sets it by itself, nothing is refused. On the
/// controller's thread.
/// </summary>
/// <param name="thread">That thread.</param>
/// <param name="open">Opens the data plane.</param>
/// <param name="memory">Which services are ours.</param>
/// <param name="sink">Hears of those that came later.</param>
internal sealed class SloppyGuard(WorkThread thread, Func<IDataPlane> open, ServiceMemory memory, IServiceSink sink) : ITableGlance, IDisposable
{
    private const long Interval = 5_000_000_000;

    /// <summary>Services of others as they were at the last look, each with its number.</summary>
    private readonly Dictionary<TableKey, ulong> glanced = [];
    private readonly SortedDictionary<string, string> complaints = new(StringComparer.Ordinal);
    private readonly LazyPlane plane = new(open, "virtual_server");
    private HashSet<TableKey> ours = [];
    private Need[] needs = [];
    private bool isNews;
    private int seen;
    private bool looks;

    /// <summary>Which services of others are harmed now, one sentence each.</summary>
    public IReadOnlyList<string> Complaints => [.. complaints.Values];

    /// <summary>Makes sure that nobody is harmed, before anything is changed.</summary>
    /// <exception cref="HaEngineException">Somebody would be; the message names them all.</exception>
    public void Require(HaConfiguration wanted)
    {
        HashSet<ServiceKey> named = [.. ServicePlaces.Of(wanted).Select(ServiceKey.Of)];
        var failures = new Failures();
        foreach (Need need in Of(wanted))
        {
            failures.Try(() =>
            {
                if (Plane(need).ReadParameter(need.Parameter) is not { } present || need.Parameter.IsSame(present, "1")) return;
                string[] harmed = [.. Harmed(need, named)];
                if (harmed.Length == 0) return;
                throw new HaEngineException(
                    $"virtual_server {need.Service}: it is stateless and needs {need.Parameter} 1, which holds for all of this network namespace; of services that are not this node's it would harm "
                    + $"{string.Join(", ", harmed)}: packets of connections that {(harmed.Length == 1 ? "it does" : "they do")} not know would go to any of the servers. Give {(harmed.Length == 1 ? "it" : "each")} one of the schedulers "
                    + $"{string.Join(", ", Schedulers.Pure)}, run this node in a network namespace of its own, or set {need.Parameter.Name} in ipvs.parameters if that is meant");
            });
        }

        failures.Throw();
    }

    /// <summary>Watches, while the configuration needs it, for services that come later.</summary>
    public void Apply(HaConfiguration wanted)
    {
        needs = [.. Of(wanted)];
        glanced.Clear();
        if (needs.Length > 0) LookAgain();
        else complaints.Clear();
    }

    /// <summary>Sees which services of others there are, and tells of those that are harmed. What has not changed since the last look is not read.</summary>
    public void Look()
    {
        ours = [.. memory.Ours.Select(TableKey.Of)];
        (isNews, seen) = (false, 0);
        Plane(needs[0]).Glance(this);
        if (!isNews && seen == glanced.Count) return;
        SortedDictionary<string, string> now = new(StringComparer.Ordinal);
        foreach (Need need in needs)
        {
            foreach (string harmed in Harmed(need, memory.Ours))
            {
                now[$"{need.Parameter.Name} {harmed}"] =
                    $"{harmed} is not a service of this node, and {need.Parameter}, which the stateless service {need.Service} needs, holds for it too: packets of connections that it does not know go to any of its servers; "
                    + $"give it one of the schedulers {string.Join(", ", Schedulers.Pure)}, or a network namespace of its own";
            }
        }

        foreach ((string what, string text) in now)
        {
            if (!complaints.ContainsKey(what)) sink.OnService("Warning", "virtual_server", text, null);
        }

        complaints.Clear();
        foreach ((string what, string text) in now) complaints.Add(what, text);

        // Where some have gone the next look numbers those that are left.
        if (seen != glanced.Count) glanced.Clear();
    }

    bool ITableGlance.Wants(in TableKey key)
    {
        if (ours.Contains(key)) return false;
        foreach (Need need in needs)
        {
            if (need.Concerns(key.Mark, key.Protocol)) return true;
        }

        return false;
    }

    void ITableGlance.Saw(in TableKey key, ulong digest)
    {
        seen++;
        isNews |= !glanced.TryGetValue(key, out ulong before) || before != digest;
        glanced[key] = digest;
    }

    public void Dispose() => plane.Dispose();

    private static IEnumerable<Need> Of(HaConfiguration wanted)
    {
        foreach (IpvsParameterSetting setting in SloppyScheduling.NeededBy(wanted))
        {
            TransportProtocol protocol = SloppyScheduling.Parameters.First(p => p.Parameter == setting.Name).Protocol;
            VirtualServer service = wanted.VirtualServers.First(s => s.Stateless && SloppyScheduling.Takes(wanted, s, protocol));
            yield return new Need(IpvsParameterCatalogue.Find(setting.Name)!, (IpvsProtocol)protocol, service.Id);
        }
    }

    /// <summary>Services of others that a parameter harms, each with its scheduler and the node that has it, where that is known.</summary>
    private IEnumerable<string> Harmed(Need need, IReadOnlySet<ServiceKey> named)
    {
        Dictionary<ServiceKey, string>? nodes = null;
        foreach (ServiceKey key in PlaneTable.ByKey(Plane(need).Read(null)).Where(s => IsHarmed(s.Value)).Select(s => s.Key).OrderBy(k => k.ToString(), StringComparer.Ordinal))
        {
            nodes ??= OfOtherNodes();
            yield return nodes.TryGetValue(key, out string? node) ? $"{key} (of node {node})" : $"{key}";
        }

        bool IsHarmed(PlaneService service) => need.Concerns(service.Key.FirewallMark, service.Key.Protocol) && SloppyScheduling.Harms(service.Scheduler)
            && !named.Contains(service.Key) && !memory.Ours.Contains(service.Key);
    }

    private Dictionary<ServiceKey, string> OfOtherNodes()
    {
        try
        {
            return memory.OfOthers();
        }
        catch (HaEngineException)
        {
            // Only whose they are is not known then.
            return [];
        }
    }

    private IDataPlane Plane(Need need) => plane.Get($"virtual_server {need.Service}");

    private void LookAgain()
    {
        if (looks) return;
        looks = true;
        thread.At(MonotonicClock.Now + Interval, () =>
        {
            looks = false;
            if (needs.Length == 0) return;
            try
            {
                Look();
            }
            catch (IOException)
            {
                // The kernel does not answer, which those tell that need more of it; the next look tries again.
            }

            LookAgain();
        });
    }

    /// <summary>A parameter that a stateless service needs.</summary>
    private sealed record Need(IpvsParameter Parameter, IpvsProtocol Protocol, string Service)
    {
        /// <summary>Whether a service takes packets of the protocol: one with a mark takes all.</summary>
        public bool Concerns(uint mark, IpvsProtocol protocol) => mark != 0 || protocol == Protocol;
    }
}
