using HaTools.Linux;

namespace HaTools.Engine.DataPlane;

/// <summary>One change. <see cref="Destination"/> is null for the service kinds.</summary>
internal sealed record PlaneChange(PlaneChangeKind Kind, PlaneService Service, PlaneDestination? Destination = null)
{
    public override string ToString() => Destination is null ? $"{Kind} {Service.Key}" : $"{Kind} {Service.Key} {Destination.Key}";
}

/// <summary>What a change to a plane does.</summary>
internal enum PlaneChangeKind
{
    AddService,
    SetService,
    RemoveService,
    AddDestination,
    SetDestination,
    RemoveDestination,
}

/// <summary>A change that the plane refused.</summary>
/// <param name="Change">The change.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="IsOvertaken">The table was not what the change was made for, since somebody else was quicker: read it and plan again.</param>
internal sealed record PlaneFailure(PlaneChange Change, string Reason, bool IsOvertaken = false)
{
    /// <summary>A refusal with the kernel's error number.</summary>
    public static PlaneFailure Of(PlaneChange change, int errno, string reason) => new(change, reason, IsOf(change.Kind, errno));

    // ENOENT means the server for a server, and for a service the scheduler's module.
    private static bool IsOf(PlaneChangeKind kind, int errno) => errno switch
    {
        Errno.ESRCH => true,
        Errno.EEXIST => kind is PlaneChangeKind.AddService or PlaneChangeKind.AddDestination,
        Errno.ENOENT => kind is PlaneChangeKind.SetDestination or PlaneChangeKind.RemoveDestination,
        _ => false,
    };
}
