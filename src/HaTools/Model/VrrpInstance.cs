using System.Net;

namespace HaTools;

/// <summary>A virtual router on one interface: one VRID of RFC 3768 (version 2) or RFC 9568 (version 3).</summary>
public sealed record VrrpInstance
{
    /// <summary>The instance's name, unique in the node.</summary>
    public required string Name { get; init; }

    /// <summary>The interface that adverts are sent and heard on.</summary>
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

    /// <summary>keepalived's <c>state</c>: it decides nothing but with priority 255, where Master starts without waiting.</summary>
    public VrrpInitialState InitialState { get; init; } = VrrpInitialState.Backup;

    /// <summary>When true, a backup of higher priority leaves a working master of lower priority in place (RFC 9568 Preempt_Mode false).</summary>
    public bool NoPreempt { get; init; }

    /// <summary>Version 2 only: what RFC 2338 called authentication. null: none.</summary>
    public VrrpAuthentication? Authentication { get; init; }

    /// <summary>What the version 3 IPv4 checksum covers when sending; both forms are always accepted.</summary>
    public VrrpChecksumForm ChecksumForm { get; init; } = VrrpChecksumForm.MessageOnly;

    /// <summary>The addresses that follow mastership and are listed in the advert, in order.</summary>
    public ValueList<VirtualAddress> VirtualAddresses { get; init; } = [];

    /// <summary>Scripts that this instance follows.</summary>
    public ValueList<TrackedScript> TrackScripts { get; init; } = [];

    /// <summary>Gratuitous ARPs in a burst on takeover (keepalived: <c>garp_master_repeat</c>), 1 to 255.</summary>
    public int GarpRepeat { get; init; } = 5;

    /// <summary>When the second burst follows the first (keepalived: <c>garp_master_delay</c>); zero: no second burst.</summary>
    public TimeSpan GarpDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Overrides the node's <see cref="HaConfiguration.SelfFencing"/>; null: the node's.</summary>
    public SelfFencing? SelfFencing { get; init; }
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
}

/// <summary>Authentication of version 2 adverts (RFC 2338 section 5.3.6; removed by RFC 3768).</summary>
/// <param name="Type">The kind.</param>
/// <param name="Password">The password: for <see cref="VrrpAuthenticationType.SimplePassword"/> the first 8 bytes of its UTF-8 form go on the wire, in clear.</param>
public sealed record VrrpAuthentication(VrrpAuthenticationType Type, string Password)
{
    /// <summary>Does not print the password.</summary>
    public override string ToString() => $"{Type} ********";
}

/// <summary>The kinds of version 2 authentication; the numbers are the wire's.</summary>
public enum VrrpAuthenticationType
{
    /// <summary>keepalived: <c>auth_type PASS</c>.</summary>
    SimplePassword = 1,
}

/// <summary>An address that follows mastership.</summary>
public sealed record VirtualAddress
{
    /// <summary>The address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The prefix length, 0 to 32 (IPv4). keepalived's default, and ours, is a host address: 32.</summary>
    public int PrefixLength { get; init; } = 32;

    /// <summary>The interface that carries it; null: the instance's.</summary>
    public string? Device { get; init; }

    /// <summary>The address label (ifconfig's alias name), up to 15 characters, beginning with the device's name; null: none.</summary>
    public string? Label { get; init; }

    /// <summary>The scope; null: the kernel's usual (global).</summary>
    public AddressScope? Scope { get; init; }

    /// <summary>The broadcast address; null: none is set.</summary>
    public IPAddress? Broadcast { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Address}/{PrefixLength}";
}

/// <summary>Address scopes; the numbers are rtnetlink's (linux/rtnetlink.h, enum rt_scope_t).</summary>
public enum AddressScope
{
    /// <summary>Valid everywhere.</summary>
    Global = 0,

    /// <summary>Valid in this site (IPv6, deprecated).</summary>
    Site = 200,

    /// <summary>Valid on this link.</summary>
    Link = 253,

    /// <summary>Valid on this host.</summary>
    Host = 254,
}

/// <summary>A virtual address that this host accepts as a real server of direct routing.</summary>
/// <param name="Address">The virtual service's address.</param>
public sealed record DirectRoutingAddress(IPAddress Address)
{
    /// <inheritdoc/>
    public override string ToString() => Address.ToString();
}
