using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Yaml;

/// <summary>Reads the native language: the records of the model, their properties in camelCase.</summary>
internal static partial class YamlReader
{
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
        HaConfiguration usual = HaConfiguration.Empty;
        return new HaConfiguration
        {
            RouterId = keys.String("routerId"),
            SelfFencing = keys.Fencing("selfFencing") ?? usual.SelfFencing,
            ScriptUser = keys.String("scriptUser"),
            ScriptSecurity = keys.Boolean("scriptSecurity") ?? usual.ScriptSecurity,
            NotifyUpAtStart = keys.Boolean("notifyUpAtStart") ?? usual.NotifyUpAtStart,
            NotifyFifo = keys.Value("notifyFifo", NotifyFifo),
            VrrpNotifyFifo = keys.Value("vrrpNotifyFifo", NotifyFifo),
            IpvsNotifyFifo = keys.Value("ipvsNotifyFifo", NotifyFifo),
            NotifyPriorityChanges = keys.Boolean("notifyPriorityChanges") ?? usual.NotifyPriorityChanges,
            NotifyStatesOnReload = keys.Boolean("notifyStatesOnReload") ?? usual.NotifyStatesOnReload,
            SmtpAlerts = keys.Value("smtpAlerts", SmtpAlerts),
            Webhooks = keys.Records("webhooks", Webhook),
            StartupDelay = keys.Time("startupDelay") ?? usual.StartupDelay,
            DelayAfterBoot = keys.Time("delayAfterBoot") ?? usual.DelayAfterBoot,
            LogUnknownVirtualRouters = keys.Boolean("logUnknownVirtualRouters") ?? usual.LogUnknownVirtualRouters,
            DynamicInterfaces = keys.Boolean("dynamicInterfaces") ?? usual.DynamicInterfaces,
            GarpInterval = keys.Time("garpInterval") ?? usual.GarpInterval,
            NeighborAdvertisementInterval = keys.Time("neighborAdvertisementInterval") ?? usual.NeighborAdvertisementInterval,
            Firewall = keys.Record("firewall", Firewall) ?? usual.Firewall,
            VirtualMacPrefix = keys.String("virtualMacPrefix") ?? usual.VirtualMacPrefix,
            VirtualMacAddressPrefix = keys.String("virtualMacAddressPrefix"),
            DisableLocalIgmp = keys.Boolean("disableLocalIgmp") ?? usual.DisableLocalIgmp,
            Scripts = keys.Records("scripts", Script),
            Files = keys.Records("files", FileTracker),
            Processes = keys.Records("processes", Process),
            BfdSessions = keys.Records("bfdSessions", Bfd),
            InterfaceDelays = keys.Records("interfaceDelays", InterfaceDelay),
            GarpGroups = keys.Records("garpGroups", GarpGroup),
            StaticAddresses = keys.Records("staticAddresses", Address),
            StaticRoutes = keys.Records("staticRoutes", Route),
            StaticRules = keys.Records("staticRules", Rule),
            TrackGroups = keys.Records("trackGroups", TrackGroup),
            SyncGroups = keys.Records("syncGroups", SyncGroup),
            VrrpInstances = keys.Records("vrrpInstances", Instance),
            VirtualServers = keys.Records("virtualServers", Service),
            VirtualServerGroups = keys.Records("virtualServerGroups", ServerGroup),
            Resolver = keys.Record("resolver", Resolver) ?? usual.Resolver,
            Ssl = keys.Record("ssl", Ssl) ?? usual.Ssl,
            Ipvs = keys.Record("ipvs", Ipvs) ?? usual.Ipvs,
            SyncDaemon = keys.Record("syncDaemon", SyncDaemon),
            DirectRoutingAddresses = keys.Records("directRoutingAddresses", DirectRouting),
            TunnelAddresses = keys.Records("tunnelAddresses", Tunnel),
        };
    }
}
