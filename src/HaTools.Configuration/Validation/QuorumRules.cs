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

        // Where all weights are 0 no quorum is ever there, whatever it is: that is said by a weight, not by it.
        var taken = Quorum.Of(service);
        if (taken.All == 0) return;
        if (service.Quorum > taken.Needed)
            findings.Warning("QuorumTooHigh", quorum, $"{service.Quorum}", $"The servers weigh {taken.All} together: a quorum of {service.Quorum} is taken as that, as in keepalived.");
        if (service.Hysteresis > taken.Hysteresis)
        {
            findings.Warning("HysteresisTooHigh", hysteresis, $"{service.Hysteresis}",
                $"A hysteresis is less than the quorum: {service.Hysteresis} is taken as {taken.Hysteresis}, as in keepalived.");
        }
        else if (taken.Needed + taken.Hysteresis > taken.GainedAt)
        {
            findings.Warning("QuorumTooHigh", hysteresis, $"{service.Hysteresis}",
                $"A quorum that is lost is gained again at {taken.Needed + taken.Hysteresis}, and the servers weigh {taken.All} together: it is taken as that. keepalived never gains it again.");
        }
    }
}
