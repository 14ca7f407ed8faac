namespace HaTools.Vrrp;

/// <summary>A new configuration for a running router.</summary>
internal sealed partial class VrrpRouter
{
    /// <summary>
    /// Whether a running instance can take the new settings without ceasing to be the same virtual router. If not, the host retires the old
    /// one and brings the new one in as new. It can have another version: to begin anew as backup would leave its addresses to nobody, or to
    /// routers that do not hear it either.
    /// </summary>
    public static bool CanCarryOver(VrrpInstance before, VrrpInstance after) =>
        before.Interface == after.Interface && before.VirtualRouterId == after.VirtualRouterId && before.AddressFamily == after.AddressFamily;

    /// <summary>
    /// For each instance of a new configuration the index of the old one that it can continue: the one of its name, else one that is the same virtual router under
    /// another name, since nobody on the wire knows the name (keepalived does not go by it either); else -1.
    /// </summary>
    public static int[] InstanceCarryOver(HaConfiguration before, HaConfiguration after)
    {
        Dictionary<string, int> old = [];
        for (int i = 0; i < before.VrrpInstances.Count; i++) old.Add(before.VrrpInstances[i].Name, i);
        int[] carryOver =
        [
            .. after.VrrpInstances.Select(next =>
                old.TryGetValue(next.Name, out int index) && CanCarryOver(before.VrrpInstances[index], next) ? index : -1),
        ];
        List<int> left = [.. Enumerable.Range(0, before.VrrpInstances.Count).Except(carryOver)];
        for (int i = 0; i < carryOver.Length && left.Count > 0; i++)
        {
            if (carryOver[i] >= 0) continue;
            VrrpInstance next = after.VrrpInstances[i];
            int place = left.FindIndex(o => IsRenamed(before.VrrpInstances[o], next));
            if (place < 0) continue;
            carryOver[i] = left[place];
            left.RemoveAt(place);
        }

        return carryOver;
    }

    // Several of one virtual router id on one interface differ by these.
    private static bool IsRenamed(VrrpInstance before, VrrpInstance after) =>
        CanCarryOver(before, after) && Equals(before.MulticastGroup, after.MulticastGroup) && before.UnicastPeers.Equals(after.UnicastPeers);

    /// <summary>For each tracker of a new configuration the index of the same one in the old; else -1.</summary>
    public static int[] TrackerCarryOver(HaConfiguration before, HaConfiguration after)
    {
        Dictionary<TrackerKey, int> old = [];
        foreach (TrackerKey key in TrackersOf(before)) old.Add(key, old.Count);
        return [.. TrackersOf(after).Select(key => old.GetValueOrDefault(key, -1))];
    }

    /// <summary>
    /// Ends an instance that the next reconfiguration leaves out: a master says so with priority 0 and removes its addresses. The
    /// host carries the actions out before it reconfigures, since they speak of the old instance. Nothing else happens to the instance from
    /// then on.
    /// </summary>
    public void RetireInstance(int instance, long now, RouterActions actions)
    {
        End(instance, TransitionReason.Removed, now, actions);
        instances[instance].Retired = true;
        Disturbances++;
        if (instances[instance].Settings.Group is >= 0 and var group) NoteGroup(group, TransitionReason.Removed, now, actions);
    }

    /// <summary>
    /// Goes on with another configuration. An instance that did not change keeps its state, timers and counters, and nothing of it is sent
    /// early or late. One that changed takes its new settings where it stands: a master's next advert carries them, added addresses are put
    /// up (the host removes those that are gone: it has both lists).
    /// </summary>
    /// <param name="next">The configuration.</param>
    /// <param name="instanceCarryOver">For each new instance the index of the old one that it continues; -1: it is new, and its interface
    /// is told again.</param>
    /// <param name="trackerCarryOver">For each new tracker the index of the old one whose result holds; -1: it has none yet.</param>
    /// <param name="now">Now.</param>
    /// <param name="actions">What is to be done, in the indices of the new configuration.</param>
    /// <exception cref="ArgumentException">As the constructor's; or the carry-over is not what it should be. The router is then as it
    /// was.</exception>
    public void Reconfigure(
        HaConfiguration next,
        ReadOnlySpan<int> instanceCarryOver,
        ReadOnlySpan<int> trackerCarryOver,
        long now,
        RouterActions actions) => Reconfigure(new RouterSettings(next), instanceCarryOver, trackerCarryOver, now, actions);

