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
            if (only is null || only.Contains(IpvsTranslation.Key(service.Key)))
                services.Add(IpvsTranslation.Service(service, client.GetDestinations(service.Key)));
        }

        return services;
    }

    public IReadOnlyList<PlaneFailure> Apply(IReadOnlyList<PlaneChange> changes)
    {
        List<PlaneFailure> failures = [];
        IReadOnlyList<IpvsCommandResult> results = client.Apply([.. changes.Select(IpvsTranslation.Command)]);
        for (int i = 0; i < results.Count; i++)
        {
            if (results[i].ToException() is { } failure) failures.Add(new PlaneFailure(changes[i], failure.Message));
        }

        return failures;
    }

    public IpvsTimeouts ReadTimeouts() => client.GetTimeouts();

    public string? SetTimeouts(IpvsTimeouts timeouts) => Try(() => client.SetTimeouts(timeouts));

    public IReadOnlyList<PlaneSyncDaemon> ReadSyncDaemons() => [.. client.GetDaemons().Select(IpvsTranslation.Daemon)];

    public string? StartSyncDaemon(PlaneSyncDaemon daemon) => Try(() => client.StartDaemon(IpvsTranslation.Daemon(daemon)));

    public string? StopSyncDaemon(IpvsSyncRole role) => Try(() => client.StopDaemon(IpvsTranslation.Role(role)));

    public void Dispose() => client.Dispose();

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
            if (client.FindService(IpvsTranslation.Key(key)) is { } service) yield return service;
        }
    }
}
