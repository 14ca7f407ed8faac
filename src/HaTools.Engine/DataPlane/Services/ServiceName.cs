using System.Globalization;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// How keepalived names a virtual server and its real servers: one that serves a group by that and its number among those that do, from 0, in the order of the configuration
/// (check_data.c, <c>format_vs</c>): <c>[web]:0</c>.
/// </summary>
/// <param name="Text">The virtual server's name.</param>
/// <param name="Protocol">The protocol of its real servers' names.</param>
internal readonly record struct ServiceName(string Text, IpvsProtocol Protocol)
{
    /// <summary>The name of a virtual server that is one service.</summary>
    public static ServiceName Of(ServiceKey key) => new(KeepalivedName.Of(key), key.Protocol);

    /// <summary>The names of all virtual servers.</summary>
    public static IReadOnlyDictionary<ServiceKey, ServiceName> AllOf(IReadOnlyList<VirtualServer> servers, IReadOnlyList<VirtualServerGroup> groups)
    {
        Dictionary<ServiceKey, ServiceName> names = [];
        Dictionary<string, int> numbers = [];
        foreach (VirtualServer server in servers)
        {
            var key = ServiceKey.Of(server);
            if (server.Group is not { } name)
            {
                names[key] = Of(key);
                continue;
            }

            int number = numbers.GetValueOrDefault(name);
            numbers[name] = number + 1;

            // keepalived forgets the protocol where there are marks alone.
            bool hasProtocol = groups.FirstOrDefault(g => g.Name == name)?.Members.Any(m => m.FirewallMark is null) != false;
            names[key] = new ServiceName(string.Create(CultureInfo.InvariantCulture, $"[{name}]:{number}"), hasProtocol ? key.Protocol : IpvsProtocol.None);
        }

        return names;
    }

    /// <summary>A real server.</summary>
    public string Of(DestinationKey server) => KeepalivedName.Of(server.Address, Protocol, server.Port);

    public override string ToString() => Text;
}
