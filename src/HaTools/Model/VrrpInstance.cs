using System.Net;

namespace HaTools;

/// <summary>A virtual router on one interface: one VRID of RFC 3768 (version 2) or RFC 9568 (version 3).</summary>
public sealed record VrrpInstance
{
    /// <summary>The instance's name, unique in the node.</summary>
    public required string Name { get; init; }

    /// <summary>The interface that adverts are sent and heard on; with <see cref="Vrf"/> that of the VRF.</summary>
    public required string Interface { get; init; }

    /// <summary>1 to 255; unique on an interface.</summary>
    public required int VirtualRouterId { get; init; }

    /// <summary>The base priority, 1 to 255; 255 is the address owner and never lowered by trackers.</summary>
    public int Priority { get; init; } = 100;

    /// <summary>
    /// The time between adverts. Version 2: whole seconds, 1 s to 255 s (RFC 3768 section 5.3.7); version 3: whole centiseconds, 10 ms to 40.95 s (RFC 9568 section 5.2.7).
    /// </summary>
    public TimeSpan AdvertisementInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>2 or 3. keepalived.conf defaults to 2, YAML and cmdlets to 3.</summary>
    public int Version { get; init; } = 3;

    /// <summary>
    /// keepalived's <c>state</c>: it decides nothing but with priority 255, where Master starts without waiting (RFC 9568 section 6.4.1), which is
    /// what every language takes it for there.
    /// </summary>
    public VrrpInitialState InitialState { get; init; } = VrrpInitialState.Backup;

    /// <summary>When true, a backup of higher priority leaves a working master of lower priority in place (RFC 9568 Preempt_Mode false).</summary>
    public bool NoPreempt { get; init; }

    /// <summary>Version 2 only: what RFC 2338 called authentication. null: none.</summary>
    public VrrpAuthentication? Authentication { get; init; }

    /// <summary>What the version 3 IPv4 checksum covers when sending; both forms are always accepted.</summary>
    public VrrpChecksumForm ChecksumForm { get; init; } = VrrpChecksumForm.MessageOnly;

    /// <summary>The addresses that follow mastership and are listed in the advert, in order.</summary>
    public ValueList<VirtualAddress> VirtualAddresses { get; init; } = [];

    /// <summary>Interfaces that it follows (keepalived: <c>track_interface</c>); one that does not exist counts as down.</summary>
    public ValueList<Tracked> TrackInterfaces { get; init; } = [];

    /// <summary>Names of <see cref="HaConfiguration.Scripts"/> that it follows (keepalived: <c>track_script</c>).</summary>
    public ValueList<Tracked> TrackScripts { get; init; } = [];

    /// <summary>Names of <see cref="HaConfiguration.Files"/> that it follows (keepalived: <c>track_file</c>).</summary>
    public ValueList<Tracked> TrackFiles { get; init; } = [];

    /// <summary>Names of <see cref="HaConfiguration.Processes"/> that it follows (keepalived: <c>track_process</c>).</summary>
    public ValueList<Tracked> TrackProcesses { get; init; } = [];

    /// <summary>Names of <see cref="HaConfiguration.BfdSessions"/> that it follows (keepalived: <c>track_bfd</c>).</summary>
    public ValueList<Tracked> TrackBfd { get; init; } = [];

    /// <summary>Gratuitous ARPs in a burst on takeover (keepalived: <c>garp_master_repeat</c>), 1 to 255.</summary>
    public int GarpRepeat { get; init; } = 5;

    /// <summary>When the second burst follows the first (keepalived: <c>garp_master_delay</c>); zero: no second burst.</summary>
    public TimeSpan GarpDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Overrides the node's <see cref="HaConfiguration.SelfFencing"/>; null: the node's.</summary>
    public SelfFencing? SelfFencing { get; init; }

    /// <summary>4 or 6: the family of the adverts, which the first virtual address, else the peers, else the source address decide.</summary>
    public int AddressFamily =>
        (VirtualAddresses.Count > 0 ? VirtualAddresses[0].Address
            : UnicastPeers.Count > 0 ? UnicastPeers[0].Address
            : SourceAddress ?? MulticastGroup)?.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? 6 : 4;

