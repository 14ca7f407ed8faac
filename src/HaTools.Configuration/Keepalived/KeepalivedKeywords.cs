namespace HaTools.Configuration.Keepalived;

/// <summary>
/// The names of every keyword that keepalived 2.4.3 knows, by capability, so that a keyword which this version does not read
/// can be told from one that nobody knows.
/// </summary>
internal static class KeepalivedKeywords
{
    private const string Linkbeat =
        "The state of a link comes from the kernel by netlink, at once; a driver that does not tell it is not asked by MII, ETHTOOL or ioctl.";

    private static readonly (string Capability, string Names)[] ByCapability =
    [
        ("Network namespaces", "net_namespace net_namespace_ipvs namespace_with_ipsets"),
        ("Instance id, pid dir, process names",
            "instance use_pid_dir child_wait_time global_defs process_names process_name vrrp_process_name " +
            "checker_process_name lvs_process_name bfd_process_name data_use_instance"),
        ("Router identity", "router_id"),
        ("SMTP transport", "notification_email notification_email_from smtp_server smtp_helo_name smtp_connect_timeout"),
        ("SMTP alert switches", "smtp_alert smtp_alert_vrrp smtp_alert_checker no_email_faults no_checker_emails"),
        ("Startup/shutdown scripts", "startup_script startup_script_timeout shutdown_script shutdown_script_timeout"),
        ("Script user and security", "script_user enable_script_security use_symlink_paths set_supplementary_groups"),
        ("Notify FIFOs",
            "notify_fifo notify_fifo_script vrrp_notify_fifo vrrp_notify_fifo_script lvs_notify_fifo lvs_notify_fifo_script " +
            "fifo_write_vrrp_states_on_reload vrrp_notify_priority_changes notify_priority_changes"),
        ("Scheduling priority",
            "vrrp_priority checker_priority bfd_priority vrrp_rt_priority checker_rt_priority bfd_rt_priority " +
            "vrrp_rlimit_rttime checker_rlimit_rttime bfd_rlimit_rttime vrrp_rlimit_rtime checker_rlimit_rtime " +
            "bfd_rlimit_rtime"),
        ("Automatic priority raise", "max_auto_priority min_auto_priority_delay"),
        ("CPU affinity", "vrrp_cpu_affinity checker_cpu_affinity bfd_cpu_affinity"),
        ("Memory locking", "vrrp_no_swap checker_no_swap bfd_no_swap"),
        ("Netlink / proc-connector buffers",
            "vrrp_netlink_cmd_rcv_bufs vrrp_netlink_cmd_rcv_bufs_force vrrp_netlink_monitor_rcv_bufs " +
            "vrrp_netlink_monitor_rcv_bufs_force lvs_netlink_cmd_rcv_bufs lvs_netlink_cmd_rcv_bufs_force " +
            "lvs_netlink_monitor_rcv_bufs lvs_netlink_monitor_rcv_bufs_force process_monitor_rcv_bufs " +
            "process_monitor_rcv_bufs_force"),
        ("Reload control",
            "reload_check_config reload_time_file reload_repeat reload_file include_check config_save_dir " +
            "tmp_config_directory"),
        ("Dump files and JSON version", "state_dump_file stats_dump_file json_dump_file json_version"),
        ("Files and randomness", "umask random_seed iproute_usr_dir iproute_etc_dir"),
        ("SNMP AgentX",
            "snmp_socket enable_traps enable_snmp_vrrp enable_snmp_keepalived enable_snmp_rfc enable_snmp_rfcv2 " +
            "enable_snmp_rfcv3 enable_snmp_checker snmp_vs_stats_update_interval snmp_rs_stats_update_interval snmp_name"),
        ("D-Bus", "enable_dbus dbus_service_name dbus_no_interface_name"),
        ("Firewall for no_accept and VMAC",
            "vrrp_iptables vrrp_ipsets nftables nftables_priority nftables_ifindex nftables_counters disable_local_igmp"),
        ("Dynamic interfaces, default interface", "dynamic_interfaces default_interface"),
        ("Link polling (linkbeat)", "linkbeat_use_polling linkbeat_interfaces"),
        ("Interface debounce", "interface_up_down_delays"),
        ("Static addresses", "static_ipaddress"),
        ("Static routes", "static_routes"),
        ("Static rules", "static_rules"),
        ("Static track groups", "track_group group"),
        ("Instance basics", "vrrp_instance state interface vrf virtual_router_id priority advert_int"),
        ("Protocol version", "vrrp_version version native_ipv6"),
        ("Checksum compatibility", "v3_checksum_as_v2 old_unicast_checksum"),
        ("Multicast addresses and source", "vrrp_mcast_group4 vrrp_mcast_group6 mcast_src_ip mcast_dst_ip"),
        ("Unicast peers", "unicast_peer unicast_src_ip unicast_ttl unicast_fault_no_peer"),
        ("Unicast source check", "vrrp_check_unicast_src check_unicast_src"),
        ("Source address tracking", "track_src_ip"),
        ("Virtual MAC (macvlan)", "use_vmac use_vmac_addr vmac_xmit_base vmac_prefix vmac_addr_prefix"),
        ("ipvlan", "use_ipvlan"),
        ("Virtual addresses", "virtual_ipaddress virtual_ipaddress_excluded no_virtual_ipaddress promote_secondaries"),
        ("Virtual routes", "virtual_routes"),
        ("Virtual rules", "virtual_rules"),
        ("Accept mode", "accept no_accept"),
        ("Preemption", "preempt nopreempt preempt_delay"),
        ("Strict mode", "vrrp_strict strict_mode"),
        ("Skip address-list check", "vrrp_skip_check_adv_addr skip_check_adv_addr"),
        ("Reaction to other masters",
            "vrrp_lower_prio_no_advert vrrp_higher_prio_send_advert vrrp_owner_ignore_adverts lower_prio_no_advert " +
            "higher_prio_send_advert owner_ignore_adverts"),
        ("Master-down timer and late timers", "vrrp_down_timer_adverts down_timer_adverts timer_expired_backup thread_timer_expired"),
        ("Startup delay", "vrrp_startup_delay vrrp_delay_after_boot"),
        ("GARP / unsolicited NA on takeover",
            "vrrp_garp_master_delay vrrp_garp_master_repeat vrrp_garp_master_refresh vrrp_garp_master_refresh_repeat " +
            "vrrp_min_garp garp_master_delay garp_master_repeat garp_master_refresh garp_master_refresh_repeat"),
        ("GARP after lower-priority advert",
            "vrrp_garp_lower_prio_delay vrrp_garp_lower_prio_repeat garp_lower_prio_delay garp_lower_prio_repeat"),
        ("GARP/NA pacing", "vrrp_garp_interval vrrp_gna_interval garp_group garp_interval gna_interval interface interfaces"),
        ("Periodic GARP on other interfaces", "vrrp_garp_extra_if vrrp_vmac_garp_intvl garp_extra_if vmac_garp_intvl"),
        ("Receive buffers", "vrrp_rx_bufs_policy vrrp_rx_bufs_multiplier kernel_rx_buf_size"),
        ("Diagnostics", "log_unknown_vrids debug"),
        ("Legacy authentication", "authentication auth_type auth_pass"),
        ("HMAC authentication (new in 2.4)", "auth_hmac key active_key time_window anti_replay mode"),
        ("Instance notify scripts",
            "notify_master notify_backup notify_fault notify_stop notify_deleted notify notify_master_rx_lower_pri"),
        ("Sync groups", "vrrp_sync_group group sync_group_tracking_weight global_tracking"),
        ("Sync group notify scripts", "notify_master notify_backup notify_fault notify_stop notify"),
        ("IPVS sync daemon tie", "lvs_sync_daemon lvs_sync_daemon_interface"),
        ("Interface tracking", "track_interface dont_track_primary"),
        ("Script tracking", "vrrp_script script interval timeout weight rise fall user init_fail track_script"),
        ("File tracking", "track_file vrrp_track_file file weight init_file"),
        ("Process tracking",
            "vrrp_track_process process param_match weight quorum quorum_max delay terminate_delay fork_delay full_command " +
            "track_process"),
        ("BFD tracking", "track_bfd"),
        ("Session", "bfd_instance neighbor_ip neighbour_ip source_ip passive"),
        ("Timers", "min_rx min_tx idle_tx multiplier"),
        ("TTL and multihop", "ttl hoplimit max_hops multihop"),
        ("Event delivery", "weight vrrp checker"),
        ("Virtual server", "virtual_server ip_family protocol"),
        ("Virtual server group", "virtual_server_group"),
        ("Group by nftables fwmark", "nftables_ipvs nftables_ipvs_priority nftables_ipvs_start_fwmark"),
        ("Scheduler and flags", "lb_algo lvs_sched hashed ops flag-1 flag-2 flag-3 sh-port sh-fallback mh-port mh-fallback"),
        ("Forwarding method", "lb_kind lvs_method"),
        ("Persistence", "persistence_engine persistence_timeout persistence_granularity"),
        ("Real servers and weights", "real_server weight"),
        ("Connection thresholds", "uthreshold lthreshold"),
        ("Quorum", "quorum hysteresis quorum_up quorum_down alpha omega"),
        ("Sorry server", "sorry_server sorry_server_inhibit sorry_server_lvs_method"),
        ("Inhibit on failure", "inhibit_on_failure"),
        ("Real server notify", "notify_up notify_down rs_init_notifies"),
        ("HA suspend", "ha_suspend"),
        ("IPVS timeouts and flush", "lvs_timeouts lvs_flush lvs_flush_on_stop lvs_flush_onstop"),
        ("Check defaults on VS/RS",
            "retry delay_before_retry warmup connect_timeout delay_loop virtualhost alpha checker_log_all_failures"),
        ("Connection options (per checker)", "connect_ip connect_port bindto bind_port bind_if connect_timeout fwmark"),
        ("Timing options (per checker)", "retry delay_before_retry warmup delay_loop alpha log_all_failures"),
        ("TCP_CHECK", "TCP_CHECK"),
        ("HTTP_GET / SSL_GET", "HTTP_GET SSL_GET nb_get_retry virtualhost http_protocol fast_recovery url"),
        ("URL result match", "path digest status_code virtualhost"),
        ("URL regex match", "regex regex_no_match regex_options regex_min_offset regex_max_offset regex_stack"),
        ("TLS options", "enable_sni sni_name tls_compliant"),
        ("TLS client context", "SSL password ca certificate key"),
        ("SMTP_CHECK", "SMTP_CHECK helo_name host"),
        ("DNS_CHECK", "DNS_CHECK type name"),
        ("MISC_CHECK", "MISC_CHECK misc_path misc_timeout misc_dynamic user"),
        ("PING_CHECK", "PING_CHECK"),
        ("UDP_CHECK", "UDP_CHECK payload require_reply min_reply_length max_reply_length"),
        ("BFD_CHECK", "BFD_CHECK name alpha"),
        ("FILE_CHECK", "FILE_CHECK track_file weight"),
    ];

