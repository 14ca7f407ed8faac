using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of what holds for IPVS as a whole.</summary>
internal static class IpvsRules
{
    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        var path = new ModelPath("ipvs");
        CheckTimeout(findings, path.Key("tcpTimeout"), configuration.Ipvs.TcpTimeout);
        CheckTimeout(findings, path.Key("tcpFinTimeout"), configuration.Ipvs.TcpFinTimeout);
        CheckTimeout(findings, path.Key("udpTimeout"), configuration.Ipvs.UdpTimeout);
    }

    private static void CheckTimeout(RuleFindings findings, ModelPath path, TimeSpan? timeout)
    {
        if (timeout is not { } time) return;
        if (time >= TimeSpan.FromSeconds(1) && time <= TimeSpan.FromSeconds(ModelRanges.MostIdleSeconds) && time.Ticks % TimeSpan.TicksPerSecond == 0) return;
        string text = Durations.Format(time);
        findings.Error("ValueOutOfRange", path, text, $"{text} is no time that IPVS keeps an idle connection: whole seconds, 1 s to 31 days.");
    }
}
