using System.Globalization;
using HaTools.Engine.DataPlane;
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

        // keepalived has always said FAULT of an instance that a reload took away, and does so until it is asked for the truth.
        string state = news.Kind == NotifyKind.Deleted && !told.SaysDeleted ? "FAULT" : news.Word;
        yield return general with
        {
            More = [Key.Owner == NotifyOwner.Group ? "GROUP" : "INSTANCE", Key.Name, state, news.Priority.ToString(CultureInfo.InvariantCulture)],
        };
    }

    /// <summary>Whether a service or a real server is told what it is.</summary>
    public bool Tells(bool up, HealthNews news) => news switch
    {
        HealthNews.Changed => true,
        HealthNews.Begins => told.Moments.HasFlag(up ? NotifyMoments.UpAtBegin : NotifyMoments.DownAtBegin),
        _ => false,
    };

    /// <summary>What is told at the node's stop; null: nothing.</summary>
    /// <param name="priority">The effective priority.</param>
    /// <param name="up">Whether the service has its quorum, the real server is up.</param>
    public NotifyNews? AtStop(int priority, bool up)
    {
        if (!Key.IsOfHealth) return new NotifyNews(NotifyKind.Stop, priority);
        bool tells = told.Moments.HasFlag(NotifyMoments.DownAtStopAnyway) || (up && told.Moments.HasFlag(NotifyMoments.DownAtStop));
        return tells ? new NotifyNews(NotifyKind.Down, 0) : null;
    }

    /// <summary>What is told when a reload takes the object away; null: nothing.</summary>
    /// <inheritdoc cref="AtStop"/>
    public NotifyNews? AtEnd(int priority, bool up) => Key.Owner switch
    {
        NotifyOwner.Instance => new NotifyNews(NotifyKind.Deleted, priority),
        NotifyOwner.Group => null,
        _ => up ? new NotifyNews(NotifyKind.Down, 0) : null,
    };
}
