namespace HaTools.Configuration.Yaml;

/// <summary>
/// The keys of each record in the native language: its properties' names in camelCase. Tests hold them against the records and the schema.
/// </summary>
internal static class YamlKeys
{
    public static readonly string[] Configuration =
        ["routerId", "selfFencing", "scripts", "vrrpInstances", "virtualServers", "directRoutingAddresses"];

    public static readonly string[] Script =
        ["name", "command", "interval", "timeout", "weight", "rise", "fall", "user", "initFail", "recover"];

    public static readonly string[] Recover = ["command", "timeout", "delay"];

    public static readonly string[] Instance =
    [
        "name", "interface", "virtualRouterId", "priority", "advertisementInterval", "version", "initialState", "noPreempt",
        "authentication", "checksumForm", "virtualAddresses", "trackScripts", "garpRepeat", "garpDelay", "selfFencing",
    ];

    public static readonly string[] Authentication = ["type", "password"];

    public static readonly string[] Address = ["address", "prefixLength", "device", "label", "scope", "broadcast"];

    public static readonly string[] Tracked = ["name", "weight"];

    public static readonly string[] Service =
        ["address", "port", "protocol", "scheduler", "forwarding", "persistence", "delayLoop", "realServers"];

    public static readonly string[] RealServer = ["address", "port", "weight", "check"];

    /// <summary><c>type</c> names the kind of check: <c>tcp</c>.</summary>
    public static readonly string[] Check =
        ["type", "retry", "delayBeforeRetry", "connectTimeout", "connectAddress", "connectPort"];

    public static readonly string[] DirectRouting = ["address"];
}
