namespace HaTools.Engine.DataPlane;

/// <summary>
/// Brings services into a plane: reads them, plans, applies, and reads back those that were changed. Where somebody else was quicker, or has changed one again,
/// that one is planned again, a few times, before it is a failure. On the controller's thread.
/// </summary>
internal sealed class ServiceWriter(IServiceSink sink)
{
    private const int Attempts = 4;

    /// <summary>What is wrong with services, each in one or more sentences, in the order in which it was first said.</summary>
    private readonly OrderedDictionary<ServiceKey, List<string>> complaints = [];
    private readonly PlaceWeights weights = new();

    /// <summary>What could not be written so far, one sentence each.</summary>
    public IReadOnlyList<string> Complaints => [.. complaints.Values.SelectMany(c => c)];

    /// <summary>Makes services what they should be.</summary>
    /// <param name="plane">The plane.</param>
    /// <param name="keys">The services, in the order to add them. All of them may be touched.</param>
    /// <param name="desire">What should be of one that was read so (null: it is not there); null: nothing.</param>
    /// <param name="settled">Hears of each what should be, and whether it is.</param>
    /// <returns>The services that are not as they should be: to be tried again later.</returns>
    public HashSet<ServiceKey> Write(
        IDataPlane plane,
        IReadOnlyList<ServiceKey> keys,
        Func<ServiceKey, PlaneService?, PlaneService?> desire,
        Action<ServiceKey, PlaneService?, bool> settled)
    {
        var pass = new Pass(plane, desire, keys, weights);
        try
        {
            Converge(pass);
        }
        catch (IOException e)
        {
            // The kernel did not even answer: everything that is open is as open as before, and is tried again.
            foreach (ServiceKey key in pass.Open) pass.Fail(key, null);
            pass.Fail(pass.Open[0], e.Message);
        }

        foreach (ServiceKey key in keys)
        {
            Settle(key, pass.Failed.GetValueOrDefault(key), pass.Notes.GetValueOrDefault(key));
            settled(key, pass.Desired.GetValueOrDefault(key), !pass.Failed.ContainsKey(key));
        }

        return [.. pass.Failed.Keys];
    }

    /// <summary>A service is nothing of ours any more: whether it is as it should be is not asked.</summary>
    public void Forget(ServiceKey key) => complaints.Remove(key);

    private void Converge(Pass pass)
    {
        Dictionary<ServiceKey, string> last = [];
        for (int attempt = 0; ; attempt++)
        {
            List<PlaneChange> changes = pass.Plan();
            if (changes.Count == 0) return;
            if (attempt == Attempts)
            {
                foreach (PlaneChange left in changes) pass.Fail(left.Service.Key, last.GetValueOrDefault(left.Service.Key) ?? Undone(left));
                return;
            }

            HashSet<PlaneChange> refused = new(ReferenceEqualityComparer.Instance);
            last.Clear();
            foreach (PlaneFailure failure in pass.Plane.Apply(changes))
            {
                _ = refused.Add(failure.Change);
                ServiceKey key = failure.Change.Service.Key;
                string text = $"{failure.Change}: {failure.Reason}";
                if (failure.IsOvertaken) last[key] = text;
                else pass.Fail(key, text);
            }

            foreach (PlaneChange change in changes)
            {
                if (refused.Contains(change)) continue;
                weights.Done(change);
                Tell(change);
            }

            pass.GoOnWith(changes);
        }
    }

    private static string Undone(PlaneChange left) => $"{left} was written and is not in the table: somebody else is changing it too";

    private void Tell(PlaneChange change)
    {
        string vs = KeepalivedName.Of(change.Service.Key);
        if (change.Kind == PlaneChangeKind.AddService)
            sink.OnService("ServiceChanged", change.Service.Key.ToString(), $"VS {vs} loaded ({change.Service.Scheduler})", "LOADED");
        else if (change.Kind == PlaneChangeKind.RemoveService)
            sink.OnService("ServiceChanged", change.Service.Key.ToString(), $"VS {vs} removed", "REMOVED");
    }

    /// <summary>What was said before is not said again.</summary>
    private void Settle(ServiceKey key, List<string>? failures, string? note)
    {
        List<string> now = [.. failures ?? []];
        if (note is not null) now.Add(note);
        List<string>? before = complaints.GetValueOrDefault(key);
        if (now.Count == 0) _ = complaints.Remove(key);
        else complaints[key] = now;
        foreach (string text in now)
        {
            if (before?.Contains(text) != true) sink.OnService("Warning", key.ToString(), text, null);
        }
    }

    /// <summary>One writing of some services.</summary>
    private sealed class Pass(IDataPlane plane, Func<ServiceKey, PlaneService?, PlaneService?> desire, IReadOnlyList<ServiceKey> keys, PlaceWeights weights)
    {
        public IDataPlane Plane => plane;

        /// <summary>Those that are not known to be as they should be, and not to have failed.</summary>
        public List<ServiceKey> Open { get; } = [.. keys];

        public Dictionary<ServiceKey, List<string>> Failed { get; } = [];

        public Dictionary<ServiceKey, string> Notes { get; } = [];

        public Dictionary<ServiceKey, PlaneService> Desired { get; } = [];

        public List<PlaneChange> Plan()
        {
            if (Open.Count == 0) return [];
            IReadOnlyList<PlaneService> present = plane.Read(Open);
            OrderedDictionary<ServiceKey, PlaneService> table = PlaneTable.ByKey(present);
            foreach (PlaneService service in present) weights.See(service);
            foreach (ServiceKey key in Open)
            {
                if (desire(key, table.GetValueOrDefault(key)) is { } service) Desired[key] = service;
                else _ = Desired.Remove(key);
            }

            PlaneService[] wanted = [.. Open.Where(Desired.ContainsKey).Select(k => Desired[k])];
            bool reenter = !wanted.Any(s => ServerOrder.Matters(s.Scheduler)) || plane.ReenteringKeepsConnections;
            List<PlaneChange> changes = Convergence.Plan(wanted, present, Open.ToHashSet(), reenter, weights: weights);
            foreach (PlaneService service in wanted) NoteOrder(service, table.GetValueOrDefault(service.Key), reenter);
            return changes;
        }

        public void Fail(ServiceKey key, string? text)
        {
            if (!Failed.TryGetValue(key, out List<string>? texts)) Failed.Add(key, texts = []);
            if (text is not null && !texts.Contains(text)) texts.Add(text);
        }

        /// <summary>The others were as they should be when they were read.</summary>
        public void GoOnWith(List<PlaneChange> changes)
        {
            HashSet<ServiceKey> changed = [.. changes.Select(c => c.Service.Key)];
            _ = Open.RemoveAll(k => !changed.Contains(k) || Failed.ContainsKey(k));
        }

        private void NoteOrder(PlaneService service, PlaneService? present, bool reenter)
        {
            _ = Notes.Remove(service.Key);
            if (reenter || present is null || ServerOrder.IsKept(service, present)) return;
            Notes[service.Key] = $"{service.Key}: its servers are not in the order by which {service.Scheduler} chooses the same ones on every director; entering "
                + "them again would end their connections while net.ipv4.vs.expire_nodest_conn is 1: set it to 0, and they are put in order when the service is written next";
        }
    }
}
