using HaTools.Lab.Playing;
using HaTools.Lab.Scenarios;
using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Seeds;

/// <summary>
/// Section 4 of seed 002, step by step, and what its section 5 says of a web server; the real servers are prepared by hanode.
/// </summary>
[Trait("Needs", "ipvs")]
public sealed class Seed002Tests(Seed002Tests.Run run) : IClassFixture<Seed002Tests.Run>
{
    [IpvsFact]
    public Task Section_3_3_the_real_servers_are_prepared_by_hanode_as_by_the_script() => run.StepHoldsAsync("3.3");

    [IpvsFact]
    public Task Section_4_step_1_dir1_holds_the_virtual_address() => run.StepHoldsAsync("4.1");

    [IpvsFact]
    public Task Section_4_step_2_dir1_says_so_and_balances_over_both_real_servers() => run.StepHoldsAsync("4.2");

    [IpvsFact]
    public Task Section_4_step_3_dir2_does_not_hold_it() => run.StepHoldsAsync("4.3");

    [IpvsFact]
    public Task Section_4_step_4_dir1_is_stopped_and_dir2_balances_on() => run.StepHoldsAsync("4.4");

    [IpvsFact]
    public Task Section_4_step_5_dir1_is_started_and_takes_the_address_back() => run.StepHoldsAsync("4.5");

    [IpvsFact]
    public Task Section_5_a_web_server_that_is_stopped_leaves_the_table_and_comes_back_when_it_is_started() => run.StepHoldsAsync("5");

    public sealed class Run() : ScenarioRun(new Seed002(), Cast.Hanode);
}
