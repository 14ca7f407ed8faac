using System.Globalization;
using System.Net;

namespace HaTools.Configuration.Yaml;

/// <summary>Writes the native language; what is as the defaults have it is left out.</summary>
internal sealed partial class YamlWriter
{
    private readonly YamlText text = new();

    public static string Write(HaConfiguration configuration)
    {
        var writer = new YamlWriter();
        writer.Configuration(configuration);
        string yaml = writer.text.ToString();
        return yaml.Length == 0 ? "{}\n" : yaml;
    }

    private void Configuration(HaConfiguration c)
    {
        HaConfiguration usual = HaConfiguration.Empty;
        text.Value("routerId", c.RouterId);
        if (c.SelfFencing != usual.SelfFencing) text.Value("selfFencing", c.SelfFencing.ToString());
        text.Value("scriptUser", c.ScriptUser);
        Switch("scriptSecurity", c.ScriptSecurity, usual.ScriptSecurity);
        Switch("notifyUpAtStart", c.NotifyUpAtStart, usual.NotifyUpAtStart);
        NotifyFifo("notifyFifo", c.NotifyFifo);
        NotifyFifo("vrrpNotifyFifo", c.VrrpNotifyFifo);
        NotifyFifo("ipvsNotifyFifo", c.IpvsNotifyFifo);
        Switch("notifyPriorityChanges", c.NotifyPriorityChanges, usual.NotifyPriorityChanges);
        Switch("notifyStatesOnReload", c.NotifyStatesOnReload, usual.NotifyStatesOnReload);
        if (c.SmtpAlerts is { } alerts) text.Map("smtpAlerts", () => SmtpAlerts(alerts));
        text.List("webhooks", c.Webhooks, Webhook);
        Time("startupDelay", c.StartupDelay, usual.StartupDelay);
        Time("delayAfterBoot", c.DelayAfterBoot, usual.DelayAfterBoot);
        Switch("logUnknownVirtualRouters", c.LogUnknownVirtualRouters, usual.LogUnknownVirtualRouters);
        Switch("dynamicInterfaces", c.DynamicInterfaces, usual.DynamicInterfaces);
        Time("garpInterval", c.GarpInterval, usual.GarpInterval);
        Time("neighborAdvertisementInterval", c.NeighborAdvertisementInterval, usual.NeighborAdvertisementInterval);
        if (c.Firewall != usual.Firewall) text.Map("firewall", () => Firewall(c.Firewall));
        if (c.VirtualMacPrefix != usual.VirtualMacPrefix) text.Value("virtualMacPrefix", c.VirtualMacPrefix);
        text.Value("virtualMacAddressPrefix", c.VirtualMacAddressPrefix);
        Switch("disableLocalIgmp", c.DisableLocalIgmp, usual.DisableLocalIgmp);
        text.List("scripts", c.Scripts, Script);
        text.List("files", c.Files, FileTracker);
        text.List("processes", c.Processes, Process);
        text.List("bfdSessions", c.BfdSessions, Bfd);
        text.List("interfaceDelays", c.InterfaceDelays, InterfaceDelay);
        text.List("garpGroups", c.GarpGroups, GarpGroup);
        text.List("staticAddresses", c.StaticAddresses, Address);
        text.List("staticRoutes", c.StaticRoutes, Route);
        text.List("staticRules", c.StaticRules, Rule);
        text.List("trackGroups", c.TrackGroups, TrackGroup);
        text.List("syncGroups", c.SyncGroups, SyncGroup);
        text.List("vrrpInstances", c.VrrpInstances, Instance);
        text.List("virtualServerGroups", c.VirtualServerGroups, ServerGroup);
        text.List("virtualServers", c.VirtualServers, Service);
        if (c.Resolver != usual.Resolver) text.Map("resolver", () => Resolver(c.Resolver));
        if (c.Ssl != usual.Ssl) text.Map("ssl", () => Ssl(c.Ssl));
        if (c.Ipvs != usual.Ipvs) text.Map("ipvs", () => Ipvs(c.Ipvs));
        if (c.SyncDaemon is { } daemon) text.Map("syncDaemon", () => SyncDaemon(daemon));
        text.List("directRoutingAddresses", c.DirectRoutingAddresses, a => text.Item(a.Address.ToString()));
        text.List("tunnelAddresses", c.TunnelAddresses, Tunnel);
    }

    private void Words(string key, ValueList<string> words) => text.List(key, words, text.Item);

    private void Number(string key, int value, int usual)
    {
        if (value != usual) text.Value(key, value);
    }

    private void Unsigned(string key, ulong? value)
    {
        if (value is { } number) text.Bare(key, number.ToString(CultureInfo.InvariantCulture));
    }

    private void Switch(string key, bool? value, bool? usual)
    {
        if (value is { } given && value != usual) text.Value(key, given);
    }

    private void Time(string key, TimeSpan? value, TimeSpan? usual)
    {
        if (value is { } time && value != usual) text.Value(key, Durations.Format(time));
    }

    private void Word(string key, string value, string usual)
    {
        if (value != usual) text.Value(key, value);
    }

    private void Word<T>(string key, T value, T usual) where T : struct, Enum
    {
        if (!value.Equals(usual)) text.Value(key, YamlEnum<T>.Format(value));
    }

    private void Word<T>(string key, T? value) where T : struct, Enum
    {
        if (value is { } given) text.Value(key, YamlEnum<T>.Format(given));
    }

    private void Flags<T>(string key, T value) where T : struct, Enum => Words(key, YamlEnum<T>.FormatFlags(value).ToValueList());

    private void Address(string key, IPAddress? value) => text.Value(key, value?.ToString());

    private void Network(string key, IPNetwork? value) => text.Value(key, value?.ToString());

    private void Range(string key, NumberRange? value) => text.Value(key, value?.ToString());
}
