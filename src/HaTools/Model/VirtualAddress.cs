using System.Net;

namespace HaTools;

/// <summary>An address that follows mastership.</summary>
public sealed record VirtualAddress
{
    /// <summary>The address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The prefix length, 0 to 32 (IPv4) or 128 (IPv6). keepalived's default, and the languages', is a host address.</summary>
    public int PrefixLength { get; init; } = 32;

    /// <summary>The interface that carries it; null: the instance's.</summary>
    public string? Device { get; init; }

    /// <summary>The address label (ifconfig's alias name), up to 15 characters, beginning with the device's name; null: none.</summary>
    public string? Label { get; init; }

    /// <summary>The scope; null: the kernel's usual (global).</summary>
    public AddressScope? Scope { get; init; }

    /// <summary>The broadcast address; null: none is set.</summary>
    public IPAddress? Broadcast { get; init; }

    /// <summary>The other end of a point-to-point link (<c>peer</c>); then <see cref="PrefixLength"/> is the peer's.</summary>
    public IPAddress? Peer { get; init; }

    /// <summary>Flags of <c>ip address</c>.</summary>
    public AddressOptions Options { get; init; }

    /// <summary>
    /// IPv6: whether the address is used for new connections of this host (<c>preferred_lft forever</c>); null: no for /128, else yes.
    /// </summary>
    public bool? Preferred { get; init; }

    /// <summary>Whether it stands on a virtual MAC interface of its <see cref="Device"/> (<c>use_vmac</c>).</summary>
    public bool UseVirtualMac { get; init; }

    /// <summary>Whether its loss is neither repaired nor a reason for FAULT (keepalived: <c>no_track</c>).</summary>
    public bool NoTrack { get; init; }

    /// <summary>Static addresses: the <see cref="StaticTrackGroup"/> that its loss puts into FAULT.</summary>
    public string? TrackGroup { get; init; }

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

/// <summary>Flags of an address; the numbers are the kernel's (linux/if_addr.h, IFA_F_*), but for the first.</summary>
[Flags]
public enum AddressOptions
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>IPv6: duplicate address detection is done (keepalived: <c>-nodad</c>), which a virtual address has no time for.</summary>
    DetectDuplicates = 0x02,

    /// <summary>IPv6: the home address of a mobile node (RFC 6275).</summary>
    Home = 0x10,

    /// <summary>IPv6: temporary addresses are made from it (RFC 8981).</summary>
    ManageTemporary = 0x100,

    /// <summary>No route to the prefix is made.</summary>
    NoPrefixRoute = 0x200,

    /// <summary>A multicast address is joined.</summary>
    AutoJoin = 0x400,
}
