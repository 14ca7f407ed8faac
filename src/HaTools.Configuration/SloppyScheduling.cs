namespace HaTools.Configuration;

/// <summary>
/// The parameters by which the kernel schedules any packet that belongs to no connection, and not only one that begins a connection: <c>net.ipv4.vs.sloppy_tcp</c> and
/// <c>sloppy_sctp</c> (ip_vs_proto_tcp.c, <c>tcp_conn_schedule</c>; ip_vs_proto_sctp.c, <c>sctp_conn_schedule</c>). Each is one for all services of the network namespace.
/// UDP has no such parameter and needs none: <c>udp_conn_schedule</c> takes every packet. Pure.
/// </summary>
internal static class SloppyScheduling
{
    /// <summary>The parameters, each with its protocol.</summary>
    public static IReadOnlyList<(TransportProtocol Protocol, string Parameter)> Parameters { get; } =
        [(TransportProtocol.Tcp, "sloppy_tcp"), (TransportProtocol.Sctp, "sloppy_sctp")];

    /// <summary>What the stateless services of a configuration need beside what it sets itself: where it names a parameter, it is as it says.</summary>
    public static IReadOnlyList<IpvsParameterSetting> NeededBy(HaConfiguration configuration) =>
    [
        .. Parameters
            .Where(p => !configuration.Ipvs.Parameters.Any(s => s.Name == p.Parameter) && configuration.VirtualServers.Any(s => s.Stateless && Takes(configuration, s, p.Protocol)))
            .Select(p => new IpvsParameterSetting(p.Parameter, "1")),
    ];

    /// <summary>Whether a service takes packets of a protocol: one with a firewall mark takes all, unless the mark is the node's own.</summary>
    private static bool Takes(VirtualServer service, TransportProtocol protocol) => service is { FirewallMark: not null, Marked.Count: 0 } || service.Protocol == protocol;

    /// <summary>The same of a virtual server, which may have a group.</summary>
    public static bool Takes(HaConfiguration configuration, VirtualServer service, TransportProtocol protocol) =>
        ServicePlaces.Of(service, configuration.VirtualServerGroups).Any(place => Takes(place, protocol));

    /// <summary>
    /// Whether a service that takes the protocol is harmed. A scheduler that goes by turns or by load sends a packet of a connection that it does not know to any server,
    /// makes a connection of it, counts that, and where the service is persistent keeps the client there; a host that serves the address itself beside it loses its own
    /// connections. One that goes by the packet alone sends it where the connection's other packets went, with address translation too: the way back is there again with the
    /// client's next packet.
    /// </summary>
    public static bool Harms(string scheduler) => !Schedulers.Pure.Contains(scheduler);
}
