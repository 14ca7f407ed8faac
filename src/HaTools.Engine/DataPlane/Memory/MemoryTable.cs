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
    private readonly List<PlaneService> services = [];

    public IReadOnlyList<PlaneService> Services => [.. services];

    /// <summary>Carries a change out.</summary>
    /// <returns>0: done; else why not, an error number of the kernel's.</returns>
    public int Do(PlaneChange change)
    {
        PlaneService service = change.Service;
        int at = services.FindIndex(s => s.Key == service.Key);
        if (change.Kind != PlaneChangeKind.AddService && at < 0) return Errno.ESRCH;
        return change.Kind switch
        {
            PlaneChangeKind.AddService => at >= 0 ? Errno.EEXIST : Add(service),
            PlaneChangeKind.SetService => Set(at, service),
            PlaneChangeKind.RemoveService => Remove(at),
            PlaneChangeKind.AddDestination => AddServer(at, change.Destination!),
            PlaneChangeKind.SetDestination => SetServer(at, change.Destination!),
            _ => RemoveServer(at, change.Destination!),
        };
    }

    private int Add(PlaneService service)
    {
        int reason = Reason(service);
        if (reason == 0) services.Add(service with { Destinations = [] });
        return reason;
    }

    private int Set(int at, PlaneService service)
    {
        int reason = Reason(service);
        if (reason == 0) services[at] = service with { Destinations = services[at].Destinations };
        return reason;
    }

    private int Remove(int at)
    {
        services.RemoveAt(at);
        return 0;
    }

    private int AddServer(int at, PlaneDestination server)
    {
        int reason = Reason(services[at], server);
        if (reason != 0) return reason;
        if (Find(at, server) >= 0) return Errno.EEXIST;
        if (!IsUnicast(server.Key.Address)) return Errno.EINVAL;

        // The newest comes first (list_add_rcu).
        SetServers(at, [server, .. services[at].Destinations]);
        return 0;
    }

    private int SetServer(int at, PlaneDestination server)
    {
        int reason = Reason(services[at], server);
        if (reason != 0) return reason;
        int index = Find(at, server);
        if (index < 0) return Errno.ENOENT;
        PlaneDestination[] servers = [.. services[at].Destinations];
        servers[index] = server;
        SetServers(at, servers);
        return 0;
    }

    private int RemoveServer(int at, PlaneDestination server)
    {
        int index = Find(at, server);
        if (index < 0) return Errno.ENOENT;
        SetServers(at, [.. services[at].Destinations.Where((_, i) => i != index)]);
        return 0;
    }

    private void SetServers(int at, PlaneDestination[] servers) => services[at] = services[at] with { Destinations = servers };

    private int Find(int at, PlaneDestination server) => services[at].Destinations.ToList().FindIndex(d => d.Key == server.Key);

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
