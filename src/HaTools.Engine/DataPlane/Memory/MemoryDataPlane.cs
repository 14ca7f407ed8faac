using HaTools.Linux;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>A data plane in memory, with the kernel's manners: for tests and simulation. Keeps the list of what was done.</summary>
internal sealed class MemoryDataPlane : IDataPlane
{
    private readonly Lock gate = new();
    private readonly MemoryTable table = new();
    private readonly List<PlaneChange> applied = [];
    private readonly List<PlaneSyncDaemon> daemons = [];
    private readonly Dictionary<string, string> parameters =
        IpvsParameterCatalogue.All.Where(p => p.Default is not null && p.Module is null).ToDictionary(p => p.Name, p => p.Default!);

    // The kernel's (net/netfilter/ipvs/ip_vs_proto_tcp.c, ip_vs_proto_udp.c).
    private IpvsTimeouts timeouts = new(900, 120, 300);

    public DataPlaneCapabilities Capabilities { get; } = new() { Name = "memory" };

    /// <summary>Everything that was done, in order, since the last call.</summary>
    public IReadOnlyList<PlaneChange> TakeApplied()
    {
        lock (gate)
        {
            PlaneChange[] taken = [.. applied];
            applied.Clear();
            return taken;
        }
    }

    /// <summary>When set: asked before each change; a text refuses it.</summary>
    public Func<PlaneChange, string?>? Refuse { get; set; }

    public bool ReenteringKeepsConnections { get; set; } = true;

    /// <summary>When set: asked before each change; one that it says yes to is taken, and not carried out.</summary>
    public Func<PlaneChange, bool>? Lose { get; set; }

    /// <summary>When set: called before each change is carried out, and may change the table by <see cref="Interfere"/>, as others do at any time.</summary>
    public Action<PlaneChange>? Before { get; set; }

    public IReadOnlyList<PlaneService> Read(IReadOnlyCollection<ServiceKey>? only)
    {
        lock (gate)
        {
            ReadKeys += only?.Count ?? table.Count;
            return only is null ? table.Services : [.. only.Select(table.Find).OfType<PlaneService>()];
        }
    }

    public void Glance(ITableGlance into)
    {
        PlaneService[] services;
        lock (gate) services = [.. table.Services];
        foreach (PlaneService service in services)
        {
            TableKey key = TableKey.Of(service.Key);
            if (into.Wants(in key)) into.Saw(in key, TableDigest.Of(service));
        }
    }

    /// <summary>How many services were asked for so far.</summary>
    public int ReadKeys { get; private set; }

    /// <inheritdoc cref="MemoryTable.Visits"/>
    public long Visits
    {
        get
        {
            lock (gate) return table.Visits;
        }
    }

    /// <summary>A change by somebody else: neither refused nor among <see cref="TakeApplied"/>.</summary>
    /// <returns>0: done; else why not, an error number of the kernel's.</returns>
    public int Interfere(PlaneChange change)
    {
        lock (gate) return table.Do(change);
    }

    public IReadOnlyList<PlaneFailure> Apply(IReadOnlyList<PlaneChange> changes)
    {
        lock (gate)
        {
            List<PlaneFailure> failures = [];
            foreach (PlaneChange change in changes)
            {
                Before?.Invoke(change);
                if (Lose?.Invoke(change) == true) continue;
                if (Refuse?.Invoke(change) is { } reason) failures.Add(new PlaneFailure(change, reason));
                else if (table.Do(change) is not 0 and int errno) failures.Add(PlaneFailure.Of(change, errno, Errno.Name(errno)));
                else applied.Add(change);
            }

            return failures;
        }
    }

    /// <summary>When set: asked before timeouts are set; a text refuses them.</summary>
    public Func<IpvsTimeouts, string?>? RefuseTimeouts { get; set; }

    public IpvsTimeouts ReadTimeouts()
    {
        lock (gate) return timeouts;
    }

    public string? SetTimeouts(IpvsTimeouts wanted)
    {
        lock (gate)
        {
            if (RefuseTimeouts?.Invoke(wanted) is { } reason) return reason;
            timeouts = new IpvsTimeouts(Chosen(wanted.Tcp, timeouts.Tcp), Chosen(wanted.TcpFin, timeouts.TcpFin), Chosen(wanted.Udp, timeouts.Udp));
            return null;
        }

        static uint Chosen(uint given, uint kept) => given == 0 ? kept : given;
    }

    /// <summary>When set: asked before a parameter is set; a text refuses it.</summary>
    public Func<IpvsParameter, string, string?>? RefuseParameter { get; set; }

    /// <summary>Takes a parameter away, as from a network namespace that does not show it.</summary>
    public void Without(string name)
    {
        lock (gate) _ = parameters.Remove(name);
    }

    public string? RequireParameter(IpvsParameter parameter) => ReadParameter(parameter) is null ? $"{parameter}: it is not here" : null;

    public string? ReadParameter(IpvsParameter parameter)
    {
        lock (gate) return parameters.GetValueOrDefault(parameter.Name);
    }

    public string? SetParameter(IpvsParameter parameter, string value)
    {
        lock (gate)
        {
            if (RefuseParameter?.Invoke(parameter, value) is { } reason) return reason;
            parameters[parameter.Name] = value;
            return null;
        }
    }

    /// <summary>When set: asked before a sync daemon is started; a text refuses it.</summary>
    public Func<PlaneSyncDaemon, string?>? RefuseSync { get; set; }

    /// <summary>When set: hears each start and stop of a sync daemon.</summary>
    public Action<string>? SyncChanged { get; set; }

    public IReadOnlyList<PlaneSyncDaemon> ReadSyncDaemons()
    {
        lock (gate) return [.. daemons];
    }

    public string? StartSyncDaemon(PlaneSyncDaemon daemon)
    {
        lock (gate)
        {
            if (RefuseSync?.Invoke(daemon) is { } reason) return reason;
            if (daemons.Exists(d => d.Role == daemon.Role)) return Errno.Name(Errno.EEXIST);
            daemons.Add(daemon);
            SyncChanged?.Invoke($"start {daemon.Role}");
            return null;
        }
    }

    public string? StopSyncDaemon(IpvsSyncRole role)
    {
        lock (gate) _ = daemons.RemoveAll(d => d.Role == role);
        SyncChanged?.Invoke($"stop {role}");
        return null;
    }

    public void Dispose()
    {
    }
}
