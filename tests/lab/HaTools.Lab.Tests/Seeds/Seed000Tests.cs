using HaTools.Lab.Playing;
using HaTools.Lab.Scenarios;
using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Seeds;

/// <summary>Section 四 of seed 000 (and of seed 004, its translation), step by step.</summary>
[Trait("Needs", "ipvs")]
public sealed class Seed000Tests(Seed000Tests.Run run) : IClassFixture<Seed000Tests.Run>
{
    [IpvsFact]
    public Task Beside_it_keepalived_loses_the_backups_share_4_of_24() => run.StepHoldsAsync("beside");

    [IpvsFact]
    public Task Section_四_step_1_both_sites_are_seen_and_24_of_24_clients_answered_by_weight() => run.StepHoldsAsync("四.1");

    [IpvsFact]
    public Task Section_四_step_2_the_master_is_shut_down_and_leaves_the_table_and_requests_go_to_the_backup() => run.StepHoldsAsync("四.2");

    [IpvsFact]
    public Task Section_四_step_3_the_backups_log_says_that_it_removes_the_master() => run.StepHoldsAsync("四.3");

    [IpvsFact]
    public Task Section_四_step_5_switched_on_the_master_is_found_well_and_put_back() => run.StepHoldsAsync("四.5");

    [IpvsFact]
    public Task Section_三_step_4_nginx_dies_and_the_monitor_scripts_weight_moves_the_address() => run.StepHoldsAsync("三.4");

    public sealed class Run() : ScenarioRun(new Seed000(), Cast.Hanode);
}
