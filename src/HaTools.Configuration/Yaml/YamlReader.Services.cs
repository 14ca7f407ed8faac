using System.Globalization;
using System.Net;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Yaml;

/// <summary>IPVS services, and the addresses of real servers of direct routing.</summary>
internal static partial class YamlReader
{
    private static readonly VirtualServer ServiceDefaults = new();
    private static readonly RealServer RealServerDefaults = new() { Port = 1 };
    private static readonly IpvsTunnel TunnelDefaults = new();
    private static readonly IpvsSyncDaemon SyncDefaults = new() { Interface = "" };

    private static VirtualServer? Service(YamlReading reading, YamlNode node, ModelPath path)
    {
        const string what = "virtual server";
        if (reading.ExpectMap(node, "A virtual server") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.Service, path);
        bool isMarked = keys.Node("firewallMark") is not null;
        string? group = keys.String("group");
        bool isGrouped = keys.Node("group") is not null;
        IPAddress? address = isMarked || isGrouped ? keys.Address("address") : keys.RequiredAddress("address", what);
        int? port = isMarked || isGrouped ? keys.Integer("port") ?? 0 : keys.RequiredInteger("port", what);
        uint? mark = keys.Unsigned<uint>("firewallMark");
        int? family = keys.Integer("family");
        bool stateless = keys.Boolean("stateless") ?? ServiceDefaults.Stateless;
        bool isIPv6 = address is null ? family == 6 : Networks.FamilyOf(address) == 6;
        var service = new VirtualServer
        {
            Address = address,
            Port = port ?? 1,
            FirewallMark = mark,
            Group = group,
            Family = family,
            Protocol = keys.Enumeration<TransportProtocol>("protocol", "protocol") ?? ServiceDefaults.Protocol,
            Scheduler = keys.String("scheduler") ?? Schedulers.UsualOf(stateless),
            SchedulerFlags = keys.Flags<SchedulerFlags>("schedulerFlags", "flag of a scheduler") ?? ServiceDefaults.SchedulerFlags,
            OnePacket = keys.Boolean("onePacket") ?? ServiceDefaults.OnePacket,
            Stateless = stateless,
            Forwarding = keys.Enumeration<ForwardingMethod>("forwarding", "forwarding method") ?? ServiceDefaults.Forwarding,
            Tunnel = keys.Record("tunnel", Tunnel),
            Persistence = keys.Time("persistence"),
            PersistenceNetmask = Netmask(reading, keys.Scalar("persistenceNetmask"), isIPv6),
            PersistenceEngine = keys.String("persistenceEngine"),
            DelayLoop = keys.Time("delayLoop") ?? ServiceDefaults.DelayLoop,
            HaSuspend = keys.Boolean("haSuspend") ?? ServiceDefaults.HaSuspend,
            Drain = keys.TimeOrOff("drain", ServiceDefaults.Drain),
            Quorum = keys.Integer("quorum") ?? ServiceDefaults.Quorum,
            Hysteresis = keys.Integer("hysteresis") ?? ServiceDefaults.Hysteresis,
            QuorumUp = keys.Value("quorumUp", NotifyScript),
            QuorumDown = keys.Value("quorumDown", NotifyScript),
            Omega = keys.Boolean("omega") ?? ServiceDefaults.Omega,
            SmtpAlert = keys.Boolean("smtpAlert"),
            SorryServer = keys.Value("sorryServer", (r, n, p) => Real(r, n, p, port)),
            RealServers = keys.Records("realServers", (r, n, p) => Real(r, n, p, port)),
        };
        return isGrouped ? group is null ? null : service : isMarked ? mark is null ? null : service : address is null || port is null ? null : service;
    }

