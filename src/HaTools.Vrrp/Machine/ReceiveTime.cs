namespace HaTools.Vrrp;

/// <summary>When something was received.</summary>
/// <param name="Monotonic">By the monotonic clock that the router goes by, in nanoseconds.</param>
/// <param name="UnixNanoseconds">By the wall clock, in nanoseconds since 1970; only auth_hmac looks at it.</param>
internal readonly record struct ReceiveTime(long Monotonic, long UnixNanoseconds)
{
    /// <summary>
    /// When it came to the host, by the monotonic clock; not after <see cref="Monotonic"/>, and that if it is not known. A backup's wait for
    /// the next advert runs from here, so that it does not grow by the time that the host took to look.
    /// </summary>
    public long Arrival { get; init; } = Monotonic;
}
