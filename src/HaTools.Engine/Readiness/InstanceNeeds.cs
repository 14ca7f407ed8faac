using System.Net;
using HaTools.Configuration;
using HaTools.Engine.DataPlane;

namespace HaTools.Engine.Readiness;

/// <summary>What this host must have before it takes an instance over from a master that lives.</summary>
/// <param name="Connections">Whether it must have heard of the other director's connections.</param>
/// <param name="Services">The services behind the addresses of the instance, and of those that change state with it.</param>
internal sealed record InstanceNeeds(bool Connections, IReadOnlySet<ServiceKey> Services)
{
    /// <summary>Of the instances that need something, by name.</summary>
    public static IReadOnlyDictionary<string, InstanceNeeds> Of(HaConfiguration configuration)
    {
        Dictionary<string, HashSet<ServiceKey>> own = configuration.VrrpInstances.ToDictionary(i => i.Name, i => ServicesOf(configuration, i));
        Dictionary<string, InstanceNeeds> needs = [];
        foreach (string name in own.Keys)
        {
            IEnumerable<string> unit = configuration.SyncGroups.FirstOrDefault(g => g.Members.Contains(name))?.Members ?? [name];
            HashSet<ServiceKey> services = [.. unit.SelectMany(member => own[member])];
            bool connections = configuration.SyncDaemon is { } daemon && (services.Count > 0 || (daemon.Instance is { } followed && unit.Contains(followed)));
            if (connections || services.Count > 0) needs.Add(name, new InstanceNeeds(connections, services));
        }

        return needs;
    }

    // Where the packets of a firewall mark come from, only the firewall knows. Checks know a virtual server, the plane the services that it is.
    private static HashSet<ServiceKey> ServicesOf(HaConfiguration configuration, VrrpInstance instance)
    {
        HashSet<IPAddress> addresses = [.. instance.VirtualAddresses.Concat(instance.ExcludedAddresses).Select(a => a.Address)];
        HashSet<ServiceKey> needed = [];
        foreach (VirtualServer server in configuration.VirtualServers)
        {
            ServiceKey[] places = [.. ServicePlaces.Of(server, configuration.VirtualServerGroups).Where(s => s.Address is null || addresses.Contains(s.Address)).Select(ServiceKey.Of)];
            if (places.Length == 0) continue;
            needed.UnionWith(places);
            _ = needed.Add(ServiceKey.Of(server));
        }

        return needed;
    }
}
