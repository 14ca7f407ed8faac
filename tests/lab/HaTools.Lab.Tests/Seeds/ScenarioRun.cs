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
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(18));
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
        bool brokeHere = failure is not null && report.Events.OfType<StepStarted>().Last().Id == step;
        Assert.False(brokeHere, $"the lab failed in this step: {failure}\n\n{Story()}");
        ExpectationChecked[] unmet = [.. expectations.Where(e => !e.Met)];
        Assert.True(unmet.Length == 0, string.Join('\n', unmet.Select(e => $"{e.Text}: {e.Detail}")) + "\n\n" + Story());
    }

    private string Story() => string.Join('\n', report.Events.Where(e => e is not ClientAsked).Select(e => e.ToString()));
}
