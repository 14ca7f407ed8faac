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
        ILookup<IPAddress, Served> served = ServedBy(configuration);
        Dictionary<string, HashSet<ServiceKey>> own = configuration.VrrpInstances.ToDictionary(i => i.Name, i => ServicesOf(served, i));
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

    // Checks know a virtual server, the plane the services that it is. Where the packets of a firewall mark come from, only the firewall knows: IPAddress.None.
    private static ILookup<IPAddress, Served> ServedBy(HaConfiguration configuration) => configuration.VirtualServers
        .SelectMany(server => ServicePlaces.WithAddresses(server, configuration.VirtualServerGroups).Select(p => (p.Address, Served: new Served(ServiceKey.Of(server), ServiceKey.Of(p.Place)))))
        .ToLookup(s => s.Address ?? IPAddress.None, s => s.Served);

    private static HashSet<ServiceKey> ServicesOf(ILookup<IPAddress, Served> served, VrrpInstance instance) =>
    [
        .. instance.VirtualAddresses.Concat(instance.ExcludedAddresses).Select(a => a.Address).Append(IPAddress.None)
            .SelectMany(address => served[address]).SelectMany(s => new[] { s.VirtualServer, s.Service }),
    ];

    private readonly record struct Served(ServiceKey VirtualServer, ServiceKey Service);
}
