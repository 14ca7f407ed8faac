using System.Net;
using HaTools.Configuration;
using HaTools.Engine.DataPlane;

namespace HaTools.Engine.Topology;

/// <summary>What a configuration means on this host.</summary>
/// <param name="Gates">Services that are in the data plane only while this node is master of the instance named.</param>
/// <param name="GatedInstances">The instances of <paramref name="Gates"/>: their services are loaded before their addresses are
/// added.</param>
/// <param name="ParkedInstances">Instances whose addresses stand on lo, with ARP off, while this node is not their master.</param>
/// <param name="Notes">What was deduced, one sentence each.</param>
internal sealed record HostTopology(
    IReadOnlyDictionary<ServiceKey, string> Gates,
    IReadOnlySet<string> GatedInstances,
    IReadOnlySet<string> ParkedInstances,
    IReadOnlyList<string> Notes)
{
    public static HostTopology Plain { get; } = new(new Dictionary<ServiceKey, string>(), new HashSet<string>(), new HashSet<string>(), []);
}

/// <summary>
/// Finds directors that are each other's real servers. With direct routing, packets that the master sends to the other director carry the
/// virtual address. If
/// that director has the service loaded too, its own IPVS takes them and sends its share back: they go in circles and are lost. And it
/// only takes them for its
/// own if the address is on it. So there the service is loaded by the master only, and the address stands on lo, with ARP off, on the
/// other.
/// Pure: input is the configuration and the host's own addresses.
/// </summary>
internal static class TopologyAnalysis
{
    /// <param name="configuration">The desired state.</param>
    /// <param name="hostAddresses">The host's addresses. Virtual addresses of the configuration among them do not count.</param>
    public static HostTopology Analyze(HaConfiguration configuration, IEnumerable<IPAddress> hostAddresses)
    {
        Dictionary<IPAddress, VrrpInstance> owners = [];
        foreach (VrrpInstance instance in configuration.VrrpInstances)
        {
            foreach (VirtualAddress address in instance.VirtualAddresses) _ = owners.TryAdd(address.Address, instance);
        }

        HashSet<IPAddress> own = [.. hostAddresses.Where(a => !owners.ContainsKey(a))];
        Dictionary<ServiceKey, string> gates = [];
        HashSet<string> instances = [];
        List<string> notes = [];
        foreach ((VirtualServer service, IPAddress[] addresses) in Places(configuration))
        {
            VrrpInstance?[] holders = [.. addresses.Select(owners.GetValueOrDefault).Distinct()];
            if (holders.FirstOrDefault(h => h is not null) is not { } instance) continue;
            RealServer[] direct = [.. service.RealServers.Where(s => service.ForwardingTo(s) == ForwardingMethod.DirectRouting)];
            RealServer? here = direct.FirstOrDefault(s => own.Contains(s.Address!));
            RealServer[] others = [.. direct.Where(s => !own.Contains(s.Address!))];
            if (here is null || others.Length == 0) continue;
            if (holders.Length > 1)
            {
                throw new HaEngineException($"{service.Id}: it is one service for the addresses of a group ({string.Join(", ", service.Marked)}; nftables_ipvs), of which {instance.Name} has some and not all, and this host "
                    + $"({here.Address}) is one of its real servers by direct routing: only the master may load it. Give each VRRP instance a group of its own");
            }

            gates.Add(ServiceKey.Of(service), instance.Name);
            _ = instances.Add(instance.Name);
            string served = string.Join(", ", addresses.AsEnumerable());
            string elsewhere = string.Join(", ", others.Select(o => o.Address));
            notes.Add(
                $"{service.Id}: this host ({here.Address}) is one of its own real servers by direct routing, and {elsewhere} may be the "
                + $"other director: the service is loaded only while this node is master of {instance.Name}; while it is not, "
                + $"{served} {(addresses.Length == 1 ? "stands" : "stand")} on lo with ARP off (arp_ignore 1, arp_announce 2), so that requests sent here are answered");
        }

        return gates.Count == 0 ? HostTopology.Plain : new HostTopology(gates, instances, instances, notes);
    }

    // One by a mark of the node's own has several addresses; of one by another mark they are not known.
    private static IEnumerable<(VirtualServer Service, IPAddress[] Addresses)> Places(HaConfiguration configuration) => configuration.VirtualServers.SelectMany(
        s => s.GroupMark is null
            ? ServicePlaces.Of(s, configuration.VirtualServerGroups).Where(p => p.Address is not null).Select(p => (p, new[] { p.Address! }))
            : ServicePlaces.WithAddresses(s, configuration.VirtualServerGroups).Where(p => p.Address is not null).GroupBy(p => ServiceKey.Of(p.Place), p => p)
                .Select(g => (g.First().Place, g.Select(p => p.Address!).ToArray())));
}
