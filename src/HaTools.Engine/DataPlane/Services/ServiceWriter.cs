namespace HaTools.Engine.DataPlane;

/// <summary>Brings services into a plane: plans, applies, reads back and compares. On the controller's thread.</summary>
internal sealed class ServiceWriter(IServiceSink sink)
{
    private readonly HashSet<string> complaints = [];

    /// <summary>What could not be written so far, one sentence each.</summary>
    public IReadOnlyList<string> Complaints => [.. complaints];

    /// <summary>Makes the services of the scope what they should be.</summary>
    /// <param name="plane">The plane.</param>
    /// <param name="desired">What should be of the scope, in the order to add it.</param>
    /// <param name="scope">All that is not known to be as it should be.</param>
    /// <param name="touchable">What of the scope may be touched.</param>
    /// <returns>The services that are not as they should be: to be tried again.</returns>
    public HashSet<ServiceKey> Write(
        IDataPlane plane, IReadOnlyList<PlaneService> desired, HashSet<ServiceKey> scope, HashSet<ServiceKey> touchable)
    {
        HashSet<ServiceKey> failed;
        try
        {
            failed = Converge(plane, desired, scope, touchable);
        }
        catch (IOException e)
        {
            // The kernel did not even answer: everything is as open as before, and is tried again.
            failed = scope;
            Complain(scope.First(), e.Message);
        }

        if (failed.Count == 0) complaints.Clear();
        return failed;
    }

    private HashSet<ServiceKey> Converge(
        IDataPlane plane, IReadOnlyList<PlaneService> desired, HashSet<ServiceKey> scope, HashSet<ServiceKey> touchable)
    {
        List<PlaneChange> changes = Convergence.Plan(desired, plane.Read(scope), touchable);
        if (changes.Count == 0) return [];
        HashSet<ServiceKey> failed = [];
        foreach (PlaneFailure failure in plane.Apply(changes))
        {
            _ = failed.Add(failure.Change.Service.Key);
            Complain(failure.Change.Service.Key, $"{failure.Change}: {failure.Reason}");
        }

        foreach (PlaneChange change in changes)
        {
            if (!failed.Contains(change.Service.Key)) Tell(change);
        }

        foreach (PlaneChange left in Convergence.Plan(desired, plane.Read(scope), touchable))
        {
            if (failed.Add(left.Service.Key))
                Complain(left.Service.Key, $"{left} was written and is not in the table: somebody else is changing it too");
        }

        return failed;
    }

    private void Tell(PlaneChange change)
    {
        string vs = KeepalivedName.Of(change.Service.Key);
        if (change.Kind == PlaneChangeKind.AddService)
            sink.OnService("ServiceChanged", change.Service.Key.ToString(), $"VS {vs} loaded ({change.Service.Scheduler})", "LOADED");
        else if (change.Kind == PlaneChangeKind.RemoveService)
            sink.OnService("ServiceChanged", change.Service.Key.ToString(), $"VS {vs} removed", "REMOVED");
    }

    private void Complain(ServiceKey key, string text)
    {
        if (complaints.Add(text)) sink.OnService("Warning", key.ToString(), text, null);
    }
}
