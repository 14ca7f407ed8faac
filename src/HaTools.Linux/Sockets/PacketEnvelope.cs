namespace HaTools.Linux;

/// <summary>What the kernel tells of a received packet beside what is in it. Addresses are in host byte order, IPv4 in the low 32
/// bits.</summary>
/// <param name="Source">Where it came from.</param>
/// <param name="Destination">Where it was sent to: a group, or our own address.</param>
/// <param name="HopLimit">The TTL or hop limit with which it arrived.</param>
/// <param name="InterfaceIndex">The interface on which it arrived.</param>
internal readonly record struct PacketEnvelope(AddressBits Source, AddressBits Destination, byte HopLimit, int InterfaceIndex)
{
    /// <summary>When the kernel took it from the interface, by the wall clock, in nanoseconds since 1970; 0: it did not say.</summary>
    public long ReceivedAt { get; init; }
}