    /// <summary>As the other, with a configuration that was compiled before, perhaps by another thread.</summary>
    /// <param name="next">The configuration; no other router may be given the same object.</param>
    /// <param name="instanceCarryOver">For each new instance the index of the old one that it continues; -1: it is new.</param>
    /// <param name="trackerCarryOver">For each new tracker the index of the old one whose result holds; -1: it has none yet.</param>
    /// <param name="now">Now.</param>
    /// <param name="actions">What is to be done, in the indices of the new configuration.</param>
    public void Reconfigure(
        RouterSettings next,
        ReadOnlySpan<int> instanceCarryOver,
        ReadOnlySpan<int> trackerCarryOver,
        long now,
        RouterActions actions)
    {
        Check(next.Instances, instanceCarryOver);
        if (trackerCarryOver.Length != next.Trackers.Length)
            throw new ArgumentException("There is one carry-over for each new tracker.", nameof(trackerCarryOver));
        var newTrackers = new TrackerReading[next.Trackers.Length];
        for (int t = 0; t < newTrackers.Length; t++)
            newTrackers[t] = trackerCarryOver[t] < 0 ? TrackerReading.Unknown : trackers[trackerCarryOver[t]];

        RouterInstance[] old = instances;
        groups = CarryGroups(next);
        settings = next;
        trackers = newTrackers;
        instances = new RouterInstance[next.Instances.Length];
        deadlines = new DeadlineHeap(instances.Length);
        for (int i = 0; i < instances.Length; i++)
        {
            instances[i] = instanceCarryOver[i] < 0 ? new RouterInstance(next.Instances[i]) : old[instanceCarryOver[i]];
            if (instanceCarryOver[i] < 0) instances[i].Priority = EffectivePriority(instances[i]);
            Arm(i);
        }

        // All have their new settings before the first conclusion is drawn: members of a group look at each other.
        for (int i = 0; i < instances.Length; i++)
        {
            if (instanceCarryOver[i] >= 0) Change(i, next.Instances[i], now, actions);
            else if (started) Begin(i, now, actions);
        }

        // Each member of a group, and not only the one that is settled for all of them.
        for (int i = 0; i < instances.Length; i++) UpdatePriority(i, now, actions);
        for (int i = 0; i < instances.Length; i++)
        {
            // Waits for other members that may not be members any more: the next step of time decides anew.
            if (instances[i].HasExpired) RetryTakeover(i, now);
            if (instances[i].Settings.Unit[0] == i) Settle(i, TransitionReason.Reconfigured, now, actions);
        }
    }

    private void RetryTakeover(int index, long now)
    {
        instances[index].HasExpired = false;
        instances[index].Timer = now;
        Arm(index);
    }

    /// <summary>The groups of a new configuration, with the states of those of the same name.</summary>
    private RouterGroup[] CarryGroups(RouterSettings next)
    {
        Dictionary<string, RouterGroup> old = [];
        for (int g = 0; g < groups.Length; g++) old.Add(settings.Configuration.SyncGroups[g].Name, groups[g]);
        var carried = new RouterGroup[next.Groups.Length];
        for (int g = 0; g < carried.Length; g++)
        {
            carried[g] = new RouterGroup(next.Groups[g]);
            if (!old.TryGetValue(next.Configuration.SyncGroups[g].Name, out RouterGroup? same)) continue;
            carried[g].State = same.State;
            carried[g].StateSince = same.StateSince;
        }

        return carried;
    }

