using System.Globalization;
using System.Net;
using HaTools.Configuration.Diagnostics;
using HaTools.Configuration.Keepalived;

namespace HaTools.Configuration.Yaml;

/// <summary>Addresses, routes and rules.</summary>
internal static partial class YamlReader
{
    private static readonly RouteEntry RouteDefaults = new();
    private static readonly RouteNextHop NextHopDefaults = new();
    private static readonly RuleEntry RuleDefaults = new() { Family = 4 };

    private static VirtualAddress? Address(YamlReading reading, YamlNode node, ModelPath path)
    {
        if (node is YamlScalar scalar)
        {
            reading.Count(node);
            reading.Positions.Note(path, node.Position);
            return AddressWithPrefix(reading, scalar) is { } plain
                ? new VirtualAddress { Address = plain.Address, PrefixLength = plain.Prefix ?? Networks.HostPrefix(plain.Address) }
                : null;
        }
        const string what = "virtual address";
        if (reading.ExpectMap(node, "A virtual address") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.Address, path);
        (IPAddress Address, int? Prefix)? address =
            keys.Required("address", what) && keys.Scalar("address") is { } text ? AddressWithPrefix(reading, text) : null;
        int? prefix = keys.Integer("prefixLength");
        if (prefix is not null && address?.Prefix is { } other && other != prefix)
        {
            reading.Error("Contradiction", keys.Scalar("prefixLength")!, $"The address says /{other}, prefixLength {prefix}.");
        }
        var read = new VirtualAddress
        {
            Address = address?.Address ?? IPAddress.None,
            PrefixLength = prefix ?? address?.Prefix ?? Networks.HostPrefix(address?.Address ?? IPAddress.None),
            Device = keys.String("device"),
            Label = keys.String("label"),
            Scope = keys.Enumeration<AddressScope>("scope", "scope"),
            Broadcast = keys.Address("broadcast"),
            Peer = keys.Address("peer"),
            Options = keys.Flags<AddressOptions>("options", "option of an address") ?? AddressOptions.None,
            Preferred = keys.Boolean("preferred"),
            UseVirtualMac = keys.Boolean("useVirtualMac") ?? false,
            NoTrack = keys.Boolean("noTrack") ?? false,
            TrackGroup = keys.String("trackGroup"),
        };
        return address is null ? null : read;
    }

