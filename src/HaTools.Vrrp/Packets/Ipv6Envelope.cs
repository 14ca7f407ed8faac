namespace HaTools.Vrrp;

/// <summary>
/// What the kernel tells of a received IPv6 packet whose header a raw socket does not deliver (RFC 3542 section 6). Addresses are in host
/// byte order.
/// </summary>
/// <param name="Source">The source.</param>
/// <param name="Destination">The destination: the group, or our own address.</param>
/// <param name="HopLimit">The hop limit as received.</param>
internal readonly record struct Ipv6Envelope(AddressBits Source, AddressBits Destination, byte HopLimit);