    // Without a port: the service's, as in keepalived.conf; SRV records have their own.
    private static RealServer? Real(YamlReading reading, YamlNode node, ModelPath path, int? servicePort)
    {
        const string what = "real server";
        if (reading.ExpectMap(node, "A real server") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.RealServer, path);
        bool isNamed = keys.Node("hostName") is not null;
        IPAddress? address = isNamed ? keys.Address("address") : keys.RequiredAddress("address", what);
        ServerRecords records = keys.Enumeration<ServerRecords>("records", "kind of record") ?? RealServerDefaults.Records;
        var server = new RealServer
        {
            Address = address,
            HostName = keys.String("hostName"),
            Records = records,
            Family = keys.Integer("family"),
            MostAddresses = keys.Integer("mostAddresses") ?? RealServerDefaults.MostAddresses,
            Port = keys.Integer("port") ?? (isNamed && records == ServerRecords.Srv ? 0 : servicePort ?? 1),
            Weight = keys.Integer("weight") ?? RealServerDefaults.Weight,
            Forwarding = keys.Enumeration<ForwardingMethod>("forwarding", "forwarding method"),
            Tunnel = keys.Record("tunnel", Tunnel),
            UpperThreshold = keys.Unsigned<uint>("upperThreshold") ?? RealServerDefaults.UpperThreshold,
            LowerThreshold = keys.Unsigned<uint>("lowerThreshold") ?? RealServerDefaults.LowerThreshold,
            InhibitOnFailure = keys.Boolean("inhibitOnFailure") ?? RealServerDefaults.InhibitOnFailure,
            Checks = keys.RecordOrRecords("checks", Check),
            NotifyUp = keys.Value("notifyUp", NotifyScript),
            NotifyDown = keys.Value("notifyDown", NotifyScript),
            SmtpAlert = keys.Boolean("smtpAlert"),
        };
        return address is null && server.HostName is null ? null : server;
    }

    private static IpvsTunnel Tunnel(YamlReading reading, YamlMap map, ModelPath path)
    {
        var keys = new YamlMapReader(reading, map, "tunnel", YamlKeys.Tunnel, path);
        return new IpvsTunnel
        {
            Type = keys.Enumeration<TunnelType>("type", "kind of tunnel") ?? TunnelDefaults.Type,
            Port = keys.Integer("port") ?? TunnelDefaults.Port,
            Checksum = keys.Enumeration<TunnelChecksum>("checksum", "checksum of a tunnel") ?? TunnelDefaults.Checksum,
        };
    }

    // A mask, or the length of a prefix.
    private static IPAddress? Netmask(YamlReading reading, YamlScalar? scalar, bool isIPv6)
    {
        if (scalar is null) return null;
        int bits = isIPv6 ? 128 : 32;
        if (int.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int prefix) && prefix > 0 && prefix <= bits) return Networks.Mask(prefix, bits);
        if (Keepalived.ConfValues.TryAddress(scalar.Text, out IPAddress mask)) return mask;
        reading.Error("InvalidAddress", scalar, $"`{scalar.Text}` is no netmask: write 255.255.255.0, or the length of a prefix from 1 to {bits}.");
        return null;
    }

    private static DirectRoutingAddress? DirectRouting(YamlReading reading, YamlNode node, ModelPath path)
    {
        if (node is YamlScalar scalar) return PlainAddress(reading, scalar, path) is { } plain ? new DirectRoutingAddress(plain) : null;
        if (reading.ExpectMap(node, "A direct routing address") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, "direct routing address", YamlKeys.DirectRouting, path);
        return keys.RequiredAddress("address", "direct routing address") is { } given ? new DirectRoutingAddress(given) : null;
    }

    private static TunnelAddress? Tunnel(YamlReading reading, YamlNode node, ModelPath path)
    {
        const string what = "tunnel address";
        if (node is YamlScalar scalar) return PlainAddress(reading, scalar, path) is { } plain ? new TunnelAddress(plain) : null;
        if (reading.ExpectMap(node, "A tunnel address") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.TunnelAddress, path);
        IPAddress? address = keys.RequiredAddress("address", what);
        var tunnel = new TunnelAddress(address ?? IPAddress.None)
        {
            Type = keys.Enumeration<TunnelType>("type", "type of tunnel") ?? TunnelType.Ipip,
            Port = keys.Integer("port"),
            OuterFamily = keys.Integer("outerFamily"),
        };
        return address is null ? null : tunnel;
    }

    private static IpvsSyncDaemon? SyncDaemon(YamlReading reading, YamlMap map, ModelPath path)
    {
        const string what = "sync daemon";
        var keys = new YamlMapReader(reading, map, what, YamlKeys.SyncDaemon, path);
        string? device = keys.RequiredString("interface", what);
        var daemon = new IpvsSyncDaemon
        {
            Interface = device ?? "",
            Instance = keys.String("instance"),
            SyncId = keys.Integer("syncId"),
            MaximumLength = keys.Integer("maximumLength"),
            Group = keys.Address("group"),
            Port = keys.Integer("port"),
            Ttl = keys.Integer("ttl"),
            RefreshPeriod = keys.TimeOrOff("refreshPeriod", SyncDefaults.RefreshPeriod),
        };
        return device is null ? null : daemon;
    }
}
