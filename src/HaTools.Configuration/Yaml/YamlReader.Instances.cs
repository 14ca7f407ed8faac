using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Yaml;

/// <summary>VRRP instances.</summary>
internal static partial class YamlReader
{
    private static readonly VrrpInstance InstanceDefaults = new() { Name = "", Interface = "", VirtualRouterId = 1 };
    private static readonly VrrpHmac HmacDefaults = new() { Keys = [], ActiveKey = 1 };
    private static readonly VirtualInterface VirtualInterfaceDefaults = new();

    private static VrrpInstance? Instance(YamlReading reading, YamlNode node, ModelPath path)
    {
        const string what = "VRRP instance";
        if (reading.ExpectMap(node, "A VRRP instance") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.Instance, path);
        string? name = keys.RequiredString("name", what);
        string? vrf = keys.String("vrf");
        string? device = vrf is null ? keys.RequiredString("interface", what) : keys.String("interface") ?? vrf;
        int? routerId = keys.RequiredInteger("virtualRouterId", what);
        int priority = keys.Integer("priority") ?? InstanceDefaults.Priority;
        VrrpInstance usual = StrictMode.Defaults(keys.Boolean("strict") ?? InstanceDefaults.Strict, priority);
        var instance = new VrrpInstance
        {
            Name = name ?? "",
            Interface = device ?? "",
            VirtualRouterId = routerId ?? 0,
            Priority = priority,
            AdvertisementInterval = keys.Time("advertisementInterval") ?? InstanceDefaults.AdvertisementInterval,
            Version = keys.Integer("version") ?? InstanceDefaults.Version,
            InitialState = keys.Enumeration<VrrpInitialState>("initialState", "initial state") ?? usual.InitialState,
            NoPreempt = keys.Boolean("noPreempt") ?? InstanceDefaults.NoPreempt,
            Authentication = keys.Record("authentication", Authentication),
            ChecksumForm = keys.Enumeration<VrrpChecksumForm>("checksumForm", "checksum form") ?? InstanceDefaults.ChecksumForm,
            VirtualAddresses = keys.Records("virtualAddresses", Address),
            TrackInterfaces = keys.Records("trackInterfaces", Tracked),
            TrackScripts = keys.Records("trackScripts", Tracked),
            TrackFiles = keys.Records("trackFiles", Tracked),
            TrackProcesses = keys.Records("trackProcesses", Tracked),
            TrackBfd = keys.Records("trackBfd", Tracked),
            GarpRepeat = keys.Integer("garpRepeat") ?? InstanceDefaults.GarpRepeat,
            GarpDelay = keys.Time("garpDelay") ?? InstanceDefaults.GarpDelay,
            SelfFencing = keys.Fencing("selfFencing"),
            Hmac = keys.Record("hmac", Hmac),
            AlsoVersion2 = keys.Boolean("alsoVersion2") ?? InstanceDefaults.AlsoVersion2,
            SourceAddress = keys.Address("sourceAddress"),
            TrackSourceAddress = keys.Boolean("trackSourceAddress") ?? InstanceDefaults.TrackSourceAddress,
            MulticastGroup = keys.Address("multicastGroup"),
            UnicastPeers = keys.Records("unicastPeers", UnicastPeer),
            UnicastTtl = keys.Integer("unicastTtl"),
            CheckUnicastSource = keys.Boolean("checkUnicastSource") ?? InstanceDefaults.CheckUnicastSource,
            UnicastFaultNoPeer = keys.Boolean("unicastFaultNoPeer") ?? InstanceDefaults.UnicastFaultNoPeer,
            VirtualInterface = keys.Record("virtualInterface", VirtualInterface),
            VirtualMacForAddresses = keys.Boolean("virtualMacForAddresses") ?? InstanceDefaults.VirtualMacForAddresses,
            Vrf = vrf,
            ExcludedAddresses = keys.Records("excludedAddresses", Address),
            NoVirtualAddress = keys.Boolean("noVirtualAddress") ?? InstanceDefaults.NoVirtualAddress,
            PromoteSecondaries = keys.Boolean("promoteSecondaries") ?? InstanceDefaults.PromoteSecondaries,
            VirtualRoutes = keys.Records("virtualRoutes", Route),
            VirtualRules = keys.Records("virtualRules", Rule),
            Accept = keys.Boolean("accept") ?? usual.Accept,
            PreemptDelay = keys.Time("preemptDelay") ?? InstanceDefaults.PreemptDelay,
            Strict = usual.Strict,
            LowerPriorityNoAdvert = keys.Boolean("lowerPriorityNoAdvert") ?? usual.LowerPriorityNoAdvert,
            HigherPrioritySendAdvert = keys.Boolean("higherPrioritySendAdvert") ?? InstanceDefaults.HigherPrioritySendAdvert,
            OwnerIgnoreAdverts = keys.Boolean("ownerIgnoreAdverts") ?? usual.OwnerIgnoreAdverts,
            DownTimerAdverts = keys.Integer("downTimerAdverts") ?? InstanceDefaults.DownTimerAdverts,
            TimerExpiredBackup = keys.Integer("timerExpiredBackup"),
            GarpRefresh = keys.Time("garpRefresh") ?? InstanceDefaults.GarpRefresh,
            GarpRefreshRepeat = keys.Integer("garpRefreshRepeat") ?? InstanceDefaults.GarpRefreshRepeat,
            GarpLowerPriorityDelay = keys.Time("garpLowerPriorityDelay") ?? usual.GarpLowerPriorityDelay,
            GarpLowerPriorityRepeat = keys.Integer("garpLowerPriorityRepeat") ?? usual.GarpLowerPriorityRepeat,
            GarpExtraInterval = keys.Time("garpExtraInterval") ?? InstanceDefaults.GarpExtraInterval,
            GarpExtraAll = keys.Boolean("garpExtraAll") ?? InstanceDefaults.GarpExtraAll,
            DontTrackPrimary = keys.Boolean("dontTrackPrimary") ?? InstanceDefaults.DontTrackPrimary,
            Notify = keys.Record("notify", Notify) ?? InstanceDefaults.Notify,
            NotifyPriorityChanges = keys.Boolean("notifyPriorityChanges"),
            SmtpAlert = keys.Boolean("smtpAlert"),
        };
        return name is null || device is null || routerId is null ? null : instance;
    }

