namespace HaTools.Vrrp;

/// <summary>A configuration in the terms of the machine: its trackers numbered, its instances and groups compiled.</summary>
internal sealed class RouterSettings
{
    private readonly Dictionary<TrackerKey, int> trackerIndex = [];

    /// <exception cref="ArgumentException">An instance cannot be put on the wire, or tracks something that is not configured.</exception>
    public RouterSettings(HaConfiguration configuration)
    {
        Configuration = configuration;
        Trackers = TrackersOf(configuration);
        for (int t = 0; t < Trackers.Length; t++) trackerIndex.Add(Trackers[t], t);
        Dictionary<string, ScriptTracker> scripts = configuration.Scripts.ToDictionary(s => s.Name);
        Instances = [.. configuration.VrrpInstances.Select(i => new InstanceSettings(i, ScriptUses(i, scripts)))];
        Dictionary<string, int> byName = [];
        foreach (VrrpInstance i in configuration.VrrpInstances) byName.Add(i.Name, byName.Count);
        Groups = [.. configuration.SyncGroups.Select(g => g.Members.Select(m => byName[m]).ToArray())];
    }

    public HaConfiguration Configuration { get; }

    /// <summary>The members of each sync group, as indices of instances.</summary>
    public int[][] Groups { get; }

    public InstanceSettings[] Instances { get; }

    public TrackerKey[] Trackers { get; }

    /// <summary>The trackers that instances and groups of a configuration use, in the order in which the router numbers them.</summary>
    public static TrackerKey[] TrackersOf(HaConfiguration configuration)
    {
        HashSet<TrackerKey> used = [];
        List<TrackerKey> ordered = [];
        foreach (VrrpInstance i in configuration.VrrpInstances)
            Add(i.TrackScripts, i.TrackInterfaces, i.TrackFiles, i.TrackProcesses, i.TrackBfd);
        foreach (VrrpSyncGroup g in configuration.SyncGroups)
            Add(g.TrackScripts, g.TrackInterfaces, g.TrackFiles, g.TrackProcesses, g.TrackBfd);
        foreach (StaticTrackGroup g in configuration.TrackGroups) AddOne(new TrackerKey(TrackerKind.StaticGroup, g.Name));
        return [.. ordered];

        void Add(
            ValueList<Tracked> scripts,
            ValueList<Tracked> interfaces,
            ValueList<Tracked> files,
            ValueList<Tracked> processes,
            ValueList<Tracked> sessions)
        {
            foreach (Tracked t in scripts) AddOne(new TrackerKey(TrackerKind.Script, t.Name));
            foreach (Tracked t in interfaces) AddOne(new TrackerKey(TrackerKind.Interface, t.Name));
            foreach (Tracked t in files) AddOne(new TrackerKey(TrackerKind.File, t.Name));
            foreach (Tracked t in processes) AddOne(new TrackerKey(TrackerKind.Process, t.Name));
            foreach (Tracked t in sessions) AddOne(new TrackerKey(TrackerKind.Bfd, t.Name));
        }

        void AddOne(TrackerKey key)
        {
            if (used.Add(key)) ordered.Add(key);
        }
    }

    private TrackerUse[] ScriptUses(VrrpInstance instance, Dictionary<string, ScriptTracker> scripts)
    {
        var uses = new TrackerUse[instance.TrackScripts.Count];
        for (int i = 0; i < uses.Length; i++)
        {
            Tracked tracked = instance.TrackScripts[i];
            if (!scripts.TryGetValue(tracked.Name, out ScriptTracker? script))
                throw new ArgumentException($"VRRP instance {instance.Name}: the tracked script {tracked.Name} is not configured.");
            int index = trackerIndex[new TrackerKey(TrackerKind.Script, tracked.Name)];
            uses[i] = new TrackerUse(index, tracked.Weight ?? script.Weight, script.InitFail);
        }

        return uses;
    }
}
