namespace HaTools.Linux;

/// <summary>What a <see cref="VrrpSocket"/> is to be.</summary>
internal sealed record VrrpSocketOptions
{
    /// <summary>
    /// The interface that it is bound to, or the VRF; null: none, for unicast by any way (keepalived: an instance without an interface).
    /// </summary>
    public string? InterfaceName { get; init; }

    /// <summary>The interface's index; 0 without an interface.</summary>
    public int InterfaceIndex { get; init; }

    /// <summary>4 or 6.</summary>
    public int Family { get; init; } = 4;

    /// <summary>IPv4: IP protocol 51 instead of 112, for adverts with an authentication header.</summary>
    public bool AuthenticationHeader { get; init; }

    /// <summary>A group to join at once; 0: none (unicast). More of them: <see cref="VrrpSocket.Join"/>.</summary>
    public AddressBits Group { get; init; }

    /// <summary>
    /// The receive buffer in bytes. A node may have hundreds of virtual routers on one wire, whose adverts come together; the usual 208 KiB
    /// hold fewer than 300 of them.
    /// </summary>
    public int ReceiveBuffer { get; init; } = 1 << 20;
}
