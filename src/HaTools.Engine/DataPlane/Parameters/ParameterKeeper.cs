using HaTools.Engine.HostState;
using HaTools.Engine.Threading;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// Sets the parameters of the data plane (net.ipv4.vs), which are one set for all services of a network namespace, and gives back what they were; a file
/// remembers that for the successor of an engine that was killed. Where several nodes of one network namespace set the same, the last of them gives it back. They are
/// looked at every two seconds, since the kernel tells nobody when others change one. On one thread, in the node's network namespace.
/// </summary>
internal sealed class ParameterKeeper : IDisposable
{
    private const string Folder = "net/ipv4/vs/";
    private const string Subject = "ipvs.parameters";

    /// <summary>How the files of all nodes end.</summary>
    public const string Suffix = ".parameters.json";

    private readonly SortedDictionary<string, Kept<IpvsParameter, string>> kept = new(StringComparer.Ordinal);
    private readonly LazyPlane plane;
    private readonly string file;
    private readonly IServiceSink sink;
    private readonly Complaints complaints;
    private readonly Looks looks;
    private SysctlState? state;

    /// <param name="thread">That thread.</param>
    /// <param name="open">Opens the data plane.</param>
    /// <param name="file">The file.</param>
    /// <param name="sink">Hears what others change, and what of the file cannot be understood.</param>
    public ParameterKeeper(WorkThread thread, Func<IDataPlane> open, string file, IServiceSink sink)
    {
        (this.file, this.sink) = (file, sink);
        plane = new LazyPlane(open, Subject);
        complaints = new Complaints(sink, Subject);
        looks = new Looks(thread, now =>
        {
            Look(now);
            return kept.Count > 0;
        });
    }

    /// <summary>What becomes of the changes of others. <see cref="Apply"/> leaves what is asked for as before where they are left.</summary>
    public IpvsDriftPolicy Drift { get; set; }

    /// <summary>What is not as it should be, one sentence each.</summary>
    public IReadOnlyList<string> Complaints => complaints.All;

    // Not before it is needed: what the file says is about the network namespace of the thread that reads it.
    private SysctlState State => state ??= SysctlState.Load(file, text => sink.OnService("Warning", Subject, text, null));

    /// <summary>Makes sure that there is a data plane with these parameters, before anything is changed.</summary>
    /// <exception cref="HaEngineException">There is none, or it lacks some; the message names them all, with what they mean.</exception>
    public void Require(IReadOnlyList<IpvsParameterSetting> settings)
    {
        if (settings.Count == 0) return;
        if (!plane.Get().Capabilities.Parameters) throw new HaEngineException($"{Subject}: {plane.Get().Capabilities.Name} has no parameters; leave them out");
        var failures = new Failures();
        foreach (IpvsParameterSetting setting in settings)
        {
            failures.Try(() =>
            {
                IpvsParameter parameter = Known(setting);
                if (plane.Get().RequireParameter(parameter) is { } lack) throw Failure(parameter, lack);
            });
        }

        failures.Throw();
    }

    /// <summary>The first of these that the data plane has not; null: it has them all.</summary>
    /// <exception cref="HaEngineException">There is no data plane.</exception>
    public string? LackOf(IReadOnlyList<IpvsParameterSetting> settings)
    {
        if (settings.Count == 0) return null;
        if (!plane.Get().Capabilities.Parameters) return $"{plane.Get().Capabilities.Name} has no parameters";
        return settings.Select(s => plane.Get().RequireParameter(Known(s))).FirstOrDefault(lack => lack is not null);
    }

    /// <summary>Sets what is asked for, and gives back what is not asked for any more.</summary>
    /// <exception cref="HaEngineException">Some cannot be set or given back; the message names them all. The others are.</exception>
    public void Apply(IReadOnlyList<IpvsParameterSetting> settings)
    {
        if (settings.Count == 0 && kept.Count == 0 && state is null && !File.Exists(file)) return;
        HashSet<string> wanted = [.. settings.Select(s => s.Name)];
        foreach (string name in kept.Keys.Except(wanted).ToArray()) Forget(name);
        var failures = new Failures();
        foreach (IpvsParameterSetting setting in settings) failures.Try(() => Set(Known(setting), setting.Value));
        foreach (string path in State.Sysctls.Keys.Where(p => !wanted.Contains(p[Folder.Length..])).ToArray()) failures.Try(() => GiveBack(path));
        if (kept.Count > 0) looks.Begin();
        failures.Throw();
    }

    /// <summary>What the configuration sets, and what the kernel has.</summary>
    public IReadOnlyList<IpvsParameterState> GetStates() =>
    [
        .. kept.Values.Select(k => new IpvsParameterState
        {
            Name = k.What.Name, Wanted = k.Value, Value = plane.Get().ReadParameter(k.What), Meaning = k.What.Meaning,
        }),
    ];

    /// <summary>Sees what others have changed, and sets it right, or tells it where it is to be left.</summary>
    /// <param name="now">A time of <see cref="HaTools.Linux.MonotonicClock"/>.</param>
    public void Look(long now)
    {
        foreach (Kept<IpvsParameter, string> one in kept.Values)
        {
            if (plane.Get().ReadParameter(one.What) is not { } present)
                complaints.Set(one.What.Name, $"{one.What} is not there any more: its module was unloaded; it is set again when it is back");
            else if (one.What.IsSame(present, one.Value)) SeenRight(one, now);
            else if (Drift == IpvsDriftPolicy.Report) complaints.Set(one.What.Name, $"{Changed(one, present)}, and is left so (ipvs: drift: report)");
            else if (one.MaySetRight(now)) SetRight(one, present, now);
        }
    }

