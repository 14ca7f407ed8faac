using System.Net;

namespace HaTools;

/// <summary>A peer that adverts are sent to by unicast (keepalived: a line of <c>unicast_peer</c>).</summary>
/// <param name="Address">Its address.</param>
/// <param name="MinimumTtl">The lowest TTL (hop limit) of its adverts, 0 to 255; null: any.</param>
/// <param name="MaximumTtl">The highest; null: any.</param>
public sealed record UnicastPeer(IPAddress Address, int? MinimumTtl = null, int? MaximumTtl = null)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Address}{(MinimumTtl is { } low ? $" min_ttl {low}" : "")}{(MaximumTtl is { } high ? $" max_ttl {high}" : "")}";
}
