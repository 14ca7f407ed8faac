namespace HaTools.Engine.Checks;

/// <summary>
/// Which of a real server's checks: by what it asks, not by its place in the list, so that a reload that takes another check away, or puts one in front, gives nobody's verdict to somebody else.
/// One whose times alone a reload changes is the same and goes on with what it knows; one that asks something else is another.
/// </summary>
/// <param name="Asked">The check, without what says when it is tried and what becomes of its answer.</param>
/// <param name="Number">Which of those that ask the same, from 0.</param>
internal readonly record struct CheckId(HealthCheck Asked, int Number)
{
    /// <summary>Those of a list, each in its place.</summary>
    public static CheckId[] Of(IReadOnlyList<HealthCheck> checks)
    {
        var ids = new CheckId[checks.Count];
        Dictionary<HealthCheck, int> seen = [];
        for (int i = 0; i < ids.Length; i++)
        {
            HealthCheck asked = WhatIsAsked(checks[i]);
            int number = seen.GetValueOrDefault(asked);
            seen[asked] = number + 1;
            ids[i] = new CheckId(asked, number);
        }

        return ids;
    }

    // What a check asks is not for every eye.
    public override string ToString() => $"{Asked.Kind} {Number}";

    private static HealthCheck WhatIsAsked(HealthCheck check)
    {
        HealthCheck plain = check with { Alpha = false };
        if (plain is TimedCheck timed) plain = timed with { Retry = 0, DelayBeforeRetry = null, DelayLoop = null, Warmup = null, LogAllFailures = false };
        return plain switch
        {
            HttpsCheck https => https with { ConnectTimeout = default, FastRecovery = false, ExpiryWarningDays = null },
            HttpCheck http => http with { ConnectTimeout = default, FastRecovery = false },
            NetworkCheck network => network with { ConnectTimeout = default },
            MiscCheck misc => misc with { Timeout = null, DynamicWeight = false },
            FileCheck file => file with { Weight = null, Reverse = null },
            _ => plain,
        };
    }
}
