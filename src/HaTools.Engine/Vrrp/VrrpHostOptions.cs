using HaTools.Engine.HostState;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Vrrp;

/// <summary>What surrounds a <see cref="VrrpHost"/>.</summary>
internal sealed record VrrpHostOptions
{
    /// <summary>The node's name, for <see cref="VrrpState.Node"/>.</summary>
    public string NodeName { get; init; } = "default";

    /// <summary>Hears what happens.</summary>
    public required IVrrpHostSink Sink { get; init; }

    /// <summary>Asked before the addresses of gated instances are added; null: none is gated.</summary>
    public IMastershipGate? Gate { get; init; }

    /// <summary>Whether an instance, by its name, leaves a master of lower priority in place; asked on the VRRP thread. null: none does.</summary>
    public Func<string, bool>? IsHeld { get; init; }

    /// <summary>Opens the way to the kernel's interfaces and addresses, in the network namespace of the calling thread; once for each thread.</summary>
    public Func<RouteClient> OpenRoutes { get; init; } = RouteClient.Open;

    /// <summary>What keeps the host's addresses where virtual ones go; one for the whole node.</summary>
    public SecondaryPromotion Promotion { get; init; } = new();

    /// <summary>Whether to ask for real-time scheduling and locked memory; where the privilege is missing the host runs without and says so
    /// in its notes.</summary>
    public bool Realtime { get; init; } = true;
}
