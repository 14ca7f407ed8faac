using System.Globalization;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>A service as configured, with the health of its servers: what should be in the plane, and what is told of it.</summary>
internal sealed class ManagedService
{
    private readonly VirtualServer configured;
    private readonly Dictionary<DestinationKey, ManagedServer> servers = [];

    /// <param name="configured">The service.</param>
    /// <param name="gate">The instance whose master alone loads it; null: it is always loaded.</param>
    /// <param name="before">The same service until now: servers that stay keep their health.</param>
    public ManagedService(VirtualServer configured, string? gate, ManagedService? before)
    {
        this.configured = configured;
        Key = ServiceKey.Of(configured);
        Gate = gate;
        foreach (RealServer server in configured.RealServers)
        {
            // Without a check nothing would ever bring a server back.
            ManagedServer? old = server.Check is null ? null : before?.servers.GetValueOrDefault(DestinationKey.Of(server));
            servers.Add(DestinationKey.Of(server), old is null ? new ManagedServer(server, DateTimeOffset.Now) : old.With(server));
        }
    }

    public ServiceKey Key { get; }

    public string? Gate { get; }

    private int AliveWeight => servers.Values.Where(s => s.Up).Sum(s => s.Configured.Weight);

    /// <summary>Takes a check's word on a server.</summary>
    /// <returns>False: it says nothing new.</returns>
    public bool SetHealth(DestinationKey key, bool up, string? reason, IServiceSink sink)
    {
        if (!servers.TryGetValue(key, out ManagedServer? server) || server.Up == up) return false;
        int aliveBefore = AliveWeight;
        server.SetHealth(up, reason);
        string vs = KeepalivedName.Of(Key);
        string rs = KeepalivedName.Of(key.Address, Key.Protocol, key.Port);
        string change = up ? $"Adding service {rs} to VS {vs}" : $"Removing service {rs} from VS {vs}";
        sink.OnService("HealthChanged", $"{Key} {key}", change, up ? "UP" : "DOWN");
        TellQuorum(aliveBefore, sink);
        return true;
    }

    /// <summary>What should be in the plane while the service is loaded: all of it, what the configuration does not speak of too.</summary>
    public PlaneService Desired() => new()
    {
        Key = Key,
        Scheduler = configured.Scheduler,
        Persistence = configured.Persistence is { } time ? (uint)time.TotalSeconds : null,
        Destinations = [.. configured.RealServers.Where(s => servers[DestinationKey.Of(s)].Up).Select(s => new PlaneDestination
        {
            // The numbers of both enumerations are the kernel's.
            Key = DestinationKey.Of(s), Forwarding = (IpvsForwardingMethod)configured.Forwarding, Weight = s.Weight,
        })],
    };

    /// <param name="present">The service in the plane; null: it is not there.</param>
    public IpvsServiceState State(PlaneService? present)
    {
        OrderedDictionary<DestinationKey, PlaneDestination> counted = PlaneTable.ByKey(present?.Destinations ?? []);
        return new IpvsServiceState
        {
            Id = configured.Id,
            Scheduler = present?.Scheduler ?? configured.Scheduler,
            Forwarding = configured.Forwarding,
            Persistence = present is null ? configured.Persistence?.TotalSeconds : present.Persistence,
            Loaded = present is not null,
            RealServers = [.. configured.RealServers.Select(s =>
                servers[DestinationKey.Of(s)].State(counted.GetValueOrDefault(DestinationKey.Of(s))))],
        };
    }

    // keepalived's words, for its default quorum of 1 without hysteresis.
    private void TellQuorum(int before, IServiceSink sink)
    {
        int alive = AliveWeight;
        if (before >= 1 == alive >= 1) return;
        string vs = KeepalivedName.Of(Key);
        string message = alive < 1
            ? string.Create(CultureInfo.InvariantCulture, $"Lost quorum 1-0=1 > {alive} for VS {vs}")
            : string.Create(CultureInfo.InvariantCulture, $"Gained quorum 1+0=1 <= {alive} for VS {vs}");
        sink.OnService("ServiceChanged", Key.ToString(), message, alive < 1 ? "DOWN" : "UP");
    }
}
