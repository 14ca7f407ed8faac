using System.Globalization;
using System.Net;
using HaTools.Configuration.Diagnostics;
using HaTools.Configuration.Keepalived;

namespace HaTools.Configuration.Yaml;

/// <summary>Reads the native language: the records of the model, their properties in camelCase.</summary>
internal static class YamlReader
{
    private static readonly ScriptTracker ScriptDefaults = new() { Name = "", Command = "" };
    private static readonly RecoveryAction RecoverDefaults = new() { Command = "" };
    private static readonly VrrpInstance InstanceDefaults = new() { Name = "", Interface = "", VirtualRouterId = 1 };
    private static readonly VirtualServer ServiceDefaults = new() { Address = IPAddress.None, Port = 1 };
    private static readonly RealServer RealServerDefaults = new() { Address = IPAddress.None, Port = 1 };
    private static readonly TcpCheck CheckDefaults = new();

    /// <summary>Reads as far as can be read; what is amiss goes to the diagnostics, the places of what was read to the positions.</summary>
    public static HaConfiguration Read(string text, DiagnosticBag diagnostics, ModelPositions positions)
    {
        YamlNode? root = YamlTreeBuilder.Build(text, diagnostics);
        var reading = new YamlReading(diagnostics, positions);
        if (root is null or YamlScalar { IsNull: true } || reading.ExpectMap(root, "A configuration") is not { } map)
            return HaConfiguration.Empty;
        var keys = new YamlMapReader(reading, map, "configuration", YamlKeys.Configuration, new ModelPath(""));
        foreach ((YamlScalar key, YamlNode value) in map.Entries)
            positions.Note(new ModelPath(key.Text), value is YamlScalar ? value.Position : key.Position);
        return new HaConfiguration
        {
            RouterId = keys.String("routerId"),
            SelfFencing = keys.Fencing("selfFencing") ?? SelfFencing.Automatic,
            Scripts = reading.ReadList(keys.List("scripts"), (node, i) => Script(reading, node, new ModelPath("scripts", i))),
            VrrpInstances = reading.ReadList(
                keys.List("vrrpInstances"), (node, i) => Instance(reading, node, new ModelPath("vrrpInstances", i))),
            VirtualServers = reading.ReadList(
                keys.List("virtualServers"), (node, i) => Service(reading, node, new ModelPath("virtualServers", i))),
            DirectRoutingAddresses = reading.ReadList(
                keys.List("directRoutingAddresses"), (node, i) => DirectRouting(reading, node, new ModelPath("directRoutingAddresses", i))),
        };
    }

    private static ScriptTracker? Script(YamlReading reading, YamlNode node, ModelPath path)
    {
        const string what = "script";
        if (reading.ExpectMap(node, "A script") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.Script, path);
        string? name = keys.RequiredString("name", what);
        string? command = keys.RequiredString("command", what);
        var script = new ScriptTracker
        {
            Name = name ?? "",
            Command = command ?? "",
            Interval = keys.Time("interval") ?? ScriptDefaults.Interval,
            Timeout = keys.Time("timeout"),
            Weight = keys.Integer("weight") ?? ScriptDefaults.Weight,
            Rise = keys.Integer("rise") ?? ScriptDefaults.Rise,
            Fall = keys.Integer("fall") ?? ScriptDefaults.Fall,
            User = keys.String("user"),
            InitFail = keys.Boolean("initFail") ?? ScriptDefaults.InitFail,
            Recover = keys.Map("recover") is { } recover ? Recover(reading, recover, path) : null,
        };
        return name is null || command is null ? null : script;
    }

    private static RecoveryAction? Recover(YamlReading reading, YamlMap map, ModelPath path)
    {
        var keys = new YamlMapReader(reading, map, "recover", YamlKeys.Recover, path, "recover");
        string? command = keys.RequiredString("command", "recover");
        var recover = new RecoveryAction
        {
            Command = command ?? "",
            Timeout = keys.Time("timeout") ?? RecoverDefaults.Timeout,
            Delay = keys.Time("delay") ?? RecoverDefaults.Delay,
        };
        return command is null ? null : recover;
    }

