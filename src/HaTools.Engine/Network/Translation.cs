using System.Net.Sockets;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Network;

/// <summary>From the model's words to the kernel's.</summary>
internal static class Translation
{
    /// <summary>RTPROT_KEEPALIVED (linux/rtnetlink.h): whose routes and rules, and (from Linux 5.18) addresses, ours are.</summary>
    public const byte Protocol = 18;

    private static readonly Dictionary<string, RouteMetric> LockNames = new(StringComparer.Ordinal)
    {
        ["mtu"] = RouteMetric.Mtu,
        ["window"] = RouteMetric.Window,
        ["rtt"] = RouteMetric.Rtt,
        ["rttvar"] = RouteMetric.RttVariance,
        ["ssthresh"] = RouteMetric.SlowStartThreshold,
        ["cwnd"] = RouteMetric.CongestionWindow,
        ["advmss"] = RouteMetric.AdvertisedMss,
        ["reordering"] = RouteMetric.Reordering,
        ["hoplimit"] = RouteMetric.HopLimit,
        ["initcwnd"] = RouteMetric.InitialCongestionWindow,
        ["rto_min"] = RouteMetric.MinimumRto,
        ["initrwnd"] = RouteMetric.InitialReceiveWindow,
        ["quickack"] = RouteMetric.QuickAck,
        ["congctl"] = RouteMetric.CongestionControl,
        ["fastopen_no_cookie"] = RouteMetric.FastOpenNoCookie,
        ["features"] = RouteMetric.Features,
    };

    /// <summary>The request for an address of the model's, without lifetime.</summary>
    /// <param name="address">The address.</param>
    /// <param name="index">The interface's index.</param>
    /// <param name="prefixLength">The prefix length in force.</param>
    public static AddressRequest Address(VirtualAddress address, int index, int prefixLength) =>
        new(index, address.Address, prefixLength)
        {
            Label = address.Label,
            Scope = (RouteScope)(address.Scope ?? AddressScope.Global),
            Broadcast = address.Broadcast,
            Peer = address.Peer,
            Flags = Flags(address),
            PreferredLifetime = IsDeprecated(address) ? 0 : null,
            Protocol = Protocol,
        };

    /// <summary>Whether the host's own connections are not to begin at it: an IPv6 address that asks for it, or a /128 that says nothing.</summary>
    public static bool IsDeprecated(VirtualAddress address) =>
        address.Address.AddressFamily == AddressFamily.InterNetworkV6 && !(address.Preferred ?? address.PrefixLength != 128);

    /// <summary>The flags: an IPv6 address has no time for duplicate address detection unless it asks for it.</summary>
    public static AddressFlags Flags(VirtualAddress address)
    {
        var flags = (AddressFlags)(address.Options & ~AddressOptions.DetectDuplicates);
        bool six = address.Address.AddressFamily == AddressFamily.InterNetworkV6;
        return six && (address.Options & AddressOptions.DetectDuplicates) == 0 ? flags | AddressFlags.NoDad : flags;
    }

    /// <summary>The request for a route; null: an interface is not there.</summary>
    public static RouteRequest? Route(RouteEntry route, KernelTables tables, out string? missing)
    {
        missing = null;
        uint? table = route.Table;
        if (route.Vrf is { } vrf)
        {
            table = tables.Link(vrf) is { VrfTable: > 0 } link ? link.VrfTable : null;
            if (table is null) missing = vrf;
        }

        int device = Index(route.Device, tables, ref missing);
        List<NextHop> hops = [];
        foreach (RouteNextHop hop in route.NextHops)
        {
            hops.Add(new NextHop
            {
                Gateway = hop.Gateway,
                Interface = Index(hop.Device, tables, ref missing),
                Weight = hop.Weight,
                OnLink = hop.OnLink,
                Realms = hop.Realms,
                Encapsulation = Tunnel(hop.Encapsulation),
            });
        }

        if (missing is not null) return null;
        return new RouteRequest
        {
            Family = Family(route.Family),
            Type = (RouteType)route.Kind,
            Destination = route.Destination,
            Source = route.From,
            PreferredSource = route.PreferredSource,
            Gateway = route.Gateway,
            Interface = device,
            OnLink = route.OnLink,
            NextHops = hops,
            Encapsulation = Tunnel(route.Encapsulation),
            Table = table ?? RouteRequest.MainTable,
            Tos = (byte)route.Tos,
            Protocol = (byte)(route.Protocol ?? Protocol),
            Scope = (RouteScope)(route.Scope ?? (int)RouteScope.Global),
            Metric = route.Metric,
            Preference = (RouterPreference?)route.Preference,
            Expires = (uint?)route.Expires?.TotalSeconds,
            Realms = route.Realms,
            TtlPropagate = route.TtlPropagate,
            Metrics = Metrics(route.Metrics),
            LockedMetrics = Locks(route.Metrics),
            CongestionControl = route.Metrics.CongestionControl,
            Mode = route.Insertion switch
            {
                RouteInsertion.Add => RouteAddMode.Exclusive,
                RouteInsertion.Append => RouteAddMode.Append,
                _ => RouteAddMode.Prepend,
            },
        };
    }

