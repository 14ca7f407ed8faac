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

    public static IpvsServiceKey Key(ServiceKey key) => key.FirewallMark != 0
        ? IpvsServiceKey.OfFirewallMark(key.FirewallMark, key.Address.AddressFamily)
        : new IpvsServiceKey(key.Protocol, key.Address, key.Port);

    public static ServiceKey Key(IpvsServiceKey key) => key.Address is { } address
        ? new ServiceKey(key.Protocol, address, key.Port)
        : ServiceKey.OfFirewallMark(key.FirewallMark, key.AddressFamily);

    public static IpvsService Service(PlaneService service) => new()
    {
        Key = Key(service.Key),
        Scheduler = service.Scheduler,
        Flags = service.Flags | (service.Persistence is null ? IpvsServiceFlags.None : IpvsServiceFlags.Persistent),
        Timeout = service.Persistence ?? 0,
        Netmask = service.Netmask,
        PersistenceEngine = service.PersistenceEngine,
    };

    public static PlaneService Service(IpvsService service, IEnumerable<IpvsDestination> destinations) => new()
    {
        Key = Key(service.Key),
        Scheduler = service.Scheduler,
        Flags = service.Flags,

        // The kernel keeps a time that nobody uses, too.
        Persistence = (service.Flags & IpvsServiceFlags.Persistent) != 0 ? service.Timeout : null,
        Netmask = service.Netmask,
        PersistenceEngine = service.PersistenceEngine,
        Destinations = [.. destinations.Select(Server)],
    };

    public static IpvsDestination Server(PlaneDestination server) => new()
    {
        Address = server.Key.Address,
        Port = server.Key.Port,
        ForwardingMethod = server.Forwarding,
        Weight = server.Weight,
        UpperThreshold = server.UpperThreshold,
        LowerThreshold = server.LowerThreshold,
        TunnelType = server.Tunnel.Type,
        TunnelPort = server.Tunnel.Port,
        TunnelFlags = server.Tunnel.Flags,
    };

    public static PlaneDestination Server(IpvsDestination server) => new()
    {
        Key = new DestinationKey(server.Address, server.Port),
        Forwarding = server.ForwardingMethod,
        Weight = server.Weight,
        UpperThreshold = server.UpperThreshold,
        LowerThreshold = server.LowerThreshold,

        // As with the time: it may be there, and means nothing.
        Tunnel = server.ForwardingMethod == IpvsForwardingMethod.Tunnel
            ? new PlaneTunnel(server.TunnelType, server.TunnelPort, server.TunnelFlags)
            : default,
        ActiveConnections = server.ActiveConnections,
        InactiveConnections = server.InactiveConnections,
        PersistentConnections = server.PersistentConnections,
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
