namespace HaTools.Engine.DataPlane;

/// <summary>
/// Which services in the plane are this node's: remembered in a file (<c>NODE.services.json</c>) before they are written, so that the successor of an engine that
/// was killed knows what of the table is its own, and never takes a service of others for it. On one thread, in the node's network namespace.
/// </summary>
/// <param name="folder">The run directory, where the files of other nodes are too; null: nothing is remembered.</param>
/// <param name="node">The node's name.</param>
/// <param name="tell">Hears that a file cannot be understood, or is about something else.</param>
internal sealed class ServiceMemory(string? folder, string node, Action<string>? tell = null)
{
    private const string Suffix = ".services.json";

    private ServiceState? state;
    private HashSet<ServiceKey>? keys;

    /// <summary>How many services the file still names that are not ours any more.</summary>
    private int stale;

    /// <summary>Why the file is not what it should be; null: it is.</summary>
    public string? Complaint { get; private set; }

    /// <summary>The services that are ours. Those that the file names, at first: not before it is needed, since the file is about the thread's namespace.</summary>
    public IReadOnlySet<ServiceKey> Ours => keys ??= Load();

    /// <summary>How often the file was written, and how many names in all, for tests that count work.</summary>
    public int Writes { get; private set; }

    /// <inheritdoc cref="Writes"/>
    public long WrittenNames { get; private set; }

    private string? Own => folder is null ? null : Path.Combine(folder, node + Suffix);

    /// <summary>Some are ours from now on; called before they are written. Where the file cannot be written they are served all the same.</summary>
    public void Add(IEnumerable<ServiceKey> added)
    {
        int before = Ours.Count;
        keys!.UnionWith(added);
        if (keys.Count != before || Complaint is not null) Save();
    }

    /// <summary>
    /// Some are not ours any more: they have gone, or another node has them. While more are about to go the file may name them for a little longer, which a successor looks for
    /// in vain; it is written anew when half of what it names has gone, so that a removal of many costs no more than the writing of twice as many names, however it is portioned.
    /// </summary>
    /// <param name="removed">The services.</param>
    /// <param name="moreToCome">Whether this is called once more soon, also where nothing else has gone by then.</param>
    public void Remove(IEnumerable<ServiceKey> removed, bool moreToCome = false)
    {
        int before = Ours.Count;
        keys!.ExceptWith(removed);
        stale += before - keys.Count;
        if (stale > 0 ? !moreToCome || stale >= keys.Count : Complaint is not null) Save();
    }

    /// <summary>Tries once more to write the file where that has failed.</summary>
    public void TryAgain()
    {
        if (Complaint is not null) Save();
    }

    /// <summary>What other nodes of this network namespace remember as theirs, each with the node's name.</summary>
    /// <exception cref="HaEngineException">One of the files cannot be read: what the node has is not known.</exception>
    public Dictionary<ServiceKey, string> OfOthers() => folder is null ? [] : OfNodes(folder, other => other != node);

    /// <summary>What nodes of the calling thread's network namespace remember as theirs, each with the node's name.</summary>
    /// <param name="folder">The run directory.</param>
    /// <param name="isMeant">Whether a node of that name is asked for.</param>
    /// <exception cref="HaEngineException">One of the files cannot be read: what the node has is not known.</exception>
    public static Dictionary<ServiceKey, string> OfNodes(string folder, Func<string, bool> isMeant)
    {
        Dictionary<ServiceKey, string> theirs = [];
        if (!Directory.Exists(folder)) return theirs;
        foreach (string path in Directory.EnumerateFiles(folder, "*" + Suffix))
        {
            string name = Path.GetFileName(path)[..^Suffix.Length];
            if (!isMeant(name) || ServiceState.Peek(path) is not { } known) continue;
            foreach (string text in known.Services)
            {
                if (!ServiceKey.TryParse(text, out ServiceKey? key)) throw new HaEngineException($"{path} cannot be understood: '{text}' is no service");
                theirs[key] = name;
            }
        }

        return theirs;
    }

    private HashSet<ServiceKey> Load()
    {
        state = Own is { } path ? ServiceState.Load(path, tell) : new ServiceState();
        HashSet<ServiceKey> known = [];
        foreach (string text in state.Services)
        {
            if (ServiceKey.TryParse(text, out ServiceKey? key)) _ = known.Add(key);
            else tell?.Invoke($"{Own}: '{text}' is no service, and is passed over");
        }

        return known;
    }

    private void Save()
    {
        stale = 0;
        if (Own is not { } path) return;
        Writes++;
        WrittenNames += keys!.Count;
        try
        {
            (state! with { Services = [.. keys.Select(k => k.ToString()).Order(StringComparer.Ordinal)] }).Save(path);
            Complaint = null;
        }
        catch (HaEngineException e)
        {
            if (Complaint is null) tell?.Invoke(Words(e));
            Complaint = Words(e);
        }

        static string Words(HaEngineException e) => $"the services that are this node's: {e.Message}; after a crash, those that are no longer configured then will stay in the table";
    }
}