    /// <summary>keepalived's authentication by HMAC; null: none. Excludes <see cref="Authentication"/>.</summary>
    public VrrpHmac? Hmac { get; init; }

    /// <summary>
    /// With 3: whether it speaks version 2 too (RFC 9568 section 8.4.2): as master it sends both, as backup it prefers version 3. Not for IPv6.
    /// </summary>
    public bool AlsoVersion2 { get; init; }

    /// <summary>
    /// The source of adverts (keepalived: <c>mcast_src_ip</c>, <c>unicast_src_ip</c>); null: the interface's first address (IPv6: its link-
    /// local one).
    /// </summary>
    public IPAddress? SourceAddress { get; init; }

    /// <summary>Whether the loss of <see cref="SourceAddress"/> is a FAULT (keepalived: <c>track_src_ip</c>).</summary>
    public bool TrackSourceAddress { get; init; }

    /// <summary>The group that adverts go to (keepalived: <c>mcast_dst_ip</c>, <c>vrrp_mcast_group4</c>); null: 224.0.0.18 or ff02::12.</summary>
    public IPAddress? MulticastGroup { get; init; }

    /// <summary>Peers; when there are any, adverts go to them alone, and the TTL of 255 is not demanded.</summary>
    public ValueList<UnicastPeer> UnicastPeers { get; init; } = [];

    /// <summary>The TTL (hop limit) of unicast adverts, 0 to 255; null: 255 (as keepalived: 64 over IPv6).</summary>
    public int? UnicastTtl { get; init; }

    /// <summary>Whether only peers are heard (keepalived: <c>check_unicast_src</c>; on with any TTL range).</summary>
    public bool CheckUnicastSource { get; init; }

    /// <summary>Whether the lack of peers is a FAULT instead of multicast (keepalived: <c>unicast_fault_no_peer</c>).</summary>
    public bool UnicastFaultNoPeer { get; init; }

    /// <summary>An interface of its own on top of <see cref="Interface"/>; null: none.</summary>
    public VirtualInterface? VirtualInterface { get; init; }

    /// <summary>Whether addresses on other interfaces get virtual MAC interfaces too (keepalived: <c>use_vmac_addr</c>).</summary>
    public bool VirtualMacForAddresses { get; init; }

    /// <summary>
    /// The VRF that adverts are sent and heard in, by any interface that belongs to it (keepalived: <c>vrf</c>); <see cref="Interface"/> is the same. It
    /// takes unicast peers, a source address, and an interface named with each virtual address. null: an interface of the usual kind, which may belong to a VRF.
    /// </summary>
    public string? Vrf { get; init; }

    /// <summary>Addresses that follow mastership and are not in the advert; either family (keepalived: <c>virtual_ipaddress_excluded</c>).</summary>
    public ValueList<VirtualAddress> ExcludedAddresses { get; init; } = [];

    /// <summary>Whether it is meant to have no address at all (keepalived: <c>no_virtual_ipaddress</c>).</summary>
    public bool NoVirtualAddress { get; init; }

    /// <summary>
    /// Whether promote_secondaries is set on its interface (keepalived: <c>promote_secondaries</c>); it is anyway where a prefix below /32
    /// needs it.
    /// </summary>
    public bool PromoteSecondaries { get; init; }

    /// <summary>Routes that follow mastership.</summary>
    public ValueList<RouteEntry> VirtualRoutes { get; init; } = [];

    /// <summary>Rules that follow mastership.</summary>
    public ValueList<RuleEntry> VirtualRules { get; init; } = [];

    /// <summary>Whether a master that is not the owner takes packets to the addresses (RFC 9568 Accept_Mode; keepalived's default).</summary>
    public bool Accept { get; init; } = true;

    /// <summary>How much later than otherwise a lower master is preempted, 0 s to 1000 s (keepalived: <c>preempt_delay</c>).</summary>
    public TimeSpan PreemptDelay { get; init; }

    /// <summary>Whether what the RFCs do not allow is refused (keepalived: <c>strict_mode</c>).</summary>
    public bool Strict { get; init; }

