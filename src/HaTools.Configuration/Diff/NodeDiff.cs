namespace HaTools.Configuration;

/// <summary>Differences of what holds for the node as a whole.</summary>
internal static class NodeDiff
{
    public static void Compare(List<HaChange> changes, HaConfiguration before, HaConfiguration after)
    {
        var node = new PropertyDiff(changes, "Node", after.RouterId ?? before.RouterId ?? "");
        node.Compare(nameof(HaConfiguration.RouterId), before.RouterId, after.RouterId);
        node.Compare(nameof(HaConfiguration.SelfFencing), before.SelfFencing, after.SelfFencing);
        node.Compare(nameof(HaConfiguration.ScriptUser), before.ScriptUser, after.ScriptUser);
        node.Compare(nameof(HaConfiguration.ScriptSecurity), before.ScriptSecurity, after.ScriptSecurity);
        node.Compare(nameof(HaConfiguration.NotifyUpAtStart), before.NotifyUpAtStart, after.NotifyUpAtStart);
        node.Compare(nameof(HaConfiguration.NotifyFifo), before.NotifyFifo, after.NotifyFifo);
        node.Compare(nameof(HaConfiguration.VrrpNotifyFifo), before.VrrpNotifyFifo, after.VrrpNotifyFifo);
        node.Compare(nameof(HaConfiguration.IpvsNotifyFifo), before.IpvsNotifyFifo, after.IpvsNotifyFifo);
        node.Compare(nameof(HaConfiguration.NotifyPriorityChanges), before.NotifyPriorityChanges, after.NotifyPriorityChanges);
        node.Compare(nameof(HaConfiguration.NotifyStatesOnReload), before.NotifyStatesOnReload, after.NotifyStatesOnReload);
        CompareAlerts(node, before.SmtpAlerts, after.SmtpAlerts);
        node.Compare(nameof(HaConfiguration.StartupDelay), before.StartupDelay, after.StartupDelay);
        node.Compare(nameof(HaConfiguration.DelayAfterBoot), before.DelayAfterBoot, after.DelayAfterBoot);
        node.Compare(nameof(HaConfiguration.LogUnknownVirtualRouters), before.LogUnknownVirtualRouters, after.LogUnknownVirtualRouters);
        node.Compare(nameof(HaConfiguration.DynamicInterfaces), before.DynamicInterfaces, after.DynamicInterfaces);
        node.Compare(nameof(HaConfiguration.GarpInterval), before.GarpInterval, after.GarpInterval);
        node.Compare(nameof(HaConfiguration.NeighborAdvertisementInterval),
            before.NeighborAdvertisementInterval, after.NeighborAdvertisementInterval);
        node.Compare("Firewall.Table", before.Firewall.Table, after.Firewall.Table);
        node.Compare("Firewall.Priority", before.Firewall.Priority, after.Firewall.Priority);
        node.Compare("Firewall.Counters", before.Firewall.Counters, after.Firewall.Counters);
        node.Compare(nameof(HaConfiguration.VirtualMacPrefix), before.VirtualMacPrefix, after.VirtualMacPrefix);
        node.Compare(nameof(HaConfiguration.VirtualMacAddressPrefix), before.VirtualMacAddressPrefix, after.VirtualMacAddressPrefix);
        node.Compare(nameof(HaConfiguration.DisableLocalIgmp), before.DisableLocalIgmp, after.DisableLocalIgmp);
        node.Compare("Resolver.NameServers", string.Join(' ', before.Resolver.NameServers), string.Join(' ', after.Resolver.NameServers));
        node.Compare("Resolver.Timeout", before.Resolver.Timeout, after.Resolver.Timeout);
        node.Compare("Resolver.LeastTtl", before.Resolver.LeastTtl, after.Resolver.LeastTtl);
        node.Compare("Resolver.LongestTtl", before.Resolver.LongestTtl, after.Resolver.LongestTtl);
        node.Compare("Resolver.EmptyHold", before.Resolver.EmptyHold, after.Resolver.EmptyHold);
        node.Compare("Ssl.Ca", before.Ssl.Ca, after.Ssl.Ca);
        node.Compare("Ssl.Certificate", before.Ssl.Certificate, after.Ssl.Certificate);
        node.Compare("Ssl.Key", before.Ssl.Key, after.Ssl.Key);
        node.CompareSecret("Ssl.Password", before.Ssl.Password, after.Ssl.Password);
        node.Compare("Ipvs.TcpTimeout", before.Ipvs.TcpTimeout, after.Ipvs.TcpTimeout);
        node.Compare("Ipvs.TcpFinTimeout", before.Ipvs.TcpFinTimeout, after.Ipvs.TcpFinTimeout);
        node.Compare("Ipvs.UdpTimeout", before.Ipvs.UdpTimeout, after.Ipvs.UdpTimeout);
        CompareParameters(node, before.Ipvs.Parameters, after.Ipvs.Parameters);
        node.Compare("Ipvs.Foreign", before.Ipvs.Foreign, after.Ipvs.Foreign);
        node.Compare("Ipvs.Drift", before.Ipvs.Drift, after.Ipvs.Drift);
        node.Compare("Ipvs.GroupMarks.Table", before.Ipvs.GroupMarks?.Table, after.Ipvs.GroupMarks?.Table);
        node.Compare("Ipvs.GroupMarks.Priority", before.Ipvs.GroupMarks?.Priority, after.Ipvs.GroupMarks?.Priority);
        node.Compare("Ipvs.GroupMarks.Start", before.Ipvs.GroupMarks?.Start, after.Ipvs.GroupMarks?.Start);
        node.Compare("SyncDaemon.Interface", before.SyncDaemon?.Interface, after.SyncDaemon?.Interface);
        node.Compare("SyncDaemon.Instance", before.SyncDaemon?.Instance, after.SyncDaemon?.Instance);
        node.Compare("SyncDaemon.SyncId", before.SyncDaemon?.SyncId, after.SyncDaemon?.SyncId);
        node.Compare("SyncDaemon.MaximumLength", before.SyncDaemon?.MaximumLength, after.SyncDaemon?.MaximumLength);
        node.Compare("SyncDaemon.Group", before.SyncDaemon?.Group, after.SyncDaemon?.Group);
        node.Compare("SyncDaemon.Port", before.SyncDaemon?.Port, after.SyncDaemon?.Port);
        node.Compare("SyncDaemon.Ttl", before.SyncDaemon?.Ttl, after.SyncDaemon?.Ttl);
        node.Compare("SyncDaemon.RefreshPeriod", before.SyncDaemon?.RefreshPeriod, after.SyncDaemon?.RefreshPeriod);
    }

