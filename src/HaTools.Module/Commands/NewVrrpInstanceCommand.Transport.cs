using System.Management.Automation;
using System.Net;
using HaTools.Configuration;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

// How adverts travel.
public sealed partial class NewVrrpInstanceCommand
{
    /// <summary>
    /// The source of adverts (keepalived: <c>mcast_src_ip</c>, <c>unicast_src_ip</c>); without it: the interface's first address (IPv6:
    /// its link-local one).
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(IPAddress))]
    public IPAddress? SourceAddress { get; set; }

    /// <summary>Whether the loss of -SourceAddress is a FAULT (keepalived: <c>track_src_ip</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter TrackSourceAddress { get; set; }

    /// <summary>
    /// The group that adverts go to (keepalived: <c>mcast_dst_ip</c>, <c>vrrp_mcast_group4</c>); without it: 224.0.0.18 or ff02::12.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(IPAddress))]
    public IPAddress? MulticastGroup { get; set; }

    /// <summary>
    /// Peers that adverts go to instead of multicast (keepalived: <c>unicast_peer</c>): addresses, <c>ADDRESS min_ttl N max_ttl N</c>, or
    /// hashtables of Address, MinimumTtl, MaximumTtl.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(UnicastPeer), Many = true)]
    [Alias("UnicastPeers")]
    public UnicastPeer[] UnicastPeer { get; set; } = [];

    /// <summary>The TTL (hop limit) of unicast adverts, 0 to 255; without it: 255 (as keepalived: 64 over IPv6).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [InRange(ModelRanges.LeastByte, ModelRanges.MostByte)]
    public int? UnicastTtl { get; set; }

    /// <summary>Whether only peers are heard (keepalived: <c>check_unicast_src</c>; on with any TTL range).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter CheckUnicastSource { get; set; }

    /// <summary>Whether the lack of peers is a FAULT instead of multicast (keepalived: <c>unicast_fault_no_peer</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter UnicastFaultNoPeer { get; set; }

    /// <summary>
    /// Without -Interface: the VRF that adverts are sent and heard in, by unicast (keepalived: <c>vrf</c>). It takes -UnicastPeer, -SourceAddress, and an
    /// interface with each virtual address.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Vrf { get; set; }

    private VrrpInstance WithTransport(VrrpInstance instance) => instance with
    {
        SourceAddress = SourceAddress,
        TrackSourceAddress = TrackSourceAddress,
        MulticastGroup = MulticastGroup,
        UnicastPeers = [.. UnicastPeer],
        UnicastTtl = UnicastTtl,
        CheckUnicastSource = CheckUnicastSource,
        UnicastFaultNoPeer = UnicastFaultNoPeer,
        Vrf = Vrf,
    };
}
