using HaTools.Lab.Playing;

namespace HaTools.Lab.Tests.Seeds;

/// <summary>A scenario played once, for tests that each judge one of its steps. It plays when the first of them asks.</summary>
public abstract class ScenarioRun
{
    private readonly CollectingReport report = new();
    private readonly Lazy<Task> play;

    private protected ScenarioRun(Scenario scenario, Cast cast)
    {
        play = new Lazy<Task>(async () =>
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(10));
            await scenario.RunAsync(cast, report, patience.Token);
        });
    }

    /// <summary>Asserts that the scenario came to a step, said what it expected there, and that all of it was met.</summary>
    internal async Task StepHoldsAsync(string step)
    {
        await play.Value;
        ExpectationChecked[] expectations = [.. report.Events.OfType<ExpectationChecked>().Where(e => e.Step == step)];
        string? failure = report.Events.OfType<ScenarioEnded>().Single().Failure;
        Assert.True(expectations.Length > 0, $"the scenario did not come to step {step}: {failure ?? "it has no such step"}");
        ExpectationChecked[] unmet = [.. expectations.Where(e => !e.Met)];
        Assert.True(unmet.Length == 0, string.Join('\n', unmet.Select(e => $"{e.Text}: {e.Detail}")) + "\n\n" + Story());
    }

    /// <summary>Asserts that the whole of it went well, whatever its steps.</summary>
    internal async Task AllHoldsAsync()
    {
        await play.Value;
        ScenarioEnded end = report.Events.OfType<ScenarioEnded>().Single();
        Assert.True(end is { Failure: null, Unmet: 0, Met: > 0 }, $"{end.Failure}\n{Story()}");
    }

    private string Story() => string.Join('\n', report.Events.Where(e => e is not ClientAsked).Select(e => e.ToString()));
}