    // What is refused for good or for now, and what to do instead.
    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["linkbeat_use_polling"] = Linkbeat,
        ["linkbeat_interfaces"] = Linkbeat,
        ["host"] = "keepalived has the words in it hold for the check around it, against its old manual. Write an SMTP_CHECK for each host, with connect_ip.",
    };

    private static readonly Dictionary<string, string> Capabilities = Index();

    /// <summary>All names, each once.</summary>
    public static IEnumerable<string> Names => Capabilities.Keys;

    /// <summary>Whether keepalived knows the keyword in some block.</summary>
    public static bool IsKnown(string name) => Capabilities.ContainsKey(name);

    /// <summary>What the keyword belongs to, for a message ("BFD timers"); null: keepalived does not know it.</summary>
    public static string? CapabilityOf(string name) => Capabilities.GetValueOrDefault(name);

    /// <summary>Why a keyword is refused, and what to do instead; null: it is not there yet, or it is read.</summary>
    public static string? ReasonAgainst(string name) => Reasons.GetValueOrDefault(name);

    /// <summary>Every keyword that is refused with a reason.</summary>
    public static IEnumerable<string> Refused => Reasons.Keys;

    /// <summary>The names of the capabilities from one to another, in the order of keepalived's manual.</summary>
    public static IEnumerable<string> Between(string first, string last) => ByCapability
        .SkipWhile(c => c.Capability != first).Reverse().SkipWhile(c => c.Capability != last)
        .SelectMany(c => c.Names.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct();

    private static Dictionary<string, string> Index()
    {
        var index = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string capability, string names) in ByCapability)
        {
            // A name that several capabilities share (weight, interface) is told by the first.
            foreach (string name in names.Split(' ', StringSplitOptions.RemoveEmptyEntries)) index.TryAdd(name, capability);
        }
        return index;
    }
}
