namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>The referee's timer of a backup.</summary>
internal sealed partial class Seat
{
    private enum DownWait
    {
        /// <summary>RFC 9568 section 6.1: Active_Down_Interval.</summary>
        Full,

        /// <summary>Skew_Time: the master has said that it stops.</summary>
        Stopping,

        /// <summary>One interval and the skew: the node slept, and whoever lives is heard in that time.</summary>
        Hearing,

        /// <summary>Nothing: an owner that only waits for the end of the delay at the start.</summary>
        Nothing,
    }

    private DownWait wait;
    private long timerStart;
    private long timer;

    // What the timer was set by: when that changes, it is set anew.
    private (long Start, long Wait) timerSetBy;

    /// <summary>The timer has run out, and the other members of the group are waited for.</summary>
    private bool hasExpired;

    /// <summary>Until when a lower master is left in place; null: none was heard.</summary>
    private long? preemptAt;

    /// <summary>Version 3: the interval that the master has said.</summary>
    private long? learnedInterval;

    /// <summary>The version that a master speaks that is followed and is no lower one; 0: there is none.</summary>
    private int betterVersion;

    private long MasterInterval => Version == 2 ? Interval : learnedInterval ?? Interval;

    private long Skew => (256 - EffectivePriority) * (Version == 2 ? Wire.Second : MasterInterval) / 256;

    private long DownInterval => Host.Lan.Plan.DownTimerAdverts * MasterInterval + Skew;

    private long WaitTime => wait switch
    {
        DownWait.Full => DownInterval,
        DownWait.Hearing => MasterInterval + Skew,
        DownWait.Stopping => Skew,
        _ => 0,
    };

    /// <summary>
    /// A backup takes over when its timer has run out; a sync group when those of all its members have, since a master that is heard by one of
    /// them is alive, or when a master of one has said that it stops, since that was the master of all.
    /// </summary>
    private bool MayTakeOver => Array.Exists(Unit, s => s is { hasExpired: true, wait: DownWait.Stopping })
        || Array.TrueForAll(Unit, s => s.hasExpired || s.before != VrrpStateKind.Backup);

    /// <summary>The timers are run.</summary>
    private void Expire()
    {
        if (hasExpired || Host.Local < timer) return;
        // Much too late: the node slept, and may have been deaf. It listens for an interval before it takes over, once.
        if (Host.Local - timer >= MasterInterval && wait != DownWait.Hearing) StartTimer(DownWait.Hearing);
        else hasExpired = true;
    }

    /// <summary>RFC 9568 section 6.4.2: whether the timer starts anew, with what, or the advert is passed over.</summary>
    private void HearAsBackup()
    {
        if (heardPriority == 0)
        {
            StartTimer(DownWait.Stopping);
        }
        else if (heardPriority >= EffectivePriority)
        {
            preemptAt = null;
            Follow();
        }
        else if (!Plan.Preempts)
        {
            FollowLower();
        }
        else
        {
            // keepalived's preempt_delay: from the first advert of a lower master on it is followed for that long.
            if (Plan.PreemptDelay > 0) preemptAt ??= Math.Max(Host.Local, Host.HeldUntil) + Plan.PreemptDelay;
            if (IsHeld || (Plan.PreemptDelay > 0 && Host.Local < preemptAt)) FollowLower();
        }
    }

    /// <summary>Who is held listens first, whatever it was told at its start.</summary>
    private void ListenIfHeld()
    {
        if (State == VrrpStateKind.Backup && wait == DownWait.Nothing && IsHeld) wait = DownWait.Full;
    }

    private void Follow()
    {
        learnedInterval = heardInterval;
        StartTimer(DownWait.Full);
        if (heardPriority >= EffectivePriority) betterVersion = heardVersion;
    }

    /// <summary>
    /// A better master of version 2 alone may be beside a lower one of version 3 alone, or the other way round. Until the better one must be dead the
    /// lower one does not shorten the wait.
    /// </summary>
    private void FollowLower()
    {
        long lowers = Host.Local + Host.Lan.Plan.DownTimerAdverts * heardInterval + (256 - EffectivePriority) * heardInterval / 256;
        bool areDeafToEachOther = AlsoVersion2 && betterVersion != 0 && betterVersion != heardVersion;
        if (!areDeafToEachOther || hasExpired || lowers > timer) Follow();
    }

    private void EnterBackup(DownWait kind)
    {
        learnedInterval = null;
        preemptAt = null;
        StartTimer(kind);
    }

    private void BecomeMaster()
    {
        learnedInterval = null;
        preemptAt = null;
        wait = DownWait.Full;
        hasExpired = false;
    }

    private void StartTimer(DownWait kind)
    {
        wait = kind;
        timerStart = Math.Max(Host.Local, Host.HeldUntil);
        hasExpired = false;
        betterVersion = 0;
        timerSetBy = (timerStart, WaitTime);
        timer = timerStart + WaitTime;
    }

    /// <summary>Another priority or interval: the timer is set anew from when it was started; if that is over, it is due now.</summary>
    private void RescheduleTimer()
    {
        if (State != VrrpStateKind.Backup || hasExpired || timerSetBy == (timerStart, WaitTime)) return;
        timerSetBy = (timerStart, WaitTime);
        timer = Math.Max(Host.Local, timerStart + WaitTime);
    }

    /// <summary>A master of the former version may be heard as before: it is waited for by the longer one of its interval and ours.</summary>
    private void ChangeVersion(int version, long interval)
    {
        learnedInterval = State == VrrpStateKind.Backup && version == 3 ? Math.Max(MasterInterval, interval) : null;
        betterVersion = 0;
    }

    private void Reconfigured()
    {
        // The other members that were waited for may not be members any more: it is decided anew with the next step of time.
        if (hasExpired)
        {
            hasExpired = false;
            timer = Host.Local;
            timerSetBy = (timerStart, WaitTime);
        }

        // The others go by the interval that was said last; a shorter one makes it look as if the node had slept.
        lastAdvert = Math.Max(lastAdvert, Host.Local - Interval);
    }
}
