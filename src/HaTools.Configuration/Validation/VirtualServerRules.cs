using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of IPVS services and their real servers.</summary>
internal static class VirtualServerRules
{
    private static readonly TimeSpan LongestPersistence = TimeSpan.FromDays(31);

    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        var services = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < configuration.VirtualServers.Count; i++)
        {
            VirtualServer service = configuration.VirtualServers[i];
            var path = new ModelPath("virtualServers", i);
            CommonRules.Range(findings, path with { Property = "port" }, service.Port, 1, 65535, "port");
            if (service.Port is >= 0 and <= 65535 && !services.Add(service.Id))
                findings.Error("DuplicateService", path, service.Id, $"There is a service {service.Id} already.");
            CheckService(findings, path, service);
            CheckRealServers(findings, path, service);
        }
    }

    private static void CheckService(RuleFindings findings, ModelPath path, VirtualServer service)
    {
        ModelPath scheduler = path with { Property = "scheduler" };
        string name = service.Scheduler;
        if (name.Length is 0 or > 15 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-')))
            findings.Error("InvalidName", scheduler, name, $"`{name}` is no scheduler's name: 1 to 15 letters and digits.");
        else if (!Schedulers.Known.Contains(name))
            findings.Warning("UnknownScheduler", scheduler, name,
                $"Linux brings no scheduler `{name}`.{Suggestion.Sentence(name, Schedulers.Known)}");
        if (service.Persistence is { } persistence
            && (persistence < TimeSpan.FromSeconds(1) || persistence > LongestPersistence
                || persistence.Ticks % TimeSpan.TicksPerSecond != 0))
        {
            string text = Durations.Format(persistence);
            findings.Error("ValueOutOfRange", path with { Property = "persistence" }, text,
                $"{text} is no persistence: whole seconds, 1 s to 31 days.");
        }
        CommonRules.Time(findings, path with { Property = "delayLoop" }, service.DelayLoop, false, "time between checks");
    }

    private static void CheckRealServers(RuleFindings findings, ModelPath path, VirtualServer service)
    {
        var known = new HashSet<(System.Net.IPAddress, int)>();
        for (int i = 0; i < service.RealServers.Count; i++)
        {
            RealServer server = service.RealServers[i];
            ModelPath place = path with { List = "realServers", Item = i };
            CommonRules.Range(findings, place with { Property = "port" }, server.Port, 1, 65535, "port");
            if (!known.Add((server.Address, server.Port)))
                findings.Error("DuplicateRealServer", place,
                    $"{server.Address}:{server.Port}", $"{server.Address} port {server.Port} stands in this service already.");
            if (server.Address.AddressFamily != service.Address.AddressFamily)
            {
                findings.Error("AddressFamilyMismatch", place, $"{server.Address}",
                    $"{server.Address} and the service's {service.Address} are of different address families.");
            }
            if (service.Forwarding == ForwardingMethod.DirectRouting && server.Port != service.Port)
            {
                findings.Error("PortMismatch", place with { Property = "port" }, $"{server.Port}",
                    $"Direct routing leaves the port as it is: the real server's is {server.Port}, the service's {service.Port}.");
            }
            CommonRules.Range(findings, place with { Property = "weight" }, server.Weight, 0, 65535, "weight of a real server");
            if (server.Check is { } check) CheckCheck(findings, place, check);
        }
    }

    private static void CheckCheck(RuleFindings findings, ModelPath path, HealthCheck check)
    {
        CommonRules.Range(findings, path with { Property = "check.retry" }, check.Retry, 0, int.MaxValue, "number of retries");
        CommonRules.Time(findings, path with { Property = "check.delayBeforeRetry" }, check.DelayBeforeRetry, true, "delay");
        CommonRules.Time(findings, path with { Property = "check.connectTimeout" }, check.ConnectTimeout, false, "timeout");
        if (check.ConnectPort is { } port)
            CommonRules.Range(findings, path with { Property = "check.connectPort" }, port, 1, 65535, "port");
    }
}
