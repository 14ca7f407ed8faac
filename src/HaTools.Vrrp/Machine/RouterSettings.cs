namespace HaTools.Vrrp;

/// <summary>A configuration in the terms of the machine: its trackers numbered, its instances and groups compiled.</summary>
internal sealed class RouterSettings
{
    private readonly Dictionary<TrackerKey, int> trackerIndex = [];

    private readonly int[][] followers;
    private readonly Dictionary<string, ScriptTracker> scripts;
    private readonly Dictionary<string, FileTracker> files;
    private readonly Dictionary<string, ProcessTracker> processes;
    private readonly Dictionary<string, BfdSession> sessions;

    /// <exception cref="ArgumentException">
    /// An instance cannot be put on the wire, tracks something that is not configured, or is in two groups; or a group's member is not there.
    /// </exception>
    public RouterSettings(HaConfiguration configuration)
    {
        Configuration = configuration;
        Trackers = TrackersOf(configuration);
        for (int t = 0; t < Trackers.Length; t++) trackerIndex.Add(Trackers[t], t);
        scripts = configuration.Scripts.ToDictionary(s => s.Name);
        files = configuration.Files.ToDictionary(f => f.Name);
        processes = configuration.Processes.ToDictionary(p => p.Name);
        sessions = configuration.BfdSessions.ToDictionary(b => b.Name);

        Dictionary<string, int> indexOf = [];
        foreach (VrrpInstance i in configuration.VrrpInstances) indexOf.Add(i.Name, indexOf.Count);
        Groups = [.. configuration.SyncGroups.Select(g => MembersOf(g, indexOf))];
        int[] groupOf = GroupsOf(configuration);
        ILookup<string, string> staticGroups = configuration.TrackGroups
            .SelectMany(g => g.Instances.Select(instance => (Instance: instance, Group: g.Name))).ToLookup(g => g.Instance, g => g.Group);
        bool[] hasOwner =
            [.. Groups.Select(g => g.Any(m => configuration.VrrpInstances[m].Priority == VrrpProtocol.OwnerPriority))];

        Instances = new InstanceSettings[configuration.VrrpInstances.Count];
        for (int i = 0; i < Instances.Length; i++)
        {
            VrrpInstance instance = configuration.VrrpInstances[i];
            int group = groupOf[i];
            List<TrackerUse> uses = [];
            AddUses(uses, instance, configuration, group, group >= 0 && hasOwner[group]);
            foreach (string name in staticGroups[instance.Name])
                uses.Add(new TrackerUse(trackerIndex[new TrackerKey(TrackerKind.StaticGroup, name)], TrackerKind.StaticGroup, 0));
            Instances[i] = new InstanceSettings(instance, [.. uses], group, group < 0 ? [i] : Groups[group]);
        }

        followers = FollowersByTracker();
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

    /// <summary>The instances that follow a tracker; members of one group one after the other.</summary>
    public ReadOnlySpan<int> FollowersOf(int tracker) => followers[tracker];

    private int[][] FollowersByTracker()
    {
        List<int>[] lists = [.. Trackers.Select(_ => new List<int>())];
        foreach (int i in Enumerable.Range(0, Instances.Length).OrderBy(i => Instances[i].Unit[0]))
        {
            foreach (TrackerUse use in Instances[i].Trackers)
            {
                List<int> list = lists[use.Tracker];
                if (list.Count == 0 || list[^1] != i) list.Add(i);
            }
        }

        return [.. lists.Select(l => l.ToArray())];
    }

    private static int[] MembersOf(VrrpSyncGroup group, Dictionary<string, int> indexOf)
    {
        if (group.Members.Count == 0) throw new ArgumentException($"Sync group {group.Name}: it has no members.");
        return
        [
            .. group.Members.Select(name => indexOf.TryGetValue(name, out int index)
                ? index
                : throw new ArgumentException($"Sync group {group.Name}: the instance {name} is not configured.")),
        ];
    }

    /// <summary>The group of each instance; -1: none.</summary>
    private int[] GroupsOf(HaConfiguration configuration)
    {
        int[] groupOf = new int[configuration.VrrpInstances.Count];
        Array.Fill(groupOf, -1);
        for (int g = 0; g < Groups.Length; g++)
        {
            foreach (int member in Groups[g])
            {
                if (groupOf[member] >= 0)
                {
                    throw new ArgumentException(
                        $"Sync group {configuration.SyncGroups[g].Name}: {configuration.VrrpInstances[member].Name} is a member already.");
                }

                groupOf[member] = g;
            }
        }

        return groupOf;
    }

    private void AddUses(List<TrackerUse> uses, VrrpInstance instance, HaConfiguration configuration, int group, bool groupHasOwner)
    {
        string user = $"VRRP instance {instance.Name}";
        VrrpSyncGroup? sync = group < 0 ? null : configuration.SyncGroups[group];
        List<TrackerUse> own = [];
        AddUses(own, user, instance.TrackScripts, instance.TrackInterfaces, instance.TrackFiles, instance.TrackProcesses, instance.TrackBfd);
        // In a group weights of one member's own would pull the members apart; so they are ignored unless they are asked for. The owner is
        // never moved by weights.
        bool withWeights = instance.Priority != VrrpProtocol.OwnerPriority && sync is null or { TrackingWeight: true };
        uses.AddRange(own.Where(u => withWeights || u.Weight == 0));
        if (sync is null) return;
        List<TrackerUse> shared = [];
        AddUses(
            shared, $"Sync group {sync.Name}",
            sync.TrackScripts, sync.TrackInterfaces, sync.TrackFiles, sync.TrackProcesses, sync.TrackBfd);
        // As keepalived: with an owner among the members, whose priority nothing moves, a group's weights are cleared, and a failure is a fault.
        uses.AddRange(shared.Select(u => groupHasOwner ? u with { Weight = 0 } : u));
    }

    private void AddUses(
        List<TrackerUse> uses,
        string user,
        ValueList<Tracked> trackScripts,
        ValueList<Tracked> trackInterfaces,
        ValueList<Tracked> trackFiles,
        ValueList<Tracked> trackProcesses,
        ValueList<Tracked> trackBfd)
    {
        foreach (Tracked t in trackScripts)
        {
            ScriptTracker s = Find(scripts, t, user, "script");
            uses.Add(Use(TrackerKind.Script, t, s.Weight, s.Reverse) with { InitFail = s.InitFail });
        }

        foreach (Tracked t in trackInterfaces) uses.Add(Use(TrackerKind.Interface, t, 0, false));
        foreach (Tracked t in trackFiles)
        {
            FileTracker f = Find(files, t, user, "file");
            uses.Add(Use(TrackerKind.File, t, f.Weight, f.Reverse));
        }

        foreach (Tracked t in trackProcesses)
        {
            ProcessTracker p = Find(processes, t, user, "process");
            uses.Add(Use(TrackerKind.Process, t, p.Weight, p.Reverse));
        }

        foreach (Tracked t in trackBfd)
        {
            BfdSession b = Find(sessions, t, user, "BFD session");
            uses.Add(Use(TrackerKind.Bfd, t, b.Weight, b.Reverse));
        }
    }

    private TrackerUse Use(TrackerKind kind, Tracked tracked, int weight, bool reverse) => new(
        trackerIndex[new TrackerKey(kind, tracked.Name)], kind, tracked.Weight ?? weight, tracked.Reverse ?? reverse);

    private static T Find<T>(Dictionary<string, T> known, Tracked tracked, string user, string what) =>
        known.TryGetValue(tracked.Name, out T? found)
            ? found
            : throw new ArgumentException($"{user}: the tracked {what} {tracked.Name} is not configured.");
}
