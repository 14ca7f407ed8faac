using System.Globalization;
using HaTools.Engine.Scripts;

namespace HaTools.Engine.Notify;

/// <summary>An instance or a group.</summary>
internal sealed record NotifyKey(bool IsGroup, string Name)
{
    public override string ToString() => IsGroup ? $"VRRP_Group({Name})" : $"({Name})";
}

/// <summary>A run that is to be made.</summary>
/// <param name="Keyword">keepalived's name of the script: <c>notify_master</c>.</param>
/// <param name="Command">What is run.</param>
/// <param name="More">Arguments after its own.</param>
internal sealed record NotifyRun(string Keyword, ScriptCommand Command, string[] More);

/// <summary>The scripts of one object, made ready.</summary>
internal sealed class NotifyPlan
{
    private readonly Dictionary<NotifyKind, NotifyRun> byKind = [];
    private readonly NotifyRun? any;
    private readonly NotifyKey key;
    private readonly bool saysDeleted;

    /// <exception cref="HaEngineException">A user that does not exist, a command line that cannot be read.</exception>
    public NotifyPlan(NotifyKey key, NotifyScripts scripts, ScriptPolicy policy)
    {
        this.key = key;
        saysDeleted = scripts.SaysDeleted;
        Add(NotifyKind.Master, "notify_master", scripts.Master);
        Add(NotifyKind.Backup, "notify_backup", scripts.Backup);
        Add(NotifyKind.Fault, "notify_fault", scripts.Fault);
        Add(NotifyKind.Stop, "notify_stop", scripts.Stop);
        Add(NotifyKind.Deleted, "notify_deleted", scripts.Deleted);
        Add(NotifyKind.LowerPriority, "notify_master_rx_lower_pri", scripts.MasterReceivedLowerPriority);
        any = Make("notify", scripts.Any);

        void Add(NotifyKind kind, string keyword, NotifyScript? script)
        {
            if (Make(keyword, script) is { } run) byKind.Add(kind, run);
        }

        NotifyRun? Make(string keyword, NotifyScript? script)
        {
            if (script is null) return null;
            string what = $"{keyword} of {key.Name}";
            return new NotifyRun(keyword, new ScriptCommand(what, script.Command, policy.Users.Of(script.User, what), policy), []);
        }
    }

    /// <summary>Whose they are.</summary>
    public NotifyKey Key => key;

    /// <summary>All commands.</summary>
    public IEnumerable<ScriptCommand> Commands => byKind.Values.Concat(any is { } one ? [one] : []).Select(r => r.Command);

    /// <summary>The objects of a configuration that have scripts, and these.</summary>
    public static IEnumerable<(NotifyKey Key, NotifyScripts Scripts)> ScriptedOf(HaConfiguration configuration) =>
        configuration.VrrpInstances.Select(i => (new NotifyKey(false, i.Name), i.Notify))
            .Concat(configuration.SyncGroups.Select(g => (new NotifyKey(true, g.Name), g.Notify)))
            .Where(o => o.Notify != NotifyScripts.None);

    /// <summary>The plans of a configuration: those of objects that have scripts.</summary>
    /// <exception cref="HaEngineException">A user that does not exist, a command line that cannot be read.</exception>
    public static IReadOnlyList<NotifyPlan> Of(HaConfiguration configuration, ScriptPolicy policy) =>
        [.. ScriptedOf(configuration).Select(o => new NotifyPlan(o.Key, o.Scripts, policy))];

    /// <summary>All commands of a configuration.</summary>
    /// <inheritdoc cref="Of"/>
    public static IReadOnlyList<ScriptCommand> CommandsOf(HaConfiguration configuration, ScriptPolicy policy) =>
        [.. Of(configuration, policy).SelectMany(p => p.Commands)];

    /// <summary>What is run for something, in keepalived's order: the one for it, then <c>notify</c> with its four arguments.</summary>
    public IEnumerable<NotifyRun> Runs(NotifyNews news)
    {
        if (byKind.TryGetValue(news.Kind, out NotifyRun? own)) yield return own;
        if (any is not { } general || news.Kind == NotifyKind.LowerPriority) yield break;

        // keepalived has always said FAULT of an instance that a reload took away, and does so until it is asked for the truth.
        string state = news.Kind == NotifyKind.Deleted && !saysDeleted ? "FAULT" : news.Word;
        yield return general with
        {
            More = [key.IsGroup ? "GROUP" : "INSTANCE", key.Name, state, news.Priority.ToString(CultureInfo.InvariantCulture)],
        };
    }
}
