using System.Net.Sockets;

namespace HaTools.Netlink.Fou;

/// <summary>A UDP port at which the kernel unpacks what is inside (linux/fou.h; man 8 ip-fou).</summary>
/// <param name="Port">The port, 1 to 65535.</param>
/// <param name="Family">InterNetwork or InterNetworkV6: of the packets outside.</param>
public readonly record struct FouPort(int Port, AddressFamily Family)
{
    /// <summary>The IP protocol of what is inside (foo over UDP); 0: the packets say it themselves (GUE).</summary>
    public byte Protocol { get; init; }

    /// <summary>As <c>UDP port 6080 over IPv4, GUE</c>.</summary>
    public override string ToString() => $"UDP port {Port} over IPv{(Family == AddressFamily.InterNetwork ? 4 : 6)}, {(Protocol == 0 ? "GUE" : $"protocol {Protocol}")}";
}
