using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of IPVS services: what they are found by, and that each is there once.</summary>
internal static class VirtualServerRules
{
    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        var services = new HashSet<string>(StringComparer.Ordinal);
        var places = new Dictionary<string, VirtualServer>(StringComparer.Ordinal);
        for (int i = 0; i < configuration.VirtualServers.Count; i++)
        {
            VirtualServer service = configuration.VirtualServers[i];
            var path = new ModelPath("virtualServers", i);
            if (service.Group is not null)
            {
                if (!services.Add(service.Id)) findings.Error("DuplicateService", path, service.Id, $"There is a service {service.Id} already.");
                CheckPlaces(findings, path, service, GroupedServiceRules.Check(findings, path, service, configuration), places);
                continue;
            }

            CheckIdentity(findings, path, service);
            if (service.Port is >= 0 and <= 65535) CheckPlaces(findings, path, service, [service], places);
            SchedulingRules.Check(findings, path, service);
            RealServerRules.Check(findings, path, service, configuration.SyncDaemon is not null);
        }
    }

    // The kernel has one service for each of them.
    private static void CheckPlaces(RuleFindings findings, ModelPath path, VirtualServer service, IEnumerable<VirtualServer> own, Dictionary<string, VirtualServer> places)
    {
        foreach (VirtualServer place in own)
        {
            if (places.TryAdd(place.Id, service)) continue;
            VirtualServer other = places[place.Id];
            string advice = place.FirewallMark is null || service.Group is null || ReferenceEquals(other, service) ? "" : " A mark takes every protocol: give marks a group of their own.";
            findings.Error("DuplicateService", path, place.Id, ReferenceEquals(other, service) ? $"The group `{service.Group}` has {place.Id} twice."
                : other.Group is { } group ? $"There is a service {place.Id} already, of the group `{group}` ({other.Id}).{advice}" : $"There is a service {place.Id} already.{advice}");

            // One that overlaps may do so with thousands.
            return;
        }
    }

    private static void CheckIdentity(RuleFindings findings, ModelPath path, VirtualServer service)
    {
        if (service.Family is { } family && family is not (4 or 6))
            findings.Error("ValueOutOfRange", path.Key("family"), $"{family}", $"{family} is no family: 4 or 6.");
        if (service.FirewallMark is { } mark)
        {
            CheckMarked(findings, path, service, mark);
            return;
        }

        if (service.Address is not { } address)
        {
            findings.Error("MissingValue", path, null, "A service needs an address and a port, a firewall mark, or a group.");
            return;
        }

        if (service.Family is 4 or 6 && service.Family != Networks.FamilyOf(address))
            findings.Error("AddressFamilyMismatch", path.Key("family"), $"{service.Family}", $"`{address}` is not of IPv{service.Family}.");
        CommonRules.Range(findings, path.Key("port"), service.Port, 0, 65535, "port");
        if (service is { Port: 0, Persistence: null })
            findings.Error("ZeroPort", path.Key("port"), "0", "A service of every port (0) needs persistence: a client's other ports go where its first one went (ip_vs_ctl.c).");
        if (service.OnePacket && service.Protocol != TransportProtocol.Udp)
            findings.Error("Contradiction", path.Key("onePacket"), null, $"Packets are scheduled by themselves for UDP, and for firewall marks; {service.Id} has connections.");
    }

    private static void CheckMarked(RuleFindings findings, ModelPath path, VirtualServer service, uint mark)
    {
        if (mark == 0) findings.Error("ValueOutOfRange", path.Key("firewallMark"), "0", "0 is no firewall mark: it is what packets without one have.");
        if (service.Address is { } address)
            findings.Error("Contradiction", path.Key("address"), $"{address}", "A service has an address and a port, or a firewall mark.");
        if (service.HaSuspend)
            findings.Error("Contradiction", path.Key("haSuspend"), null, "A service with a firewall mark has no address that could be on this host or not: its checks cannot wait for it.");
        if (service.Port != 0) findings.Error("Contradiction", path.Key("port"), $"{service.Port}", "A service with a firewall mark has no port of its own.");
        if (service.Protocol != TransportProtocol.Tcp)
            findings.Warning("NoEffect", path.Key("protocol"), $"{service.Protocol}", "A service with a firewall mark takes every protocol.");
    }
}
