using HaTools.Engine.Vrrp;

namespace HaTools.Engine.Names;

/// <summary>What is known of a name.</summary>
/// <param name="Answer">What it has, as far as that is in force; null: nobody has said it yet.</param>
/// <param name="Next">When it is asked for again, nanoseconds of the monotonic clock.</param>
internal readonly record struct NameState(NameAnswer? Answer, long Next)
{
    /// <summary>How often in a row nobody has said anything.</summary>
    public int Failures { get; init; }

    /// <summary>How often it was said that the name has nothing, while its last answer is kept.</summary>
    public int Empties { get; init; }

    /// <summary>Since when that is said.</summary>
    public long EmptySince { get; init; }
}

/// <summary>What is to be told of a name.</summary>
internal enum NameWord
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It has something else than before.</summary>
    Changed,

    /// <summary>It has nothing any more, or never had.</summary>
    Emptied,

    /// <summary>It is said to have nothing, and its last answer is kept for now.</summary>
    Held,

    /// <summary>Nobody says anything, and what was known is kept.</summary>
    Failing,

    /// <summary>What was known is said again.</summary>
    Recovered,
}

/// <summary>A step of what is known.</summary>
/// <param name="State">What is known now.</param>
/// <param name="Word">What is to be told.</param>
internal readonly record struct NameStep(NameState State, NameWord Word);

/// <summary>
/// What a name's answers mean as time goes on, pure. Name servers that fail take nothing away. That a name has nothing they must have said for a time, and not only once: it would take a
/// service's last server away, and is a slip of the hand as often as not.
/// </summary>
internal static class NameLogic
{
    private const long Second = 1_000_000_000;

    /// <summary>How often it must be said that a name has nothing, however short the time is.</summary>
    private const int Confirmations = 3;

    /// <summary>How long that may be kept where it is not said.</summary>
    private const uint UsualNegativeTtl = 10;

    public static NameStep Step(NameState state, NameResult result, ResolverSettings settings, long now) => result switch
    {
        NameResult.Found found => Found(state, found, settings, now),
        NameResult.Empty empty => Empty(state, empty, settings, now),
        _ => new NameStep(
            state with { Failures = state.Failures + 1, Next = now + Backoff.Usual(state.Failures + 1) }, state.Failures == 0 ? NameWord.Failing : NameWord.None),
    };

    private static NameStep Found(NameState state, NameResult.Found found, ResolverSettings settings, long now)
    {
        NameWord word = found.Answer != state.Answer ? NameWord.Changed : state.Failures + state.Empties > 0 ? NameWord.Recovered : NameWord.None;
        return new NameStep(new NameState(found.Answer, now + TimeToLive(found.Ttl, settings)), word);
    }

    private static NameStep Empty(NameState state, NameResult.Empty empty, ResolverSettings settings, long now)
    {
        long keep = TimeToLive(empty.Ttl ?? UsualNegativeTtl, settings);
        if (state.Answer is null or { IsEmpty: true })
            return new NameStep(new NameState(NameAnswer.None, now + keep), state.Answer is null ? NameWord.Emptied : state.Failures > 0 ? NameWord.Recovered : NameWord.None);

        long hold = Nanoseconds(settings.EmptyHold), since = state.Empties == 0 ? now : state.EmptySince;
        int times = state.Empties + 1;
        if (hold == 0 || (now - since >= hold && times >= Confirmations)) return new NameStep(new NameState(NameAnswer.None, now + keep), NameWord.Emptied);
        var held = new NameState(state.Answer, now + Math.Min(keep, Math.Max(Second, hold / Confirmations))) { Empties = times, EmptySince = since };
        return new NameStep(held, times == 1 ? NameWord.Held : NameWord.None);
    }

    private static long TimeToLive(uint seconds, ResolverSettings settings) =>
        Math.Clamp(seconds * Second, Nanoseconds(settings.LeastTtl), Nanoseconds(settings.LongestTtl));

    private static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;
}
