namespace HaTools;

/// <summary>The state of one VRRP instance as its node's engine sees it now.</summary>
public sealed record VrrpState
{
    /// <summary>The node's name.</summary>
    public required string Node { get; init; }

    /// <summary>The instance's name.</summary>
    public required string Name { get; init; }

    /// <summary>The interface.</summary>
    public required string Interface { get; init; }

    /// <summary>The interface of its own on top of that (virtual MAC address, ipvlan); null: it has none.</summary>
    public string? VirtualInterface { get; init; }

    /// <summary>The virtual router id, 1 to 255.</summary>
    public required int VirtualRouterId { get; init; }

    /// <summary>The protocol version in use, 2 or 3.</summary>
    public required int Version { get; init; }

    /// <summary>4 or 6.</summary>
    public int AddressFamily { get; init; } = 4;

    /// <summary>The state.</summary>
    public required VrrpStateKind State { get; init; }

    /// <summary>The effective priority, after trackers, 1 to 255.</summary>
    public required int Priority { get; init; }

    /// <summary>The configured priority, 1 to 255.</summary>
    public required int BasePriority { get; init; }

    /// <summary>The current master's address: our own while master; null when none is known.</summary>
    public string? Master { get; init; }

    /// <summary>When the present state was entered.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Seconds since the last advert of the master was heard; null while master or when none was heard.</summary>
    public double? LastAdvertAge { get; init; }

    /// <summary>The virtual addresses with prefix lengths, in order.</summary>
    public IReadOnlyList<string> VirtualAddresses { get; init; } = [];

    /// <summary>Those that adverts do not name, in order.</summary>
    public IReadOnlyList<string> ExcludedAddresses { get; init; } = [];

    /// <summary>Those of both kinds that stand on this host now, as far as the node knows.</summary>
    public IReadOnlyList<string> StandingAddresses { get; init; } = [];

    /// <summary>Single ones of both kinds that are not as they should be; it may be in order without them. Empty in a fault that is of all of them.</summary>
    public IReadOnlyList<VrrpAddressFailure> FailedAddresses { get; init; } = [];

    /// <summary>The address that adverts are sent from; null: the interface has none.</summary>
    public string? SourceAddress { get; init; }

    /// <summary>The seconds between adverts that are in force now: the configured ones, or while version 3 is backup those learned from the master.</summary>
    public double AdvertisementInterval { get; init; }

    /// <summary>The seconds of silence after which a backup takes over, by the interval in force.</summary>
    public double MasterDownInterval { get; init; }

    /// <summary>The seconds for which a backup still leaves a master of lower priority in place (<c>preempt_delay</c>); null: it waits for nothing.</summary>
    public double? PreemptsIn { get; init; }

    /// <summary>
    /// Why a master of lower priority is left in place although this router would preempt it: its host is not ready (the other director's connections are being learned,
    /// a health check has had no result yet, a service is not loaded). null: it is, or is master.
    /// </summary>
    public string? WaitsFor { get; init; }

    /// <summary>For how many seconds at most; null: for none, or until it is mended.</summary>
    public double? WaitsAtMost { get; init; }

    /// <summary>Why the instance is in fault (<c>interface eth0 down</c>, <c>script chk failed</c>); null when it is not.</summary>
    public string? Fault { get; init; }

    /// <summary>Why the master's last advert could not be sent, so that others may be master too; null when it was, and while not master.</summary>
    public string? SendFailure { get; init; }

    /// <summary>The valid lifetime of the addresses in seconds; null when self-fencing is off.</summary>
    public double? SelfFencingLifetime { get; init; }

    /// <summary>What its notify scripts are doing; null: it has none.</summary>
    public HaNotifyState? Notify { get; init; }

    /// <summary>The counters.</summary>
    public VrrpStatistic Statistic { get; init; } = new();
}

/// <summary>
/// A virtual address that the kernel refuses, that another machine has (IPv6's duplicate address detection), or that cannot be removed. It is tried again all the time, and
/// forgotten when that went well.
/// </summary>
public sealed record VrrpAddressFailure
{
    /// <summary>The address with its prefix length.</summary>
    public required string Address { get; init; }

    /// <summary>The interface.</summary>
    public required string Interface { get; init; }

    /// <summary>What is wrong, in words: the errno by name (<c>EACCES</c>), and what to do where that is known.</summary>
    public required string Reason { get; init; }
}

/// <summary>The states of a virtual router; the numbers are keepalived's (JSON and SNMP).</summary>
public enum VrrpStateKind
{
    /// <summary>Not started, or waiting for its first tracker results.</summary>
    Initialize = 0,

    /// <summary>Another router is, or may be, master.</summary>
    Backup = 1,

    /// <summary>This router holds the addresses (RFC 9568: Active).</summary>
    Master = 2,

    /// <summary>Something that the instance needs is missing: it takes no part in the election.</summary>
    Fault = 3,
}

/// <summary>Counters of a VRRP instance, since it was made.</summary>
public sealed record VrrpStatistic
{
    /// <summary>Valid adverts heard.</summary>
    public long AdvertsReceived { get; init; }

    /// <summary>Adverts that the kernel took.</summary>
    public long AdvertsSent { get; init; }

    /// <summary>Adverts that it refused, or of several to unicast peers some.</summary>
    public long AdvertsFailed { get; init; }

    /// <summary>With which errno (<c>EPERM</c>) the last of these; null when there was none.</summary>
    public string? LastSendError { get; init; }

    /// <summary>Times that this router became master.</summary>
    public long BecameMaster { get; init; }

    /// <summary>Times that this router ceased to be master.</summary>
    public long ReleasedMaster { get; init; }

    /// <summary>Adverts with priority 0 heard.</summary>
    public long PriorityZeroReceived { get; init; }

    /// <summary>Adverts with priority 0 sent.</summary>
    public long PriorityZeroSent { get; init; }

    /// <summary>Adverts thrown away, by reason (the names of the reasons are stable); reasons never met are left out.</summary>
    public IReadOnlyDictionary<string, long> Rejected { get; init; } = new Dictionary<string, long>();

    /// <summary>The largest lateness of an own timer, in milliseconds.</summary>
    public double MaxTimerLateness { get; init; }
}
