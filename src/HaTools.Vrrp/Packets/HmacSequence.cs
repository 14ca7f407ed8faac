namespace HaTools.Vrrp;

/// <summary>
/// The 64-bit sequence number of <c>auth_hmac</c>: seconds of the wall clock since 1970 in the upper half, then 16 bits of their fraction, then
/// 16 bits that count.
/// </summary>
internal struct HmacSequence
{
    private ulong last;

    /// <summary>Whether a follows b in the serial arithmetic of RFC 1982, which survives the wrap.</summary>
    public static bool IsAfter(ulong a, ulong b) => (long)(a - b) > 0;

    /// <summary>The number of a time.</summary>
    /// <param name="unixNanoseconds">The wall clock.</param>
    public static ulong Of(long unixNanoseconds)
    {
        (long seconds, long rest) = Math.DivRem(unixNanoseconds, 1_000_000_000);
        return ((ulong)(uint)seconds << 32) | ((ulong)(rest << 16) / 1_000_000_000 << 16);
    }

    /// <summary>The number for the next advert: the clock's, or one more than the last if the clock has not passed that.</summary>
    /// <param name="unixNanoseconds">The wall clock.</param>
    /// <param name="window">Seconds: if the last number is further ahead of the clock, the clock was set back and nobody would
    /// accept more of the old ones; then the clock's is taken. 0: numbers only grow.</param>
    public ulong Next(long unixNanoseconds, int window)
    {
        ulong clock = Of(unixNanoseconds);
        int ahead = (int)((uint)(last >> 32) - (uint)(clock >> 32));
        last = IsAfter(clock, last) || (window > 0 && ahead > window) ? clock : last + 1;
        return last;
    }
}
