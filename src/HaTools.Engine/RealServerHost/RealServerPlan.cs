using System.Net;

namespace HaTools.Engine.RealServerHost;

/// <summary>What this host needs to be a real server.</summary>
/// <param name="Addresses">The virtual addresses that it takes, on lo.</param>
/// <param name="QuietArp">Whether ARP is to keep quiet about what is on lo: these addresses, or those of parked instances.</param>
internal sealed record RealServerPlan(IReadOnlyList<IPAddress> Addresses, bool QuietArp)
{
    public static RealServerPlan None { get; } = new([], false);

    public bool IsEmpty => Addresses.Count == 0 && !QuietArp;

    /// <summary>What a configuration asks for.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="hasParked">Whether instances of this node keep their addresses on lo while it is not their master.</param>
    public static RealServerPlan Of(HaConfiguration configuration, bool hasParked)
    {
        IPAddress[] addresses = [.. configuration.DirectRoutingAddresses.Select(a => a.Address)];
        return new RealServerPlan(addresses, addresses.Length > 0 || hasParked);
    }

    /// <summary>What both need: for the time from one configuration to the next.</summary>
    public RealServerPlan With(RealServerPlan other) => new([.. Addresses.Union(other.Addresses)], QuietArp || other.QuietArp);
}
