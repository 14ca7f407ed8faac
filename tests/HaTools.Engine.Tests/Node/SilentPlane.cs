using HaTools.Engine.DataPlane;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.Node;

/// <summary>A plane that does not answer what else it has once it has a service.</summary>
/// <param name="service">The service.</param>
/// <param name="answer">What is thrown instead.</param>
internal sealed class SilentPlane(ServiceKey service, Exception answer) : IDataPlane
{
    public const string Words = "the kernel does not answer";
    private readonly MemoryDataPlane plane = new();

    public DataPlaneCapabilities Capabilities => plane.Capabilities;

    public bool ReenteringKeepsConnections => plane.ReenteringKeepsConnections;

    public IReadOnlyList<PlaneService> Read(IReadOnlyCollection<ServiceKey>? only) => only is null && plane.Read([service]).Count > 0 ? throw answer : plane.Read(only);

    public void Glance(ITableGlance into) => plane.Glance(into);

    public IReadOnlyList<PlaneFailure> Apply(IReadOnlyList<PlaneChange> changes) => plane.Apply(changes);

    public IpvsTimeouts ReadTimeouts() => plane.ReadTimeouts();

    public string? SetTimeouts(IpvsTimeouts timeouts) => plane.SetTimeouts(timeouts);

    public string? RequireParameter(IpvsParameter parameter) => plane.RequireParameter(parameter);

    public string? ReadParameter(IpvsParameter parameter) => plane.ReadParameter(parameter);

    public string? SetParameter(IpvsParameter parameter, string value) => plane.SetParameter(parameter, value);

    public IReadOnlyList<PlaneSyncDaemon> ReadSyncDaemons() => plane.ReadSyncDaemons();

    public string? StartSyncDaemon(PlaneSyncDaemon daemon) => plane.StartSyncDaemon(daemon);

    public string? StopSyncDaemon(IpvsSyncRole role) => plane.StopSyncDaemon(role);

    public void Dispose() => plane.Dispose();
}
