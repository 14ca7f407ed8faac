namespace HaTools.Engine.DataPlane;

/// <summary>
/// The drain of one server, from the moment that it is to get no new clients to that in which it is empty, out of time, or back. Pure: state, event and time in,
/// next state and what is to be done out.
/// </summary>
internal static class DrainLogic
{
    private const long Second = 1_000_000_000;

    /// <summary>The counts are told at most this often.</summary>
    public const long TellEvery = 5 * Second;

    /// <summary>
    /// So many looks in a row must see nothing: a connection that a client was beginning in the moment of weight 0 is not yet among the active ones on every kernel.
    /// </summary>
    public const int QuietLooks = 2;

    /// <summary>One step.</summary>
    /// <param name="state">The drain; null: there is none.</param>
    /// <param name="happened">What happens to it.</param>
    /// <param name="now">When.</param>
    public static DrainStep Step(DrainState? state, DrainEvent happened, long now)
    {
        if (happened is DrainEvent.Begun begun) return state is null ? Begin(begun, now) : Renew(state, begun, now);
        if (state is null) return default;
        return happened switch
        {
            DrainEvent.InForce => new DrainStep(state with { InForce = true }),
            DrainEvent.Counted counted => Count(state, counted, now),
            DrainEvent.Failed when state is { Cause: IpvsDrainCause.ByHand, Phase: IpvsDrainPhase.Draining or IpvsDrainPhase.Expired } =>
                new DrainStep(state with { Phase = AtTheEnd(state), Counts = default, InForce = false }, DrainWord.Failed),
            DrainEvent.Returned when state.Cause == IpvsDrainCause.Left => new DrainStep(null, DrainWord.Returned, Write: true),
            DrainEvent.Left left when state.Cause == IpvsDrainCause.ByHand => Leave(state, left, now),
            DrainEvent.StandsIn => new DrainStep(null, DrainWord.StandsIn),
            DrainEvent.Moved when state.Cause == IpvsDrainCause.ByHand => new DrainStep(null, DrainWord.Moved),
            DrainEvent.Restored when state.Cause == IpvsDrainCause.ByHand => new DrainStep(null, DrainWord.Restored, Write: true),

            // What an administrator wants of a server of the configuration holds for the next time that the service is loaded.
            DrainEvent.Unloaded => state.Cause == IpvsDrainCause.Left
                ? new DrainStep(null, DrainWord.WithService)
                : new DrainStep(state with { InForce = false, QuietLooks = 0, Counts = default }),
            DrainEvent.ServiceGone => new DrainStep(null, DrainWord.WithService),
            _ => new DrainStep(state),
        };
    }

    private static DrainStep Begin(DrainEvent.Begun begun, long now) => new(
        new DrainState
        {
            Cause = begun.Cause,
            Remove = begun.Remove || begun.Cause == IpvsDrainCause.Left,
            Began = now,
            Deadline = After(now, begun.Limit),
            Counts = begun.Counts,
            Told = begun.Counts,
            ToldAt = now,
        },
        DrainWord.Begun,
        Write: true);

    /// <summary>A server that has left the configuration stays one; it is the time that is changed.</summary>
    private static DrainStep Renew(DrainState state, DrainEvent.Begun begun, long now) => new(
        state with
        {
            Remove = begun.Remove || state.Cause == IpvsDrainCause.Left,
            Deadline = After(now, begun.Limit),
            Phase = IpvsDrainPhase.Draining,
            QuietLooks = 0,
        },
        DrainWord.Renewed,
        Write: state.Phase == IpvsDrainPhase.Removed);

    private static DrainStep Count(DrainState state, DrainEvent.Counted counted, long now)
    {
        bool isQuiet = state.InForce && counted.Counts.Active == 0 && (!counted.WaitsForClients || counted.Counts.Persistent == 0);
        DrainState next = state with { Counts = counted.Counts, QuietLooks = isQuiet ? Math.Min(state.QuietLooks + 1, QuietLooks) : 0 };
        if (state.Phase == IpvsDrainPhase.Removed) return new DrainStep(next);
        if (next.QuietLooks == QuietLooks) return state.Phase == IpvsDrainPhase.Drained ? new DrainStep(next) : End(next, DrainWord.Removed, DrainWord.Drained, AtTheEnd(state));

        // It was empty, and somebody has found the way to it again.
        if (state.Phase == IpvsDrainPhase.Drained && state.InForce && !isQuiet) next = next with { Phase = IpvsDrainPhase.Draining, Deadline = null };
        if (next.Phase == IpvsDrainPhase.Draining && next.Deadline <= now) return End(next, DrainWord.CutOff, DrainWord.Expired, next.Remove ? IpvsDrainPhase.Removed : IpvsDrainPhase.Expired);

        // Of one that is empty the next look has the last word.
        if (next.Counts == next.Told || now - next.ToldAt < TellEvery || next.QuietLooks > 0) return new DrainStep(next);
        return new DrainStep(next with { Told = next.Counts, ToldAt = now }, DrainWord.Progress);
    }

    /// <summary>What has left the configuration needs to be remembered no longer; what an administrator took out must stay out.</summary>
    private static DrainStep End(DrainState state, DrainWord removed, DrainWord stays, IpvsDrainPhase phase)
    {
        if (state.Cause == IpvsDrainCause.Left) return new DrainStep(null, removed, Write: true);
        return new DrainStep(state with { Phase = phase, Told = state.Counts }, state.Remove ? removed : stays, Write: state.Remove);
    }

    private static DrainStep Leave(DrainState state, DrainEvent.Left left, long now)
    {
        if (state.Phase is IpvsDrainPhase.Drained or IpvsDrainPhase.Removed) return new DrainStep(null, DrainWord.Removed, Write: true);
        if (left.Limit is null) return new DrainStep(null, DrainWord.CutOff, Write: true);
        long limit = After(now, left.Limit)!.Value;
        return new DrainStep(
            state with
            {
                Cause = IpvsDrainCause.Left,
                Remove = true,
                Phase = IpvsDrainPhase.Draining,
                Deadline = state is { Phase: IpvsDrainPhase.Draining, Deadline: { } before } && before < limit ? before : limit,
            },
            DrainWord.Renewed,
            Write: true);
    }

    private static IpvsDrainPhase AtTheEnd(DrainState state) => state.Remove ? IpvsDrainPhase.Removed : IpvsDrainPhase.Drained;

    private static long? After(long now, TimeSpan? limit) => limit is { } time ? now + (time.Ticks * 100) : null;
}
