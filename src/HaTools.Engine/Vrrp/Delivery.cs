using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>What lies between the arrival of a packet at the host and our looking at it.</summary>
internal static class Delivery
{
    /// <summary>The most that a busy host takes for it, in nanoseconds: 10 ms, the shortest interval there is.</summary>
    private const long Longest = 10_000_000;

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
}
