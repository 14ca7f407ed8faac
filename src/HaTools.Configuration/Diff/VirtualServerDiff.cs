namespace HaTools.Configuration;

/// <summary>Differences of one IPVS service and its real servers.</summary>
internal static class VirtualServerDiff
{
    private const string Kind = "VirtualServer";
    private const string RealServerKind = "RealServer";

    public static void Add(List<HaChange> changes, VirtualServer service)
    {
        ConfigurationDiff.Add(changes, Kind, service.Id, Describe(service));
        foreach (RealServer server in service.RealServers)
        {
            ConfigurationDiff.Add(changes, RealServerKind, Id(service, server), Describe(server));
        }
    }

    public static void Remove(List<HaChange> changes, VirtualServer service)
    {
        foreach (RealServer server in service.RealServers)
        {
            ConfigurationDiff.Remove(changes, RealServerKind, Id(service, server), Describe(server));
        }
        ConfigurationDiff.Remove(changes, Kind, service.Id, Describe(service));
    }

    public static void Compare(List<HaChange> changes, VirtualServer before, VirtualServer after)
    {
        if (before == after) return;
        var service = new PropertyDiff(changes, Kind, after.Id);
        service.Compare(nameof(VirtualServer.Family), before.Family, after.Family);
        service.Compare(nameof(VirtualServer.Protocol), before.Protocol, after.Protocol);
        service.Compare(nameof(VirtualServer.Scheduler), before.Scheduler, after.Scheduler);
        service.Compare(nameof(VirtualServer.SchedulerFlags), before.SchedulerFlags, after.SchedulerFlags);
        service.Compare(nameof(VirtualServer.OnePacket), before.OnePacket, after.OnePacket);
        service.Compare(nameof(VirtualServer.Stateless), before.Stateless, after.Stateless);
        service.Compare(nameof(VirtualServer.Forwarding), before.Forwarding, after.Forwarding);
        service.Compare(nameof(VirtualServer.Tunnel), Describe(before.Tunnel), Describe(after.Tunnel));
        service.Compare(nameof(VirtualServer.Persistence), before.Persistence, after.Persistence);
        service.Compare(nameof(VirtualServer.PersistenceNetmask), before.PersistenceNetmask, after.PersistenceNetmask);
        service.Compare(nameof(VirtualServer.PersistenceEngine), before.PersistenceEngine, after.PersistenceEngine);
        service.Compare(nameof(VirtualServer.DelayLoop), before.DelayLoop, after.DelayLoop);
        service.Compare(nameof(VirtualServer.HaSuspend), before.HaSuspend, after.HaSuspend);
        service.Compare(nameof(VirtualServer.Drain), before.Drain, after.Drain);
        service.Compare(nameof(VirtualServer.Quorum), before.Quorum, after.Quorum);
        service.Compare(nameof(VirtualServer.Hysteresis), before.Hysteresis, after.Hysteresis);
        service.Compare(nameof(VirtualServer.QuorumUp), before.QuorumUp, after.QuorumUp);
        service.Compare(nameof(VirtualServer.QuorumDown), before.QuorumDown, after.QuorumDown);
        service.Compare(nameof(VirtualServer.Omega), before.Omega, after.Omega);
        service.Compare(nameof(VirtualServer.SmtpAlert), before.SmtpAlert, after.SmtpAlert);
        CompareSorryServer(changes, service, before, after);
        var servers = Matched<string, RealServer>.Match(before.RealServers, after.RealServers, s => s.Id);
        // New servers come before old ones go: the service is not without one in between.
        foreach (RealServer server in servers.Added) ConfigurationDiff.Add(changes, RealServerKind, Id(after, server), Describe(server));
        foreach ((RealServer old, RealServer now) in servers.Kept) CompareServer(changes, Id(after, now), old, now);
        foreach (RealServer server in servers.Removed)
        {
            ConfigurationDiff.Remove(changes, RealServerKind, Id(before, server), Describe(server));
        }
    }

    private static void CompareSorryServer(List<HaChange> changes, PropertyDiff service, VirtualServer before, VirtualServer after)
    {
        if (before.SorryServer is { } old && after.SorryServer is { } now && old.Id == now.Id) CompareServer(changes, $"{after.Id} sorry {now.Id}", old, now);
        else service.Compare(nameof(VirtualServer.SorryServer), before.SorryServer?.Id, after.SorryServer?.Id);
    }

    private static void CompareServer(List<HaChange> changes, string id, RealServer before, RealServer after)
    {
        if (before == after) return;
        var server = new PropertyDiff(changes, RealServerKind, id);
        server.Compare(nameof(RealServer.HostName), before.HostName, after.HostName);
        server.Compare(nameof(RealServer.Records), before.Records, after.Records);
        server.Compare(nameof(RealServer.Family), before.Family, after.Family);
        server.Compare(nameof(RealServer.MostAddresses), before.MostAddresses, after.MostAddresses);
        server.Compare(nameof(RealServer.Weight), before.Weight, after.Weight);
        server.Compare(nameof(RealServer.Forwarding), before.Forwarding, after.Forwarding);
        server.Compare(nameof(RealServer.Tunnel), Describe(before.Tunnel), Describe(after.Tunnel));
        server.Compare(nameof(RealServer.UpperThreshold), before.UpperThreshold, after.UpperThreshold);
        server.Compare(nameof(RealServer.LowerThreshold), before.LowerThreshold, after.LowerThreshold);
        server.Compare(nameof(RealServer.InhibitOnFailure), before.InhibitOnFailure, after.InhibitOnFailure);
        HealthCheckDiff.Compare(server, before.Checks, after.Checks);
        server.Compare(nameof(RealServer.NotifyUp), before.NotifyUp, after.NotifyUp);
        server.Compare(nameof(RealServer.NotifyDown), before.NotifyDown, after.NotifyDown);
        server.Compare(nameof(RealServer.SmtpAlert), before.SmtpAlert, after.SmtpAlert);
    }

    private static string Id(VirtualServer service, RealServer server) => $"{service.Id} {server.Id}";

    private static string Describe(VirtualServer service) => $"{service.Scheduler} {service.Forwarding}";

    private static string Describe(RealServer server) => $"weight {server.Weight}";

    private static string? Describe(IpvsTunnel? tunnel) => tunnel is null ? null
        : $"{tunnel.Type}{(tunnel.Port == 0 ? "" : $" port {tunnel.Port}")}{(tunnel.Checksum == TunnelChecksum.None ? "" : $" checksum {tunnel.Checksum}")}";
}
