using System.Net;
using System.Net.Sockets;

namespace HaTools.Netlink.Ipvs;

/// <summary>Which entries of the connection table are wanted; asked before an object is made. All that is set must hold.</summary>
public sealed class IpvsConnectionFilter
{
    private IPAddress? server;
    private (AddressFamily Family, AddressBits Bits) serverBits;
    private IpvsServiceKey? service;
    private AddressBits serviceBits;

    /// <summary>
    /// Those of a service. Port 0 means every port of its address. Of a firewall mark's service only templates are found: connections do
    /// not tell their mark.
    /// </summary>
    public IpvsServiceKey? Service
    {
        get => service;
        init
        {
            service = value;
            serviceBits = value?.Address is { } address ? ConnectionLine.Bits(address) : 0;
        }
    }

    /// <summary>Those of a real server's address.</summary>
    public IPAddress? Server
    {
        get => server;
        init
        {
            server = value;
            serverBits = value is null ? default : (value.AddressFamily, ConnectionLine.Bits(value));
        }
    }

    /// <summary>With <see cref="Server"/>, of that port, and templates of all ports; 0: of every port.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not from 0 to 65535.</exception>
    public int ServerPort
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, ushort.MaxValue);
            field = value;
        }
    }

    /// <summary>True: templates only; false: connections only; null: both.</summary>
    public bool? Templates { get; init; }

    /// <summary>Whether a line is wanted.</summary>
    /// <param name="line">The line.</param>
    public bool Matches(in ConnectionLine line)
    {
        if (Templates is { } templates && templates != line.IsTemplate) return false;
        if (server is not null && (line.DestinationFamily != serverBits.Family || line.Destination != serverBits.Bits)) return false;
        if (server is not null && ServerPort != 0 && line.DestinationPort != ServerPort && (!line.IsTemplate || line.DestinationPort != 0))
            return false;
        return service is not { } key || IsOf(line, key);
    }

    private bool IsOf(in ConnectionLine line, IpvsServiceKey key)
    {
        if (line.Family != key.AddressFamily || line.FirewallMark != key.FirewallMark) return false;
        return key.FirewallMark != 0
            || (line.Protocol == key.Protocol && line.Virtual == serviceBits && (key.Port == 0 || line.VirtualPort == key.Port));
    }
}
