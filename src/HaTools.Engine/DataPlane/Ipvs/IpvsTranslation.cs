using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>The words of the seam in those of <see cref="HaTools.Netlink.Ipvs"/>, and back. Pure.</summary>
internal static class IpvsTranslation
{
    public static IpvsCommand Command(PlaneChange change)
    {
        IpvsServiceKey key = Key(change.Service.Key);
        return change.Kind switch
        {
            PlaneChangeKind.AddService => IpvsCommand.AddService(Service(change.Service)),
            PlaneChangeKind.SetService => IpvsCommand.SetService(Service(change.Service)),
            PlaneChangeKind.RemoveService => IpvsCommand.DeleteService(key),
            PlaneChangeKind.AddDestination => IpvsCommand.AddDestination(key, Server(change.Destination!)),
            PlaneChangeKind.SetDestination => IpvsCommand.SetDestination(key, Server(change.Destination!)),
            _ => IpvsCommand.DeleteDestination(key, Server(change.Destination!)),
        };
    }

    public static IpvsServiceKey Key(ServiceKey key) =>
        new(key.Protocol == TransportProtocol.Udp ? IpvsProtocol.Udp : IpvsProtocol.Tcp, key.Address, key.Port);

    /// <summary>Null: not ours yet (firewall marks, SCTP), and so foreign.</summary>
    public static ServiceKey? Key(IpvsServiceKey key) => (key.Address, key.Protocol) switch
    {
        ({ } address, IpvsProtocol.Tcp) => new ServiceKey(TransportProtocol.Tcp, address, key.Port),
        ({ } address, IpvsProtocol.Udp) => new ServiceKey(TransportProtocol.Udp, address, key.Port),
        _ => null,
    };

    public static IpvsService Service(PlaneService service) => new()
    {
        Key = Key(service.Key),
        Scheduler = service.Scheduler,
        Flags = service.Persistence is null ? IpvsServiceFlags.None : IpvsServiceFlags.Persistent,
        Timeout = (uint)(service.Persistence ?? 0),
    };

    public static PlaneService Service(ServiceKey key, IpvsService service, IEnumerable<IpvsDestination> destinations) => new()
    {
        Key = key,
        Scheduler = service.Scheduler,
        Persistence = (service.Flags & IpvsServiceFlags.Persistent) != 0 ? (int)service.Timeout : null,
        Destinations = [.. destinations.Select(Server)],
    };

    public static IpvsDestination Server(PlaneDestination server) => new()
    {
        Address = server.Key.Address,
        Port = server.Key.Port,
        ForwardingMethod = (IpvsForwardingMethod)server.Forwarding,
        Weight = server.Weight,
    };

    public static PlaneDestination Server(IpvsDestination server) => new()
    {
        Key = new DestinationKey(server.Address, server.Port),
        Forwarding = (ForwardingMethod)server.ForwardingMethod,
        Weight = server.Weight,
        ActiveConnections = server.ActiveConnections,
        InactiveConnections = server.InactiveConnections,
    };

    public static IpvsDaemon Daemon(PlaneSyncDaemon daemon) => new()
    {
        Role = Role(daemon.Role),
        Interface = daemon.Interface,
        SyncId = daemon.SyncId,
        MaximumLength = daemon.MaximumLength ?? 0,
        Group = daemon.Group,
        Port = daemon.Port,
        Ttl = daemon.Ttl,
    };

    public static PlaneSyncDaemon Daemon(IpvsDaemon daemon) => new()
    {
        Role = daemon.Role == IpvsDaemonRole.Master ? IpvsSyncRole.Master : IpvsSyncRole.Backup,
        Interface = daemon.Interface,
        SyncId = daemon.SyncId,
        MaximumLength = daemon.MaximumLength == 0 ? null : daemon.MaximumLength,

        // What an old kernel does not tell is not changeable there.
        Group = daemon.Group ?? PlaneSyncDaemon.UsualGroup,
        Port = daemon.Port == 0 ? PlaneSyncDaemon.UsualPort : daemon.Port,
        Ttl = daemon.Ttl == 0 ? PlaneSyncDaemon.UsualTtl : daemon.Ttl,
    };

    public static IpvsDaemonRole Role(IpvsSyncRole role) => role == IpvsSyncRole.Master ? IpvsDaemonRole.Master : IpvsDaemonRole.Backup;
}
