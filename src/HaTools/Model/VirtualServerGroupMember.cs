using System.Net;

namespace HaTools;

/// <summary>An address, a range of addresses, or a firewall mark of a <see cref="VirtualServerGroup"/>.</summary>
public sealed record VirtualServerGroupMember
{
    /// <summary>The address, or the first of a range; null: it is a <see cref="FirewallMark"/>.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>The last address of a range, of the same family and above <see cref="Address"/>; null: it is one address.</summary>
    public IPAddress? LastAddress { get; init; }

    /// <summary>The port of its services, 1 to 65535; 0: every port that has no service of its own, for services with <see cref="VirtualServer.Persistence"/>, and with a <see cref="FirewallMark"/> always.</summary>
    public int Port { get; init; }

    /// <summary>The mark that a firewall has put on packets, from 1; null: it has an <see cref="Address"/>.</summary>
    public uint? FirewallMark { get; init; }

    /// <summary>
    /// Whether the mark is on packets of IPv4 (4) or of IPv6 (6); null: the family of the service (<see cref="VirtualServer.Family"/>), else that of the group's addresses, and without any IPv4.
    /// </summary>
    public int? Family { get; init; }

    /// <summary>As <c>192.0.2.1:80</c>, <c>192.0.2.1-192.0.2.9:80</c>, <c>[2001:db8::1]-[2001:db8::9]:80</c>, <c>fwmark 7</c>, <c>fwmark 7 ipv6</c>.</summary>
    public override string ToString() => FirewallMark is { } mark ? $"fwmark {mark}{(Family is { } family ? $" ipv{family}" : "")}"
        : Address is null ? "without an address"
        : LastAddress is null ? $"{new IPEndPoint(Address, Port)}" : $"{Bracketed(Address)}-{new IPEndPoint(LastAddress, Port)}";

    private static string Bracketed(IPAddress address) => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : $"{address}";
}
