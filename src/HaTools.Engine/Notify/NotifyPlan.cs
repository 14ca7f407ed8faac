using System.Globalization;
using HaTools.Engine.Scripts;

namespace HaTools.Engine.Notify;

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
    private readonly NotifyObject told;

    /// <exception cref="HaEngineException">A user that does not exist, a command line that cannot be read.</exception>
    public NotifyPlan(NotifyObject told, ScriptPolicy policy)
    {
        this.told = told;
        foreach ((NotifyKind? kind, string keyword, NotifyScript script) in told.Scripts)
        {
            string what = $"{keyword} of {told.Key.Name}";
            var run = new NotifyRun(keyword, new ScriptCommand(what, script.Command, policy.Users.Of(script.User, what), policy), []);
            if (kind is { } own) byKind.Add(own, run);
            else any = run;
        }
    }

    /// <summary>Whose they are.</summary>
    public NotifyKey Key => told.Key;

    /// <summary>All commands.</summary>
    public IEnumerable<ScriptCommand> Commands => byKind.Values.Concat(any is { } one ? [one] : []).Select(r => r.Command);

    /// <summary>What is run for something, in keepalived's order: the one for it, then <c>notify</c> with its four arguments.</summary>
    public IEnumerable<NotifyRun> Runs(NotifyNews news)
    {
        if (byKind.TryGetValue(news.Kind, out NotifyRun? own)) yield return own;
        if (any is not { } general || news.Kind == NotifyKind.LowerPriority) yield break;
        yield return general with
        {
            More = [Key.Owner == NotifyOwner.Group ? "GROUP" : "INSTANCE", Key.Name, told.WordOf(news), news.Priority.ToString(CultureInfo.InvariantCulture)],
        };
    }
}
