namespace HaTools.Netlink.Ipvs;

/// <summary>The kernel's IPVS table through generic netlink. Not thread-safe: one thread at a time.</summary>
public sealed class IpvsClient : IDisposable
{
    /// <summary>Opens a client for the calling thread's network namespace.</summary>
    public static IpvsClient Open() => throw new NotImplementedException();

    /// <summary>Version and table size.</summary>
    public IpvsInfo GetInfo() => throw new NotImplementedException();

    /// <summary>All services, in the kernel's order.</summary>
    public IReadOnlyList<IpvsService> GetServices() => throw new NotImplementedException();

    /// <summary>One service; null: it is not there.</summary>
    public IpvsService? FindService(IpvsServiceKey key) => throw new NotImplementedException();

    /// <summary>The real servers of a service, in the kernel's order; empty where the service is not there.</summary>
    public IReadOnlyList<IpvsDestination> GetDestinations(IpvsServiceKey key) => throw new NotImplementedException();

    /// <summary>Adds a service.</summary>
    public void AddService(IpvsService service) => throw new NotImplementedException();

    /// <summary>Changes a service.</summary>
    public void SetService(IpvsService service) => throw new NotImplementedException();

    /// <summary>Removes a service with its real servers. False: it was not there.</summary>
    public bool DeleteService(IpvsServiceKey key) => throw new NotImplementedException();

    /// <summary>Adds a real server.</summary>
    public void AddDestination(IpvsServiceKey key, IpvsDestination destination) => throw new NotImplementedException();

    /// <summary>Changes a real server.</summary>
    public void SetDestination(IpvsServiceKey key, IpvsDestination destination) => throw new NotImplementedException();

    /// <summary>Removes a real server. False: it, or the service, was not there.</summary>
    public bool DeleteDestination(IpvsServiceKey key, IpvsDestination destination) => throw new NotImplementedException();

    /// <summary>Carries commands out in order, in batches; one that fails does not stop the others.</summary>
    public IReadOnlyList<IpvsCommandResult> Apply(IReadOnlyList<IpvsCommand> commands) => throw new NotImplementedException();

    /// <summary>Removes all services.</summary>
    public void Flush() => throw new NotImplementedException();

    /// <summary>Sets all counters to zero.</summary>
    public void Zero() => throw new NotImplementedException();

    /// <summary>The idle times of connections.</summary>
    public IpvsTimeouts GetTimeouts() => throw new NotImplementedException();

    /// <summary>Sets idle times of connections; 0 keeps a value.</summary>
    public void SetTimeouts(IpvsTimeouts timeouts) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
