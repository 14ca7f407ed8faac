using HaTools.Lab.Scenarios;

namespace HaTools.Lab.Playing;

/// <summary>
/// A story that is played in the lab, step by step, and says at each step what must be true. The demo shows it; the tests judge it.
/// </summary>
internal abstract class Scenario
{
    /// <summary>As `./demo.sh NAME` calls it.</summary>
    public abstract string Name { get; }

    /// <summary>What it is about, in a line.</summary>
    public abstract string Title { get; }

    /// <summary>The text that it comes from.</summary>
    public abstract string Source { get; }

    /// <summary>Whether the kernel must have IPVS.</summary>
    public virtual bool NeedsIpvs => false;

    /// <summary>All of them, the default first.</summary>
    public static IReadOnlyList<Scenario> All { get; } = [new Seed001(), new Seed002(), new Seed000(), new Seed003()];

    /// <summary>The scenario of that name; null: there is none.</summary>
    public static Scenario? Find(string name) => All.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Plays it. Expectations that are not met are reported and do not throw; what throws is the lab itself failing.</summary>
    public abstract Task PlayAsync(Stage stage, Cast cast, CancellationToken stop);

    /// <summary>Sets the stage, plays, strikes the stage; true when all expectations were met.</summary>
    public async Task<bool> RunAsync(Cast cast, IPlayReport report, CancellationToken stop)
    {
        var stage = new Stage(report);
        stage.Tell(new ScenarioStarted(Name, Title, Source, cast.ToString(), Kernel()));
        string? failure = null;
        try
        {
            await PlayAsync(stage, cast, stop).ConfigureAwait(false);
        }
        catch (LabException e)
        {
            failure = e.Message;
        }
        finally
        {
            await stage.DisposeAsync().ConfigureAwait(false);
        }
        stage.Tell(new ScenarioEnded(stage.Met, stage.Unmet, failure));
        return failure is null && stage.Unmet == 0 && stage.Met > 0;
    }

    private static string Kernel() => File.ReadAllText("/proc/sys/kernel/osrelease").Trim() +
        (File.ReadAllText("/proc/cpuinfo").Contains("User Mode Linux", StringComparison.Ordinal) ? " (user-mode-linux)" : "");
}