    /// <summary>Whether an advert of lower priority is left unanswered (RFC 5798; keepalived: <c>lower_prio_no_advert</c>).</summary>
    public bool LowerPriorityNoAdvert { get; init; }

    /// <summary>Whether a master that yields says so with an advert first (keepalived: <c>higher_prio_send_advert</c>).</summary>
    public bool HigherPrioritySendAdvert { get; init; }

    /// <summary>Whether the owner (255) is deaf to other masters (keepalived: <c>owner_ignore_adverts</c>).</summary>
    public bool OwnerIgnoreAdverts { get; init; }

    /// <summary>As many intervals of silence make a master dead, 1 to 100; the RFCs' is 3 (keepalived: <c>down_timer_adverts</c>).</summary>
    public int DownTimerAdverts { get; init; } = 3;

    /// <summary>
    /// With <see cref="NoPreempt"/>: whether a master whose advert timer ran so late that another may have taken over steps down first (keepalived:
    /// <c>timer_expired_backup</c>); the number is the highest priority of the others, 1 to 254. null: only where it slept past the down interval of a router of priority 254,
    /// and whatever <see cref="NoPreempt"/> says.
    /// </summary>
    public int? TimerExpiredBackup { get; init; }

    /// <summary>From burst to burst as long as it is master (keepalived: <c>garp_master_refresh</c>); zero: none.</summary>
    public TimeSpan GarpRefresh { get; init; }

    /// <summary>Messages for each address in such a burst, from 1.</summary>
    public int GarpRefreshRepeat { get; init; } = 1;

    /// <summary>
    /// The second burst after an advert of lower priority (keepalived: <c>garp_lower_prio_delay</c>); null: <see cref="GarpDelay"/>.
    /// </summary>
    public TimeSpan? GarpLowerPriorityDelay { get; init; }

    /// <summary>Messages for each address after such an advert, 0 to 255; null: <see cref="GarpRepeat"/>.</summary>
    public int? GarpLowerPriorityRepeat { get; init; }

    /// <summary>From burst to burst on interfaces of addresses that are not the instance's (keepalived: <c>garp_extra_if</c>); zero: none.</summary>
    public TimeSpan GarpExtraInterval { get; init; }

    /// <summary>Whether those bursts go out on all of them; else on virtual MAC interfaces only.</summary>
    public bool GarpExtraAll { get; init; }

    /// <summary>Whether the state of <see cref="Interface"/> is of no matter (keepalived: <c>dont_track_primary</c>).</summary>
    public bool DontTrackPrimary { get; init; }

    /// <summary>Commands for its changes of state.</summary>
    public NotifyScripts Notify { get; init; } = NotifyScripts.None;

    /// <summary>Whether FIFOs are told of changes of the effective priority (keepalived: <c>notify_priority_changes</c>); null: as its group has it, else <see cref="HaConfiguration.NotifyPriorityChanges"/>.</summary>
    public bool? NotifyPriorityChanges { get; init; }

    /// <summary>Whether there are mails of its changes of state (keepalived: <c>smtp_alert</c>); null: as <see cref="SmtpAlerts"/> has it for instances.</summary>
    public bool? SmtpAlert { get; init; }
}

/// <summary>keepalived's <c>state</c>.</summary>
public enum VrrpInitialState
{
    /// <summary>Starts as a backup.</summary>
    Backup,

    /// <summary>Starts as master at once if the priority is 255; else as a backup.</summary>
    Master,
}

/// <summary>What the checksum of a version 3 advert over IPv4 covers.</summary>
public enum VrrpChecksumForm
{
    /// <summary>The VRRP message alone (RFC 9568 section 5.2.8).</summary>
    MessageOnly,

    /// <summary>The message and the IPv4 pseudo-header (RFC 5798's wording; keepalived's default).</summary>
    PseudoHeader,

    /// <summary>The message and a pseudo-header with the multicast address, though it is sent by unicast: keepalived before 1.3.6
    /// (<c>old_unicast_checksum</c>).</summary>
    PseudoHeaderMulticast,
}
