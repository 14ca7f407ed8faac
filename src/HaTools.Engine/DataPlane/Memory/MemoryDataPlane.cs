namespace HaTools.Engine.DataPlane;

/// <summary>A table in memory, with the kernel's manners: for tests and simulation. Keeps the list of what was done.</summary>
internal sealed class MemoryDataPlane : IDataPlane
{
    private readonly Lock gate = new();
    private readonly List<PlaneService> table = [];
    private readonly List<PlaneChange> applied = [];
    private readonly List<PlaneSyncDaemon> daemons = [];

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

    public IReadOnlyList<PlaneService> Read(IReadOnlySet<ServiceKey>? only)
    {
        lock (gate) return [.. table.Where(s => only is null || only.Contains(s.Key))];
    }

    public IReadOnlyList<PlaneFailure> Apply(IReadOnlyList<PlaneChange> changes)
    {
        lock (gate)
        {
            List<PlaneFailure> failures = [];
            foreach (PlaneChange change in changes)
            {
                string? reason = Refuse?.Invoke(change) ?? Do(change);
                if (reason is null) applied.Add(change);
                else failures.Add(new PlaneFailure(change, reason));
            }

            return failures;
        }
    }

    /// <summary>When set: asked before a sync daemon is started; a text refuses it.</summary>
    public Func<PlaneSyncDaemon, string?>? RefuseSync { get; set; }

    public IReadOnlyList<PlaneSyncDaemon> ReadSyncDaemons()
    {
        lock (gate) return [.. daemons];
    }

    public string? StartSyncDaemon(PlaneSyncDaemon daemon)
    {
        lock (gate)
        {
            if (RefuseSync?.Invoke(daemon) is { } reason) return reason;
            if (daemons.Exists(d => d.Role == daemon.Role)) return "EEXIST";
            daemons.Add(daemon);
            return null;
        }
    }

    public string? StopSyncDaemon(IpvsSyncRole role)
    {
        lock (gate) _ = daemons.RemoveAll(d => d.Role == role);
        return null;
    }

    public void Dispose()
    {
    }

    private string? Do(PlaneChange change)
    {
        int at = table.FindIndex(s => s.Key == change.Service.Key);
        if (change.Kind == PlaneChangeKind.AddService)
        {
            if (at >= 0) return "EEXIST";
            table.Add(change.Service with { Destinations = [] });
            return null;
        }

        if (at < 0) return "ESRCH";
        switch (change.Kind)
        {
            case PlaneChangeKind.SetService:
                table[at] = change.Service with { Destinations = table[at].Destinations };
                return null;
            case PlaneChangeKind.RemoveService:
                table.RemoveAt(at);
                return null;
            default:
                return DoServer(change.Kind, at, change.Destination!);
        }
    }

    private string? DoServer(PlaneChangeKind kind, int at, PlaneDestination server)
    {
        List<PlaneDestination> servers = [.. table[at].Destinations];
        int index = servers.FindIndex(d => d.Key == server.Key);
        if (kind == PlaneChangeKind.AddDestination ? index >= 0 : index < 0) return index >= 0 ? "EEXIST" : "ENOENT";
        if (kind == PlaneChangeKind.AddDestination) servers.Add(server);
        else if (kind == PlaneChangeKind.SetDestination) servers[index] = server;
        else servers.RemoveAt(index);
        table[at] = table[at] with { Destinations = servers };
        return null;
    }
}
