using System.Net;
using System.Net.Sockets;
using HaTools.Configuration;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// A table of services with the manners of Linux's IPVS (net/netfilter/ipvs/ip_vs_ctl.c): what it refuses, with which error number where there are two reasons, and
/// the order of servers. What the kernel keeps beside its table is not here: connections, counters, and the servers that were removed and come back with theirs.
/// The order of services means nothing: there it is a hash's, here that of their coming.
/// </summary>
internal sealed class MemoryTable
{
    /// <summary>In the order of their coming; each is found, and goes, without a look at the others.</summary>
    private readonly LinkedList<PlaneService> services = [];
    private readonly Dictionary<ServiceKey, LinkedListNode<PlaneService>> places = [];

    /// <summary>How many services were looked at so far, for tests that count work.</summary>
    public long Visits { get; private set; }

    public int Count => places.Count;

    public IReadOnlyList<PlaneService> Services
    {
        get
        {
            Visits += Count;
            return [.. services];
        }
    }

    /// <summary>A service; null: it is not there.</summary>
    public PlaneService? Find(ServiceKey key) => Place(key)?.Value;

    /// <summary>Carries a change out.</summary>
    /// <returns>0: done; else why not, an error number of the kernel's.</returns>
    public int Do(PlaneChange change)
    {
        PlaneService service = change.Service;
        LinkedListNode<PlaneService>? at = Place(service.Key);
        if (change.Kind == PlaneChangeKind.AddService) return at is not null ? Errno.EEXIST : Add(service);
        if (at is null) return Errno.ESRCH;
        return change.Kind switch
        {
            PlaneChangeKind.SetService => Set(at, service),
            PlaneChangeKind.RemoveService => Remove(at),
            PlaneChangeKind.AddDestination => AddServer(at, change.Destination!),
            PlaneChangeKind.SetDestination => SetServer(at, change.Destination!),
            _ => RemoveServer(at, change.Destination!),
        };
    }

    private LinkedListNode<PlaneService>? Place(ServiceKey key)
    {
        Visits++;
        return places.GetValueOrDefault(key);
    }

    private int Add(PlaneService service)
    {
        int reason = Reason(service);
        if (reason == 0) places.Add(service.Key, services.AddLast(service with { Destinations = [] }));
        return reason;
    }

    private static int Set(LinkedListNode<PlaneService> at, PlaneService service)
    {
        int reason = Reason(service);
        if (reason == 0) at.Value = service with { Destinations = at.Value.Destinations };
        return reason;
    }

    private int Remove(LinkedListNode<PlaneService> at)
    {
        _ = places.Remove(at.Value.Key);
        services.Remove(at);
        return 0;
    }

    private static int AddServer(LinkedListNode<PlaneService> at, PlaneDestination server)
    {
        int reason = Reason(at.Value, server);
        if (reason != 0) return reason;
        if (Find(at, server) >= 0) return Errno.EEXIST;
        if (!IsUnicast(server.Key.Address)) return Errno.EINVAL;

        // The newest comes first (list_add_rcu).
        SetServers(at, [server, .. at.Value.Destinations]);
        return 0;
    }

    private static int SetServer(LinkedListNode<PlaneService> at, PlaneDestination server)
    {
        int reason = Reason(at.Value, server);
        if (reason != 0) return reason;
        int index = Find(at, server);
        if (index < 0) return Errno.ENOENT;
        PlaneDestination[] servers = [.. at.Value.Destinations];
        servers[index] = server;
        SetServers(at, servers);
        return 0;
    }

    private static int RemoveServer(LinkedListNode<PlaneService> at, PlaneDestination server)
    {
        int index = Find(at, server);
        if (index < 0) return Errno.ENOENT;
        SetServers(at, [.. at.Value.Destinations.Where((_, i) => i != index)]);
        return 0;
    }

    private static void SetServers(LinkedListNode<PlaneService> at, PlaneDestination[] servers) => at.Value = at.Value with { Destinations = servers };

    private static int Find(LinkedListNode<PlaneService> at, PlaneDestination server) => at.Value.Destinations.ToList().FindIndex(d => d.Key == server.Key);

    /// <summary>Why a service is refused; 0: it is not.</summary>
    private static int Reason(PlaneService service)
    {
        bool known = service.Scheduler == "none" || Schedulers.Known.Contains(service.Scheduler);
        return known && service.PersistenceEngine is null or "sip" ? 0 : Errno.ENOENT;
    }

    /// <summary>Why a server is refused before it is looked for; 0: it is not.</summary>
    private static int Reason(PlaneService service, PlaneDestination server)
    {
        bool isTunnelled = server.Forwarding == IpvsForwardingMethod.Tunnel;
        if (server.Key.Address.AddressFamily != service.Key.Address.AddressFamily && !isTunnelled) return Errno.EINVAL;
        if (server.Weight < 0 || server.LowerThreshold > server.UpperThreshold) return Errno.ERANGE;
        return isTunnelled && server.Tunnel is { Type: IpvsTunnelType.Gue, Port: 0 } ? Errno.EINVAL : 0;
    }

    private static bool IsUnicast(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return !address.IsIPv6Multicast && !address.IsIPv6LinkLocal && !address.Equals(IPAddress.IPv6Any);
        byte first = address.GetAddressBytes()[0];
        return first is not (0 or (>= 224 and < 240)) && !address.Equals(IPAddress.Broadcast);
    }
}
