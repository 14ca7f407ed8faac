using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of health checks.</summary>
internal static class HealthCheckRules
{
    /// <param name="findings">Where to say it.</param>
    /// <param name="path">The check's place.</param>
    /// <param name="service">The service.</param>
    /// <param name="server">Whose check it is.</param>
    /// <param name="check">The check.</param>
    public static void Check(RuleFindings findings, ModelPath path, VirtualServer service, RealServer server, HealthCheck check)
    {
        if (check is TimedCheck timed) CheckTiming(findings, path, timed);
        if (check is NetworkCheck network) CheckNetwork(findings, path, service, server, network);
        if (check is ConnectingCheck connecting) CheckPorts(findings, path, server, connecting);
        if (check is HttpCheck http) HttpCheckRules.Check(findings, path, http);
        if (check is HttpsCheck https) HttpsCheckRules.Check(findings, path, https);
        if (check is DnsCheck dns) DnsCheckRules.Check(findings, path, dns);
        if (check is SmtpCheck smtp) SmtpCheckRules.Check(findings, path, smtp);
        if (check is UdpCheck udp) UdpCheckRules.Check(findings, path, udp);
        if (check is MiscCheck misc) MiscCheckRules.Check(findings, path, misc);
    }

    private static void CheckTiming(RuleFindings findings, ModelPath path, TimedCheck check)
    {
        CommonRules.Range(findings, path.Key("retry"), check.Retry, 0, int.MaxValue, "number of retries");
        if (check.DelayBeforeRetry is { } delay) CommonRules.Time(findings, path.Key("delayBeforeRetry"), delay, true, "delay");
        else if (check is not DnsCheck) findings.Error("MissingValue", path.Key("delayBeforeRetry"), null, $"A check of type {check.Kind} says how long after a failed try the next one is made.");
        if (check.DelayLoop is { } loop) CommonRules.Time(findings, path.Key("delayLoop"), loop, false, "time between checks");
        if (check.Warmup is { } warmup) CommonRules.Time(findings, path.Key("warmup"), warmup, true, "time until the first check");
    }

    private static void CheckNetwork(RuleFindings findings, ModelPath path, VirtualServer service, RealServer server, NetworkCheck check)
    {
        CommonRules.Time(findings, path.Key("connectTimeout"), check.ConnectTimeout, false, "timeout");
        int family = check.ConnectAddress is { } other ? Networks.FamilyOf(other) : service.FamilyOf(server);
        if (check.BindAddress is { } address && Networks.FamilyOf(address) != family)
            findings.Error("AddressFamilyMismatch", path.Key("bindAddress"), $"{address}", $"{address} is not of IPv{family}, as what is checked from it is.");
        if (check.BindInterface is { } name) CommonRules.Interface(findings, path.Key("bindInterface"), name);
        else if ((check.ConnectAddress ?? server.Address) is { IsIPv6LinkLocal: true } local)
            findings.Error("MissingValue", path, null, $"{local} is a link-local address, which each link has its own of: its check says by which interface it is reached (bindInterface; bind_if).");
    }

    private static void CheckPorts(RuleFindings findings, ModelPath path, RealServer server, ConnectingCheck check)
    {
        if (check.ConnectPort is { } port) CommonRules.Range(findings, path.Key("connectPort"), port, 1, 65535, "port");
        else if (server is { Port: 0, Records: ServerRecords.Address }) findings.Error("MissingValue", path, null, $"{NamedServerRules.PlaceOf(server)} has no port of its own: its check needs one (connectPort).");
        if (check.BindPort is { } own) CommonRules.Range(findings, path.Key("bindPort"), own, 1, 65535, "port");
    }
}
