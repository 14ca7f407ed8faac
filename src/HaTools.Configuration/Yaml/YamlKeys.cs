namespace HaTools.Configuration.Yaml;

/// <summary>
/// The keys of each record in the native language: its properties' names in camelCase. Tests hold them against the records and the schema.
/// </summary>
internal static class YamlKeys
{
    public static readonly string[] Configuration =
    [
        "routerId", "selfFencing", "scriptUser", "scriptSecurity", "notifyUpAtStart", "notifyFifo", "vrrpNotifyFifo", "ipvsNotifyFifo",
        "notifyPriorityChanges", "notifyStatesOnReload", "smtpAlerts", "webhooks", "startupDelay", "delayAfterBoot", "logUnknownVirtualRouters",
        "dynamicInterfaces", "garpInterval", "neighborAdvertisementInterval", "firewall", "virtualMacPrefix", "virtualMacAddressPrefix",
        "disableLocalIgmp", "scripts", "files", "processes", "bfdSessions", "interfaceDelays", "garpGroups", "staticAddresses", "staticRoutes",
        "staticRules", "trackGroups", "syncGroups", "vrrpInstances", "virtualServerGroups", "virtualServers", "resolver", "ssl", "ipvs", "syncDaemon", "directRoutingAddresses",
        "tunnelAddresses",
    ];

    public static readonly string[] Firewall = ["table", "priority", "counters"];

    public static readonly string[] Script =
        ["name", "command", "interval", "timeout", "weight", "reverse", "rise", "fall", "user", "initFail", "recover"];

    public static readonly string[] Recover = ["command", "timeout", "delay"];

    public static readonly string[] File = ["name", "path", "weight", "reverse", "initialValue", "overwrite"];

    public static readonly string[] Process =
    [
        "name", "command", "parameters", "fullCommand", "weight", "reverse", "quorum", "quorumMax", "forkDelay", "terminateDelay",
    ];

    public static readonly string[] Bfd =
    [
        "name", "neighbour", "source", "minimumReceive", "minimumTransmit", "idleTransmit", "multiplier", "passive", "ttl", "maximumHops",
        "multihop", "weight", "reverse", "forVrrp", "forChecks",
    ];

    public static readonly string[] InterfaceDelay = ["interface", "down", "up"];

    public static readonly string[] GarpGroup = ["interfaces", "garpInterval", "neighborAdvertisementInterval"];

    public static readonly string[] TrackGroup = ["name", "instances"];

    public static readonly string[] SyncGroup =
    [
        "name", "members", "trackInterfaces", "trackScripts", "trackFiles", "trackProcesses", "trackBfd", "trackingWeight", "notify",
        "notifyPriorityChanges", "smtpAlert",
    ];

    public static readonly string[] Instance =
    [
        "name", "interface", "virtualRouterId", "priority", "advertisementInterval", "version", "initialState", "noPreempt",
        "authentication", "checksumForm", "virtualAddresses", "trackInterfaces", "trackScripts", "trackFiles", "trackProcesses",
        "trackBfd", "garpRepeat", "garpDelay", "selfFencing", "hmac", "alsoVersion2", "sourceAddress", "trackSourceAddress",
        "multicastGroup", "unicastPeers", "unicastTtl", "checkUnicastSource", "unicastFaultNoPeer", "virtualInterface",
        "virtualMacForAddresses", "vrf", "excludedAddresses", "noVirtualAddress", "promoteSecondaries", "virtualRoutes", "virtualRules",
        "accept", "preemptDelay", "strict", "lowerPriorityNoAdvert", "higherPrioritySendAdvert", "ownerIgnoreAdverts",
        "downTimerAdverts", "timerExpiredBackup", "garpRefresh", "garpRefreshRepeat", "garpLowerPriorityDelay",
        "garpLowerPriorityRepeat", "garpExtraInterval", "garpExtraAll", "dontTrackPrimary", "notify",
        "notifyPriorityChanges", "smtpAlert",
    ];

    public static readonly string[] Authentication = ["type", "password"];

    public static readonly string[] Hmac = ["keys", "activeKey", "antiReplay", "timeWindow", "mode"];

    public static readonly string[] HmacKey = ["id", "secret"];

    public static readonly string[] UnicastPeer = ["address", "minimumTtl", "maximumTtl"];

    public static readonly string[] VirtualInterface = ["kind", "name", "macAddress", "address", "prefixLength", "mode", "transmitOnBase", "group"];

    public static readonly string[] Address =
    [
        "address", "prefixLength", "device", "label", "scope", "broadcast", "peer", "options", "preferred", "useVirtualMac", "noTrack",
        "trackGroup",
    ];

    public static readonly string[] Route =
    [
        "kind", "destination", "family", "from", "preferredSource", "gateway", "device", "onLink", "nextHops", "encapsulation", "table",
        "vrf", "tos", "protocol", "scope", "metric", "preference", "expires", "metrics", "realms", "ttlPropagate", "insertion", "noTrack",
        "trackGroup",
    ];

    public static readonly string[] NextHop = ["gateway", "device", "weight", "onLink", "realms", "encapsulation"];

    public static readonly string[] Encapsulation = ["family", "id", "source", "destination", "ttl", "tos", "flags"];

