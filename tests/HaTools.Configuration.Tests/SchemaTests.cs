using System.Reflection;
using System.Text.Json;
using HaTools.Configuration.Yaml;
using HaTools.Netlink.Ipvs;
using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>One model has one home: the keys of the native language and its JSON schema are the records' properties.</summary>
public class SchemaTests
{
    internal static readonly Dictionary<Type, string[]> Keys = new()
    {
        [typeof(HaConfiguration)] = YamlKeys.Configuration,
        [typeof(FirewallSettings)] = YamlKeys.Firewall,
        [typeof(ScriptTracker)] = YamlKeys.Script,
        [typeof(RecoveryAction)] = YamlKeys.Recover,
        [typeof(FileTracker)] = YamlKeys.File,
        [typeof(ProcessTracker)] = YamlKeys.Process,
        [typeof(BfdSession)] = YamlKeys.Bfd,
        [typeof(InterfaceDelay)] = YamlKeys.InterfaceDelay,
        [typeof(GarpGroup)] = YamlKeys.GarpGroup,
        [typeof(StaticTrackGroup)] = YamlKeys.TrackGroup,
        [typeof(VrrpSyncGroup)] = YamlKeys.SyncGroup,
        [typeof(VrrpInstance)] = YamlKeys.Instance,
        [typeof(VrrpAuthentication)] = YamlKeys.Authentication,
        [typeof(VrrpHmac)] = YamlKeys.Hmac,
        [typeof(VrrpHmacKey)] = YamlKeys.HmacKey,
        [typeof(UnicastPeer)] = YamlKeys.UnicastPeer,
        [typeof(VirtualInterface)] = YamlKeys.VirtualInterface,
        [typeof(VirtualAddress)] = YamlKeys.Address,
        [typeof(RouteEntry)] = YamlKeys.Route,
        [typeof(RouteNextHop)] = YamlKeys.NextHop,
        [typeof(RouteEncapsulation)] = YamlKeys.Encapsulation,
        [typeof(RouteMetrics)] = YamlKeys.Metrics,
        [typeof(RuleEntry)] = YamlKeys.Rule,
        [typeof(Tracked)] = YamlKeys.Tracked,
        [typeof(NotifyScripts)] = YamlKeys.Notify,
        [typeof(NotifyScript)] = YamlKeys.NotifyScript,
        [typeof(NotifyFifo)] = YamlKeys.NotifyFifo,
        [typeof(SmtpAlerts)] = YamlKeys.SmtpAlerts,
        [typeof(Webhook)] = YamlKeys.Webhook,
        [typeof(VirtualServer)] = YamlKeys.Service,
        [typeof(VirtualServerGroup)] = YamlKeys.ServerGroup,
        [typeof(VirtualServerGroupMember)] = YamlKeys.ServerGroupMember,
        [typeof(RealServer)] = YamlKeys.RealServer,
        [typeof(IpvsTunnel)] = YamlKeys.Tunnel,
        [typeof(TcpCheck)] = YamlKeys.TcpCheck,
        [typeof(HttpCheck)] = YamlKeys.HttpCheck,
        [typeof(HttpsCheck)] = YamlKeys.HttpsCheck,
        [typeof(HttpUrl)] = YamlKeys.HttpUrl,
        [typeof(DnsCheck)] = YamlKeys.DnsCheck,
        [typeof(SmtpCheck)] = YamlKeys.SmtpCheck,
        [typeof(ResolverSettings)] = YamlKeys.Resolver,
        [typeof(SslSettings)] = YamlKeys.Ssl,
        [typeof(MiscCheck)] = YamlKeys.MiscCheck,
        [typeof(FileCheck)] = YamlKeys.FileCheck,
        [typeof(BfdCheck)] = YamlKeys.BfdCheck,
        [typeof(PingCheck)] = YamlKeys.PingCheck,
        [typeof(UdpCheck)] = YamlKeys.UdpCheck,
        [typeof(IpvsSettings)] = YamlKeys.Ipvs,
        [typeof(GroupMarkSettings)] = YamlKeys.GroupMarks,
        [typeof(IpvsSyncDaemon)] = YamlKeys.SyncDaemon,
        [typeof(DirectRoutingAddress)] = YamlKeys.DirectRouting,
        [typeof(TunnelAddress)] = YamlKeys.TunnelAddress,
    };

