using HaTools.Netlink;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>The kernel's IPVS as a data plane.</summary>
internal sealed class IpvsDataPlane : IDataPlane
{
    // Set, it ends the connections of a server in the moment that this is removed.
    private static readonly IpvsParameter ExpireNoDestination = IpvsParameterCatalogue.Find("expire_nodest_conn")!;

    private readonly IpvsClient client;
    private readonly IpvsGlance glance = new();

    /// <param name="client">The kernel's table; the plane disposes of it.</param>
    public IpvsDataPlane(IpvsClient client)
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

    public bool ReenteringKeepsConnections => IpvsParameters.Read(ExpireNoDestination) is null or "0";

    public IReadOnlyList<PlaneService> Read(IReadOnlyCollection<ServiceKey>? only)
    {
        if (only is null) return [.. client.GetTable().Select(e => IpvsTranslation.Service(e.Service, e.Destinations))];
        List<PlaneService> services = [];
        foreach (ServiceKey key in only)
        {
            if (client.FindService(IpvsTranslation.Key(key)) is { } service)
                services.Add(IpvsTranslation.Service(service, client.GetDestinations(service.Key)));
        }

        return services;
    }

    public void Glance(ITableGlance into) => glance.Read(client, into);

    public IReadOnlyList<PlaneFailure> Apply(IReadOnlyList<PlaneChange> changes)
    {
        List<PlaneFailure> failures = [];
        IReadOnlyList<IpvsCommandResult> results = client.Apply([.. changes.Select(IpvsTranslation.Command)]);
        for (int i = 0; i < results.Count; i++)
        {
            if (results[i].ToException() is { } failure) failures.Add(PlaneFailure.Of(changes[i], results[i].Errno, failure.Message));
        }

        return failures;
    }

    public IpvsTimeouts ReadTimeouts() => client.GetTimeouts();

    public string? SetTimeouts(IpvsTimeouts timeouts) => Try(() => client.SetTimeouts(timeouts));

    public string? RequireParameter(IpvsParameter parameter) => IpvsParameters.Require(parameter);

    public string? ReadParameter(IpvsParameter parameter) => IpvsParameters.Read(parameter);

    public string? SetParameter(IpvsParameter parameter, string value)
    {
        try
        {
            IpvsParameters.Set(parameter, value);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{e.Message}; {Advice(parameter.Scope)}";
        }
    }

    public IReadOnlyList<PlaneSyncDaemon> ReadSyncDaemons() => [.. client.GetDaemons().Select(IpvsTranslation.Daemon)];

    public string? StartSyncDaemon(PlaneSyncDaemon daemon) => Try(() => client.StartDaemon(IpvsTranslation.Daemon(daemon)));

    public string? StopSyncDaemon(IpvsSyncRole role) => Try(() => client.StopDaemon(IpvsTranslation.Role(role)));

    public void Dispose() => client.Dispose();

    private static string Advice(IpvsParameterScope scope) => scope switch
    {
        IpvsParameterScope.Host => "it holds for the whole host, and can be set in its first network namespace alone",
        IpvsParameterScope.PrivilegedNamespace => "run as root, not in a rootless container, and mount /proc/sys writable in a container",
        _ => "run as root, and in a container mount /proc/sys writable",
    };

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
}
