namespace HaTools;

/// <summary>What holds for the kernel's IPVS as a whole, as the kernel says it.</summary>
public sealed record IpvsState
{
    /// <summary>How long an established TCP connection is kept without a packet, in seconds.</summary>
    public required double TcpTimeout { get; init; }

    /// <summary>The same for a TCP connection after a FIN.</summary>
    public required double TcpFinTimeout { get; init; }

    /// <summary>The same for what UDP has in place of connections.</summary>
    public required double UdpTimeout { get; init; }
}