    private void Check(ReadOnlySpan<InstanceSettings> newSettings, ReadOnlySpan<int> carryOver)
    {
        if (carryOver.Length != newSettings.Length)
            throw new ArgumentException("There is one carry-over for each new instance.", nameof(carryOver));
        Span<bool> continued = new bool[instances.Length];
        for (int i = 0; i < newSettings.Length; i++)
        {
            if (carryOver[i] < 0) continue;
            RouterInstance old = instances[carryOver[i]];
            VrrpInstance next = newSettings[i].Instance;
            if (old.Retired || continued[carryOver[i]] || !CanCarryOver(old.Settings.Instance, next))
                throw new ArgumentException($"{next.Name} cannot continue {old.Settings.Instance.Name}.", nameof(carryOver));
            continued[carryOver[i]] = true;
        }

        for (int i = 0; i < instances.Length; i++)
        {
            if (!continued[i] && instances[i].State == VrrpStateKind.Master)
                throw new ArgumentException($"{instances[i].Settings.Instance.Name} is master and was not retired.", nameof(carryOver));
        }
    }

    /// <summary>Gives a carried instance its new settings. What follows for its state is drawn later.</summary>
    private void Change(int index, InstanceSettings next, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        InstanceSettings before = i.Settings;
        i.Settings = next;
        if (before.Hmac is { } former) next.Hmac?.CarryOver(former);
        if (before.Instance.Equals(next.Instance)) return;
        i.RepeatablePriority = 0;
        Disturbances++;

        bool addressesChanged = !before.Instance.VirtualAddresses.Equals(next.Instance.VirtualAddresses);
        bool excludedChanged = !before.Instance.ExcludedAddresses.Equals(next.Instance.ExcludedAddresses);
        // What was reported was about the old settings.
        bool isOtherVersion = before.Version != next.Version;
        bool comparesAnew = addressesChanged || isOtherVersion || before.Instance.ChecksumForm != next.Instance.ChecksumForm;
        if (comparesAnew || before.Interval != next.Interval) i.Peers.Clear();
        if (next.Instance.Priority != before.Instance.Priority) i.IsDemoted = false;

        if (isOtherVersion) ChangeVersion(i);
        if (before.Interval != next.Interval || isOtherVersion) ChangeInterval(index, before.Interval, now);
        else if (i.State == VrrpStateKind.Backup && !i.HasExpired) RescheduleDownTimer(index, now);
        if (i.State != VrrpStateKind.Master) return;
        if (before.GarpRefresh != next.GarpRefresh)
            i.Bursts.Refresh = next.GarpRefresh == 0 ? DeadlineHeap.Never : now + next.GarpRefresh;
        if (before.GarpExtraInterval != next.GarpExtraInterval)
            i.Bursts.Extra = next.GarpExtraInterval == 0 ? DeadlineHeap.Never : now + next.GarpExtraInterval;
        if (addressesChanged || excludedChanged)
        {
            TakeAddresses(index, actions);
            SendGarps(index, GarpBurst.Takeover, actions);
            if (next.GarpDelay != 0 && i.Bursts.Reclaim == DeadlineHeap.Never) i.Bursts.Second = now + next.GarpDelay;
        }

        Arm(index);
    }

    /// <summary>
    /// The master that was heard may be heard no more, or, where both versions are spoken, as before: with its own interval, which the wait for it goes on by if it is the
    /// longer one. A backup that is told to speak version 3 as well does not take over from a master of version 2 that lives.
    /// </summary>
    private static void ChangeVersion(RouterInstance i)
    {
        i.BetterVersion = 0;
        i.MasterIntervalLearned = i.State == VrrpStateKind.Backup && i.Settings.Version == 3;
        if (i.MasterIntervalLearned) i.MasterInterval = Math.Max(i.MasterInterval, i.Settings.Interval);
    }

    private void ChangeInterval(int index, long previous, long now)
    {
        RouterInstance i = instances[index];
        if (!i.MasterIntervalLearned || i.Settings.Version == 2) i.MasterInterval = i.Settings.Interval;
        if (i.State == VrrpStateKind.Backup && !i.HasExpired)
        {
            RescheduleDownTimer(index, now);
        }
        else if (i.State == VrrpStateKind.Master)
        {
            // The others go by the interval that the last advert said: a longer one must be said before it is theirs.
            i.Timer = Math.Max(now, i.Timer - Math.Max(0, previous - i.Settings.Interval));
            // By a shorter one it may look as if we had slept.
            i.LastSent = Math.Max(i.LastSent, now - i.Settings.Interval);
            Arm(index);
        }
    }
}
