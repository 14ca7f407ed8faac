namespace HaTools.Netlink.Ipvs;

/// <summary>
/// What is known of the parameters under <c>net.ipv4.vs</c>: those of Documentation/networking/ipvs-sysctl.rst, and the five that it
/// leaves out (sloppy_tcp, sloppy_sctp, schedule_icmp, lblc_expiration, lblcr_expiration).
/// </summary>
public static class IpvsParameterCatalogue
{
    /// <summary>All, by name.</summary>
    public static IReadOnlyList<IpvsParameter> All { get; } =
    [
        new()
        {
            Name = "am_droprate",
            Kind = IpvsParameterKind.Number,
            Unit = "packets",
            Maximum = int.MaxValue,
            Default = "10",
            Meaning = "With drop_packet 3, one packet in so many is dropped; 1 drops all.",
        },
        new()
        {
            Name = "amemthresh",
            Kind = IpvsParameterKind.Number,
            Unit = "pages",
            Maximum = int.MaxValue,
            Default = "1024",
            Meaning = "The automatic defences (drop_entry, drop_packet, secure_tcp) begin when less memory than this is free.",
        },
        new()
        {
            Name = "backup_only",
            Since = new Version(3, 9),
            Meaning =
                "While a backup sync daemon runs, this host does not balance: it keeps packets from going in circles between " +
                "directors that are each other's real servers.",
        },
        new()
        {
            Name = "cache_bypass",
            Meaning = "Where a transparent cache has no server left, packets go on to the address that the client meant.",
        },
        new()
        {
            Name = "conn_lfactor",
            Kind = IpvsParameterKind.Number,
            Minimum = -8,
            Maximum = 8,
            Default = null,
            Since = new Version(7, 2),
            Meaning =
                "The size of the connection table: 2 to this power is the number of entries to a bucket above which it grows; " +
                "less is a larger table. Until it is set it is -4, and -2 in network namespaces other than the host's.",
        },
        new()
        {
            Name = "conn_max",
            Kind = IpvsParameterKind.Number,
            Unit = "connections",
            Maximum = int.MaxValue,
            Default = null,
            Since = new Version(7, 2),
            Meaning = "The most connections of the network namespace.",
        },
        new()
        {
            Name = "conn_reuse_mode",
            Kind = IpvsParameterKind.Number,
            Maximum = 3,
            Default = "1",
            Since = new Version(4, 1),
            Meaning =
                "What becomes of a client's port that is used again: 0 goes to the same server whatever its weight; bit 0 " +
                "schedules anew where that is safe (TIME_WAIT with masquerading, or expire_nodest_conn); bit 1 also in " +
                "FIN_WAIT, which is all that direct routing and tunnels see of an end.",
        },
        new()
        {
            Name = "conntrack",
            Since = new Version(2, 6, 37),
            Needs = "CONFIG_IP_VS_NFCT",
            Meaning =
                "Connections of IPVS are tracked by netfilter, too, for stateful firewall rules; it costs speed. FTP's always " +
                "are.",
        },
        new()
        {
            Name = "debug_level",
            Kind = IpvsParameterKind.Number,
            Maximum = int.MaxValue,
            Needs = "CONFIG_IP_VS_DEBUG",
            Scope = IpvsParameterScope.Host,
            Meaning = "How much IPVS writes to the kernel's log.",
        },
        new()
        {
            Name = "drop_entry",
            Kind = IpvsParameterKind.Number,
            Maximum = 3,
            SwitchesItself = true,
            Meaning =
                "Half-open connections are dropped at random when memory is short: 0 never, 1 and 2 by itself (the kernel " +
                "changes between the two as amemthresh says), 3 always.",
        },
        new()
        {
            Name = "drop_packet",
            Kind = IpvsParameterKind.Number,
            Maximum = 3,
            SwitchesItself = true,
            Meaning =
                "Packets are dropped before they are balanced when memory is short: 0 never, 1 and 2 by itself (the kernel " +
                "changes between the two), 3 always, at am_droprate.",
        },
        new()
        {
            Name = "est_cpulist",
            Kind = IpvsParameterKind.ProcessorList,
            Default = null,
            Since = new Version(6, 2),
            Scope = IpvsParameterScope.PrivilegedNamespace,
            Meaning = "On which processors counters and rates are brought up; an empty list stops that.",
        },
        new()
        {
            Name = "est_nice",
            Kind = IpvsParameterKind.Number,
            Minimum = -20,
            Maximum = 19,
            Since = new Version(6, 2),
            Scope = IpvsParameterScope.PrivilegedNamespace,
            Meaning = "The niceness of the threads that bring counters and rates up.",
        },
        new()
        {
            Name = "expire_nodest_conn",
            Meaning =
                "A connection whose real server was removed ends at its next packet. Off, its packets are dropped in silence, " +
                "and it goes on if the server comes back in time.",
        },
        new()
        {
            Name = "expire_quiescent_template",
            Meaning =
                "A persistent client of a server with weight 0 is scheduled anew. Off, it keeps its server, so that weight 0 " +
                "does not drain a persistent service.",
        },
        new()
        {
            Name = "ignore_tunneled",
            Since = new Version(4, 4),
            Meaning =
                "Packets of protocols that IPVS does not know (IP in IP) are left alone: a director that is a real server, too, " +
                "does not balance them again.",
        },
        new()
        {
            Name = "lblc_expiration",
            Kind = IpvsParameterKind.Number,
            Unit = "s",
            Maximum = 2147483,
            Default = "86400",
            Needs = "module ip_vs_lblc",
            Module = "ip_vs_lblc",
            Meaning = "After how long without use the scheduler lblc forgets which server a destination has.",
        },
        new()
        {
            Name = "lblcr_expiration",
            Kind = IpvsParameterKind.Number,
            Unit = "s",
            Maximum = 2147483,
            Default = "86400",
            Needs = "module ip_vs_lblcr",
            Module = "ip_vs_lblcr",
            Meaning = "After how long without use the scheduler lblcr forgets which servers a destination has.",
        },
        new()
        {
            Name = "nat_icmp_send",
            Meaning = "With masquerading, a real server is told by ICMP that its packet belongs to no connection.",
        },
        new()
        {
            Name = "pmtu_disc",
            Default = "1",
            Since = new Version(3, 7),
            Meaning =
                "Packets that are too long for the way and must not be split are refused with ICMP; off, tunnelled ones are " +
                "split.",
        },
        new()
        {
            Name = "run_estimation",
            Default = "1",
            Since = new Version(5, 16),
            Scope = IpvsParameterScope.PrivilegedNamespace,
            Meaning = "Counters and rates are brought up every two seconds; off, they stand still.",
        },
        new()
        {
            Name = "schedule_icmp",
            Since = new Version(4, 4),
            Meaning =
                "ICMP errors about packets of no connection are scheduled like those packets, which other directors' clients " +
                "need.",
        },
        new()
        {
            Name = "secure_tcp",
            Kind = IpvsParameterKind.Number,
            Maximum = 3,
            SwitchesItself = true,
            Meaning =
                "A stricter table of TCP states, with shorter times, against floods of SYN: 0 never, 1 and 2 by itself (the " +
                "kernel changes between the two), 3 always.",
        },
        new()
        {
            Name = "sloppy_sctp",
            Since = new Version(3, 11),
            Meaning =
                "Any SCTP packet makes a connection, not only INIT: a director that takes over goes on with those that it has " +
                "not seen begin.",
        },
        new()
        {
            Name = "sloppy_tcp",
            Since = new Version(3, 11),
            Meaning =
                "Any TCP packet but RST makes a connection, not only SYN: a director that takes over goes on with those that it " +
                "has not seen begin.",
        },
        new()
        {
            Name = "snat_reroute",
            Default = "1",
            Since = new Version(2, 6, 37),
            Meaning =
                "The way of a real server's answer is chosen anew after its address was rewritten, as if the director had sent " +
                "it.",
        },
        new()
        {
            Name = "svc_lfactor",
            Kind = IpvsParameterKind.Number,
            Minimum = -8,
            Maximum = 8,
            Default = null,
            Since = new Version(7, 2),
            Meaning =
                "The size of the table of services: 2 to this power is the number of services to a bucket above which it grows; " +
                "less is a larger table. Until it is set it is -3, and -2 in network namespaces other than the host's.",
        },
        new()
        {
            Name = "sync_persist_mode",
            Since = new Version(3, 11),
            Meaning = "Of persistent services, the sync daemon sends templates only.",
        },
        new()
        {
            Name = "sync_ports",
            Kind = IpvsParameterKind.PowerOfTwo,
            Unit = "ports",
            Minimum = 1,
            Maximum = 64,
            Default = "1",
            Since = new Version(3, 5),
            Meaning =
                "How many threads and UDP ports a sync daemon has, from its port upwards; fixed when the first daemon starts, " +
                "and the same on both sides.",
        },
        new()
        {
            Name = "sync_qlen_max",
            Kind = IpvsParameterKind.Number,
            Unit = "messages",
            Maximum = long.MaxValue,
            Default = null,
            Since = new Version(3, 5),
            Scope = IpvsParameterScope.PrivilegedNamespace,
            Meaning = "How many sync messages may wait to be sent.",
        },
        new()
        {
            Name = "sync_refresh_period",
            Kind = IpvsParameterKind.Number,
            Unit = "s",
            Maximum = 2147483,
            Since = new Version(3, 5),
            Meaning =
                "A connection whose state stays is sent again only when its timer has moved by this much; 0: as sync_threshold " +
                "says.",
        },
        new()
        {
            Name = "sync_retries",
            Kind = IpvsParameterKind.Number,
            Maximum = 3,
            Since = new Version(3, 5),
            Meaning = "How often a sync message is sent again, an eighth of sync_refresh_period apart.",
        },
        new()
        {
            Name = "sync_sock_size",
            Kind = IpvsParameterKind.Number,
            Unit = "bytes",
            Maximum = int.MaxValue,
            Since = new Version(3, 5),
            Scope = IpvsParameterScope.PrivilegedNamespace,
            Meaning = "The buffer of the sync daemons' sockets; 0: the system's default.",
        },
        new()
        {
            Name = "sync_threshold",
            Kind = IpvsParameterKind.Threshold,
            Unit = "packets",
            Maximum = int.MaxValue,
            Default = "3\t50",
            Meaning = "A connection is sent when the number of its packets, modulo the second number, is the first one.",
        },
        new()
        {
            Name = "sync_version",
            Kind = IpvsParameterKind.Number,
            Default = "1",
            Since = new Version(2, 6, 38),
            Meaning = "The sync protocol that is sent: 0 for very old kernels, without IPv6 and firewall marks.",
        },
    ];

    /// <summary>The parameter of a name; null: none is known.</summary>
    /// <param name="name">The name: <c>sloppy_tcp</c>.</param>
    public static IpvsParameter? Find(string name) => ByName.GetValueOrDefault(name);

    private static readonly Dictionary<string, IpvsParameter> ByName = All.ToDictionary(p => p.Name, StringComparer.Ordinal);
}
