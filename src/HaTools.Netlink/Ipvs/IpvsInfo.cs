namespace HaTools.Netlink.Ipvs;

/// <summary>What the kernel says of its IPVS (IPVS_CMD_GET_INFO).</summary>
/// <param name="Version">The version, 1.2.1 since 2.6.29.</param>
/// <param name="ConnectionTableSize">Buckets of the connection table.</param>
public sealed record IpvsInfo(Version Version, uint ConnectionTableSize);

/// <summary>
/// Idle times of connections in seconds (IPVS_CMD_GET_CONFIG, IPVS_CMD_SET_CONFIG; ipvsadm --set). When written, 0 keeps a value.
/// </summary>
/// <param name="Tcp">Of established TCP sessions.</param>
/// <param name="TcpFin">Of TCP sessions after a FIN.</param>
/// <param name="Udp">Of UDP.</param>
public readonly record struct IpvsTimeouts(uint Tcp, uint TcpFin, uint Udp);
