using HaTools.Lab.Playing;
using HaTools.Lab.Scenarios;
using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Seeds;

/// <summary>
/// Section 6 of seed 001, step by step, and two deaths that it does not try. What holds of one daemon holds of the other.
/// </summary>
public abstract class Seed001Tests(ScenarioRun run)
{
    [LabFact]
    public Task Section_6_step_1_the_master_holds_the_virtual_address_and_the_client_is_answered() => run.StepHoldsAsync("6.1");

    [LabFact]
    public Task Section_6_step_2_stopped_the_master_gives_the_address_up() => run.StepHoldsAsync("6.2");

    [LabFact]
    public Task Section_6_step_3_the_loss_ends_with_answers_by_way_of_the_backup() => run.StepHoldsAsync("6.3");

    [LabFact]
    public Task Section_6_step_4_the_backup_holds_the_virtual_address() => run.StepHoldsAsync("6.4");

    [LabFact]
    public Task Section_6_steps_5_and_6_started_again_the_master_takes_the_address_back() => run.StepHoldsAsync("6.6");

    [LabFact]
    public Task The_backup_takes_over_from_a_master_killed_with_9() => run.StepHoldsAsync("kill");

    [LabFact]
    public Task The_backup_takes_over_from_a_master_without_power() => run.StepHoldsAsync("crash");

    [LabFact]
    public Task The_master_takes_the_address_back_after_a_boot() => run.StepHoldsAsync("back");
}

[Trait("Needs", "root")]
public sealed class Seed001WithKeepalivedTests(Seed001WithKeepalivedTests.Run run) : Seed001Tests(run),
    IClassFixture<Seed001WithKeepalivedTests.Run>
{
    public sealed class Run() : ScenarioRun(new Seed001(), Cast.Keepalived);
}

[Trait("Needs", "root")]
public sealed class Seed001WithHanodeTests(Seed001WithHanodeTests.Run run) : Seed001Tests(run), IClassFixture<Seed001WithHanodeTests.Run>
{
    public sealed class Run() : ScenarioRun(new Seed001(), Cast.Hanode);
}
