using System.Net;

namespace HaTools.Engine.RealServerHost;

/// <summary>What this host needs to be a real server.</summary>
/// <param name="Direct">The virtual addresses of direct routing.</param>
/// <param name="QuietArp">Whether ARP is to keep quiet about what is on lo: addresses of the plan, or those of parked instances.</param>
internal sealed record RealServerPlan(IReadOnlyList<IPAddress> Direct, bool QuietArp)
{
    public static RealServerPlan None { get; } = new([], false);

    /// <summary>The virtual addresses that directors send to by tunnel, and how.</summary>
    public IReadOnlyList<TunnelAddress> Tunnels { get; init; } = [];

    /// <summary>Those that may stand on the link as well: this node is a director of them.</summary>
    public IReadOnlyList<IPAddress> Elsewhere { get; init; } = [];

    /// <summary>Each address with each way that packets for it come by; null: direct routing.</summary>
    public IEnumerable<(IPAddress Address, TunnelAddress? Tunnel)> Ways =>
        Direct.Select(a => (a, (TunnelAddress?)null)).Concat(Tunnels.Select(t => (t.Address, (TunnelAddress?)t)));

    /// <summary>What the kernel needs to unpack those.</summary>
    public IReadOnlyList<TunnelEnd> Ends => [.. Tunnels.Select(TunnelEnd.Of).Distinct()];

    /// <summary>All addresses that the host takes, on lo.</summary>
    public IReadOnlyList<IPAddress> Addresses => [.. Direct.Union(Tunnels.Select(t => t.Address))];

    public bool IsEmpty => Direct.Count == 0 && Tunnels.Count == 0 && !QuietArp;

    /// <summary>What a configuration asks for.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="hasParked">Whether instances of this node keep their addresses on lo while it is not their master.</param>
    public static RealServerPlan Of(HaConfiguration configuration, bool hasParked) => new(
        [.. configuration.DirectRoutingAddresses.Select(a => a.Address)],
        hasParked || configuration.DirectRoutingAddresses.Count > 0 || configuration.TunnelAddresses.Count > 0)
    {
        Tunnels = configuration.TunnelAddresses,
        Elsewhere = [.. configuration.VrrpInstances.SelectMany(i => i.VirtualAddresses.Concat(i.ExcludedAddresses)).Select(a => a.Address)],
    };

    /// <summary>A way in words.</summary>
    public static string Describe(TunnelAddress? tunnel) => tunnel is null ? "directRouting" : $"{tunnel}"[($"{tunnel.Address}".Length + 1)..];

    /// <summary>What both need: for the time from one configuration to the next.</summary>
    public RealServerPlan With(RealServerPlan other) => new([.. Direct.Union(other.Direct)], QuietArp || other.QuietArp)
    {
        Tunnels = [.. Tunnels.Union(other.Tunnels)],
        Elsewhere = [.. Elsewhere.Union(other.Elsewhere)],
    };
}
