namespace HaTools.Vrrp.Bfd;

/// <summary>RFC 5880 sections 6.5 and 6.8.3: how the two sides agree on other intervals while the session is up.</summary>
internal sealed partial class BfdMachine
{
    // What we said last, and what we go by until a neighbour that is up has answered.
    private uint desiredMinTx;
    private uint usedMinTx;
    private uint usedMinRx;
    private bool polling;

    // A poll was answered, and no packet without the Final bit has come since: an answer to a repeated poll may still be on its way.
    private bool answersMayFollow;

    // What is asked for when the poll before is over beyond doubt.
    private BfdTimers? waiting;

    /// <summary>
    /// Other timers; a session that is up stays up, and agrees on them by a poll sequence. An answer does not say which poll it answers, so
    /// intervals that change again while a poll runs, or just after it, wait until a packet without the Final bit has come (the third of the
    /// choices that section 6.8.3 leaves).
    /// </summary>
    public void Reconfigure(BfdTimers next, long now, BfdActions actions)
    {
        waiting = null;
        if (next == timers) return;
        if (NeedsPoll(next) && (polling || answersMayFollow)) waiting = next;
        else Adopt(next, now, actions);
    }

    /// <summary>
    /// Section 6.8.12: the multiplier alone needs no poll, unless the neighbour has us silent (section 6.6): it would never hear of it.
    /// </summary>
    private bool NeedsPoll(in BfdTimers next) =>
        State == BfdState.Up
        && (next.DesiredMinTx != timers.DesiredMinTx
            || next.RequiredMinRx != timers.RequiredMinRx
            || (IsDemandActive && next.DetectMultiplier != timers.DetectMultiplier));

    private void Adopt(in BfdTimers next, long now, BfdActions actions)
    {
        polling |= NeedsPoll(next);
        timers = next;
        // Less must not be counted on before the neighbour knows of it; more is only patience.
        if (State != BfdState.Up || timers.RequiredMinRx > usedMinRx) usedMinRx = timers.RequiredMinRx;
        SetDesiredMinTx(State == BfdState.Up ? timers.DesiredMinTx : timers.IdleTx);
        if (Transmits) SendNow(now, actions);
        else nextTransmission = Never;
    }

    /// <summary>A packet came; one with the Final bit ends the poll.</summary>
    private void Heed(bool final)
    {
        if (!final)
        {
            answersMayFollow = false;
        }
        else if (polling)
        {
            polling = false;
            answersMayFollow = true;
            usedMinTx = desiredMinTx;
            usedMinRx = timers.RequiredMinRx;
        }
    }

    private void AdoptWaiting(long now, BfdActions actions)
    {
        if (polling || waiting is not { } next) return;
        waiting = null;
        Adopt(next, now, actions);
    }

    /// <summary>The session is up no longer: nothing has to be agreed on, what was to come holds.</summary>
    private void ForgetPoll()
    {
        polling = answersMayFollow = false;
        timers = waiting ?? timers;
        waiting = null;
    }

    /// <summary>While up, a longer interval is used only when the neighbour has agreed; a shorter one at once.</summary>
    private void SetDesiredMinTx(uint interval)
    {
        desiredMinTx = interval;
        if (State != BfdState.Up || interval < usedMinTx) usedMinTx = interval;
    }
}
