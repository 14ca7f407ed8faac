using System.Net;

namespace HaTools;

/// <summary>A session of Bidirectional Forwarding Detection (RFC 5880; keepalived: <c>bfd_instance</c>).</summary>
public sealed record BfdSession
{
    /// <summary>The name, unique among sessions.</summary>
    public required string Name { get; init; }

    /// <summary>The neighbour.</summary>
    public required IPAddress Neighbour { get; init; }

    /// <summary>Our address; null: the route's.</summary>
    public IPAddress? Source { get; init; }

    /// <summary>Required minimum receive interval, 1 ms to 1000 s.</summary>
    public TimeSpan MinimumReceive { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Desired minimum transmit interval while up, 1 ms to 1000 s.</summary>
    public TimeSpan MinimumTransmit { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Desired minimum transmit interval while not up, at least 1 s (RFC 5880 section 6.8.3).</summary>
    public TimeSpan IdleTransmit { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Detection multiplier, 1 to 255.</summary>
    public int Multiplier { get; init; } = 5;

    /// <summary>Whether it waits for the neighbour to speak first (RFC 5880 section 6.1).</summary>
    public bool Passive { get; init; }

    /// <summary>TTL or hop limit of what we send, 1 to 255; null: 255 (RFC 5881 section 5).</summary>
    public int? Ttl { get; init; }

    /// <summary>How many hops a received packet may have taken, 0 to 255, 0: none; null: none, with <see cref="Multihop"/> any.</summary>
    public int? MaximumHops { get; init; }

    /// <summary>Port 4784 of RFC 5883 instead of 3784.</summary>
    public bool Multihop { get; init; }

    /// <summary>The weight that instances use which name none: -253 to 253; 0: down is FAULT.</summary>
    public int Weight { get; init; }

    /// <summary>Turns the meaning round.</summary>
    public bool Reverse { get; init; }

    /// <summary>Whether VRRP instances may follow it (keepalived: <c>vrrp</c>, or neither word).</summary>
    public bool ForVrrp { get; init; } = true;

    /// <summary>Whether checks may follow it (keepalived: <c>checker</c>, or neither word).</summary>
    public bool ForChecks { get; init; } = true;
}