    public static RuleRequest Rule(RuleEntry rule) => new()
    {
        Family = Family(rule.Family),
        Priority = rule.Preference,
        Invert = rule.Not,
        Source = rule.From,
        Destination = rule.To,
        InputInterface = rule.InputInterface,
        OutputInterface = rule.OutputInterface,
        Mark = rule.Mark,
        MarkMask = rule.MarkMask,
        Tos = (byte)rule.Tos,
        TunnelId = rule.TunnelId,
        Users = Range(rule.Users),
        L3MasterDevice = rule.L3MasterDevice,
        IpProtocol = (byte?)rule.IpProtocol,
        SourcePorts = Range(rule.SourcePorts),
        DestinationPorts = Range(rule.DestinationPorts),
        Type = (RuleType)rule.Action,
        Table = rule.Table,
        Target = rule.Target,
        SuppressPrefixLength = rule.SuppressPrefixLength,
        SuppressInterfaceGroup = rule.SuppressInterfaceGroup,
        Realms = rule.Realms,
        Protocol = (byte)(rule.Protocol ?? Protocol),
    };

    private static int Index(string? device, KernelTables tables, ref string? missing)
    {
        if (device is null) return 0;
        if (tables.Link(device) is { } link) return link.Index;
        missing ??= device;
        return 0;
    }

    private static AddressFamily Family(int family) => family == 6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;

    private static ValueRange? Range(NumberRange? range) => range is { } r ? new ValueRange(r.First, r.Last) : null;

    private static TunnelEncapsulation? Tunnel(RouteEncapsulation? tunnel) => tunnel is null ? null : new TunnelEncapsulation
    {
        InIpv6 = tunnel.Family == 6,
        Id = tunnel.Id,
        Source = tunnel.Source,
        Destination = tunnel.Destination,
        Ttl = (byte?)tunnel.Ttl,
        Tos = (byte?)tunnel.Tos,
        Flags = (ushort?)tunnel.Flags,
    };

    private static Dictionary<RouteMetric, uint> Metrics(RouteMetrics metrics)
    {
        Dictionary<RouteMetric, uint> numbers = [];
        Set(RouteMetric.Mtu, metrics.Mtu);
        Set(RouteMetric.HopLimit, metrics.HopLimit);
        Set(RouteMetric.AdvertisedMss, metrics.AdvertisedMss);
        Set(RouteMetric.Rtt, metrics.Rtt);
        Set(RouteMetric.RttVariance, metrics.RttVariance);
        Set(RouteMetric.Reordering, metrics.Reordering);
        Set(RouteMetric.Window, metrics.Window);
        Set(RouteMetric.CongestionWindow, metrics.CongestionWindow);
        Set(RouteMetric.SlowStartThreshold, metrics.SlowStartThreshold);
        Set(RouteMetric.MinimumRto, metrics.MinimumRto);
        Set(RouteMetric.InitialCongestionWindow, metrics.InitialCongestionWindow);
        Set(RouteMetric.InitialReceiveWindow, metrics.InitialReceiveWindow);
        Set(RouteMetric.Features, metrics.Features);
        Set(RouteMetric.QuickAck, Number(metrics.QuickAck));
        Set(RouteMetric.FastOpenNoCookie, Number(metrics.FastOpenNoCookie));
        return numbers;

        void Set(RouteMetric metric, uint? value)
        {
            if (value is { } number) numbers[metric] = number;
        }
    }

    private static uint? Number(bool? value) => value is { } set ? set ? 1u : 0u : null;

    private static HashSet<RouteMetric> Locks(RouteMetrics metrics)
    {
        HashSet<RouteMetric> locks = [.. metrics.Locked.Select(name => LockNames[name])];
        if (metrics.LockMtu) locks.Add(RouteMetric.Mtu);
        return locks;
    }
}
