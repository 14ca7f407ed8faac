using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>Says what somebody has changed of a service, after the words "somebody else". Pure.</summary>
internal static class DriftWords
{
    private const int Most = 5;

    /// <param name="wanted">What it should be.</param>
    /// <param name="present">What it is; null: it is not there.</param>
    /// <param name="order">Whether the order of the real servers counts: not where it may not be mended.</param>
    /// <returns>Null: it is what it should be.</returns>
    public static string? Of(PlaneService wanted, PlaneService? present, bool order = true)
    {
        if (present is null) return "has removed the service";
        List<string> words = [];
        Add(words, "the scheduler", wanted.Scheduler, present.Scheduler);
        Add(words, "the persistence", Persistence(wanted), Persistence(present));
        Add(words, "the netmask", wanted.Netmask?.ToString() ?? "none", present.Netmask?.ToString() ?? "none");
        Add(words, "the persistence engine", wanted.PersistenceEngine ?? "none", present.PersistenceEngine ?? "none");
        Add(words, "the flags", $"{wanted.Flags}", $"{present.Flags}");
        OrderedDictionary<DestinationKey, PlaneDestination> servers = PlaneTable.ByKey(present.Destinations);
        foreach (PlaneDestination server in wanted.Destinations)
        {
            if (!servers.Remove(server.Key, out PlaneDestination? found)) words.Add($"has removed real server {server.Key}");
            else Compare(words, server, found);
        }

        words.AddRange(servers.Keys.Select(k => $"has added real server {k}"));
        if (order && words.Count == 0 && !ServerOrder.IsKept(wanted, present)) words.Add("has changed the order of the real servers");
        if (words.Count == 0) return null;
        string more = words.Count > Most ? $" and {words.Count - Most} more changes" : "";
        return string.Join(", ", words.Take(Most)) + more;
    }

    private static void Compare(List<string> words, PlaneDestination wanted, PlaneDestination present)
    {
        string of = $"of real server {wanted.Key}";
        Add(words, $"the weight {of}", $"{wanted.Weight}", $"{present.Weight}");
        Add(words, $"the forwarding {of}", Forwarding(wanted), Forwarding(present));
        Add(words, $"the upper threshold {of}", $"{wanted.UpperThreshold}", $"{present.UpperThreshold}");
        Add(words, $"the lower threshold {of}", $"{wanted.LowerThreshold}", $"{present.LowerThreshold}");
    }

    private static string Persistence(PlaneService service) => service.Persistence is { } time ? $"{time} s" : "none";

    private static string Forwarding(PlaneDestination server) => server.Forwarding == IpvsForwardingMethod.Tunnel
        ? $"{server.Forwarding} ({server.Tunnel.Type}, port {server.Tunnel.Port}, {server.Tunnel.Flags})"
        : $"{server.Forwarding}";

    private static void Add(List<string> words, string what, string before, string after)
    {
        if (before != after) words.Add($"has changed {what} from {before} to {after}");
    }
}
