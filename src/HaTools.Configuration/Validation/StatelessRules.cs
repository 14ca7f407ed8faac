using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of services whose connections need no memory of the director (<see cref="VirtualServer.Stateless"/>), and of those beside them.</summary>
internal static class StatelessRules
{
    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        for (int i = 0; i < configuration.VirtualServers.Count; i++)
        {
            if (configuration.VirtualServers[i].Stateless) CheckService(findings, new ModelPath("virtualServers", i), configuration.VirtualServers[i]);
        }

        foreach ((TransportProtocol protocol, string parameter) in SloppyScheduling.Parameters) CheckProtocol(findings, configuration, protocol, parameter);
    }

    private static void CheckService(RuleFindings findings, ModelPath path, VirtualServer service)
    {
        if (service.Scheduler != Schedulers.Stateless)
        {
            findings.Error("Contradiction", path.Key("scheduler"), service.Scheduler,
                $"A stateless service is scheduled by mh, which chooses the same server on every director; {service.Scheduler} does not. Leave the scheduler out, or say mh; with {service.Scheduler}, take the sync daemon instead of stateless.");
        }

        if (service.Persistence is not null)
        {
            findings.Error("Contradiction", path.Key("persistence"), null,
                "Persistence is a memory of the director's, and a stateless service has none: the other director would send the client elsewhere. Leave one of them out; mh without its flag port, beside the sync daemon, keeps a client with its server.");
        }

        for (int i = 0; i < service.RealServers.Count; i++) CheckServer(findings, path with { List = "realServers", Item = i }, service, service.RealServers[i]);
        if (service.SorryServer is not { } sorry) return;
        CheckServer(findings, path.Key("sorryServer"), service, sorry);
        if (sorry.InhibitOnFailure)
        {
            findings.Error("Contradiction", path.Key("sorryServer.inhibitOnFailure"), null,
                "The sorry server of a stateless service cannot stay with weight 0: it would have a share of the clients on directors where it has stood in before, and on no other.");
        }
    }

    private static void CheckServer(RuleFindings findings, ModelPath path, VirtualServer service, RealServer server)
    {
        if (service.ForwardingTo(server) == ForwardingMethod.Nat)
        {
            findings.Error("Contradiction", path.Key("forwarding"), "nat",
                $"{NamedServerRules.PlaceOf(server)}: address translation needs the director's memory of a connection for the way back; a stateless service has direct routing or tunnels. Take the sync daemon instead of stateless.");
        }

        CheckWeights(findings, path, server);
        if (server.UpperThreshold != 0 || server.LowerThreshold != 0)
        {
            findings.Error("Contradiction", path.Key("upperThreshold"), $"{server.UpperThreshold}",
                $"{NamedServerRules.PlaceOf(server)}: a server that is full on one director is not on the other, so that they choose differently; a stateless service has no thresholds.");
        }
    }

    private static void CheckWeights(RuleFindings findings, ModelPath path, RealServer server)
    {
        if (!DynamicWeights.AreGivenTo(server)) return;
        findings.Error("Contradiction", path.Key("checks"), null,
            $"{NamedServerRules.PlaceOf(server)}: a check that changes weights moves clients' places in the table, and so ends their connections, at another time on each director; a stateless service has none (misc_dynamic, dynamicWeight; of type file: without weight: 0).");
    }

    private static void CheckProtocol(RuleFindings findings, HaConfiguration configuration, TransportProtocol protocol, string parameter)
    {
        if (configuration.VirtualServers.FirstOrDefault(s => s.Stateless && SloppyScheduling.Takes(configuration, s, protocol)) is not { } stateless) return;
        if (configuration.Ipvs.Parameters.FirstOrDefault(p => p.Name == parameter) is { } own)
        {
            if (own.Value == "0")
            {
                findings.Warning("NoEffect", new ModelPath("ipvs").Key($"parameters.{parameter}"), own.Value,
                    $"The service {stateless.Id} is stateless in vain: with {parameter} 0 a director that takes over ends the connections that it does not know.");
            }

            return;
        }

        for (int i = 0; i < configuration.VirtualServers.Count; i++)
        {
            VirtualServer other = configuration.VirtualServers[i];
            if (other.Stateless || !SloppyScheduling.Takes(configuration, other, protocol) || !SloppyScheduling.Harms(other.Scheduler)) continue;
            findings.Error("StatelessConflict", new ModelPath("virtualServers", i).Key("scheduler"), other.Scheduler,
                $"The service {other.Id} is scheduled by {other.Scheduler}, and the stateless service {stateless.Id} needs net.ipv4.vs.{parameter}, which holds for both: packets of connections that are over, or that it does "
                + $"not know, would go to any of its servers. Give it one of {string.Join(", ", Schedulers.Pure)}, or a network namespace of its own, or say `{parameter}: 1` in `ipvs.parameters` if that is meant.");
        }
    }
}
