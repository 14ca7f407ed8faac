using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// The identity of a service: protocol, address and port, or (<see cref="OfFirewallMark"/>) a mark on the packets of an address family; or that of a virtual server that is
/// several of them (<see cref="Group"/>), which no plane has.
/// </summary>
internal sealed record ServiceKey(IpvsProtocol Protocol, IPAddress Address, int Port)
{
    /// <summary>0: none. Else <see cref="Protocol"/> is None, <see cref="Address"/> the family's unspecified one, and <see cref="Port"/> 0.</summary>
    public uint FirewallMark { get; private init; }

    /// <summary>The group that it serves; null: it is a service. Else <see cref="Address"/> is the unspecified one of its family, and <see cref="Port"/> 0.</summary>
    public string? Group { get; private init; }

    // The numbers of both enumerations are IP's.
    public static ServiceKey Of(VirtualServer server) => server.Group is { } group
        ? new((IpvsProtocol)server.Protocol, server.Family == 6 ? IPAddress.IPv6Any : IPAddress.Any, 0) { Group = group }
        : server.FirewallMark is { } mark
        ? OfFirewallMark(mark, server.IsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork)
        : new((IpvsProtocol)server.Protocol, server.Address!, server.Port);

    public static ServiceKey OfFirewallMark(uint mark, AddressFamily family) =>
        new(IpvsProtocol.None, family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0) { FirewallMark = mark };

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ServiceKey? key)
    {
        key = null;
        string[] words = text.Split(' ');
        if (words is ["fwmark", var number, ..] && uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out uint mark) && mark != 0)
            key = OfFirewallMark(mark, words.Length > 2 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
        else if (words is [var name, var place] && Enum.TryParse(name, ignoreCase: true, out IpvsProtocol protocol) && IPEndPoint.TryParse(place, out IPEndPoint? at))
            key = new ServiceKey(protocol, at.Address, at.Port);

        // Whatever else might be read so is nothing that was written.
        if (key?.ToString() != text) key = null;
        return key is not null;
    }

    /// <summary>As <see cref="VirtualServer.Id"/> and <see cref="IpvsServiceKey.ToString"/>.</summary>
    public override string ToString() => Group is not null
        ? $"{Protocol.ToString().ToLowerInvariant()} group {Group}{(Address.AddressFamily == AddressFamily.InterNetworkV6 ? " ipv6" : "")}"
        : FirewallMark != 0
        ? $"fwmark {FirewallMark}{(Address.AddressFamily == AddressFamily.InterNetworkV6 ? " ipv6" : "")}"
        : $"{Protocol.ToString().ToLowerInvariant()} {new IPEndPoint(Address, Port)}";
}
