using HaTools.Netlink;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>The kernel's IPVS as a data plane.</summary>
internal sealed class IpvsDataPlane : IDataPlane
{
    // Up to so many services are asked for one by one; beyond, one dump of all is cheaper.
    private const int FewServices = 8;

    private readonly IpvsClient client;

    private IpvsDataPlane(IpvsClient client)
    {
        this.client = client;
        IpvsInfo info = client.GetInfo();
        Capabilities = new DataPlaneCapabilities { Name = $"IPVS {info.Version}" };
    }

    public DataPlaneCapabilities Capabilities { get; }

    /// <summary>Opens the IPVS of the calling thread's network namespace.</summary>
    /// <exception cref="HaEngineException">The kernel has none, or the privilege is missing.</exception>
    public static IpvsDataPlane Open()
    {
        try
        {
            return new IpvsDataPlane(IpvsClient.Open());
        }
        catch (NetlinkException e)
        {
            throw new HaEngineException($"needs IPVS: {e.Message}", e);
        }
    }

    public IReadOnlyList<PlaneService> Read(IReadOnlySet<ServiceKey>? only)
    {
        List<PlaneService> services = [];
        foreach (IpvsService service in only is { Count: <= FewServices } ? Find(only) : client.GetServices())
        {
            // Firewall marks and SCTP are not ours yet: foreign.
            if (KeyOf(service.Key) is not { } key || (only is not null && !only.Contains(key))) continue;
            services.Add(new PlaneService
            {
                Key = key,
                Scheduler = service.Scheduler,
                Persistence = (service.Flags & IpvsServiceFlags.Persistent) != 0 ? (int)service.Timeout : null,
                Destinations = [.. client.GetDestinations(service.Key).Select(Server)],
            });
        }

        return services;
    }

    public IReadOnlyList<PlaneFailure> Apply(IReadOnlyList<PlaneChange> changes)
    {
        List<PlaneFailure> failures = [];
        IReadOnlyList<IpvsCommandResult> results = client.Apply([.. changes.Select(Command)]);
        for (int i = 0; i < results.Count; i++)
        {
            if (results[i].ToException() is { } failure) failures.Add(new PlaneFailure(changes[i], failure.Message));
        }

        return failures;
    }

    public IReadOnlyList<PlaneSyncDaemon> ReadSyncDaemons() =>
    [
        .. client.GetDaemons().Select(d => new PlaneSyncDaemon
        {
            Role = d.Role == IpvsDaemonRole.Master ? IpvsSyncRole.Master : IpvsSyncRole.Backup,
            Interface = d.Interface,
            SyncId = d.SyncId,
            MaximumLength = d.MaximumLength == 0 ? null : d.MaximumLength,

            // What an old kernel does not tell is not changeable there.
            Group = d.Group ?? PlaneSyncDaemon.UsualGroup,
            Port = d.Port == 0 ? PlaneSyncDaemon.UsualPort : d.Port,
            Ttl = d.Ttl == 0 ? PlaneSyncDaemon.UsualTtl : d.Ttl,
        }),
    ];

    public string? StartSyncDaemon(PlaneSyncDaemon daemon) => Try(() => client.StartDaemon(new IpvsDaemon
    {
        Role = RoleOf(daemon.Role),
        Interface = daemon.Interface,
        SyncId = daemon.SyncId,
        MaximumLength = daemon.MaximumLength ?? 0,
        Group = daemon.Group,
        Port = daemon.Port,
        Ttl = daemon.Ttl,
    }));

    public string? StopSyncDaemon(IpvsSyncRole role) => Try(() => client.StopDaemon(RoleOf(role)));

    public void Dispose() => client.Dispose();

    private static IpvsDaemonRole RoleOf(IpvsSyncRole role) => role == IpvsSyncRole.Master ? IpvsDaemonRole.Master : IpvsDaemonRole.Backup;

    private static string? Try(Action request)
    {
        try
        {
            request();
            return null;
        }
        catch (NetlinkException e)
        {
            return e.Message;
        }
    }

    private IEnumerable<IpvsService> Find(IReadOnlySet<ServiceKey> keys)
    {
        foreach (ServiceKey key in keys)
        {
            if (client.FindService(KeyOf(key)) is { } service) yield return service;
        }
    }

    private static IpvsCommand Command(PlaneChange change)
    {
        IpvsServiceKey key = KeyOf(change.Service.Key);
        return change.Kind switch
        {
            PlaneChangeKind.AddService => IpvsCommand.AddService(Service(key, change.Service)),
            PlaneChangeKind.SetService => IpvsCommand.SetService(Service(key, change.Service)),
            PlaneChangeKind.RemoveService => IpvsCommand.DeleteService(key),
            PlaneChangeKind.AddDestination => IpvsCommand.AddDestination(key, Server(change.Destination!)),
            PlaneChangeKind.SetDestination => IpvsCommand.SetDestination(key, Server(change.Destination!)),
            _ => IpvsCommand.DeleteDestination(key, Server(change.Destination!)),
        };
    }

    private static IpvsServiceKey KeyOf(ServiceKey key) =>
        new(key.Protocol == TransportProtocol.Udp ? IpvsProtocol.Udp : IpvsProtocol.Tcp, key.Address, key.Port);

    private static ServiceKey? KeyOf(IpvsServiceKey key) => (key.Address, key.Protocol) switch
    {
        ({ } address, IpvsProtocol.Tcp) => new ServiceKey(TransportProtocol.Tcp, address, key.Port),
        ({ } address, IpvsProtocol.Udp) => new ServiceKey(TransportProtocol.Udp, address, key.Port),
        _ => null,
    };

    private static IpvsService Service(IpvsServiceKey key, PlaneService service) => new()
    {
        Key = key,
        Scheduler = service.Scheduler,
        Flags = service.Persistence is null ? IpvsServiceFlags.None : IpvsServiceFlags.Persistent,
        Timeout = (uint)(service.Persistence ?? 0),
    };

    private static IpvsDestination Server(PlaneDestination server) => new()
    {
        Address = server.Key.Address,
        Port = server.Key.Port,
        ForwardingMethod = (IpvsForwardingMethod)server.Forwarding,
        Weight = server.Weight,
    };

    private static PlaneDestination Server(IpvsDestination server) => new()
    {
        Key = new DestinationKey(server.Address, server.Port),
        Forwarding = (ForwardingMethod)server.ForwardingMethod,
        Weight = server.Weight,
        ActiveConnections = server.ActiveConnections,
        InactiveConnections = server.InactiveConnections,
    };
}
