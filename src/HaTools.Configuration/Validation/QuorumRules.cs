using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of how much of a service must be up. What the servers cannot reach is taken as what they can, as keepalived does.</summary>
internal static class QuorumRules
{
    public static void Check(RuleFindings findings, ModelPath path, VirtualServer service)
    {
        ModelPath quorum = path.Key("quorum"), hysteresis = path.Key("hysteresis");
        CommonRules.Range(findings, quorum, service.Quorum, 1, int.MaxValue, "quorum");
        CommonRules.Range(findings, hysteresis, service.Hysteresis, 0, int.MaxValue, "hysteresis");

        // Where all weights are 0 nobody is sent anywhere: a quorum does not come into it.
        long all = service.RealServers.Sum(s => (long)s.Weight), needed = Math.Min(service.Quorum, all);
        if (all == 0) return;
        if (service.Quorum > all)
            findings.Warning("QuorumTooHigh", quorum, $"{service.Quorum}", $"The servers weigh {all} together: a quorum of {service.Quorum} is taken as that, as in keepalived.");
        if (service.Hysteresis >= needed && service.Hysteresis > 0)
        {
            findings.Warning("HysteresisTooHigh", hysteresis, $"{service.Hysteresis}",
                $"A hysteresis is less than the quorum: {service.Hysteresis} is taken as {needed - 1}, as in keepalived.");
        }
        else if (needed + service.Hysteresis > all)
        {
            findings.Warning("QuorumTooHigh", hysteresis, $"{service.Hysteresis}",
                $"A quorum that is lost is gained again at {needed + service.Hysteresis}, and the servers weigh {all} together: it is taken as that. keepalived never gains it again.");
        }
    }
}
