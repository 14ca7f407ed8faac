using HaTools.Lab.Playing;
using HaTools.Lab.Scenarios;
using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Seeds;

/// <summary>
/// Seed 003: a labelled address, a script that repairs or gives up, nopreempt. What holds of one daemon holds of the other.
/// </summary>
public abstract class Seed003Tests(ScenarioRun run)
{
    [LabFact]
    public Task The_master_holds_the_address_under_its_label() => run.StepHoldsAsync("4.2");

    [LabFact]
    public Task The_script_starts_nginx_again_and_the_address_does_not_move() => run.StepHoldsAsync("restart");

    [LabFact]
    public Task When_nginx_cannot_be_started_the_script_gives_the_address_up() => run.StepHoldsAsync("give up");

    [LabFact]
    public Task Nopreempt_with_state_master_preempts() => run.StepHoldsAsync("return");

    [LabFact]
    public Task Nopreempt_with_state_backup_on_both_leaves_the_address_where_it_is() => run.StepHoldsAsync("nopreempt");
}

[Trait("Needs", "root")]
public sealed class Seed003WithKeepalivedTests(Seed003WithKeepalivedTests.Run run) : Seed003Tests(run),
    IClassFixture<Seed003WithKeepalivedTests.Run>
{
    public sealed class Run() : ScenarioRun(new Seed003(), Cast.Keepalived);
}

[Trait("Needs", "root")]
public sealed class Seed003WithHanodeTests(Seed003WithHanodeTests.Run run) : Seed003Tests(run), IClassFixture<Seed003WithHanodeTests.Run>
{
    private readonly Run run = run;

    [LabFact]
    public Task Recover_does_the_same_without_a_script_and_the_address_comes_back_by_itself() => run.StepHoldsAsync("recover");

    public sealed class Run() : ScenarioRun(new Seed003(), Cast.Hanode);
}
