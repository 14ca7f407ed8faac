using System.Net;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Network;

/// <summary>What the kernel has, read in one go: as much of it as is asked for.</summary>
internal sealed class KernelTables
{
    public static KernelTables Empty { get; } = new(new Dictionary<string, LinkInfo>());

    private readonly Dictionary<string, LinkInfo> links;

    private KernelTables(Dictionary<string, LinkInfo> links) => this.links = links;

    private ILookup<IPAddress, AddressInfo> Addresses { get; init; } = Array.Empty<AddressInfo>().ToLookup(a => a.Address);

    private ILookup<(uint Table, IPNetwork? Destination), RouteInfo> Routes { get; init; } =
        Array.Empty<RouteInfo>().ToLookup(r => (r.Table, r.Destination));

    private ILookup<uint, RuleInfo> Rules { get; init; } = Array.Empty<RuleInfo>().ToLookup(_ => 0u);

    /// <summary>Reads the interfaces, and of the rest what is asked for.</summary>
    /// <param name="client">The kernel.</param>
    /// <param name="addresses">Whether to read the addresses.</param>
    /// <param name="protocols">Whose routes to read.</param>
    /// <param name="rules">Whether to read the rules.</param>
    /// <exception cref="Netlink.NetlinkException">The kernel did not let it be read.</exception>
    public static KernelTables Read(RouteClient client, bool addresses, IReadOnlyCollection<byte> protocols, bool rules)
    {
        Dictionary<string, LinkInfo> links = [];
        foreach (LinkInfo link in client.GetLinks()) links[link.Name] = link;
        return new KernelTables(links)
        {
            Addresses = (addresses ? client.GetAddresses() : []).ToLookup(a => a.Address),
            Routes = protocols.SelectMany(p => client.GetRoutes(protocol: p)).ToLookup(r => (r.Table, r.Destination)),
            Rules = (rules ? client.GetRules() : []).ToLookup(r => r.Priority ?? 0),
        };
    }

    /// <summary>The interface of a name; null: there is none.</summary>
    public LinkInfo? Link(string name) => links.GetValueOrDefault(name);

    public IEnumerable<AddressInfo> At(IPAddress address) => Addresses[address];

    public IEnumerable<RouteInfo> At(RouteRequest route) =>
        Routes[(route.Table, route.Destination is { PrefixLength: 0 } ? null : route.Destination)];

    public IEnumerable<RuleInfo> At(RuleRequest rule) => Rules[rule.Priority ?? 0];
}
