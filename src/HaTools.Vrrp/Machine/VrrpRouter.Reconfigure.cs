namespace HaTools.Vrrp;

/// <summary>A new configuration for a running router.</summary>
internal sealed partial class VrrpRouter
{
    /// <summary>
    /// Whether a running instance can take the new settings without ceasing to be the same virtual router on the wire. If not, the host
    /// retires the old one and brings the new one in as new.
    /// </summary>
    public static bool CanCarryOver(VrrpInstance before, VrrpInstance after) =>
        before.Interface == after.Interface && before.VirtualRouterId == after.VirtualRouterId && before.Version == after.Version
        && before.AddressFamily == after.AddressFamily;

    /// <summary>For each instance of a new configuration the index of the old one, by name, that it can continue; else -1.</summary>
    public static int[] InstanceCarryOver(HaConfiguration before, HaConfiguration after)
    {
        Dictionary<string, int> old = [];
        for (int i = 0; i < before.VrrpInstances.Count; i++) old.Add(before.VrrpInstances[i].Name, i);
        return
        [
            .. after.VrrpInstances.Select(next =>
                old.TryGetValue(next.Name, out int index) && CanCarryOver(before.VrrpInstances[index], next) ? index : -1),
        ];
    }

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
    /// <param name="settings">The configuration; no other router may be given the same object.</param>
    /// <param name="instanceCarryOver">For each new instance the index of the old one that it continues; -1: it is new.</param>
    /// <param name="trackerCarryOver">For each new tracker the index of the old one whose result holds; -1: it has none yet.</param>
    /// <param name="now">Now.</param>
    /// <param name="actions">What is to be done, in the indices of the new configuration.</param>
    public void Reconfigure(
        RouterSettings settings,
        ReadOnlySpan<int> instanceCarryOver,
        ReadOnlySpan<int> trackerCarryOver,
        long now,
        RouterActions actions)
    {
        InstanceSettings[] newSettings = settings.Instances;
        Check(newSettings, instanceCarryOver);
        if (trackerCarryOver.Length != settings.Trackers.Length)
            throw new ArgumentException("There is one carry-over for each new tracker.", nameof(trackerCarryOver));
        var newTrackers = new TrackerReading[settings.Trackers.Length];
        for (int t = 0; t < newTrackers.Length; t++)
            newTrackers[t] = trackerCarryOver[t] < 0 ? TrackerReading.Unknown : trackers[trackerCarryOver[t]];

        RouterInstance[] old = instances;
        instances = new RouterInstance[newSettings.Length];
        trackers = newTrackers;
        groups = settings.Groups;
        deadlines = new DeadlineHeap(instances.Length);
        due = new DueInstance[instances.Length];
        for (int i = 0; i < instances.Length; i++)
        {
            instances[i] = instanceCarryOver[i] < 0 ? new RouterInstance(newSettings[i]) : old[instanceCarryOver[i]];
            if (instanceCarryOver[i] < 0) instances[i].Priority = newSettings[i].EffectivePriority(trackers);
            Arm(i);
        }

        for (int i = 0; i < instances.Length; i++)
        {
            if (instanceCarryOver[i] >= 0) Change(i, newSettings[i], now, actions);
            else if (started) Begin(i, now, actions);
        }
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

    /// <summary>Gives a carried instance its new settings.</summary>
    private void Change(int index, InstanceSettings settings, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        InstanceSettings before = i.Settings;
        i.Settings = settings;
        bool addressesChanged = !before.Instance.VirtualAddresses.Equals(settings.Instance.VirtualAddresses);
        // What was reported was about the old settings.
        if (addressesChanged || before.Instance.ChecksumForm != settings.Instance.ChecksumForm) i.Peers.Clear();
        if (before.Interval != settings.Interval) ChangeInterval(index, before.Interval, now);
        if (addressesChanged && i.State == VrrpStateKind.Master)
        {
            TakeAddresses(index, actions);
            SendGarps(index, GarpBurst.Takeover, actions);
            if (settings.GarpDelay != 0 && !i.GarpReclaims) i.GarpTimer = now + settings.GarpDelay;
            Arm(index);
        }

        Settle(index, TransitionReason.Reconfigured, now, actions);
    }

    private void ChangeInterval(int index, long previous, long now)
    {
        RouterInstance i = instances[index];
        if (!i.MasterIntervalLearned || i.Settings.Version == 2) i.MasterInterval = i.Settings.Interval;
        if (i.State == VrrpStateKind.Backup)
        {
            RescheduleDownTimer(index, now);
        }
        else if (i.State == VrrpStateKind.Master)
        {
            i.Timer = Math.Max(now, i.Timer - previous + i.Settings.Interval);
            Arm(index);
        }
    }
}
