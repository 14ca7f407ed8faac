namespace HaTools.Vrrp;

/// <summary>When something was received.</summary>
/// <param name="Monotonic">By the monotonic clock that the router goes by, in nanoseconds.</param>
/// <param name="UnixNanoseconds">By the wall clock, in nanoseconds since 1970; only auth_hmac looks at it.</param>
internal readonly record struct ReceiveTime(long Monotonic, long UnixNanoseconds);
