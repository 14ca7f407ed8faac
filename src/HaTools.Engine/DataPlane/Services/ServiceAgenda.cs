namespace HaTools.Engine.DataPlane;

/// <summary>
/// The services that are to be looked at, each once, in the order to look at them. What is taken costs nothing for what stays: a work of many portions goes on where it stopped. Pure.
/// </summary>
internal sealed class ServiceAgenda
{
    private readonly Dictionary<ServiceKey, Entry> entries = [];

    /// <summary>All, by their place.</summary>
    private readonly SortedDictionary<long, ServiceKey> inOrder = [];

    /// <summary>Those of each gate, by their place.</summary>
    private readonly Dictionary<string, SortedDictionary<long, ServiceKey>> gated = [];
    private long last = int.MaxValue;

    public int Count => entries.Count;

    public bool Contains(ServiceKey key) => entries.ContainsKey(key);

    /// <summary>Whether one of a gate's services is to be looked at.</summary>
    public bool HasAnyOf(string gate) => gated.ContainsKey(gate);

    /// <summary>One is to be looked at; where it is here already nothing changes.</summary>
    /// <param name="key">The service.</param>
    /// <param name="place">Its place among all, which no other has; negative: behind all that have one, and behind those that came before.</param>
    /// <param name="gate">Its gate; null: it has none.</param>
    public void Add(ServiceKey key, int place, string? gate)
    {
        var entry = new Entry(place < 0 ? last + 1 : place, gate);
        if (!entries.TryAdd(key, entry)) return;
        last = Math.Max(last, entry.Place);
        inOrder.Add(entry.Place, key);
        if (gate is null) return;
        if (!gated.TryGetValue(gate, out SortedDictionary<long, ServiceKey>? ofGate)) gated.Add(gate, ofGate = []);
        ofGate.Add(entry.Place, key);
    }

    /// <summary>Takes some away.</summary>
    /// <param name="first">The gate whose services go before all others, all of them; null: none's.</param>
    /// <param name="most">How many others at most, less those.</param>
    public List<ServiceKey> Take(string? first, int most)
    {
        List<ServiceKey> taken = first is not null && gated.TryGetValue(first, out SortedDictionary<long, ServiceKey>? ofGate) ? [.. ofGate.Values] : [];
        foreach (ServiceKey key in taken) Remove(key);
        List<ServiceKey> others = [.. inOrder.Values.Take(most - taken.Count)];
        foreach (ServiceKey key in others) Remove(key);
        return [.. taken, .. others];
    }

    /// <summary>Takes all away.</summary>
    public List<ServiceKey> TakeAll() => Take(null, int.MaxValue);

    private void Remove(ServiceKey key)
    {
        _ = entries.Remove(key, out Entry? entry);
        _ = inOrder.Remove(entry!.Place);
        if (entry.Gate is not { } gate) return;
        _ = gated[gate].Remove(entry.Place);
        if (gated[gate].Count == 0) _ = gated.Remove(gate);
    }

    private sealed record Entry(long Place, string? Gate);
}