    private static VrrpAuthentication? Authentication(YamlReading reading, YamlMap map, ModelPath path)
    {
        var keys = new YamlMapReader(reading, map, "authentication", YamlKeys.Authentication, path);
        VrrpAuthenticationType type =
            keys.Enumeration<VrrpAuthenticationType>("type", "authentication type") ?? VrrpAuthenticationType.SimplePassword;
        return keys.RequiredString("password", "authentication") is { } password ? new VrrpAuthentication(type, password) : null;
    }

    private static VrrpHmac? Hmac(YamlReading reading, YamlMap map, ModelPath path)
    {
        const string what = "hmac";
        var keys = new YamlMapReader(reading, map, what, YamlKeys.Hmac, path);
        ValueList<VrrpHmacKey>? secrets = keys.Required("keys", what) ? keys.Records("keys", HmacKey) : null;
        int? active = keys.RequiredInteger("activeKey", what);
        var hmac = new VrrpHmac
        {
            Keys = secrets ?? [],
            ActiveKey = active ?? 0,
            AntiReplay = keys.Enumeration<VrrpAntiReplay>("antiReplay", "way to tell a replayed advert") ?? HmacDefaults.AntiReplay,
            TimeWindow = keys.Time("timeWindow"),
            Mode = keys.Enumeration<VrrpHmacMode>("mode", "mode of hmac") ?? HmacDefaults.Mode,
        };
        return secrets is null || active is null ? null : hmac;
    }

    private static VrrpHmacKey? HmacKey(YamlReading reading, YamlNode node, ModelPath path)
    {
        const string what = "key of hmac";
        if (reading.ExpectMap(node, "A key of hmac") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.HmacKey, path);
        int? id = keys.RequiredInteger("id", what);
        string? secret = keys.RequiredString("secret", what);
        return id is { } number && secret is not null ? new VrrpHmacKey(number, secret) : null;
    }

    private static UnicastPeer? UnicastPeer(YamlReading reading, YamlNode node, ModelPath path)
    {
        if (node is YamlScalar scalar) return PlainAddress(reading, scalar, path) is { } plain ? new UnicastPeer(plain) : null;
        const string what = "unicast peer";
        if (reading.ExpectMap(node, "A unicast peer") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.UnicastPeer, path);
        int? least = keys.Integer("minimumTtl");
        int? most = keys.Integer("maximumTtl");
        return keys.RequiredAddress("address", what) is { } address ? new UnicastPeer(address, least, most) : null;
    }

    private static VirtualInterface VirtualInterface(YamlReading reading, YamlMap map, ModelPath path)
    {
        var keys = new YamlMapReader(reading, map, "virtual interface", YamlKeys.VirtualInterface, path);
        return new VirtualInterface
        {
            Kind = keys.Enumeration<VirtualInterfaceKind>("kind", "kind of interface") ?? VirtualInterfaceDefaults.Kind,
            Name = keys.String("name"),
            MacAddress = keys.Mac("macAddress"),
            Address = keys.Address("address"),
            PrefixLength = keys.Integer("prefixLength"),
            Mode = keys.Enumeration<IpvlanMode>("mode", "ipvlan mode") ?? VirtualInterfaceDefaults.Mode,
            TransmitOnBase = keys.Boolean("transmitOnBase") ?? VirtualInterfaceDefaults.TransmitOnBase,
            Group = keys.Unsigned<uint>("group"),
        };
    }
}
