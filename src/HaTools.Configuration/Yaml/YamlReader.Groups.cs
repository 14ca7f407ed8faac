using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Yaml;

/// <summary>Sync groups, track groups, and what interfaces share.</summary>
internal static partial class YamlReader
{
    private static readonly GarpGroup GarpGroupDefaults = new() { Interfaces = [] };
    private static readonly FirewallSettings FirewallDefaults = new();

    private static VrrpSyncGroup? SyncGroup(YamlReading reading, YamlNode node, ModelPath path)
    {
        const string what = "sync group";
        if (reading.ExpectMap(node, "A sync group") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.SyncGroup, path);
        string? name = keys.RequiredString("name", what);
        ValueList<string>? members = keys.Required("members", what) ? keys.Words("members", "A member") : null;
        var group = new VrrpSyncGroup
        {
            Name = name ?? "",
            Members = members ?? [],
            TrackInterfaces = keys.Records("trackInterfaces", Tracked),
            TrackScripts = keys.Records("trackScripts", Tracked),
            TrackFiles = keys.Records("trackFiles", Tracked),
            TrackProcesses = keys.Records("trackProcesses", Tracked),
            TrackBfd = keys.Records("trackBfd", Tracked),
            TrackingWeight = keys.Boolean("trackingWeight") ?? false,
            Notify = keys.Record("notify", Notify) ?? NotifyScripts.None,
            NotifyPriorityChanges = keys.Boolean("notifyPriorityChanges"),
            SmtpAlert = keys.Boolean("smtpAlert"),
        };
        return name is null || members is null ? null : group;
    }

    private static StaticTrackGroup? TrackGroup(YamlReading reading, YamlNode node, ModelPath path)
    {
        const string what = "track group";
        if (reading.ExpectMap(node, "A track group") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.TrackGroup, path);
        string? name = keys.RequiredString("name", what);
        ValueList<string>? instances = keys.Required("instances", what) ? keys.Words("instances", "An instance's name") : null;
        return name is null || instances is null ? null : new StaticTrackGroup(name, instances);
    }

    private static GarpGroup? GarpGroup(YamlReading reading, YamlNode node, ModelPath path)
    {
        const string what = "GARP group";
        if (reading.ExpectMap(node, "A GARP group") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.GarpGroup, path);
        ValueList<string>? interfaces = keys.Required("interfaces", what) ? keys.Words("interfaces", "An interface") : null;
        var group = new GarpGroup
        {
            Interfaces = interfaces ?? [],
            GarpInterval = keys.Time("garpInterval") ?? GarpGroupDefaults.GarpInterval,
            NeighborAdvertisementInterval = keys.Time("neighborAdvertisementInterval") ?? GarpGroupDefaults.NeighborAdvertisementInterval,
        };
        return interfaces is null ? null : group;
    }

    private static InterfaceDelay? InterfaceDelay(YamlReading reading, YamlNode node, ModelPath path)
    {
        const string what = "interface delay";
        if (reading.ExpectMap(node, "An interface delay") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.InterfaceDelay, path);
        string? device = keys.RequiredString("interface", what);
        TimeSpan down = keys.Time("down") ?? TimeSpan.Zero;
        TimeSpan up = keys.Time("up") ?? TimeSpan.Zero;
        return device is null ? null : new InterfaceDelay(device, down, up);
    }

    private static FirewallSettings Firewall(YamlReading reading, YamlMap map, ModelPath path)
    {
        var keys = new YamlMapReader(reading, map, "firewall", YamlKeys.Firewall, path);
        return new FirewallSettings
        {
            Table = keys.String("table"),
            Priority = keys.Integer("priority") ?? FirewallDefaults.Priority,
            Counters = keys.Boolean("counters") ?? FirewallDefaults.Counters,
        };
    }
}
