using System.Globalization;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// Tells, when a server of a stateless service fails or returns, or the servers or their weights change, which share of the clients has another server from then on: their
/// connections that are open go on, and a director that takes over would not find them.
/// </summary>
internal sealed class MovedShare(IServiceSink sink) : IServiceDuty
{
    private readonly HashSet<ServiceKey> stateless = [];
    private readonly Dictionary<ServiceKey, PlaneService> settled = [];

    public void Begin(IServiceHost host)
    {
    }

    public PlaneService? Shape(ServiceKey key, ManagedService? configured, PlaneService? desired, PlaneService? present)
    {
        if (configured?.Configured.Stateless == true) _ = stateless.Add(key);
        else _ = stateless.Remove(key);
        return desired;
    }

    public void OnSettled(ServiceKey key, PlaneService? desired, bool isReached)
    {
        if (!isReached) return;
        if (desired is null || !stateless.Contains(key))
        {
            _ = settled.Remove(key);
            return;
        }

        PlaneService? before = settled.GetValueOrDefault(key);
        settled[key] = desired;
        if (before is null || before.SameWhole(desired)) return;
        int moved = MaglevTable.Of(desired).MovedSince(MaglevTable.Of(before));
        if (moved == 0) return;
        string share = string.Create(CultureInfo.InvariantCulture, $"{100.0 * moved / MaglevTable.Size:0.#} %");
        sink.OnService("Log", key.ToString(),
            $"VS {KeepalivedName.Of(key)}: another real server for {share} of the clients; what they have open stays where it is, and ends when another director takes over before this is undone, unless a sync daemon runs", null);
    }
}
