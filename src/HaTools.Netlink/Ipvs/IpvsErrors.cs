using HaTools.Linux;

namespace HaTools.Netlink.Ipvs;

/// <summary>What IPVS's error numbers mean, command by command (net/netfilter/ipvs/ip_vs_ctl.c uses them its own way).</summary>
internal static class IpvsErrors
{
    public static NetlinkException Of(IpvsCommand command, int errno, string? extendedAck) =>
        new(Words(command.Kind), command.Target, errno, extendedAck, Advice(command, errno));

    public static NetlinkException Of(IpvsDaemon daemon, int errno, string? extendedAck) =>
        new("starting the IPVS sync daemon", daemon.ToString(), errno, extendedAck, errno switch
        {
            Errno.EEXIST => "one of that role runs already: the kernel has one in a network namespace",
            Errno.ENODEV => $"there is no interface {daemon.Interface}",
            Errno.EINVAL => "connections cannot be synchronized while a service has real servers of the other address family (tunnels)",
            Errno.EAFNOSUPPORT => "this kernel's IPVS was built without IPv6",
            _ => null,
        });

    private static string Words(IpvsCommandKind kind) => kind switch
    {
        IpvsCommandKind.AddService => "adding IPVS service",
        IpvsCommandKind.SetService => "changing IPVS service",
        IpvsCommandKind.DeleteService => "removing IPVS service",
        IpvsCommandKind.ZeroService => "zeroing IPVS service",
        IpvsCommandKind.AddDestination => "adding IPVS real server",
        IpvsCommandKind.SetDestination => "changing IPVS real server",
        _ => "removing IPVS real server",
    };

    private static string? Advice(IpvsCommand command, int errno) => (errno, command.Kind) switch
    {
        (Errno.ESRCH, _) => "the service is not in the kernel's table",
        (Errno.EEXIST, _) => "it is there already: change it (Set…) or remove it first",
        (Errno.ENOENT, IpvsCommandKind.AddService or IpvsCommandKind.SetService) =>
            $"this kernel has no scheduler '{command.Service!.Scheduler}' (module ip_vs_{command.Service.Scheduler})"
            + (command.Service.PersistenceEngine is { } pe ? $", or no persistence engine '{pe}' (module ip_vs_pe_{pe})" : ""),
        (Errno.ENOENT, _) => "the service has no such real server",
        (Errno.ERANGE, _) => "the weight must not be negative, and the lower threshold not above the upper one",
        (Errno.EPROTONOSUPPORT, _) => "this kernel's IPVS does not balance that protocol",
        (Errno.EAFNOSUPPORT, _) => "this kernel's IPVS was built without IPv6",
        (Errno.EINVAL, IpvsCommandKind.AddDestination or IpvsCommandKind.SetDestination) =>
            "the server's address must be a unicast one, of the service's family unless it is tunnelled; a GUE tunnel needs a port; "
            + "the network namespace needs an interface that is up (lo at least)",
        (Errno.EINVAL, IpvsCommandKind.AddService or IpvsCommandKind.SetService) =>
            "a firewall mark must not be 0, a service of every port must be persistent, an IPv6 persistence prefix is 1 to 128",
        _ => null,
    };
}
