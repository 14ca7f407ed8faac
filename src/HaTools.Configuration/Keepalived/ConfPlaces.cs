using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>Which keyword a property of the model is written with, so that what a rule finds in the model is told with its line and column.</summary>
internal static class ConfPlaces
{
    /// <summary>Properties of an instance.</summary>
    public static Dictionary<string, string> Instance { get; } = Table(
        "interface interface", "virtual_router_id virtualRouterId", "priority priority", "advert_int advertisementInterval", "version version",
        "state initialState", "nopreempt noPreempt", "preempt_delay preemptDelay", "strict_mode strict",
        "lower_prio_no_advert lowerPriorityNoAdvert", "higher_prio_send_advert higherPrioritySendAdvert",
        "owner_ignore_adverts ownerIgnoreAdverts", "down_timer_adverts downTimerAdverts", "timer_expired_backup timerExpiredBackup",
        "thread_timer_expired timerExpiredBackup", "v3_checksum_as_v2 checksumForm", "old_unicast_checksum checksumForm",
        "mcast_src_ip sourceAddress", "unicast_src_ip sourceAddress", "track_src_ip trackSourceAddress", "mcast_dst_ip multicastGroup",
        "unicast_peer unicastPeers", "unicast_ttl unicastTtl", "check_unicast_src checkUnicastSource",
        "unicast_fault_no_peer unicastFaultNoPeer", "auth_hmac hmac", "virtual_ipaddress virtualAddresses",
        "virtual_ipaddress_excluded excludedAddresses", "no_virtual_ipaddress noVirtualAddress", "promote_secondaries promoteSecondaries",
        "accept accept", "no_accept accept", "garp_master_repeat garpRepeat", "garp_master_delay garpDelay",
        "garp_master_refresh garpRefresh", "garp_master_refresh_repeat garpRefreshRepeat", "garp_lower_prio_delay garpLowerPriorityDelay",
        "garp_lower_prio_repeat garpLowerPriorityRepeat", "garp_extra_if garpExtraInterval", "vmac_garp_intvl garpExtraInterval",
        "use_vmac virtualInterface", "use_ipvlan virtualInterface", "use_vmac_addr virtualMacForAddresses", "vrf vrf",
        "virtual_routes virtualRoutes", "virtual_rules virtualRules", "track_interface trackInterfaces", "track_script trackScripts",
        "track_file trackFiles", "track_process trackProcesses", "track_bfd trackBfd", "dont_track_primary dontTrackPrimary",
        "notify_master notify.master", "notify_backup notify.backup", "notify_fault notify.fault", "notify_stop notify.stop",
        "notify_deleted notify.deleted", "notify notify.any", "notify_master_rx_lower_pri notify.masterReceivedLowerPriority",
        "self_fence selfFencing", "notify_priority_changes notifyPriorityChanges", "smtp_alert smtpAlert");

    /// <summary>Properties of the node.</summary>
    public static Dictionary<string, string> Node { get; } = Table(
        "router_id routerId", "self_fence selfFencing", "vrrp_startup_delay startupDelay", "vrrp_delay_after_boot delayAfterBoot",
        "log_unknown_vrids logUnknownVirtualRouters", "dynamic_interfaces dynamicInterfaces", "vrrp_garp_interval garpInterval",
        "vrrp_gna_interval neighborAdvertisementInterval", "script_user scriptUser", "enable_script_security scriptSecurity", "rs_init_notifies notifyUpAtStart",
        "notify_fifo notifyFifo", "notify_fifo_script notifyFifo.script", "vrrp_notify_fifo vrrpNotifyFifo", "vrrp_notify_fifo_script vrrpNotifyFifo.script",
        "lvs_notify_fifo ipvsNotifyFifo", "lvs_notify_fifo_script ipvsNotifyFifo.script", "vrrp_notify_priority_changes notifyPriorityChanges",
        "fifo_write_vrrp_states_on_reload notifyStatesOnReload",
        "smtp_server smtpAlerts.server", "notification_email_from smtpAlerts.from", "notification_email smtpAlerts.to", "smtp_helo_name smtpAlerts.heloName", "smtp_connect_timeout smtpAlerts.timeout",
        "nftables firewall.table", "nftables_priority firewall.priority", "nftables_counters firewall.counters",
        "nftables_ipvs ipvs.groupMarks.table", "nftables_ipvs_priority ipvs.groupMarks.priority", "nftables_ipvs_start_fwmark ipvs.groupMarks.start",
        "vmac_prefix virtualMacPrefix", "vmac_addr_prefix virtualMacAddressPrefix", "disable_local_igmp disableLocalIgmp",
        "lvs_sync_daemon syncDaemon", "lvs_timeouts ipvs");

    /// <summary>Scripts of a service.</summary>
    public static Dictionary<string, string> Service { get; } = Table("quorum_up quorumUp", "quorum_down quorumDown", "omega omega", "smtp_alert smtpAlert");

    /// <summary>Scripts of a real server.</summary>
    public static Dictionary<string, string> RealServer { get; } = Table("notify_up notifyUp", "notify_down notifyDown", "smtp_alert smtpAlert");

    /// <summary>What HTTPS checks show and trust.</summary>
    public static Dictionary<string, string> Ssl { get; } = Table("ca ca", "certificate certificate", "key key", "password password");

    /// <summary>Notes where each property of an object was written: at its value, or at the keyword where that has none.</summary>
    public static void Note(ModelPositions positions, Dictionary<string, string> table, ModelPath path, List<ConfStatement> block)
    {
        foreach (ConfStatement statement in block)
        {
            if (statement.Words.Length == 0 || !table.TryGetValue(statement.Keyword.Text, out string? property)) continue;
            ConfWord word = statement.Argument(1) ?? statement.Keyword;
            positions.Note(path.Section.Length == 0 ? NodeProperty(property) : path.Key(property), word.Position);
        }
    }

    // The node's properties are sections of their own.
    private static ModelPath NodeProperty(string property) =>
        property.Split('.') is [var record, var key] ? new ModelPath(record).Key(key) : new ModelPath(property);

    private static Dictionary<string, string> Table(params string[] pairs) =>
        pairs.Select(p => p.Split(' ')).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
}
