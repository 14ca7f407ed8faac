using HaTools.Linux;
using HaTools.Netlink;

namespace HaTools.Engine.Network;

// Looking, and bringing it to what it should be.
internal sealed partial class NetworkKeeper
{
    private const long Millisecond = 1_000_000;
    private const long Second = 1000 * Millisecond;

    /// <summary>A failure is told when it lasts that long: what is needed (an address, a link) may be on its way.</summary>
    private const long TellingPatience = 250 * Millisecond;

    /// <summary>After a notification others follow: a restart of a network manager takes away all that it does not know.</summary>
    private const long Gathering = 10 * Millisecond;

    /// <summary>From one look at the tables to the next, at least.</summary>
    private const long LookInterval = 100 * Millisecond;

    /// <summary>How long the object of a track group may be gone, once it was there, before that is a fault.</summary>
    private const long RestorePatience = 1000 * Millisecond;

    /// <summary>An object that was put back and is gone again within this time is put back slower and slower.</summary>
    private const long SteadyTime = 10_000 * Millisecond;

    /// <summary>The loss of an object is told again when the last one is this long ago.</summary>
    private const long TellAgain = 60_000 * Millisecond;

    /// <summary>From failure to the next try.</summary>
    private static readonly long[] Retries = [.. new long[] { 200, 500, 1000, 2000, 5000, 10_000, 30_000 }.Select(ms => ms * Millisecond)];

    /// <summary>From putting back to the next, when others keep removing it.</summary>
    private static readonly long[] PutBackIntervals = [.. new long[] { 0, 100, 200, 500, 1000, 2000, 5000 }.Select(ms => ms * Millisecond)];

    private long lastLook = long.MinValue / 2;
    private long nextLook = long.MaxValue;

    /// <summary>Has the tables looked at, not later than that.</summary>
    private void LookAt(long due)
    {
        if (due >= nextLook) return;
        nextLook = due;
        thread!.At(due, () =>
        {
            // An earlier one may have taken its place.
            if (nextLook <= MonotonicClock.Now) Reconcile();
        });
    }

    private void LookSoon()
    {
        long now = MonotonicClock.Now;
        LookAt(Math.Max(now + Gathering, lastLook + LookInterval));
    }

    private void Reconcile()
    {
        nextLook = long.MaxValue;
        if (client is null) return;
        long now = MonotonicClock.Now;
        lastLook = now;
        byte[] protocols = [.. objects.Values.OfType<KeptRoute>().Select(r => r.Protocol).Distinct()];
        bool hasAddresses = objects.Values.Any(o => o is KeptAddress);
        bool hasRules = objects.Values.Any(o => o is KeptRule);
        if (!Try(() => tables = KernelTables.Read(client, hasAddresses, protocols, hasRules))) return;
        linksChanged = false;

        List<KeptObject> wanted = [];
        List<KeptObject> unwanted = [];
        foreach (KeptObject o in objects.Values)
        {
            bool resolved = o.Resolve(tables, out string? missing);
            bool marked = false;
            bool isThere = resolved && o.IsIn(tables, out marked);
            if (isThere && marked && (!o.IsKnown || o.IsKeptByRefusal)) o.IsOurs = true;
            o.IsKnown |= resolved;
            if (!o.IsWanted)
            {
                if (!isThere || !o.IsOurs) continue;
                if (o.NextTry <= now) unwanted.Add(o);
                else LookAt(o.NextTry);
            }
            else if (isThere && o.Objection is { } objection)
            {
                Object(o, objection, now);
            }
            else if (isThere)
            {
                // A notification will tell.
                if (o is { IsOnTrial: true, IsUndecided: true }) continue;
                Settle(o);
                o.IsKeptByRefusal = false;
            }
            else if (Misses(o, resolved, missing, now))
            {
                wanted.Add(o);
            }
        }

        _ = Remove([.. unwanted, .. Owed(now)]);
        foreach ((object key, KeptObject o) in owed)
        {
            if (!o.IsOurs) owed.Remove(key);
        }

        Install(wanted, now);
        JudgeGroups(now);
        TellNews();
    }

    /// <summary>What the configuration does not have any more, and may go now.</summary>
    private List<KeptObject> Owed(long now)
    {
        List<KeptObject> due = [];
        foreach (KeptObject o in owed.Values)
        {
            if (o.NextTry <= now) due.Add(o);
            else LookAt(o.NextTry);
        }

        return due;
    }

    /// <summary>An object that is wanted is not there. True: it is to be put there now.</summary>
    private bool Misses(KeptObject o, bool resolved, string? missing, long now)
    {
        if (o.State == HaNetworkObjectStateKind.Present && !o.IsKeptByRefusal) Lose(o, now);
        if (o.State == HaNetworkObjectStateKind.Missing) return false;
        if (!resolved)
        {
            Wait(o, missing!);
            return false;
        }

        if (o.NextTry <= now) return true;
        LookAt(o.NextTry);
        return false;
    }