    private static VrrpInstance? Instance(YamlReading reading, YamlNode node, ModelPath path)
    {
        const string what = "VRRP instance";
        if (reading.ExpectMap(node, "A VRRP instance") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.Instance, path);
        string? name = keys.RequiredString("name", what);
        string? device = keys.RequiredString("interface", what);
        int? routerId = keys.RequiredInteger("virtualRouterId", what);
        var instance = new VrrpInstance
        {
            Name = name ?? "",
            Interface = device ?? "",
            VirtualRouterId = routerId ?? 0,
            Priority = keys.Integer("priority") ?? InstanceDefaults.Priority,
            AdvertisementInterval = keys.Time("advertisementInterval") ?? InstanceDefaults.AdvertisementInterval,
            Version = keys.Integer("version") ?? InstanceDefaults.Version,
            InitialState = keys.Enumeration<VrrpInitialState>("initialState", "initial state") ?? InstanceDefaults.InitialState,
            NoPreempt = keys.Boolean("noPreempt") ?? InstanceDefaults.NoPreempt,
            Authentication = keys.Map("authentication") is { } authentication ? Authentication(reading, authentication, path) : null,
            ChecksumForm = keys.Enumeration<VrrpChecksumForm>("checksumForm", "checksum form") ?? InstanceDefaults.ChecksumForm,
            VirtualAddresses = reading.ReadList(
                keys.List("virtualAddresses"), (item, i) => Address(reading, item, path with { List = "virtualAddresses", Item = i })),
            TrackScripts = reading.ReadList(
                keys.List("trackScripts"), (item, i) => Tracked(reading, item, path with { List = "trackScripts", Item = i })),
            GarpRepeat = keys.Integer("garpRepeat") ?? InstanceDefaults.GarpRepeat,
            GarpDelay = keys.Time("garpDelay") ?? InstanceDefaults.GarpDelay,
            SelfFencing = keys.Fencing("selfFencing"),
        };
        return name is null || device is null || routerId is null ? null : instance;
    }

    private static VrrpAuthentication? Authentication(YamlReading reading, YamlMap map, ModelPath path)
    {
        var keys = new YamlMapReader(reading, map, "authentication", YamlKeys.Authentication, path, "authentication");
        VrrpAuthenticationType type =
            keys.Enumeration<VrrpAuthenticationType>("type", "authentication type") ?? VrrpAuthenticationType.SimplePassword;
        return keys.RequiredString("password", "authentication") is { } password ? new VrrpAuthentication(type, password) : null;
    }

    private static VirtualAddress? Address(YamlReading reading, YamlNode node, ModelPath path)
    {
        if (node is YamlScalar scalar)
        {
            reading.Count(node);
            reading.Positions.Note(path, node.Position);
            return AddressWithPrefix(reading, scalar) is { } plain
                ? new VirtualAddress { Address = plain.Address, PrefixLength = plain.Prefix ?? 32 }
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
        if (address is not { } given) return null;
        return new VirtualAddress
        {
            Address = given.Address,
            PrefixLength = prefix ?? given.Prefix ?? 32,
            Device = keys.String("device"),
            Label = keys.String("label"),
            Scope = keys.Enumeration<AddressScope>("scope", "scope"),
            Broadcast = keys.Address("broadcast"),
        };
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

    private static Tracked? Tracked(YamlReading reading, YamlNode node, ModelPath path)
    {
        if (node is YamlScalar scalar)
        {
            reading.Count(node);
            reading.Positions.Note(path, node.Position);
            return new Tracked(scalar.Text);
        }
        if (reading.ExpectMap(node, "A tracked script") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, "tracked script", YamlKeys.Tracked, path);
        string? name = keys.RequiredString("name", "tracked script");
        int? weight = keys.Integer("weight");
        return name is null ? null : new Tracked(name, weight);
    }

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
            RealServers = reading.ReadList(
                keys.List("realServers"), (item, i) => Real(reading, item, path with { List = "realServers", Item = i })),
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
            Check = keys.Map("check") is { } check ? Check(reading, check, path) : null,
        };
        return address is null || port is null ? null : server;
    }

    private static TcpCheck? Check(YamlReading reading, YamlMap map, ModelPath path)
    {
        var keys = new YamlMapReader(reading, map, "check", YamlKeys.Check, path, "check");
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
        if (node is YamlScalar scalar)
        {
            reading.Count(node);
            reading.Positions.Note(path, node.Position);
            if (ConfValues.TryAddress(scalar.Text, out IPAddress address)) return new DirectRoutingAddress(address);
            reading.Error("InvalidAddress", scalar, $"`{scalar.Text}` is no IP address.");
            return null;
        }
        if (reading.ExpectMap(node, "A direct routing address") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, "direct routing address", YamlKeys.DirectRouting, path);
        return keys.RequiredAddress("address", "direct routing address") is { } given ? new DirectRoutingAddress(given) : null;
    }
}
