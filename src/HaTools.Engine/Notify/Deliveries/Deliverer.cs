using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.Notify.Deliveries;

/// <summary>
/// Delivers what is handed to it, one go after another, and tries again what failed for now. Everything happens on the thread but the deliveries themselves, which have one of their own each.
/// </summary>
/// <param name="thread">The thread.</param>
/// <param name="what">What it delivers, for messages: <c>mails</c>.</param>
/// <param name="begin">Makes the next go ready.</param>
/// <param name="warn">Hears what goes wrong, once until something else is said or something is delivered.</param>
internal sealed class Deliverer<T>(WorkThread thread, string what, Func<IReadOnlyList<Parcel<T>>, Delivery> begin, Action<string> warn)
{
    private readonly DeliveryPace pace = new();
    private Outbox<T> outbox = new(new DeliveryPace());
    private Delivery? underWay;
    private bool isFormer;
    private long pausedUntil;
    private int troubles;
    private long? armedFor;
    private string? said;
    private bool saidDropped;
    private long delivered;
    private long failed;
    private long dropped;
    private DateTimeOffset? lastDelivery;
    private string? lastError;
    private TaskCompletionSource? stopped;

    /// <summary>How hard it tries; before anything is handed to it.</summary>
    public DeliveryPace Pace
    {
        get => pace;
        init => (pace, outbox) = (value, new Outbox<T>(value));
    }

    public int Waiting => outbox.Count;

    /// <summary>What it is doing.</summary>
    /// <param name="target">Where to, for people.</param>
    public HaDeliveryState StateOf(string target) => new()
    {
        Target = target,
        Waiting = Waiting,
        Delivered = delivered,
        Failed = failed,
        Dropped = dropped,
        LastDelivery = lastDelivery,
        LastError = lastError,
    };

    /// <summary>Hands something over.</summary>
    /// <param name="content">What.</param>
    /// <param name="isHeld">Whether a configuration wants it that may yet be refused: it stays here until <see cref="Confirm"/> or <see cref="Revoke"/>.</param>
    public void Post(T content, bool isHeld = false)
    {
        if (stopped is not null) return;
        if (outbox.Add(content, MonotonicClock.Now, isHeld))
        {
            dropped++;
            if (!saidDropped) warn($"{pace.Most} {what} wait: the oldest are thrown away");
            saidDropped = true;
        }

        Go();
    }

    /// <summary>The configuration is in force: what was held goes out.</summary>
    /// <inheritdoc cref="Outbox{T}.Confirm"/>
    public void Confirm(Action<T>? confirmed = null)
    {
        outbox.Confirm(confirmed);
        Go();
    }

    /// <summary>The configuration was refused: what was held never goes out.</summary>
    /// <inheritdoc cref="Outbox{T}.Revoke"/>
    public void Revoke(Predicate<T>? isMeant = null) => outbox.Revoke(isMeant);

    /// <summary>It goes elsewhere from now on, or in another way: what waits is tried at once, whatever those said who were told so far. What is under way ends as it will.</summary>
    public void Redirect()
    {
        (isFormer, pausedUntil, troubles, said) = (underWay is not null, 0, 0, null);
        outbox.Recall();
        Go();
    }

    /// <summary>
    /// Delivers what waits, whatever it was deferred to, and ends; what could not be delivered in that time is lost. Nothing is handed over any more.
    /// </summary>
    public Task StopAsync(TimeSpan time)
    {
        Revoke();
        stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        thread.At(MonotonicClock.Now + (time.Ticks * TimeSpan.NanosecondsPerTick), GiveUp);
        Go();
        return stopped.Task;
    }

    private bool IsOver => stopped is { Task.IsCompleted: true };

    private void Go()
    {
        if (underWay is not null || IsOver) return;
        long now = MonotonicClock.Now;
        if (outbox.Expire(now) is > 0 and var old)
        {
            failed += old;
            warn($"{old} {what} were given up: {lastError}");
        }

        IReadOnlyList<Parcel<T>> next = stopped is null && now < pausedUntil ? [] : outbox.Take(stopped is null ? now : long.MaxValue, pace.AtOnce);
        if (next.Count > 0) Begin(next);
        else if (stopped is not null) GiveUp();
        else if (outbox.NextAt is { } due) ArmFor(Math.Max(due, pausedUntil));
    }

    private void Begin(IReadOnlyList<Parcel<T>> parcels)
    {
        Delivery delivery = underWay = begin(parcels);
        try
        {
            Errand.Begin(thread, $"notify-{what}", delivery.Run, report => Ended(parcels, report));
        }
        catch (OutOfMemoryException)
        {
            // What the runtime says when the kernel gives it no thread.
            Ended(parcels, new DeliveryReport([.. parcels.Select(_ => (DeliveryResult.Untried, (string?)null))], Errand.NoThread));
        }
    }

    private void Ended(IReadOnlyList<Parcel<T>> parcels, DeliveryReport report)
    {
        underWay!.Dispose();
        underWay = null;
        if (IsOver) return;
        bool asFormerly = isFormer;
        isFormer = false;
        long now = MonotonicClock.Now;
        for (int i = 0; i < parcels.Count; i++) Settle(parcels[i], report.Outcomes[i].Result, report.Outcomes[i].Why, now);
        if (report.Trouble is { } trouble)
        {
            lastError = trouble;
            Say($"{trouble}; {(stopped is null ? "it is tried again" : "the node stops")}");
            if (!asFormerly) pausedUntil = now + pace.PauseAfter(++troubles, report.Asked);
            if (stopped is not null) GiveUp();
        }
        else
        {
            troubles = 0;
        }

        if (asFormerly)
        {
            outbox.Recall();
            said = null;
        }

        if (outbox.Count == 0) saidDropped = false;
        Go();
    }

    private void Settle(Parcel<T> parcel, DeliveryResult result, string? why, long now)
    {
        outbox.Settle(parcel, result, now);
        switch (result)
        {
            case DeliveryResult.Delivered:
                delivered++;
                lastDelivery = DateTimeOffset.Now;
                said = null;
                break;
            case DeliveryResult.Refused:
                failed++;
                break;
            case DeliveryResult.Deferred when stopped is not null:
                outbox.Settle(parcel, DeliveryResult.Refused, now);
                failed++;
                break;
        }

        if (why is null) return;
        lastError = why;
        Say(why);
    }

    // A server that refuses one refuses a thousand with the same words.
    private void Say(string words)
    {
        if (words == said) return;
        said = words;
        warn(words);
    }

    private void ArmFor(long due)
    {
        if (armedFor <= due) return;
        armedFor = due;
        thread.At(due, () =>
        {
            if (armedFor == due) armedFor = null;
            Go();
        });
    }

    private void GiveUp()
    {
        if (IsOver) return;
        underWay?.Abort();
        if (outbox.Count > 0) warn($"{outbox.Count} {what} are lost: the node stops{(lastError is null ? "" : $" ({lastError})")}");
        failed += outbox.Count;
        _ = stopped!.TrySetResult();
    }
}