    /// <summary>An object that was there is gone, and not by us.</summary>
    private void Lose(KeptObject o, long now)
    {
        bool isOver = o.Ends <= now + Second;
        if (isOver || o.IsUntracked)
        {
            o.State = HaNetworkObjectStateKind.Missing;
            o.Reason = isOver ? "its time is over" : "removed by others, and left so (no_track)";
            Tell(o, "Log", $"{o.Name} is gone: {o.Reason}");
            return;
        }

        if (now - o.LastPutBack > TellAgain) Tell(o, "Warning", $"{o.Name} was removed by others{WithLink(o)}; it is put back");
        o.PutBacks = now - o.LastPutBack < SteadyTime ? o.PutBacks + 1 : 0;
        o.NextTry = o.PutBacks == 0 ? now : o.LastPutBack + PutBackIntervals[Math.Min(o.PutBacks, PutBackIntervals.Length - 1)];
        o.LostAt ??= now;
        (o.State, o.Reason) = (HaNetworkObjectStateKind.Failed, $"removed by others{WithLink(o)}");
    }

    private string WithLink(KeptObject o) =>
        o.Device is { } device && tables.Link(device) is not { IsRunning: true } ? $", or went with {device}, which is down" : "";

    /// <summary>An object is in its place.</summary>
    private void Settle(KeptObject o)
    {
        if (o.Told is not null) Tell(o, "Log", $"{o.Name} is in its place now");
        (o.State, o.Reason, o.Told) = (HaNetworkObjectStateKind.Present, null, null);
        (o.Failures, o.LostAt, o.IsObjectedTo, o.IsOnTrial) = (0, null, false, false);
    }

    /// <summary>
    /// An object is in the kernel, which lets nobody use it. It goes when it is time to try again, and comes anew with the next look; not what others have put
    /// there.
    /// </summary>
    private void Object(KeptObject o, string reason, long now)
    {
        (o.State, o.Reason, o.LostAt, o.IsOnTrial) = (HaNetworkObjectStateKind.Failed, reason, null, true);
        if (!o.IsObjectedTo)
        {
            o.IsObjectedTo = true;
            o.NextTry = now + Retries[Math.Min(2 + o.Failures++, Retries.Length - 1)];
            if (o.Told != reason) Tell(o, "Warning", $"{o.Name} is of no use: {reason}");
            o.Told = reason;
        }

        if (!o.IsOurs) return;
        if (o.NextTry > now) LookAt(o.NextTry);
        else TakeForTrial((KeptAddress)o);
    }

    /// <summary>An object needs an interface that does not exist; a link's event will tell.</summary>
    private void Wait(KeptObject o, string missing)
    {
        string reason = $"there is no interface {missing} yet";
        (o.State, o.Reason) = (HaNetworkObjectStateKind.Waiting, reason);
        o.Failures = 0;
        if (o.Told == reason) return;
        o.Told = reason;
        Tell(o, "Warning", $"{o.Name} waits: {reason}");
    }

    private void Refused(KeptObject o, NetlinkResult outcome, long now)
    {
        string words = outcome.ExtendedAck is { } ack ? $" (kernel: {ack})" : "";
        string advice = (o.Advise(outcome) ?? Errno.Advise(outcome.Errno)) is { } text ? $"; {text}" : "";
        string reason = $"{Errno.Name(outcome.Errno)} ({Errno.Describe(outcome.Errno)}){words}{advice}";
        (o.State, o.Reason) = (HaNetworkObjectStateKind.Failed, reason);
        o.NextTry = now + Retries[Math.Min(o.Failures, Retries.Length - 1)];
        LookAt(o.NextTry);
        if (o.Failures++ == 0) o.FailingSince = now;
        if (now - o.FailingSince < TellingPatience || o.Told == reason) return;
        o.Told = reason;
        Tell(o, "Warning", $"{o.Name} cannot be set up: {reason}");
    }

    /// <summary>Tells of every track group whose state has changed.</summary>
    private void JudgeGroups(long now)
    {
        foreach (string group in groups.Keys.ToArray())
        {
            bool up = true;
            foreach (KeptObject o in objects.Values)
                if (o.Claims.Any(c => c.TrackGroup == group && !c.NoTrack)) up &= Stands(o, now);
            if (groups[group] == up) continue;
            groups[group] = up;
            sink.OnTrackGroup(group, up);
        }
    }

    private void ReportGroups()
    {
        foreach ((string group, bool? up) in groups)
            if (up is { } known) sink.OnTrackGroup(group, known);
    }

    private bool Stands(KeptObject o, long now)
    {
        if (o.Device is { } device && tables.Link(device) is not { IsRunning: true }) return false;
        if (o.State == HaNetworkObjectStateKind.Present) return true;
        if (o.LostAt is not { } lost || now - lost >= RestorePatience) return false;
        LookAt(lost + RestorePatience);
        return true;
    }
}
