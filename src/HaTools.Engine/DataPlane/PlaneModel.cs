using System.Net;

namespace HaTools.Engine.DataPlane;

/// <summary>What a data plane can do; how a thing is done is the plane's business and never a branch in the engine.</summary>
internal sealed record DataPlaneCapabilities
{
    /// <summary>A name for messages: <c>IPVS 1.2.1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether packets can be sent to real servers by direct routing.</summary>
    public bool DirectRouting { get; init; } = true;

    /// <summary>Whether packets can be translated to real servers.</summary>
    public bool Nat { get; init; } = true;

    /// <summary>Whether clients can be kept with their server.</summary>
    public bool Persistence { get; init; } = true;

    /// <summary>Whether connections can be synchronized between directors.</summary>
    public bool Synchronization { get; init; } = true;
}

/// <summary>The identity of a service.</summary>
internal sealed record ServiceKey(TransportProtocol Protocol, IPAddress Address, int Port)
{
    public static ServiceKey Of(VirtualServer server) => new(server.Protocol, server.Address, server.Port);

    /// <summary>As <see cref="VirtualServer.Id"/>.</summary>
    public override string ToString() => $"{Protocol.ToString().ToLowerInvariant()} {new IPEndPoint(Address, Port)}";
}

/// <summary>The identity of a real server within its service.</summary>
internal readonly record struct DestinationKey(IPAddress Address, int Port)
{
    public static DestinationKey Of(RealServer server) => new(server.Address, server.Port);

    /// <summary>As <see cref="RealServer.Id"/>.</summary>
    public override string ToString() => new IPEndPoint(Address, Port).ToString();
}

/// <summary>A service as it is, or should be, in a plane.</summary>
internal sealed record PlaneService
{
    public required ServiceKey Key { get; init; }

    public required string Scheduler { get; init; }

    /// <summary>Whole seconds; null: no persistence.</summary>
    public int? Persistence { get; init; }

    public IReadOnlyList<PlaneDestination> Destinations { get; init; } = [];

    /// <summary>Whether the properties of the service itself (not its servers) are the same.</summary>
    public bool SameService(PlaneService other) =>
        Key == other.Key && string.Equals(Scheduler, other.Scheduler, StringComparison.Ordinal) && Persistence == other.Persistence;
}

/// <summary>A real server as it is, or should be, in a plane.</summary>
internal sealed record PlaneDestination
{
    public required DestinationKey Key { get; init; }

    public required ForwardingMethod Forwarding { get; init; }

    public required int Weight { get; init; }

    /// <summary>Only when read.</summary>
    public long ActiveConnections { get; init; }

    /// <summary>Only when read.</summary>
    public long InactiveConnections { get; init; }

    /// <summary>Whether the properties that are set (not what is counted) are the same.</summary>
    public bool SameDestination(PlaneDestination other) => Key == other.Key && Forwarding == other.Forwarding && Weight == other.Weight;
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

/// <summary>One change. <see cref="Destination"/> is null for the service kinds.</summary>
internal sealed record PlaneChange(PlaneChangeKind Kind, PlaneService Service, PlaneDestination? Destination = null)
{
    public override string ToString() => Destination is null ? $"{Kind} {Service.Key}" : $"{Kind} {Service.Key} {Destination.Key}";
}

/// <summary>A change that the plane refused, and why.</summary>
internal sealed record PlaneFailure(PlaneChange Change, string Reason);
