namespace HaTools.Configuration.Keepalived;

/// <summary>Keywords of <c>global_defs</c> that may be passed over, with what that means.</summary>
internal static partial class GlobalGrammar
{
    private const string NoSnmp = "SNMP is not served by this version.";
    private const string NoDbus = "D-Bus is not served by this version; the control socket is.";
    private const string OneProcess = "one process does it all: it has no processes to name.";
    private const string OwnScheduling = "HaTools schedules its VRRP thread itself: real time where the privilege is there.";
    private const string OwnMemory = "HaTools locks the memory that it needs itself.";
    private const string OwnBuffers = "HaTools sizes its netlink buffers itself, and re-reads when one overran.";
    private const string NoDumps = "states are read over the control socket; no dump files are written.";

    private static Dictionary<string, string> Harmless => new()
    {
        ["use_symlink_paths"] = "scripts are run by the path that is written; what stands behind its links is checked all the same.",
        ["set_supplementary_groups"] = "a script always has all groups of its user.",
        ["process_names"] = OneProcess,
        ["process_name"] = OneProcess,
        ["vrrp_process_name"] = OneProcess,
        ["checker_process_name"] = OneProcess,
        ["lvs_process_name"] = OneProcess,
        ["bfd_process_name"] = OneProcess,
        ["child_wait_time"] = OneProcess,
        ["use_pid_dir"] = "no pid files are written.",
        ["vrrp_priority"] = OwnScheduling,
        ["checker_priority"] = OwnScheduling,
        ["bfd_priority"] = OwnScheduling,
        ["vrrp_rt_priority"] = OwnScheduling,
        ["checker_rt_priority"] = OwnScheduling,
        ["bfd_rt_priority"] = OwnScheduling,
        ["vrrp_rlimit_rttime"] = OwnScheduling,
        ["checker_rlimit_rttime"] = OwnScheduling,
        ["bfd_rlimit_rttime"] = OwnScheduling,
        ["vrrp_rlimit_rtime"] = OwnScheduling,
        ["checker_rlimit_rtime"] = OwnScheduling,
        ["bfd_rlimit_rtime"] = OwnScheduling,
        ["max_auto_priority"] = OwnScheduling,
        ["min_auto_priority_delay"] = OwnScheduling,
        ["vrrp_cpu_affinity"] = "processors are not pinned by this version.",
        ["checker_cpu_affinity"] = "processors are not pinned by this version.",
        ["bfd_cpu_affinity"] = "processors are not pinned by this version.",
        ["vrrp_no_swap"] = OwnMemory,
        ["checker_no_swap"] = OwnMemory,
        ["bfd_no_swap"] = OwnMemory,
        ["vrrp_netlink_cmd_rcv_bufs"] = OwnBuffers,
        ["vrrp_netlink_cmd_rcv_bufs_force"] = OwnBuffers,
        ["vrrp_netlink_monitor_rcv_bufs"] = OwnBuffers,
        ["vrrp_netlink_monitor_rcv_bufs_force"] = OwnBuffers,
        ["lvs_netlink_cmd_rcv_bufs"] = OwnBuffers,
        ["lvs_netlink_cmd_rcv_bufs_force"] = OwnBuffers,
        ["lvs_netlink_monitor_rcv_bufs"] = OwnBuffers,
        ["lvs_netlink_monitor_rcv_bufs_force"] = OwnBuffers,
        ["process_monitor_rcv_bufs"] = OwnBuffers,
        ["process_monitor_rcv_bufs_force"] = OwnBuffers,
        ["vrrp_rx_bufs_policy"] = OwnBuffers,
        ["vrrp_rx_bufs_multiplier"] = OwnBuffers,
        ["state_dump_file"] = NoDumps,
        ["stats_dump_file"] = NoDumps,
        ["json_dump_file"] = NoDumps,
        ["json_version"] = NoDumps,
        ["reload_check_config"] = "a reload always checks the new configuration before anything is touched.",
        ["snmp_socket"] = NoSnmp,
        ["enable_traps"] = NoSnmp,
        ["enable_snmp_vrrp"] = NoSnmp,
        ["enable_snmp_keepalived"] = NoSnmp,
        ["enable_snmp_rfc"] = NoSnmp,
        ["enable_snmp_rfcv2"] = NoSnmp,
        ["enable_snmp_rfcv3"] = NoSnmp,
        ["enable_snmp_checker"] = NoSnmp,
        ["snmp_vs_stats_update_interval"] = NoSnmp,
        ["snmp_rs_stats_update_interval"] = NoSnmp,
        ["enable_dbus"] = NoDbus,
        ["dbus_service_name"] = NoDbus,
        ["dbus_no_interface_name"] = NoDbus,
        ["vrrp_skip_check_adv_addr"] = InstanceGrammar.SkipCheck,
    };
}