    public static readonly string[] Metrics =
    [
        "mtu", "lockMtu", "hopLimit", "advertisedMss", "rtt", "rttVariance", "reordering", "window", "congestionWindow",
        "slowStartThreshold", "minimumRto", "initialCongestionWindow", "initialReceiveWindow", "features", "quickAck",
        "congestionControl", "fastOpenNoCookie", "locked",
    ];

    public static readonly string[] Rule =
    [
        "family", "preference", "not", "from", "to", "inputInterface", "outputInterface", "mark", "markMask", "tos", "tunnelId", "users",
        "l3MasterDevice", "ipProtocol", "sourcePorts", "destinationPorts", "action", "table", "target", "suppressPrefixLength",
        "suppressInterfaceGroup", "realms", "protocol", "noTrack", "trackGroup",
    ];

    public static readonly string[] Tracked = ["name", "weight", "reverse"];

    public static readonly string[] Notify =
        ["master", "backup", "fault", "stop", "deleted", "saysDeleted", "any", "masterReceivedLowerPriority"];

    public static readonly string[] NotifyScript = ["command", "user"];

    public static readonly string[] NotifyFifo = ["path", "user", "script"];

    public static readonly string[] Webhook = ["name", "url", "events", "headers", "timeout", "ca", "verifyCertificate"];

    public static readonly string[] SmtpAlerts = ["server", "port", "from", "to", "heloName", "timeout", "all", "vrrp", "checks", "noFaults", "serversOnly"];

    public static readonly string[] ServerGroup = ["name", "members"];

    public static readonly string[] ServerGroupMember = ["address", "lastAddress", "port", "firewallMark", "family"];

    public static readonly string[] Service =
    [
        "address", "port", "firewallMark", "group", "family", "protocol", "scheduler", "schedulerFlags", "onePacket", "stateless", "forwarding", "tunnel", "persistence", "persistenceNetmask",
        "persistenceEngine", "delayLoop", "haSuspend", "drain", "quorum", "hysteresis", "quorumUp", "quorumDown", "omega", "smtpAlert", "sorryServer", "realServers",
    ];

    public static readonly string[] RealServer =
    [
        "address", "hostName", "records", "family", "mostAddresses", "port", "weight", "forwarding", "tunnel", "upperThreshold", "lowerThreshold", "inhibitOnFailure", "checks", "notifyUp",
        "notifyDown", "smtpAlert",
    ];

    public static readonly string[] Resolver = ["nameServers", "timeout", "leastTtl", "longestTtl", "emptyHold"];

    public static readonly string[] Tunnel = ["type", "port", "checksum"];

    /// <summary>Of every check; <c>type</c> names its kind.</summary>
    public static readonly string[] Check = ["type", "alpha"];

    public static readonly string[] TimedCheck = [.. Check, "retry", "delayBeforeRetry", "delayLoop", "warmup", "logAllFailures"];

    public static readonly string[] NetworkCheck = [.. TimedCheck, "connectTimeout", "connectAddress", "bindAddress", "bindInterface", "firewallMark"];

    public static readonly string[] ConnectingCheck = [.. NetworkCheck, "connectPort", "bindPort"];

    public static readonly string[] TcpCheck = ConnectingCheck;

    public static readonly string[] HttpCheck = [.. ConnectingCheck, "urls", "virtualHost", "version", "fastRecovery"];

    public static readonly string[] HttpUrl =
        ["path", "digest", "statusCodes", "virtualHost", "regex", "regexNoMatch", "regexOptions", "regexMinimumOffset", "regexMaximumOffset", "tlsCompliant"];

    public static readonly string[] HttpsCheck =
        [.. HttpCheck, "enableSni", "sniName", "tlsCompliant", "requireCloseNotify", "verifyCertificate", "verifyHost", "expiryWarningDays"];

    public static readonly string[] DnsCheck = [.. ConnectingCheck, "recordType", "name", "transport"];

    public static readonly string[] SmtpCheck = [.. ConnectingCheck, "heloName"];

    public static readonly string[] MiscCheck = [.. TimedCheck, "command", "timeout", "dynamicWeight", "user"];

    public static readonly string[] FileCheck = [.. Check, "trackFile", "weight", "reverse"];

    public static readonly string[] BfdCheck = [.. Check, "session"];

    public static readonly string[] PingCheck = NetworkCheck;

    public static readonly string[] UdpCheck = [.. ConnectingCheck, "payload", "requireReply", "reply", "minimumReplyLength", "maximumReplyLength"];

    public static readonly string[] Ssl = ["ca", "certificate", "key", "password"];

    public static readonly string[] Ipvs = ["tcpTimeout", "tcpFinTimeout", "udpTimeout", "parameters", "foreign", "drift", "groupMarks"];

    public static readonly string[] GroupMarks = ["table", "priority", "start"];

    public static readonly string[] SyncDaemon = ["interface", "instance", "syncId", "maximumLength", "group", "port", "ttl", "refreshPeriod"];

    public static readonly string[] DirectRouting = ["address"];

    public static readonly string[] TunnelAddress = ["address", "type", "port", "outerFamily"];
}
