using HaTools.Linux;

namespace HaTools.Engine.Checks;

/// <summary>When a check is done, in nanoseconds.</summary>
/// <param name="DelayLoop">From the start of one check to the start of the next.</param>
/// <param name="DelayBeforeRetry">From a failed try to the next.</param>
/// <param name="Timeout">How long a try may take.</param>
/// <param name="Retry">Tries after a failed one.</param>
internal readonly record struct CheckTiming(long DelayLoop, long DelayBeforeRetry, long Timeout, int Retry)
{
    /// <summary>Within which time the first check begins; null: see <see cref="CheckLogic.First"/>.</summary>
    public long? Warmup { get; init; }

    /// <summary>How many parts the check has, which are tried in turn, from 1.</summary>
    public int Parts { get; init; } = 1;

    /// <summary>Whether the other parts are tried without a pause when the one that failed is good again.</summary>
    public bool FastRecovery { get; init; }

    public static CheckTiming Of(VirtualServer service, TimedCheck check, TimeSpan timeout) => new(
        Nanoseconds(check.DelayLoop ?? service.DelayLoop), Nanoseconds(check.DelayBeforeRetry ?? check.DelayLoop ?? service.DelayLoop), Nanoseconds(timeout), check.Retry)
    {
        Warmup = check.Warmup is { } warmup ? Nanoseconds(warmup) : null,
    };

    private static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;
}

/// <summary>What a check knows.</summary>
/// <param name="Up">Whether the server may serve.</param>
/// <param name="HasSpoken">Whether the last verdict said so; else it is what is taken for granted at the start.</param>
/// <param name="Retries">Tries after the first failed one that were made.</param>
internal readonly record struct CheckState(bool Up, bool HasSpoken, int Retries)
{
    /// <summary>The part that is tried next, from 0.</summary>
    public int Part { get; init; }

    /// <summary>Whether that part is the one that has failed, and no other has been tried since.</summary>
    public bool IsFailedPart { get; init; }

    /// <summary>As keepalived: a server serves until its check says otherwise, and with <c>alpha</c> it does not until then.</summary>
    public static CheckState Initial(bool alpha) => new(!alpha, false, 0);
}

/// <summary>What a result means.</summary>
internal enum CheckVerdict
{
    /// <summary>Nothing that was not known.</summary>
    None,

    /// <summary>The first success, or the first after the server was down.</summary>
    Succeeded,

    /// <summary>All tries failed, or the first one of a server that is down from the start: it is down.</summary>
    Failed,
}

/// <summary>The outcome of a step: the new state, what it means, and when to check again.</summary>
internal readonly record struct CheckStep(CheckState State, CheckVerdict Verdict, long Next);

/// <summary>
/// keepalived's rules, pure: a server that is up gets <c>retry</c> more tries, <c>delay_before_retry</c> apart, before it is down; one
/// success brings it back; a
/// server that is down is tried once in a <c>delay_loop</c>. Of a check with several parts one is tried in each <c>delay_loop</c>, in turn; all must succeed before the server is said to
/// be up. The first time they are tried without a pause. Of a server that is down the part that failed is tried until it succeeds, and then all.
/// </summary>
internal static class CheckLogic
{
    private const long Second = 1_000_000_000;
    private const long Millisecond = 1_000_000;

    /// <summary>
    /// When the first check is done: at once, but the checks of a node are spread over a second, or so that there are a thousand a second. keepalived's warm-up spreads
    /// them over their delay_loop, a minute by default, for which servers that are down are sent clients; <c>warmup</c> says another time to both.
    /// </summary>
    /// <param name="now">Now.</param>
    /// <param name="share">From 0 up to, not including, 1: chance.</param>
    /// <param name="count">How many checks the node has.</param>
    /// <param name="timing">The check's timing.</param>
    public static long First(long now, double share, int count, in CheckTiming timing) => now + (long)(Spread(count, timing) * share);

    /// <summary>By when a check that begins now has said whether its server is up: one that does not answer is tried again and again before that, perhaps for ever.</summary>
    public static long FirstWordBy(long now, int count, in CheckTiming timing)
    {
        Int128 tries = timing.Parts * (((timing.Retry + (Int128)1) * timing.Timeout) + ((Int128)timing.Retry * timing.DelayBeforeRetry));
        return (long)Int128.Min(long.MaxValue, now + Spread(count, timing) + tries + (2 * Second));
    }

    /// <summary>Takes in what something says that is not tried, but tells its changes by itself.</summary>
    public static CheckStep Hear(in CheckState state, bool success) => Step(state, success, 0, 0, default);

    private static long Spread(int count, in CheckTiming timing) => timing.Warmup ?? Math.Min(timing.DelayLoop, Math.Max(Second, count * Millisecond));

    /// <summary>
    /// When to try again after a try that could not even be begun, since this host lacked descriptors, memory or ports: that says nothing of
    /// the server, which must not go down for it. keepalived puts such a check off too.
    /// </summary>
    public static long PutOff(long started, long now, in CheckTiming timing) => Math.Max(now, started + timing.DelayLoop);

    /// <summary>Whether an errno of socket(2) or connect(2) is about this host, not about the server.</summary>
    /// <param name="errno">The errno.</param>
    /// <param name="isIpv4">With IPv6, EADDRNOTAVAIL also says that this host has no address to come from, which does not pass.</param>
    public static bool IsOurOwnTrouble(int errno, bool isIpv4) => errno switch
    {
        Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM or Errno.ENOBUFS or Errno.EAGAIN => true,
        Errno.EADDRNOTAVAIL => isIpv4,
        _ => false,
    };

    /// <summary>Takes a result in.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="success">Whether the try was good, in time.</param>
    /// <param name="started">When the try was started.</param>
    /// <param name="now">When its result came.</param>
    /// <param name="timing">The check's timing.</param>
    public static CheckStep Step(in CheckState state, bool success, long started, long now, in CheckTiming timing)
    {
        // From start to start, so that a slow server does not make its checks rarer; never in the past.
        long nextLoop = Math.Max(now, started + timing.DelayLoop);
        if (success)
        {
            bool isWhole = timing.Parts <= 1 || (!state.IsFailedPart && state.Part + 1 >= timing.Parts);
            if (!isWhole)
            {
                bool atOnce = !state.HasSpoken || (timing.FastRecovery && !state.Up);
                int part = state.IsFailedPart ? 0 : state.Part + 1;
                return new CheckStep(state with { Retries = 0, Part = part, IsFailedPart = false }, CheckVerdict.None, atOnce ? now : nextLoop);
            }

            bool news = !state.Up || !state.HasSpoken;
            return new CheckStep(new CheckState(true, true, 0), news ? CheckVerdict.Succeeded : CheckVerdict.None, nextLoop);
        }

        CheckState down = new(false, true, 0) { Part = state.Part, IsFailedPart = timing.Parts > 1 };
        if (!state.Up) return new CheckStep(down, state.HasSpoken ? CheckVerdict.None : CheckVerdict.Failed, nextLoop);
        if (state.Retries < timing.Retry)
            return new CheckStep(state with { Retries = state.Retries + 1 }, CheckVerdict.None, now + timing.DelayBeforeRetry);
        return new CheckStep(down, CheckVerdict.Failed, nextLoop);
    }
}