    [Fact]
    public void Every_property_of_every_record_of_the_model_has_a_key_and_every_key_a_property()
    {
        foreach ((Type record, string[] keys) in Keys)
        {
            // The kind of a check is its type, not a property.
            IEnumerable<string> expected = Properties(record).Select(p => Camel(p.Name)).Concat(record.IsSubclassOf(typeof(HealthCheck)) ? ["type"] : []);
            Assert.Equal(expected.Order(), keys.Order());
        }
    }

    [Fact]
    public void Every_record_that_the_model_holds_has_its_keys()
    {
        var reached = new HashSet<Type>();
        Reach(typeof(HaConfiguration), reached);
        Assert.Equal(reached.OrderBy(t => t.Name), Keys.Keys.OrderBy(t => t.Name));
    }

    [Fact]
    public void The_schema_has_the_keys_and_what_they_need()
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(PathOf("Schema", "configuration.schema.json")));
        JsonElement definitions = schema.RootElement.GetProperty("$defs");
        foreach ((Type record, string[] keys) in Keys)
        {
            JsonElement definition = ObjectForm(definitions.GetProperty(record.Name));
            Assert.Equal(keys.Order(), definition.GetProperty("properties").EnumerateObject().Select(p => p.Name).Order());
            Assert.False(definition.GetProperty("additionalProperties").GetBoolean());
        }
    }

    [Fact]
    public void The_schema_has_the_parameters_of_the_catalogue()
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(PathOf("Schema", "configuration.schema.json")));
        JsonElement parameters = schema.RootElement.GetProperty("$defs").GetProperty("IpvsSettings").GetProperty("properties").GetProperty("parameters");
        Assert.Equal(IpvsParameterCatalogue.All.Select(p => p.Name), parameters.GetProperty("properties").EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void What_the_schema_requires_the_reader_misses()
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(PathOf("Schema", "configuration.schema.json")));
        JsonElement definitions = schema.RootElement.GetProperty("$defs");
        Assert.Equal(["interface", "name", "virtualRouterId"], Missing("vrrpInstances: [{}]"));
        string[] either = [.. ObjectForm(definitions.GetProperty("VrrpInstance")).GetProperty("anyOf").EnumerateArray()
            .Select(a => a.GetProperty("required").EnumerateArray().Single().GetString()!)];
        Assert.Equal(["interface", "vrf"], either);
        foreach (string way in either) Assert.Equal(Required("VrrpInstance"), Missing($"vrrpInstances: [{{ {way}: blue }}]"));
        Assert.Equal(Required("ScriptTracker"), Missing("scripts: [{}]"));
        Assert.Equal(Required("RecoveryAction"), Missing("scripts: [{ name: s, command: c, recover: {} }]"));
        Assert.Equal(["address", "port"], Missing("virtualServers: [{}]"));
        Assert.Empty(Missing("virtualServers: [{ firewallMark: 7 }]"));
        string[] found = [.. ObjectForm(definitions.GetProperty("VirtualServer")).GetProperty("anyOf").EnumerateArray()
            .Select(a => string.Join(' ', a.GetProperty("required").EnumerateArray().Select(r => r.GetString())))];
        Assert.Equal(["address port", "firewallMark", "group"], found);
        Assert.Empty(Missing("virtualServers: [{ group: web }]"));
        Assert.Equal(Required("VirtualServerGroup"), Missing("virtualServerGroups: [{}]"));
        Assert.Equal(["address"], Missing("virtualServers: [{ address: 10.0.0.1, port: 1, realServers: [{}] }]"));
        Assert.Empty(Missing("virtualServers: [{ address: 10.0.0.1, port: 1, realServers: [{ hostName: app.example }] }]"));
        Assert.Equal(["address", "hostName"], ObjectForm(definitions.GetProperty("RealServer")).GetProperty("oneOf").EnumerateArray().Select(a => a.GetProperty("required")[0].GetString()));
        Assert.Equal(Required("TcpCheck"),
            Missing("virtualServers: [{ address: 10.0.0.1, port: 1, realServers: [{ address: 10.0.0.2, port: 1, checks: {} }] }]"));
        const string server = "virtualServers: [{ address: 10.0.0.1, port: 1, realServers: [{ address: 10.0.0.2, port: 1, ";
        Assert.Equal(Required("HttpCheck").Except(["type"]), Missing(server + "checks: { type: http } }] }]"));
        Assert.Equal(Required("FileCheck").Except(["type"]), Missing(server + "checks: { type: file } }] }]"));
        Assert.Equal(Required("BfdCheck").Except(["type"]), Missing(server + "checks: { type: bfd } }] }]"));
        Assert.Equal(Required("HttpsCheck").Except(["type"]), Missing(server + "checks: { type: https } }] }]"));
        Assert.Equal(Required("HttpUrl"), Missing(server + "checks: { type: http, urls: {} } }] }]"));
        Assert.Equal(Required("DirectRoutingAddress"), Missing("directRoutingAddresses: [{}]"));
        Assert.Equal(Required("TunnelAddress"), Missing("tunnelAddresses: [{}]"));
        Assert.Equal(Required("IpvsSyncDaemon"), Missing("syncDaemon: {}"));
        Assert.Equal(Required("FileTracker"), Missing("files: [{}]"));
        Assert.Equal(Required("ProcessTracker"), Missing("processes: [{}]"));
        Assert.Equal(Required("BfdSession"), Missing("bfdSessions: [{}]"));
        Assert.Equal(Required("InterfaceDelay"), Missing("interfaceDelays: [{}]"));
        Assert.Equal(Required("GarpGroup"), Missing("garpGroups: [{}]"));
        Assert.Equal(Required("StaticTrackGroup"), Missing("trackGroups: [{}]"));
        Assert.Equal(Required("VrrpSyncGroup"), Missing("syncGroups: [{}]"));
        Assert.Equal(Required("VirtualAddress"), Missing("staticAddresses: [{}]"));
        Assert.Equal(Required("RouteEncapsulation"), Missing("staticRoutes: [{ nextHops: [{ encapsulation: {} }] }]"));
        Assert.Equal(Required("Tracked"), Missing("syncGroups: [{ name: g, members: [], trackFiles: [{}] }]"));
        Assert.Equal(Required("NotifyFifo"), Missing("notifyFifo: {}"));
        Assert.Equal(Required("SmtpAlerts"), Missing("smtpAlerts: {}"));
        Assert.Equal(Required("Webhook"), Missing("webhooks: [{}]"));
        Assert.Equal(Required("NotifyScript"), Missing("syncGroups: [{ name: g, members: [], notify: { any: {} } }]"));
        const string instance = "vrrpInstances: [{ name: V, interface: e, virtualRouterId: 1, ";
        Assert.Equal(Required("VrrpAuthentication"), Missing(instance + "authentication: {} }]"));
        Assert.Equal(Required("VrrpHmac"), Missing(instance + "hmac: {} }]"));
        Assert.Equal(Required("VrrpHmacKey"), Missing(instance + "hmac: { activeKey: 1, keys: [{}] } }]"));
        Assert.Equal(Required("UnicastPeer"), Missing(instance + "unicastPeers: [{}] }]"));

        IEnumerable<string> Required(string name) =>
            ObjectForm(definitions.GetProperty(name)).GetProperty("required").EnumerateArray().Select(e => e.GetString()!).Order();
    }

    [Fact]
    public void The_schema_s_words_are_the_reader_s()
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(PathOf("Schema", "configuration.schema.json")));
        JsonElement definitions = schema.RootElement.GetProperty("$defs");
        AssertWords<VrrpInitialState>("VrrpInstance", "initialState");
        AssertWords<VrrpChecksumForm>("VrrpInstance", "checksumForm");
        AssertWords<VrrpAuthenticationType>("VrrpAuthentication", "type");
        AssertWords<AddressScope>("VirtualAddress", "scope");
        AssertWords<TransportProtocol>("VirtualServer", "protocol");
        AssertWords<ForwardingMethod>("VirtualServer", "forwarding");
        AssertWords<ForwardingMethod>("RealServer", "forwarding");
        AssertWords<ServerRecords>("RealServer", "records");
        AssertWords<SchedulerFlags>("VirtualServer", "schedulerFlags");
        AssertWords<TunnelType>("IpvsTunnel", "type");
        AssertWords<TunnelChecksum>("IpvsTunnel", "checksum");
        AssertWords<ParameterMatch>("ProcessTracker", "parameters");
        AssertWords<VrrpAntiReplay>("VrrpHmac", "antiReplay");
        AssertWords<VrrpHmacMode>("VrrpHmac", "mode");
        AssertWords<VirtualInterfaceKind>("VirtualInterface", "kind");
        AssertWords<IpvlanMode>("VirtualInterface", "mode");
        AssertWords<AddressOptions>("VirtualAddress", "options");
        AssertWords<RouteKind>("RouteEntry", "kind");
        AssertWords<RoutePreference>("RouteEntry", "preference");
        AssertWords<RouteInsertion>("RouteEntry", "insertion");
        AssertWords<RuleAction>("RuleEntry", "action");
        AssertWords<HttpVersion>("HttpCheck", "version");
        AssertWords<HttpVersion>("HttpsCheck", "version");
        AssertWords<HttpRegexOptions>("HttpUrl", "regexOptions");

        void AssertWords<T>(string record, string key) where T : struct, Enum
        {
            JsonElement property = ObjectForm(definitions.GetProperty(record)).GetProperty("properties").GetProperty(key);
            if (property.TryGetProperty("items", out JsonElement items)) property = items;
            Assert.Equal(YamlEnum<T>.Words.Order(), property.GetProperty("enum").EnumerateArray().Select(e => e.GetString()!).Order());
        }
    }

    [Fact]
    public void The_schema_s_defaults_are_the_reader_s()
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(PathOf("Schema", "configuration.schema.json")));
        JsonElement definitions = schema.RootElement.GetProperty("$defs");
        AssertDefaults("VrrpInstance", "vrrpInstances: [{ name: V, interface: eth0, virtualRouterId: 1, virtualAddresses: [10.0.0.1]",
            "}]", "checksumForm");
        AssertDefaults("ScriptTracker", "scripts: [{ name: s, command: c", "}]", "interval");
        AssertDefaults("RecoveryAction", "scripts: [{ name: s, command: c, recover: { command: d", "}}]", "delay");
        AssertDefaults("VirtualServer", "virtualServers: [{ address: 10.0.0.1, port: 1", "}]", "scheduler");
        AssertDefaults("RealServer", "virtualServers: [{ address: 10.0.0.1, port: 1, realServers: [{ address: 10.0.0.2, port: 1", "}]}]",
            "weight");
        AssertDefaults("ResolverSettings", "resolver: { nameServers: [10.0.0.53]", "}", "timeout");
        AssertDefaults("IpvsTunnel", "virtualServers: [{ address: 10.0.0.1, port: 1, tunnel: { type: ipip", "}}]", "checksum");
        AssertDefaults("TcpCheck",
            "virtualServers: [{ address: 10.0.0.1, port: 1, realServers: [{ address: 10.0.0.2, port: 1, checks: { type: tcp",
            "}}]}]", "retry");
        const string http = "virtualServers: [{ address: 10.0.0.1, port: 1, realServers: [{ address: 10.0.0.2, port: 1, checks: { type: http, urls: { path: /";
        AssertDefaults("HttpCheck", http + " }", "}}]}]", "delayBeforeRetry");
        AssertDefaults("HttpsCheck", http.Replace("type: http", "type: https", StringComparison.Ordinal) + " }", "}}]}]", "verifyCertificate");
        AssertDefaults("HttpUrl", http, "}}}]}]", "regexNoMatch");
        AssertDefaults("FileCheck", "virtualServers: [{ address: 10.0.0.1, port: 1, realServers: [{ address: 10.0.0.2, port: 1, checks: { type: file, trackFile: f", "}}]}]", "alpha");
        AssertDefaults("BfdCheck", "virtualServers: [{ address: 10.0.0.1, port: 1, realServers: [{ address: 10.0.0.2, port: 1, checks: { type: bfd, session: b", "}}]}]", "alpha");
        AssertDefaults("PingCheck", http.Replace("type: http, urls: { path: /", "type: ping", StringComparison.Ordinal), "}}]}]", "retry");
        AssertDefaults("UdpCheck", http.Replace("type: http, urls: { path: /", "type: udp", StringComparison.Ordinal), "}}]}]", "minimumReplyLength");
        AssertDefaults("HaConfiguration", "{ routerId: x", "}", "notifyUpAtStart");
        AssertDefaults("FirewallSettings", "firewall: { table: x", "}", "priority");
        AssertDefaults("GroupMarkSettings", "ipvs: { groupMarks: { table: x", "}}", "start");
        AssertDefaults("FileTracker", "files: [{ name: f, path: /f", "}]", "weight");
        AssertDefaults("ProcessTracker", "processes: [{ name: p, command: c", "}]", "quorum");
        AssertDefaults("BfdSession", "bfdSessions: [{ name: b, neighbour: 10.0.0.1", "}]", "multiplier");
        AssertDefaults("InterfaceDelay", "interfaceDelays: [{ interface: e", "}]", "down");
        AssertDefaults("GarpGroup", "garpGroups: [{ interfaces: [e]", "}]", "garpInterval");
        AssertDefaults("VrrpSyncGroup", "syncGroups: [{ name: g, members: []", "}]", "trackingWeight");
        AssertDefaults("VirtualAddress", "staticAddresses: [{ address: 10.0.0.1", "}]", "noTrack");
        AssertDefaults("RouteEntry", "staticRoutes: [{ gateway: 10.0.0.1", "}]", "insertion");
        AssertDefaults("RouteNextHop", "staticRoutes: [{ nextHops: [{ device: e", "}]}]", "weight");
        AssertDefaults("RouteMetrics", "staticRoutes: [{ metrics: { mtu: 5", "}}]", "lockMtu");
        AssertDefaults("RuleEntry", "staticRules: [{ from: 10.0.0.1", "}]", "action");
        AssertDefaults("NotifyScripts", "syncGroups: [{ name: g, members: [], notify: { any: /x", "}}]", "saysDeleted");
        const string instance = "vrrpInstances: [{ name: V, interface: e, virtualRouterId: 1, ";
        AssertDefaults("VrrpAuthentication", instance + "authentication: { password: x", "}}]", "type");
        AssertDefaults("VrrpHmac", instance + "hmac: { activeKey: 1, keys: []", "}}]", "mode");
        AssertDefaults("VirtualInterface", instance + "virtualInterface: { name: v", "}}]", "kind");

        // Writing a default out changes nothing.
        void AssertDefaults(string record, string open, string close, string atLeast)
        {
            HaConfiguration usual = ReadOnly(open + close);
            var stated = new List<string>();
            foreach (JsonProperty key in ObjectForm(definitions.GetProperty(record)).GetProperty("properties").EnumerateObject())
            {
                if (!key.Value.TryGetProperty("default", out JsonElement value)) continue;
                Assert.Equal(usual, ReadOnly($"{open}, {key.Name}: {value}{close}".Replace(": True", ": true")
                    .Replace(": False", ": false")));
                stated.Add(key.Name);
            }
            Assert.Contains(atLeast, stated);
        }
    }

    private static IEnumerable<string> Missing(string yaml) =>
        FromYaml(yaml).Diagnostics.Where(d => d.Code == "MissingKey").Select(d => d.Message.Split('`')[1]).Order();

    private static JsonElement ObjectForm(JsonElement definition) =>
        !definition.TryGetProperty("properties", out _) && definition.TryGetProperty("oneOf", out JsonElement forms) ? forms.EnumerateArray().Last() : definition;

    private static IEnumerable<PropertyInfo> Properties(Type record) =>
        record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite);

    private static void Reach(Type type, HashSet<Type> reached)
    {
        if (type == typeof(HealthCheck))
        {
            foreach (Type kind in type.Assembly.GetTypes().Where(t => t.IsSubclassOf(type) && !t.IsAbstract)) Reach(kind, reached);
            return;
        }

        if (type.Namespace != nameof(HaTools) || type.IsEnum || type == typeof(SelfFencing) || type == typeof(IpvsParameterSetting) || type == typeof(WebhookHeader) || type == typeof(NumberRange)) return;
        if (type.IsGenericType)
        {
            Reach(type.GetGenericArguments()[0], reached);
            return;
        }
        if (!reached.Add(type)) return;
        foreach (PropertyInfo property in Properties(type)) Reach(property.PropertyType, reached);
    }

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
