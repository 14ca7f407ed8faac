using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of a service that names a group: what holds for any service holds for each that it is.</summary>
internal static class GroupedServiceRules
{
    /// <returns>The services that it is; none where that cannot be said.</returns>
    public static IEnumerable<VirtualServer> Check(RuleFindings findings, ModelPath path, VirtualServer service, HaConfiguration configuration)
    {
        string name = service.Group!;
        if (service.Address is not null || service.FirewallMark is not null || service.Port != 0)
        {
            findings.Error("Contradiction", path.Key("group"), name, "A service has an address and a port, a firewall mark, or a group.");
            return [];
        }

        if (configuration.VirtualServerGroups.FirstOrDefault(g => g.Name == name) is not { } group)
        {
            findings.Error("UnknownName", path.Key("group"), name, $"There is no group of virtual servers `{name}`.{Suggestion.Sentence(name, configuration.VirtualServerGroups.Select(g => g.Name))}");
            return [];
        }

        if (!ServicePlaces.IsSound(group)) return [];
        CheckFamily(findings, path, service, group);
        CheckMarks(findings, path, service, group);
        CheckPorts(findings, path, service, group);
        CheckPlaces(findings, path, service, group, configuration);
        for (int i = 0; i < service.RealServers.Count; i++) RealServerRules.CheckChecks(findings, path with { List = "realServers", Item = i }, service, service.RealServers[i]);
        return ServicePlaces.Of(service, group);
    }

    private static void CheckFamily(RuleFindings findings, ModelPath path, VirtualServer service, VirtualServerGroup group)
    {
        if (service.Family is not (4 or 6)) return;
        if (group.Members.FirstOrDefault(m => (m.Address is { } address ? Networks.FamilyOf(address) : m.Family ?? service.Family) != service.Family) is not { } other) return;
        findings.Error("AddressFamilyMismatch", path.Key("family"), $"{service.Family}", $"The group `{group.Name}` has {other}, which is not of IPv{service.Family}.");
    }

    private static void CheckMarks(RuleFindings findings, ModelPath path, VirtualServer service, VirtualServerGroup group)
    {
        if (service.HaSuspend && group.Members.Any(m => m.FirewallMark is not null))
            findings.Error("Contradiction", path.Key("haSuspend"), null, $"The group `{group.Name}` has firewall marks, and these no address that could be on this host or not: its checks cannot wait for it.");
        if (service.Protocol != TransportProtocol.Tcp && group.Members.All(m => m.FirewallMark is not null))
            findings.Warning("NoEffect", path.Key("protocol"), $"{service.Protocol}", $"The group `{group.Name}` has nothing but firewall marks, and these take every protocol.");
        if (service.OnePacket && service.Protocol != TransportProtocol.Udp && group.Members.Any(m => m.FirewallMark is null))
            findings.Error("Contradiction", path.Key("onePacket"), null, $"Packets are scheduled by themselves for UDP, and for firewall marks; {service.Id} has connections.");
    }

    private static void CheckPorts(RuleFindings findings, ModelPath path, VirtualServer service, VirtualServerGroup group)
    {
        if (service.Persistence is null && group.Members.FirstOrDefault(m => m is { FirewallMark: null, Port: 0 }) is { } every)
            findings.Error("ZeroPort", path.Key("group"), group.Name, $"The group `{group.Name}` has {every}: a service of every port (0) needs persistence (ip_vs_ctl.c).");
        for (int i = 0; i < service.RealServers.Count; i++)
        {
            RealServer server = service.RealServers[i];
            NamedServerRules.CheckGrouped(findings, path with { List = "realServers", Item = i }, service, server, group);
            if (server.Port == 0 || service.ForwardingTo(server) == ForwardingMethod.Nat) continue;
            if (group.Members.FirstOrDefault(m => (m.FirewallMark is null ? m.Port : 0) != server.Port) is not { } other) continue;
            findings.Warning("PortMismatch", (path with { List = "realServers", Item = i }).Key("port"), $"{server.Port}",
                $"{(service.ForwardingTo(server) == ForwardingMethod.Tunnel ? "A tunnel" : "Direct routing")} leaves the port as it is: clients of {other} are not sent to port {server.Port} of {NamedServerRules.PlaceOf(server)}, which is what its checks ask.");
        }
    }

    // What differs between places is their family, their kind and their port: one of each is enough.
    private static void CheckPlaces(RuleFindings findings, ModelPath path, VirtualServer service, VirtualServerGroup group, HaConfiguration configuration)
    {
        var said = new HashSet<(string, ModelPath)>();
        VirtualServer served = configuration.Ipvs.GroupMarks is { } marks ? service with { GroupMark = marks.Start } : service;
        foreach (VirtualServer place in ServicePlaces.Of(served, group).DistinctBy(p => (p.Port, p.FirewallMark is null, p.IsIPv6)))
        {
            var found = new RuleFindings();
            SchedulingRules.Check(found, path, place);
            RealServerRules.CheckPlace(found, path, place, configuration.SyncDaemon is not null);
            findings.Items.AddRange(found.Items.Where(f => said.Add((f.Code, f.Path))));
        }
    }
}
