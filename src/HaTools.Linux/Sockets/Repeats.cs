namespace HaTools.Linux;

/// <summary>Adverts that were kept.</summary>
/// <param name="count">How many; at least 1.</param>
/// <param name="last">When the last one came (<see cref="MonotonicClock"/>).</param>
/// <param name="packet">What all of them said, as it was received once; from its IP header on.</param>
internal readonly ref struct Repeats(long count, long last, ReadOnlySpan<byte> packet)
{
    public long Count { get; } = count;

    public long Last { get; } = last;

    public ReadOnlySpan<byte> Packet { get; } = packet;
}
