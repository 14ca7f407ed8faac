using System.Collections.Concurrent;
using HaTools.Configuration;
using HaTools.Engine.Checks;
using HaTools.Engine.Notify;
using HaTools.Engine.Notify.Fifos;
using HaTools.Engine.Threading;
using HaTools.Engine.Trackers;

namespace HaTools.Engine.Scripts;

/// <summary>What this host makes of a configuration's scripts: trackers', notifications', checks'.</summary>
/// <param name="Refusals">Why it cannot run here, one sentence for each script: no such user, a program that others than root could change.</param>
/// <param name="Concerns">What a person should know although it can.</param>
internal sealed record ScriptCheck(IReadOnlyList<string> Refusals, IReadOnlyList<string> Concerns)
{
    // Programs whose walks did not come back in time: the next reload does not send another thread after one that waits for its file server.
    private static readonly ConcurrentDictionary<string, Task> Lost = new();

    /// <summary>
    /// Looks at all scripts, and waits <see cref="FilePatience.Courtesy"/> at most for all of them together. One whose file system does not answer is no reason not to
    /// go on: its way is walked before each run as well, and it is not run before that.
    /// </summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="policy">What holds for all of its scripts.</param>
    public static async Task<ScriptCheck> OfAsync(HaConfiguration configuration, ScriptPolicy policy)
    {
        List<string> refusals = [];
        List<ScriptCommand> commands = [];
        foreach (ScriptTracker script in configuration.Scripts) Collect(() => TrackerRunner.CommandsOf(script, policy));
        foreach (NotifyObject told in NotifyObject.AllOf(configuration)) Collect(() => [.. new NotifyPlan(told, policy).Commands]);
        Collect(() => [.. FifoPlan.AllOf(configuration, policy).Select(f => f.Script).OfType<ScriptCommand>()]);

        foreach (MiscCheck check in configuration.VirtualServers.SelectMany(v => v.RealServers).SelectMany(r => r.Checks).OfType<MiscCheck>().DistinctBy(c => (c.Command, c.User)))
            Collect(() => [MiscRunner.CommandOf(check.Command, check.User, policy)]);

        Dictionary<ScriptCommand, Finding> found = await LookAsync(commands).ConfigureAwait(false);
        Finding[] findings = [.. commands.Select(c => found.TryGetValue(c, out Finding? finding) ? finding : new Finding(null, c.Unanswered))];
        refusals.AddRange(findings.Select(f => f.Refusal).OfType<string>());
        return new ScriptCheck(refusals, [.. findings.Where(f => f.Refusal is null).Select(f => f.Concern).OfType<string>(), .. OfDefaultUser(commands)]);

        void Collect(Func<IReadOnlyList<ScriptCommand>> list)
        {
            try
            {
                commands.AddRange(list());
            }
            catch (HaEngineException e)
            {
                refusals.Add(e.Message);
            }
        }
    }

    // keepalived does the same and says nothing. Its scripts may need it: one that asks others' processes (killall -0) fails as anybody else.
    private static IEnumerable<string> OfDefaultUser(List<ScriptCommand> commands)
    {
        string[] byDefault = [.. commands.Where(c => c.IsRootByDefault).Select(c => c.What).Distinct()];
        if (byDefault.Length == 0) yield break;
        string verb = byDefault.Length == 1 ? "runs" : "run";
        yield return $"{string.Join(", ", byDefault)} {verb} as root: neither a user, nor script_user, nor a user {ScriptUserNames.Standard} on this host says otherwise "
            + $"(one without rights: useradd -r {ScriptUserNames.Standard}; to mean root: script_user root)";
    }

    /// <summary>What there is to say of those that could be looked at in time.</summary>
    private static async Task<Dictionary<ScriptCommand, Finding>> LookAsync(IReadOnlyList<ScriptCommand> commands)
    {
        Dictionary<ScriptCommand, Finding> found = [];
        List<(ScriptCommand[] Commands, Task<Finding[]> Walk)> walks = [];
        foreach (IGrouping<string, ScriptCommand> program in commands.GroupBy(c => c.Program))
        {
            if (Lost.TryGetValue(program.Key, out Task? lost) && !lost.IsCompleted) continue;
            ScriptCommand[] same = [.. program];
            walks.Add((same, Errand.Begin("script-look", () => same.Select(Finding.Of).ToArray())));
        }

        try
        {
            _ = await Task.WhenAll(walks.Select(w => w.Walk)).WaitAsync(FilePatience.Courtesy).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Those that have come back count.
        }

        foreach ((ScriptCommand[] same, Task<Finding[]> walk) in walks)
        {
            if (!walk.IsCompleted)
            {
                Lost[same[0].Program] = walk;
                continue;
            }

            _ = Lost.TryRemove(same[0].Program, out _);
            foreach ((ScriptCommand command, Finding finding) in same.Zip(await walk.ConfigureAwait(false))) found.Add(command, finding);
        }

        return found;
    }

    private sealed record Finding(string? Refusal, string? Concern)
    {
        public static Finding Of(ScriptCommand command) => command.Refusal() is { } refusal ? new Finding(refusal, null) : new Finding(null, command.Concern());
    }
}
