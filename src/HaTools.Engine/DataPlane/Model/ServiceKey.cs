using System.Net;
using System.Net.Sockets;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>The identity of a service: protocol, address and port, or (<see cref="OfFirewallMark"/>) a mark on the packets of an address family.</summary>
internal sealed record ServiceKey(IpvsProtocol Protocol, IPAddress Address, int Port)
{
    /// <summary>0: none. Else <see cref="Protocol"/> is None, <see cref="Address"/> the family's unspecified one, and <see cref="Port"/> 0.</summary>
    public uint FirewallMark { get; private init; }

    // The numbers of both enumerations are IP's.
    public static ServiceKey Of(VirtualServer server) => new((IpvsProtocol)server.Protocol, server.Address, server.Port);

    public static ServiceKey OfFirewallMark(uint mark, AddressFamily family) =>
        new(IpvsProtocol.None, family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0) { FirewallMark = mark };

    /// <summary>As <see cref="VirtualServer.Id"/> and <see cref="IpvsServiceKey.ToString"/>.</summary>
    public override string ToString() => FirewallMark != 0
        ? $"fwmark {FirewallMark}{(Address.AddressFamily == AddressFamily.InterNetworkV6 ? " ipv6" : "")}"
        : $"{Protocol.ToString().ToLowerInvariant()} {new IPEndPoint(Address, Port)}";
}
