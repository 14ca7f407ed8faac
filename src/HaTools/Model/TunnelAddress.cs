using System.Net;

namespace HaTools;

/// <summary>A virtual address that this host accepts as a real server of tunnels (ipvsadm: <c>-i</c>).</summary>
/// <param name="Address">The virtual service's address.</param>
public sealed record TunnelAddress(IPAddress Address)
{
    /// <summary>How directors pack what they send (ipvsadm: <c>--tun-type</c>).</summary>
    public TunnelType Type { get; init; }

    /// <summary>The UDP port that GUE packets come to, 1 to 65535 (ipvsadm: <c>--tun-port</c>); null for the other types.</summary>
    public int? Port { get; init; }

    /// <summary>4 or 6: the family of the packets outside, which is that of the real server's own address in the director's table; null: as inside.</summary>
    public int? OuterFamily { get; init; }

    /// <summary>As <c>192.0.2.9 ipip</c>, <c>192.0.2.9 gue 6080 over IPv6</c>.</summary>
    public override string ToString() =>
        $"{Address} {(Type switch { TunnelType.Gre => "gre", TunnelType.Gue => "gue", _ => "ipip" })}{(Port is { } port ? $" {port}" : "")}{(OuterFamily is { } family ? $" over IPv{family}" : "")}";
}
