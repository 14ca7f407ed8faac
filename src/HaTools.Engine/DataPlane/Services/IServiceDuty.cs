using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// A duty beside the configuration and the checks that has a say in what should be in the plane, or hears what is there: drain keeps a server that leaves at
/// weight 0 for a while, drift compares. Everything is called on the controller's thread, and must not wait. How a duty goes about it:
/// <list type="bullet">
/// <item><see cref="Shape"/> is asked each time that a service is planned, with the table as it was read just before; it answers what should be there, and may
/// note what it saw.</item>
/// <item>What it answered is carried out, read back, and shown by <see cref="OnSettled"/>.</item>
/// <item>When its mind has changed (a deadline has passed, the last connection is gone) it calls <see cref="IServiceHost.Touch"/>, and is asked again.</item>
/// </list>
/// </summary>
internal interface IServiceDuty
{
    /// <summary>What it cannot do at present, one sentence each.</summary>
    IReadOnlyList<string> Complaints => [];

    /// <summary>The controller that the duty belongs to, before anything else is called.</summary>
    void Begin(IServiceHost host);

    /// <summary>What should be in the plane of a service. Several duties are asked in turn, each with the answer of the one before.</summary>
    /// <param name="key">The service.</param>
    /// <param name="configured">The service as configured, with the health of its servers; null: the configuration does not name it (any more).</param>
    /// <param name="desired">What should be there so far; null: nothing (it is not configured, or loaded by its instance's master only).</param>
    /// <param name="present">What was read; null: it is not there.</param>
    /// <returns>What should be there; <paramref name="desired"/> where the duty has nothing to say.</returns>
    PlaneService? Shape(ServiceKey key, ManagedService? configured, PlaneService? desired, PlaneService? present) => desired;

    /// <summary>What is told of a service, with what the duty has to add.</summary>
    IpvsServiceState Describe(ServiceKey key, IpvsServiceState state) => state;

    /// <summary>A service has been planned, and is now what it should be (<see cref="ServiceWriter"/> has read it back), or could not be brought to it.</summary>
    /// <param name="key">The service.</param>
    /// <param name="desired">What should be there; null: nothing.</param>
    /// <param name="isReached">False: the plane refuses, or somebody else changes it; it is tried again later.</param>
    void OnSettled(ServiceKey key, PlaneService? desired, bool isReached)
    {
    }
}

/// <summary>What a duty may ask of the controller; on its thread, but for <see cref="Post"/>.</summary>
internal interface IServiceHost
{
    /// <summary>Has a service planned again, together with others that wait.</summary>
    void Touch(ServiceKey key);

    /// <summary>Whether a service is about to be planned, or to be tried again: what it is now says nothing about others.</summary>
    bool IsPending(ServiceKey key);

    /// <summary>Whether more services are about to be planned than those that are at hand: what is done once for all of them can wait for the last.</summary>
    bool HasMoreToCome { get; }

    /// <summary>Has work done at a time of <see cref="HaTools.Linux.MonotonicClock"/>.</summary>
    void At(long due, Action work);

    /// <summary>Has work done on the controller's thread; from any thread.</summary>
    void Post(Action work);

    /// <summary>The services of these keys as they are in the plane now, with their counts; those that are not there are left out.</summary>
    /// <exception cref="IOException">The kernel does not answer.</exception>
    IReadOnlyList<PlaneService> Read(IReadOnlyCollection<ServiceKey> keys);

    /// <summary>Sorts services of which a duty knows nothing by whose they are; those of this node are not in the answer.</summary>
    ForeignServices.Owners SortForeign(IReadOnlyCollection<ServiceKey> found);

    /// <summary>Has a service removed that is nobody's.</summary>
    void Purge(ServiceKey key);

    /// <summary>Whether servers that stand in the wrong order may be removed and added again now, which must not end their connections.</summary>
    bool MayReenter { get; }

    /// <summary>The value of a parameter of the plane; null: it has it not.</summary>
    string? ReadParameter(IpvsParameter parameter);
}
