using System.Net;

namespace HaTools;

/// <summary>A virtual address that this host accepts as a real server of direct routing.</summary>
/// <param name="Address">The virtual service's address.</param>
public sealed record DirectRoutingAddress(IPAddress Address)
{
    /// <inheritdoc/>
    public override string ToString() => Address.ToString();
}
