using System.Globalization;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// What weight 0 and the removal of a real server do to its connections and its persistent clients, in words, and what of that makes a drain useless. The
/// kernel decides it by parameters that hold for the whole network namespace (ip_vs_core.c: ip_vs_in_hook; ip_vs_conn.c: ip_vs_check_template, is_new_conn_expected;
/// ip_vs_ctl.c: __ip_vs_del_dest). Pure.
/// </summary>
internal static class DrainMeaning
{
    /// <summary>Whether a server of weight 0 still gets persistent clients, so that a drain must wait for these, too.</summary>
    public static bool WaitsForClients(PlaneService service, DrainParameters parameters) => service.Persistence is not null && !parameters.ExpireQuiescentTemplate;

    /// <summary>What weight 0 does, a sentence each.</summary>
    public static IReadOnlyList<string> OfWeightZero(PlaneService service, DrainParameters parameters)
    {
        List<string> words = [OfNewClients(service)];
        if (HasFlag(service, IpvsServiceFlags.OnePacket)) return [.. words, "Each packet is scheduled by itself, so that there is nothing to wait for."];
        if (OfPersistence(service, parameters) is { } persistence) words.Add(persistence);
        if (OfReuse(service, parameters) is { } reuse) words.Add(reuse);
        if (MayBeUdp(service)) words.Add("UDP has no end of a connection: a client that goes on sending from the same port keeps this server, until it was silent for the UDP timeout.");
        if (parameters.DropEntry >= 2)
            words.Add($"drop_entry is {Text(parameters.DropEntry)}: the kernel itself forgets idle connections, which then count as ended.");
        return words;
    }

    /// <summary>What the removal does to the connections that are left, a sentence each.</summary>
    public static IReadOnlyList<string> OfRemoval(PlaneService service, DrainParameters parameters)
    {
        List<string> words = [];
        if (HasFlag(service, IpvsServiceFlags.OnePacket)) return words;
        if (parameters.ExpireNoDestination)
        {
            words.Add(parameters.SloppyTcp
                ? "Connections that are left when it is removed end at once: expire_nodest_conn is 1, and with sloppy_tcp 1 another server gets their packets, and resets them."
                : "Connections that are left when it is removed end at once: expire_nodest_conn is 1, and their next packet is reset.");
        }
        else
        {
            words.Add("Connections that are left when it is removed hang: expire_nodest_conn is 0, and their packets are dropped in silence until somebody gives up; "
                + "they go on if it comes back in time.");
            if (HasConnections(service) && parameters.ConnectionReuse == 0)
                words.Add("So does a client whose port is used again: conn_reuse_mode is 0.");
        }

        if (service.Persistence is not null) words.Add("Persistent clients are scheduled anew when it is removed.");
        return words;
    }

    /// <summary>What makes a drain of a service's servers useless or costly, each with what to do; none: it works.</summary>
    public static IReadOnlyList<string> Concerns(PlaneService service, DrainParameters parameters)
    {
        List<string> concerns = [];
        if (HasFlag(service, IpvsServiceFlags.OnePacket)) return concerns;
        if (WaitsForClients(service, parameters))
        {
            concerns.Add($"a server that is drained keeps its persistent clients, each for {Text(service.Persistence!.Value)} s after its last connection, while expire_quiescent_template is 0: "
                + "set it to 1, or only the time limit ends the drain of a server whose clients keep coming");
        }

        if (HasConnections(service) && parameters is { ConnectionReuse: 0, ExpireNoDestination: false })
        {
            concerns.Add("a server that is drained gets new connections from ports that its clients used before, while conn_reuse_mode is 0: set it to 1"
                + (service.Destinations.Any(IsBlind) || service.Destinations.Count == 0 ? " (3 with direct routing or tunnels)" : ""));
        }

        if (Refuses(service))
            concerns.Add($"clients whose hash leads to a server that is drained are refused, since {service.Scheduler} looks for no other: {Remedy(service.Scheduler)}");
        return concerns;
    }

    private static string OfNewClients(PlaneService service) => Refuses(service)
        ? $"New clients whose hash leads to it are refused, since {service.Scheduler} looks for no other server: {Remedy(service.Scheduler)}."
        : "New clients go to other servers.";

    private static string? OfPersistence(PlaneService service, DrainParameters parameters) => service.Persistence is not { } seconds ? null
        : parameters.ExpireQuiescentTemplate
            ? "Persistent clients that come back are scheduled anew: expire_quiescent_template is 1."
            : $"Persistent clients that come back stay, until they were away for {Text(seconds)} s: expire_quiescent_template is 0, and the drain waits for them.";

    private static string? OfReuse(PlaneService service, DrainParameters parameters)
    {
        if (!HasConnections(service)) return null;
        string delay = parameters.Conntrack ? " a second later, since conntrack is 1" : "";
        if (parameters.ExpireNoDestination) return $"A client's port that is used again is scheduled anew{delay}: expire_nodest_conn is 1.";

        // What persistence controls is never scheduled anew by this.
        if (WaitsForClients(service, parameters)) return null;
        return parameters.ConnectionReuse switch
        {
            0 => "A client's port that is used again comes to it in spite of the weight, until the former connection is forgotten: conn_reuse_mode is 0.",
            1 when service.Destinations.Any(IsBlind) =>
                "A client's port that is used again within the time of a FIN comes to it in spite of the weight: conn_reuse_mode is 1, and with direct routing and "
                + "tunnels the director does not see how a connection ends (3 looks at that).",
            _ => $"A client's port that is used again after its connection has ended is scheduled anew{delay}: conn_reuse_mode is {Text(parameters.ConnectionReuse)}.",
        };
    }

    /// <summary>Those that go by a table of hashes, and answer nothing where this names a server of weight 0, unless told to look further.</summary>
    private static bool Refuses(PlaneService service) => service.Scheduler switch
    {
        "dh" => true,
        "sh" or "mh" => !HasFlag(service, IpvsServiceFlags.Scheduler1),
        _ => false,
    };

    private static string Remedy(string scheduler) => scheduler == "dh" ? "choose another scheduler" : $"give {scheduler} its flag fallback";

    private static bool IsBlind(PlaneDestination server) => server.Forwarding is IpvsForwardingMethod.DirectRoute or IpvsForwardingMethod.Tunnel;

    private static bool HasFlag(PlaneService service, IpvsServiceFlags flag) => (service.Flags & flag) != 0;

    /// <summary>Packets of a mark may be of any protocol.</summary>
    private static bool MayBeUdp(PlaneService service) => service.Key.Protocol is IpvsProtocol.Udp or IpvsProtocol.None;

    private static bool HasConnections(PlaneService service) => service.Key.Protocol != IpvsProtocol.Udp;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
