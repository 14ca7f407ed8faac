namespace HaTools.Netlink.Ipvs;

/// <summary>
/// One change of the IPVS table, for <see cref="IpvsClient.Apply"/>. What cannot be meant (no key, a netmask of another family) is an
/// ArgumentException when the command is made.
/// </summary>
public sealed record IpvsCommand
{
    private IpvsCommand(IpvsCommandKind kind, IpvsServiceKey key) => (Kind, ServiceKey) = (kind, key);

    /// <summary>What is done.</summary>
    public IpvsCommandKind Kind { get; }

    /// <summary>The service that it is done to.</summary>
    public IpvsServiceKey ServiceKey { get; }

    /// <summary>The service, for AddService and SetService; else null.</summary>
    public IpvsService? Service { get; private init; }

    /// <summary>The real server, for the commands of destinations; else null.</summary>
    public IpvsDestination? Destination { get; private init; }

    /// <summary>Adds a service; EEXIST where its key is there.</summary>
    public static IpvsCommand AddService(IpvsService service) => OfService(IpvsCommandKind.AddService, service);

    /// <summary>Changes scheduler, flags, timeout, netmask, persistence engine of a service; ESRCH where it is not there.</summary>
    public static IpvsCommand SetService(IpvsService service) => OfService(IpvsCommandKind.SetService, service);

    /// <summary>Removes a service with its real servers; ESRCH where it is not there.</summary>
    public static IpvsCommand DeleteService(IpvsServiceKey key) => new(IpvsCommandKind.DeleteService, Check(key));

    /// <summary>Sets the counters of a service and its real servers to zero.</summary>
    public static IpvsCommand ZeroService(IpvsServiceKey key) => new(IpvsCommandKind.ZeroService, Check(key));

    /// <summary>Adds a real server; EEXIST where its address and port are there, ESRCH where the service is not.</summary>
    public static IpvsCommand AddDestination(IpvsServiceKey key, IpvsDestination destination) =>
        OfDestination(IpvsCommandKind.AddDestination, key, destination);

    /// <summary>Changes a real server; ENOENT where it is not there, ESRCH where the service is not.</summary>
    public static IpvsCommand SetDestination(IpvsServiceKey key, IpvsDestination destination) =>
        OfDestination(IpvsCommandKind.SetDestination, key, destination);

    /// <summary>Removes a real server; ENOENT where it is not there, ESRCH where the service is not.</summary>
    public static IpvsCommand DeleteDestination(IpvsServiceKey key, IpvsDestination destination) =>
        OfDestination(IpvsCommandKind.DeleteDestination, key, destination);

    /// <summary>As <c>AddDestination tcp 192.0.2.1:80 192.0.2.11:80</c>.</summary>
    public override string ToString() => $"{Kind} {Target}";

    /// <summary>The object that it is done to, in words.</summary>
    internal string Target => Destination is null ? ServiceKey.ToString() : $"{ServiceKey} {Destination}";

    private static IpvsCommand OfService(IpvsCommandKind kind, IpvsService service)
    {
        ArgumentNullException.ThrowIfNull(service);
        Check(service.Key);
        if (service.Netmask is { } mask && !IpvsMessage.IsNetmask(mask, service.Key.AddressFamily))
            throw new ArgumentException($"{service.Key}: {mask} is not a netmask of the service's family.", nameof(service));
        return new IpvsCommand(kind, service.Key) { Service = service };
    }

    private static IpvsCommand OfDestination(IpvsCommandKind kind, IpvsServiceKey key, IpvsDestination destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        Check(key);
        ArgumentNullException.ThrowIfNull(destination.Address, nameof(destination));
        return new IpvsCommand(kind, key) { Destination = destination };
    }

    private static IpvsServiceKey Check(IpvsServiceKey key) =>
        key != default ? key : throw new ArgumentException("The key names no service.", nameof(key));
}

/// <summary>What a command does.</summary>
public enum IpvsCommandKind
{
    /// <summary>IPVS_CMD_NEW_SERVICE.</summary>
    AddService,

    /// <summary>IPVS_CMD_SET_SERVICE.</summary>
    SetService,

    /// <summary>IPVS_CMD_DEL_SERVICE.</summary>
    DeleteService,

    /// <summary>IPVS_CMD_ZERO of one service.</summary>
    ZeroService,

    /// <summary>IPVS_CMD_NEW_DEST.</summary>
    AddDestination,

    /// <summary>IPVS_CMD_SET_DEST.</summary>
    SetDestination,

    /// <summary>IPVS_CMD_DEL_DEST.</summary>
    DeleteDestination,
}

/// <summary>How a command of <see cref="IpvsClient.Apply"/> ended.</summary>
/// <param name="Command">The command.</param>
/// <param name="Errno">0: done; else the kernel's error number.</param>
/// <param name="ExtendedAck">The kernel's own words; null: it gave none.</param>
public readonly record struct IpvsCommandResult(IpvsCommand Command, int Errno, string? ExtendedAck)
{
    /// <summary>Whether it was done.</summary>
    public bool Succeeded => Errno == 0;

    /// <summary>The failure as an exception with advice; null where the command was done.</summary>
    public NetlinkException? ToException() => Errno == 0 ? null : IpvsErrors.Of(Command, Errno, ExtendedAck);
}
