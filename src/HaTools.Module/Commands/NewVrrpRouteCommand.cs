using System.Management.Automation;
using System.Net;
using HaTools.Configuration;
using HaTools.Configuration.Yaml;
using HaTools.Module.Completers;
using HaTools.Module.Nodes;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

/// <summary>Makes a route, as ip route has it: for -VirtualRoute of an instance, or -StaticRoute of a configuration.</summary>
[Cmdlet(VerbsCommon.New, "VrrpRoute")]
[OutputType(typeof(RouteEntry))]
public sealed class NewVrrpRouteCommand : HaCmdlet
{
    private static readonly RouteEntry Usual = new();

    /// <summary>The destination: a network, an address, or <c>default</c>.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(IPNetwork))]
    public IPNetwork? Destination { get; set; }

    /// <summary>The gateway (<c>via</c>, <c>gw</c>), of either family.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(IPAddress))]
    public IPAddress? Gateway { get; set; }

    /// <summary>The interface (<c>dev</c>, <c>oif</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InterfaceNameCompleter))]
    public string? Device { get; set; }

    /// <summary>The type; the numbers are rtnetlink's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public RouteKind? Kind { get; set; }

    /// <summary>4 or 6. Without it: as the addresses say, else 4.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public int? Family { get; set; }

    /// <summary>IPv6: the source prefix that it is for (<c>from</c>); without it: any.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(IPNetwork))]
    public IPNetwork? From { get; set; }

    /// <summary>The preferred source address (<c>src</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(IPAddress))]
    public IPAddress? PreferredSource { get; set; }

    /// <summary>Whether the gateway is taken for reachable on the link whatever the routes say.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter OnLink { get; set; }

    /// <summary>
    /// More than one way (<c>nexthop</c>): <c>via ADDRESS dev NAME weight N onlink</c>, or hashtables of Gateway, Device, Weight, OnLink,
    /// Realms, Encapsulation. Then neither -Gateway nor -Device.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(RouteNextHop), Many = true)]
    [Alias("NextHops")]
    public RouteNextHop[] NextHop { get; set; } = [];

    /// <summary>
    /// The encapsulation (<c>encap</c>): <c>ip id N dst ADDRESS</c>, or a hashtable of Family, Id, Source, Destination, Ttl, Tos, Flags.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(RouteEncapsulation))]
    public RouteEncapsulation? Encapsulation { get; set; }

    /// <summary>The table, from 1; without it: main (254), with a VRF its own.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [IprouteNumber(IprouteTable.Tables)]
    public uint? Table { get; set; }

    /// <summary>The VRF (keepalived: <c>vrf</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Vrf { get; set; }

    /// <summary>Type of service, 0 to 255.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [IprouteNumber(IprouteTable.DsField)]
    [InRange(ModelRanges.LeastByte, ModelRanges.MostByte)]
    public int? Tos { get; set; }

    /// <summary>Who made it, 0 to 255; without it: 18 (keepalived, in iproute2's table), as is every route that is watched.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [IprouteNumber(IprouteTable.Protocols)]
    [InRange(ModelRanges.LeastByte, ModelRanges.MostByte)]
    public int? Protocol { get; set; }

    /// <summary>
    /// The scope, 0 to 255; without it: global (0), as for keepalived; iproute2 would take link for a route without a gateway.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [IprouteNumber(IprouteTable.Scopes)]
    [InRange(ModelRanges.LeastByte, ModelRanges.MostByte)]
    public int? Scope { get; set; }

    /// <summary>The metric (<c>metric</c>, <c>priority</c>, <c>preference</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public uint? Metric { get; set; }

    /// <summary>IPv6: the preference; without it: medium.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public RoutePreference? Preference { get; set; }

    /// <summary>IPv6: how long it lasts.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Duration]
    public TimeSpan? Expires { get; set; }

    /// <summary>
    /// Metrics of the connections that take it: in the words of ip route (<c>mtu lock 1400 rtt 100</c>), or a hashtable of Mtu, LockMtu,
    /// HopLimit, AdvertisedMss, Rtt, RttVariance, Reordering, Window, CongestionWindow, SlowStartThreshold, MinimumRto,
    /// InitialCongestionWindow, InitialReceiveWindow, Features, QuickAck, CongestionControl, FastOpenNoCookie, Locked.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(RouteMetrics))]
    public RouteMetrics? Metrics { get; set; }

    /// <summary>Realms: the destination's in the low 16 bits, the source's in the high.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [IprouteNumber(IprouteTable.Realms)]
    public uint? Realms { get; set; }

    /// <summary>Whether the TTL goes into an encapsulation (<c>ttl-propagate</c>); without it: the kernel's choice.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public bool? TtlPropagate { get; set; }

    /// <summary>How it stands to routes that are there already.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public RouteInsertion? Insertion { get; set; }

    /// <summary>Whether its loss is neither repaired nor a reason for FAULT (keepalived: <c>no_track</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter NoTrack { get; set; }

    /// <summary>Static routes: the track group that its loss puts into FAULT.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? TrackGroup { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Reporting(() =>
    {
        var routeEntry = new RouteEntry
        {
            Destination = Destination,
            Gateway = Gateway,
            Device = Device,
            Kind = Kind ?? Usual.Kind,
            Family = 4,
            From = From,
            PreferredSource = PreferredSource,
            OnLink = OnLink,
            NextHops = [.. NextHop],
            Encapsulation = Encapsulation,
            Table = Table,
            Vrf = Vrf,
            Tos = Tos ?? Usual.Tos,
            Protocol = Protocol,
            Scope = Scope,
            Metric = Metric,
            Preference = Preference,
            Expires = Expires,
            Metrics = Metrics ?? Usual.Metrics,
            Realms = Realms,
            TtlPropagate = TtlPropagate,
            Insertion = Insertion ?? Usual.Insertion,
            NoTrack = NoTrack,
            TrackGroup = TrackGroup,
        };
        routeEntry = routeEntry with { Family = Family ?? YamlReader.ImpliedFamily(routeEntry) };
        // Whether its track group exists is a question to the configuration that it will be part of.
        WriteWarnings(ConfigurationSource.Validate(new HaConfiguration { StaticRoutes = [routeEntry with { TrackGroup = null }] }));
        WriteObject(routeEntry);
    });
}