    private static (IPAddress Address, int? Prefix)? AddressWithPrefix(YamlReading reading, YamlScalar scalar)
    {
        string text = scalar.Text;
        int slash = text.IndexOf('/');
        if (!ConfValues.TryAddress(slash < 0 ? text : text.AsSpan(0, slash), out IPAddress address))
        {
            reading.Error("InvalidAddress", scalar, $"`{text}` is no IP address.");
            return null;
        }
        if (slash < 0) return (address, null);
        if (int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int prefix)) return (address, prefix);
        reading.Error("InvalidNumber", scalar, $"`{text[(slash + 1)..]}` is no prefix length.");
        return null;
    }

    private static IPAddress? PlainAddress(YamlReading reading, YamlScalar scalar, ModelPath path)
    {
        reading.Count(scalar);
        reading.Positions.Note(path, scalar.Position);
        if (ConfValues.TryAddress(scalar.Text, out IPAddress address)) return address;
        reading.Error("InvalidAddress", scalar, $"`{scalar.Text}` is no IP address.");
        return null;
    }

    private static RouteEntry? Route(YamlReading reading, YamlNode node, ModelPath path)
    {
        if (reading.ExpectMap(node, "A route") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, "route", YamlKeys.Route, path);
        bool isDefault = keys.Node("destination") is not YamlScalar { Text: not "default" };
        IPNetwork? destination = isDefault ? null : keys.Network("destination");
        var route = new RouteEntry
        {
            Kind = keys.Enumeration<RouteKind>("kind", "kind of route") ?? RouteDefaults.Kind,
            // 0.0.0.0/0 and ::/0 are the default route of their family.
            Destination = destination is { PrefixLength: 0 } ? null : destination,
            From = keys.Network("from"),
            PreferredSource = keys.Address("preferredSource"),
            Gateway = keys.Address("gateway"),
            Device = keys.String("device"),
            OnLink = keys.Boolean("onLink") ?? RouteDefaults.OnLink,
            NextHops = keys.Records("nextHops", NextHop),
            Encapsulation = keys.Record("encapsulation", Encapsulation),
            Table = keys.Unsigned<uint>("table"),
            Vrf = keys.String("vrf"),
            Tos = keys.Integer("tos") ?? RouteDefaults.Tos,
            Protocol = keys.Integer("protocol"),
            Scope = keys.Integer("scope"),
            Metric = keys.Unsigned<uint>("metric"),
            Preference = keys.Enumeration<RoutePreference>("preference", "preference of a route"),
            Expires = keys.Time("expires"),
            Metrics = keys.Record("metrics", Metrics) ?? RouteDefaults.Metrics,
            Realms = keys.Unsigned<uint>("realms"),
            TtlPropagate = keys.Boolean("ttlPropagate"),
            Insertion = keys.Enumeration<RouteInsertion>("insertion", "way to insert a route") ?? RouteDefaults.Insertion,
            NoTrack = keys.Boolean("noTrack") ?? RouteDefaults.NoTrack,
            TrackGroup = keys.String("trackGroup"),
        };
        int? family = keys.Integer("family");
        return route with { Family = family ?? (destination is { } d ? Networks.FamilyOf(d.BaseAddress) : ImpliedFamily(route)) };
    }

    /// <summary>The family that a route's addresses say; without any: 4.</summary>
    internal static int ImpliedFamily(RouteEntry route) =>
        (route.Destination?.BaseAddress ?? route.From?.BaseAddress ?? route.PreferredSource ?? route.Gateway
            ?? route.NextHops.Select(h => h.Gateway).FirstOrDefault(g => g is not null)) is { } address ? Networks.FamilyOf(address) : 4;

    private static RouteNextHop? NextHop(YamlReading reading, YamlNode node, ModelPath path)
    {
        if (reading.ExpectMap(node, "A next hop") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, "next hop", YamlKeys.NextHop, path);
        return new RouteNextHop
        {
            Gateway = keys.Address("gateway"),
            Device = keys.String("device"),
            Weight = keys.Integer("weight") ?? NextHopDefaults.Weight,
            OnLink = keys.Boolean("onLink") ?? NextHopDefaults.OnLink,
            Realms = keys.Unsigned<uint>("realms"),
            Encapsulation = keys.Record("encapsulation", Encapsulation),
        };
    }

    private static RouteEncapsulation? Encapsulation(YamlReading reading, YamlMap map, ModelPath path)
    {
        var keys = new YamlMapReader(reading, map, "encapsulation", YamlKeys.Encapsulation, path);
        int? family = keys.RequiredInteger("family", "encapsulation");
        var encapsulation = new RouteEncapsulation
        {
            Family = family ?? 0,
            Id = keys.Unsigned<ulong>("id"),
            Source = keys.Address("source"),
            Destination = keys.Address("destination"),
            Ttl = keys.Integer("ttl"),
            Tos = keys.Integer("tos"),
            Flags = keys.Integer("flags"),
        };
        return family is null ? null : encapsulation;
    }

    private static RouteMetrics Metrics(YamlReading reading, YamlMap map, ModelPath path)
    {
        var keys = new YamlMapReader(reading, map, "set of metrics", YamlKeys.Metrics, path);
        return new RouteMetrics
        {
            Mtu = keys.Unsigned<uint>("mtu"),
            LockMtu = keys.Boolean("lockMtu") ?? RouteMetrics.None.LockMtu,
            HopLimit = keys.Unsigned<uint>("hopLimit"),
            AdvertisedMss = keys.Unsigned<uint>("advertisedMss"),
            Rtt = keys.Unsigned<uint>("rtt"),
            RttVariance = keys.Unsigned<uint>("rttVariance"),
            Reordering = keys.Unsigned<uint>("reordering"),
            Window = keys.Unsigned<uint>("window"),
            CongestionWindow = keys.Unsigned<uint>("congestionWindow"),
            SlowStartThreshold = keys.Unsigned<uint>("slowStartThreshold"),
            MinimumRto = keys.Unsigned<uint>("minimumRto"),
            InitialCongestionWindow = keys.Unsigned<uint>("initialCongestionWindow"),
            InitialReceiveWindow = keys.Unsigned<uint>("initialReceiveWindow"),
            Features = keys.Unsigned<uint>("features"),
            QuickAck = keys.Boolean("quickAck"),
            CongestionControl = keys.String("congestionControl"),
            FastOpenNoCookie = keys.Boolean("fastOpenNoCookie"),
            Locked = keys.Words("locked", "A metric's name"),
        };
    }

    private static RuleEntry? Rule(YamlReading reading, YamlNode node, ModelPath path)
    {
        if (reading.ExpectMap(node, "A rule") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, "rule", YamlKeys.Rule, path);
        var rule = new RuleEntry
        {
            Family = 4,
            Preference = keys.Unsigned<uint>("preference"),
            Not = keys.Boolean("not") ?? RuleDefaults.Not,
            From = keys.Network("from"),
            To = keys.Network("to"),
            InputInterface = keys.String("inputInterface"),
            OutputInterface = keys.String("outputInterface"),
            Mark = keys.Unsigned<uint>("mark"),
            MarkMask = keys.Unsigned<uint>("markMask"),
            Tos = keys.Integer("tos") ?? RuleDefaults.Tos,
            TunnelId = keys.Unsigned<ulong>("tunnelId"),
            Users = keys.Range("users"),
            L3MasterDevice = keys.Boolean("l3MasterDevice") ?? RuleDefaults.L3MasterDevice,
            IpProtocol = keys.Integer("ipProtocol"),
            SourcePorts = keys.Range("sourcePorts"),
            DestinationPorts = keys.Range("destinationPorts"),
            Action = keys.Enumeration<RuleAction>("action", "action of a rule") ?? RuleDefaults.Action,
            Table = keys.Unsigned<uint>("table"),
            Target = keys.Unsigned<uint>("target"),
            SuppressPrefixLength = keys.Integer("suppressPrefixLength"),
            SuppressInterfaceGroup = keys.Unsigned<uint>("suppressInterfaceGroup"),
            Realms = keys.Unsigned<uint>("realms"),
            Protocol = keys.Integer("protocol"),
            NoTrack = keys.Boolean("noTrack") ?? RuleDefaults.NoTrack,
            TrackGroup = keys.String("trackGroup"),
        };
        return rule with { Family = keys.Integer("family") ?? ImpliedFamily(rule) };
    }

    /// <summary>The family that a rule's addresses say; without any: 4.</summary>
    internal static int ImpliedFamily(RuleEntry rule) =>
        (rule.From?.BaseAddress ?? rule.To?.BaseAddress) is { } address ? Networks.FamilyOf(address) : 4;
}