    public void Dispose() => plane.Dispose();

    /// <summary>Configurations are checked before they come here; those made by programs may not have been.</summary>
    private static IpvsParameter Known(IpvsParameterSetting setting)
    {
        IpvsParameter parameter = IpvsParameterCatalogue.Find(setting.Name)
            ?? throw new HaEngineException($"{Subject}: IPVS has no parameter '{setting.Name}'");
        return parameter.Refuse(setting.Value) is { } why ? throw new HaEngineException($"{why}. {parameter.Meaning}") : parameter;
    }

    private void Set(IpvsParameter parameter, string value)
    {
        string wanted = parameter.Normalize(value);
        if (Drift == IpvsDriftPolicy.Report && kept.TryGetValue(parameter.Name, out Kept<IpvsParameter, string>? left) && left.Value == wanted) return;
        string present = plane.Get().ReadParameter(parameter) ?? throw Failure(parameter, $"{parameter} is not there any more");
        string path = Folder + parameter.Name;

        // The file speaks of what was there before the first of us; what another node has set is not that.
        SysctlChange? known = State.Sysctls.GetValueOrDefault(path);
        string original = known?.Original ?? OfOthers(path).FirstOrDefault(c => parameter.IsSame(present, c.Ours))?.Original ?? present;
        if (!parameter.IsSame(present, wanted))
        {
            State.Sysctls[path] = new SysctlChange(original, wanted);
            State.Save(file);
            if (Write(parameter, wanted) is { } reason)
            {
                if (known is null) _ = State.Sysctls.Remove(path);
                else State.Sysctls[path] = known;
                State.Save(file);
                throw Failure(parameter, reason);
            }
        }
        else if (known is null ? !parameter.IsSame(original, wanted) : known.IsLeaving)
        {
            State.Sysctls[path] = new SysctlChange(original, wanted);
            State.Save(file);
        }

        if (!kept.TryGetValue(parameter.Name, out Kept<IpvsParameter, string>? before) || before.Value != wanted)
            kept[parameter.Name] = new Kept<IpvsParameter, string>(parameter, wanted);
        complaints.Clear(parameter.Name);
    }

    /// <summary>Writes, and reads back. Null: it is as it was written; else why not.</summary>
    private string? Write(IpvsParameter parameter, string value)
    {
        if (plane.Get().SetParameter(parameter, value) is { } reason) return $"{parameter} cannot be set to {value}: {reason}";
        string? now = plane.Get().ReadParameter(parameter);
        return now is not null && parameter.IsSame(now, value) ? null : $"{parameter} was set to {value} and is {now ?? "gone"}: somebody else is changing it too";
    }

    private void GiveBack(string path)
    {
        SysctlChange change = State.Sysctls[path];
        IpvsParameter? parameter = IpvsParameterCatalogue.Find(path[Folder.Length..]);

        // A value that is not ours was set by somebody since, and stays.
        if (parameter is not null && plane.Get().ReadParameter(parameter) is { } present && parameter.IsSame(present, change.Ours) && !IsLeftToOthers(path, change)
            && Write(parameter, change.Original) is { } reason)
            throw Failure(parameter, $"{reason}; it was {change.Original} before");
        _ = State.Sysctls.Remove(path);
        State.Save(file);
    }

    /// <summary>Whether another node has it at the same value. Each says first that it leaves, so that of two that leave together one gives it back, or both.</summary>
    private bool IsLeftToOthers(string path, SysctlChange change)
    {
        if (!OfOthers(path).Any()) return false;
        State.Sysctls[path] = change with { IsLeaving = true };
        try
        {
            State.Save(file);
        }
        catch (HaEngineException)
        {
            // A full disk keeps nothing from being given back; that the file could not be written is told when it is written next.
        }

        return OfOthers(path).Any(c => !c.IsLeaving && c.Ours == change.Ours);
    }

    /// <summary>What the files of other nodes of this network namespace say of a parameter.</summary>
    private IEnumerable<SysctlChange> OfOthers(string path)
    {
        if (Path.GetDirectoryName(file) is not { } folder || !Directory.Exists(folder)) yield break;
        foreach (string other in Directory.EnumerateFiles(folder, "*" + Suffix))
        {
            if (other != file && Peek(other)?.Sysctls.GetValueOrDefault(path) is { } change) yield return change;
        }
    }

    private SysctlState? Peek(string other)
    {
        try
        {
            return SysctlState.Peek(other);
        }
        catch (HaEngineException e)
        {
            sink.OnService("Warning", Subject, $"whether another node sets parameters too is not known: {e.Message}", null);
            return null;
        }
    }

    private void SeenRight(Kept<IpvsParameter, string> one, long now)
    {
        one.SeenRight(now);
        complaints.Clear(one.What.Name);
    }

    private void SetRight(Kept<IpvsParameter, string> one, string present, long now)
    {
        one.Pause(now);
        string change = Changed(one, present);
        if (Write(one.What, one.Value) is { } reason)
        {
            complaints.Set(one.What.Name, $"{change}, and cannot be set right: {reason}");
            return;
        }

        complaints.Clear(one.What.Name);
        sink.OnService("Warning", Subject, $"{change}, and is {one.Value} again", null);
    }

    private static string Changed(Kept<IpvsParameter, string> one, string present) => $"{one.What} was changed from {one.Value} to {present} by others";

    private void Forget(string name)
    {
        _ = kept.Remove(name);
        complaints.Clear(name);
    }

    private static HaEngineException Failure(IpvsParameter parameter, string what) => new($"{Subject}: {what}. {parameter.Meaning}");
}
