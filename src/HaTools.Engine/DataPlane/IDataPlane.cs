using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// What forwards packets to real servers, in the terms of IPVS (and its enumerations). Convergence, drain, drift and statistics are written against this seam.
/// Calls come from one thread, and may block. Whose a service is, the seam does not know: everything is read, and what is written is written whole, every
/// property of a service or server at once. So a service of this node is what the configuration says in all that it says and in all that it leaves to its
/// defaults, and a service of others is never written.
/// </summary>
internal interface IDataPlane : IDisposable
{
    /// <summary>What this plane can do.</summary>
    DataPlaneCapabilities Capabilities { get; }

    /// <summary>
    /// Whether a server that is removed and added again at once keeps its connections. May change at any time.
    /// </summary>
    bool ReenteringKeepsConnections { get; }

    /// <summary>
    /// Reads the services with their servers: all of them (null), or those of the given keys that exist, at a cost that depends on their number alone. Where
    /// others change the table meanwhile an entry may come twice: see <see cref="PlaneTable"/>.
    /// </summary>
    IReadOnlyList<PlaneService> Read(IReadOnlyCollection<ServiceKey>? only);

    /// <summary>Shows the whole table as one number for each service that is wanted. Makes no object for any of them.</summary>
    /// <exception cref="IOException">The plane does not answer.</exception>
    void Glance(ITableGlance into);

    /// <summary>
    /// Carries out a list of changes in order. A change that fails does not keep the rest from being tried: the failures are the answer.
    /// </summary>
    IReadOnlyList<PlaneFailure> Apply(IReadOnlyList<PlaneChange> changes);

    /// <summary>The idle times of connections.</summary>
    IpvsTimeouts ReadTimeouts();

    /// <summary>Sets idle times of connections; 0 keeps one. Null: it is done; else why not.</summary>
    string? SetTimeouts(IpvsTimeouts timeouts);

    /// <summary>Makes sure that a parameter is there, by loading what brings it. Null: it is; else why not.</summary>
    string? RequireParameter(IpvsParameter parameter);

    /// <summary>The value of a parameter; null: this plane has it not.</summary>
    string? ReadParameter(IpvsParameter parameter);

    /// <summary>Sets a parameter. Null: it is done; else why not.</summary>
    string? SetParameter(IpvsParameter parameter, string value);

    /// <summary>The sync daemons that run.</summary>
    IReadOnlyList<PlaneSyncDaemon> ReadSyncDaemons();

    /// <summary>Starts a sync daemon; one of its role must not run. Null: it runs; else why not.</summary>
    string? StartSyncDaemon(PlaneSyncDaemon daemon);

    /// <summary>Stops a sync daemon. Null: it does not run any more; else why it does.</summary>
    string? StopSyncDaemon(IpvsSyncRole role);
}