    private static void CompareAlerts(PropertyDiff node, SmtpAlerts? before, SmtpAlerts? after)
    {
        node.Compare("SmtpAlerts.Server", before?.Server, after?.Server);
        node.Compare("SmtpAlerts.Port", before?.Port, after?.Port);
        node.Compare("SmtpAlerts.From", before?.From, after?.From);
        node.Compare("SmtpAlerts.To", Recipients(before), Recipients(after));
        node.Compare("SmtpAlerts.HeloName", before?.HeloName, after?.HeloName);
        node.Compare("SmtpAlerts.Timeout", before?.Timeout, after?.Timeout);
        node.Compare("SmtpAlerts.All", before?.All, after?.All);
        node.Compare("SmtpAlerts.Vrrp", before?.Vrrp, after?.Vrrp);
        node.Compare("SmtpAlerts.Checks", before?.Checks, after?.Checks);
        node.Compare("SmtpAlerts.NoFaults", before?.NoFaults, after?.NoFaults);
        node.Compare("SmtpAlerts.ServersOnly", before?.ServersOnly, after?.ServersOnly);
    }

    private static string? Recipients(SmtpAlerts? alerts) => alerts is null ? null : string.Join(", ", alerts.To);

    private static void CompareParameters(PropertyDiff node, ValueList<IpvsParameterSetting> before, ValueList<IpvsParameterSetting> after)
    {
        foreach (string name in before.Concat(after).Select(p => p.Name).Distinct())
            node.Compare($"Ipvs.Parameters.{name}", before.FirstOrDefault(p => p.Name == name)?.Value, after.FirstOrDefault(p => p.Name == name)?.Value);
    }
}
