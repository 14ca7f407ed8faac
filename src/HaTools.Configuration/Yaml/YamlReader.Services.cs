using System.Net;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Yaml;

/// <summary>IPVS services, and the addresses of real servers of direct routing.</summary>
internal static partial class YamlReader
{
    private static readonly VirtualServer ServiceDefaults = new() { Address = IPAddress.None, Port = 1 };
    private static readonly RealServer RealServerDefaults = new() { Address = IPAddress.None, Port = 1 };
    private static readonly TcpCheck CheckDefaults = new();

    private static VirtualServer? Service(YamlReading reading, YamlNode node, ModelPath path)
    {
        const string what = "virtual server";
        if (reading.ExpectMap(node, "A virtual server") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.Service, path);
        IPAddress? address = keys.RequiredAddress("address", what);
        int? port = keys.RequiredInteger("port", what);
        var service = new VirtualServer
        {
            Address = address ?? IPAddress.None,
            Port = port ?? 1,
            Protocol = keys.Enumeration<TransportProtocol>("protocol", "protocol") ?? ServiceDefaults.Protocol,
            Scheduler = keys.String("scheduler") ?? ServiceDefaults.Scheduler,
            Forwarding = keys.Enumeration<ForwardingMethod>("forwarding", "forwarding method") ?? ServiceDefaults.Forwarding,
            Persistence = keys.Time("persistence"),
            DelayLoop = keys.Time("delayLoop") ?? ServiceDefaults.DelayLoop,
            RealServers = keys.Records("realServers", Real),
        };
        return address is null || port is null ? null : service;
    }

    private static RealServer? Real(YamlReading reading, YamlNode node, ModelPath path)
    {
        const string what = "real server";
        if (reading.ExpectMap(node, "A real server") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.RealServer, path);
        IPAddress? address = keys.RequiredAddress("address", what);
        int? port = keys.RequiredInteger("port", what);
        var server = new RealServer
        {
            Address = address ?? IPAddress.None,
            Port = port ?? 1,
            Weight = keys.Integer("weight") ?? RealServerDefaults.Weight,
            Check = keys.Record("check", Check),
        };
        return address is null || port is null ? null : server;
    }

    private static TcpCheck? Check(YamlReading reading, YamlMap map, ModelPath path)
    {
        var keys = new YamlMapReader(reading, map, "check", YamlKeys.Check, path);
        if (!keys.Required("type", "check") || keys.Scalar("type") is not { } type) return null;
        if (type.Text != "tcp")
        {
            reading.UnknownWord(type, "kind of check", ["tcp"]);
            return null;
        }
        return new TcpCheck
        {
            Retry = keys.Integer("retry") ?? CheckDefaults.Retry,
            DelayBeforeRetry = keys.Time("delayBeforeRetry") ?? CheckDefaults.DelayBeforeRetry,
            ConnectTimeout = keys.Time("connectTimeout") ?? CheckDefaults.ConnectTimeout,
            ConnectAddress = keys.Address("connectAddress"),
            ConnectPort = keys.Integer("connectPort"),
        };
    }

    private static DirectRoutingAddress? DirectRouting(YamlReading reading, YamlNode node, ModelPath path)
    {
        if (node is YamlScalar scalar) return PlainAddress(reading, scalar, path) is { } plain ? new DirectRoutingAddress(plain) : null;
        if (reading.ExpectMap(node, "A direct routing address") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, "direct routing address", YamlKeys.DirectRouting, path);
        return keys.RequiredAddress("address", "direct routing address") is { } given ? new DirectRoutingAddress(given) : null;
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
        };
        return device is null ? null : daemon;
    }
}
