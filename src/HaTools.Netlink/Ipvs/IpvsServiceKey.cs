using System.Net;
using System.Net.Sockets;

namespace HaTools.Netlink.Ipvs;

/// <summary>What identifies an IPVS service: protocol, address and port, or a firewall mark and an address family.</summary>
public readonly record struct IpvsServiceKey
{
    /// <summary>A service of an address and port.</summary>
    /// <param name="protocol">The transport protocol.</param>
    /// <param name="address">The virtual address, IPv4 or IPv6.</param>
    /// <param name="port">1 to 65535; 0: every port, which only a persistent service may have.</param>
    /// <exception cref="ArgumentOutOfRangeException">The protocol or port is outside the range.</exception>
    public IpvsServiceKey(IpvsProtocol protocol, IPAddress address, int port)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        if (protocol is not (IpvsProtocol.Tcp or IpvsProtocol.Udp or IpvsProtocol.Sctp))
            throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "An IPVS service is TCP, UDP or SCTP.");
        Protocol = protocol;
        Address = address;
        Port = port;
        AddressFamily = address.AddressFamily;
    }

    private IpvsServiceKey(uint mark, AddressFamily family) => (FirewallMark, AddressFamily) = (mark, family);

    /// <summary>A service of all packets that carry a firewall mark.</summary>
    /// <param name="mark">The mark, not 0.</param>
    /// <param name="family">InterNetwork or InterNetworkV6.</param>
    /// <exception cref="ArgumentOutOfRangeException">The mark is 0, or the family is another.</exception>
    public static IpvsServiceKey OfFirewallMark(uint mark, AddressFamily family = AddressFamily.InterNetwork)
    {
        ArgumentOutOfRangeException.ThrowIfZero(mark);
        if (family is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
            throw new ArgumentOutOfRangeException(nameof(family), family, "An IPVS service is of IPv4 or IPv6.");
        return new IpvsServiceKey(mark, family);
    }

    /// <summary>The transport protocol; None for a firewall mark.</summary>
    public IpvsProtocol Protocol { get; }

    /// <summary>The virtual address; null for a firewall mark.</summary>
    public IPAddress? Address { get; }

    /// <summary>The port, 0 to 65535; 0 for a firewall mark.</summary>
    public int Port { get; }

    /// <summary>The firewall mark; 0: the service is of an address and port.</summary>
    public uint FirewallMark { get; }

    /// <summary>InterNetwork or InterNetworkV6.</summary>
    public AddressFamily AddressFamily { get; }

    /// <summary>As <c>tcp 192.0.2.1:80</c>, <c>udp [2001:db8::1]:53</c>, <c>fwmark 7</c>, <c>fwmark 7 ipv6</c>.</summary>
    public override string ToString() => Address is null
        ? $"fwmark {FirewallMark}{(AddressFamily == AddressFamily.InterNetworkV6 ? " ipv6" : "")}"
        : $"{Protocol.ToString().ToLowerInvariant()} {new IPEndPoint(Address, Port)}";
}

/// <summary>The transport protocols that IPVS balances (IANA numbers).</summary>
public enum IpvsProtocol : ushort
{
    /// <summary>None: a firewall mark stands for it.</summary>
    None = 0,

    /// <summary>TCP.</summary>
    Tcp = 6,

    /// <summary>UDP.</summary>
    Udp = 17,

    /// <summary>SCTP.</summary>
    Sctp = 132,
}
