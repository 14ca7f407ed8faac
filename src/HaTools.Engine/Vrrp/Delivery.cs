using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>What lies between the arrival of a packet at the host and our looking at it.</summary>
internal static class Delivery
{
    /// <summary>The most that a busy host takes for it, in nanoseconds: 10 ms, the shortest interval there is.</summary>
    private const long Longest = 10_000_000;

    /// <summary>Within this time, in nanoseconds, nothing has piled up behind a packet: some wake-ups of a virtual machine.</summary>
    private const long Fresh = 250_000;

    /// <summary>
    /// When a packet is looked at, and when it arrived. If that was longer ago than <see cref="Longest"/>, we or the whole machine stood still, or
    /// a clock was set: then it counts as having come now, and the whole wait for the next one begins.
    /// </summary>
    /// <param name="now">By the monotonic clock, in nanoseconds.</param>
    /// <param name="wall">The same moment by the wall clock, in nanoseconds since 1970.</param>
    /// <param name="receivedAt">What the kernel says, by the wall clock; 0: nothing.</param>
    public static ReceiveTime Time(long now, long wall, long receivedAt)
    {
        long age = wall - receivedAt;
        return new ReceiveTime(now, wall) { Arrival = age is > 0 and <= Longest ? now - age : now };
    }

    /// <summary>Whether a packet has just come, so that as a rule no other waits behind it.</summary>
    /// <param name="at">When it is looked at.</param>
    /// <param name="receivedAt">What the kernel says, by the wall clock; 0: nothing.</param>
    public static bool IsFresh(in ReceiveTime at, long receivedAt) => at.UnixNanoseconds - receivedAt is >= 0 and < Fresh;
}
