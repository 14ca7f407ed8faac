using HaTools.Engine.DataPlane;

namespace HaTools.Engine.Tests.DataPlane.Drain;

/// <summary>Drains in virtual time: looks a second apart.</summary>
public sealed class DrainLogicTests
{
    private const long Second = 1_000_000_000;
    private readonly List<DrainWord> words = [];
    private readonly List<long> writes = [];
    private DrainState? state;
    private long now = 100 * Second;

    [Fact]
    public void A_server_that_left_goes_when_its_last_connection_is_gone()
    {
        Begin(IpvsDrainCause.Left, 60, active: 2);
        Look(2);
        Look(1);
        Assert.NotNull(state);
        Look(0);
        Assert.NotNull(state);
        Look(0);
        Assert.Null(state);
        Assert.Equal([DrainWord.Begun, DrainWord.Removed], words);
        Assert.Equal([0, 4], writes);
    }

    [Fact]
    public void One_look_without_connections_is_not_enough()
    {
        Begin(IpvsDrainCause.Left, 60);
        for (int i = 0; i < 10; i++)
        {
            Look(0);
            Look(1);
        }

        Assert.Equal(IpvsDrainPhase.Draining, state!.Phase);
    }

    [Fact]
    public void What_is_counted_before_weight_0_is_in_force_says_nothing()
    {
        Step(new DrainEvent.Begun(IpvsDrainCause.Left, TimeSpan.FromSeconds(60), Remove: true, default));
        for (int i = 0; i < 10; i++) Look(0);
        Assert.NotNull(state);
        Step(new DrainEvent.InForce());
        Look(0);
        Assert.NotNull(state);
        Look(0);
        Assert.Null(state);
    }

    [Fact]
    public void The_deadline_takes_it_out_with_what_is_left()
    {
        Begin(IpvsDrainCause.Left, 10, active: 3);
        for (int i = 0; i < 9; i++) Look(3);
        Assert.NotNull(state);
        Look(3);
        Assert.Null(state);
        Assert.Equal([DrainWord.Begun, DrainWord.CutOff], words);
        Assert.Equal([0, 10], writes);
    }

    [Fact]
    public void The_deadline_holds_where_weight_0_cannot_be_written()
    {
        Step(new DrainEvent.Begun(IpvsDrainCause.Left, TimeSpan.FromSeconds(3), Remove: true, default));
        for (int i = 0; i < 3; i++) Look(1);
        Assert.Null(state);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Persistent_clients_are_waited_for_where_they_keep_coming(bool waits)
    {
        Begin(IpvsDrainCause.Left, 60);
        for (int i = 0; i < 5; i++) Look(0, persistent: 4, waits);
        Assert.Equal(waits, state is not null);
        Look(0, persistent: 0, waits);
        Look(0, persistent: 0, waits);
        Assert.Null(state);
    }

    [Fact]
    public void Inactive_connections_are_not_waited_for()
    {
        Begin(IpvsDrainCause.Left, 60);
        Look(0, inactive: 50);
        Look(0, inactive: 50);
        Assert.Null(state);
    }

    [Fact]
    public void Changes_are_told_every_five_seconds_and_only_when_there_are_any()
    {
        Begin(IpvsDrainCause.Left, 600, active: 100);
        for (int i = 1; i <= 20; i++) Look(100 - i);
        Assert.Equal(4, words.Count(w => w == DrainWord.Progress));
        for (int i = 1; i <= 20; i++) Look(80);
        Assert.Equal(4, words.Count(w => w == DrainWord.Progress));
        Look(79);
        Assert.Equal(5, words.Count(w => w == DrainWord.Progress));
    }

    [Fact]
    public void One_that_comes_back_into_the_configuration_has_its_weight_again()
    {
        Begin(IpvsDrainCause.Left, 60, active: 1);
        Look(1);
        Step(new DrainEvent.Returned());
        Assert.Null(state);
        Assert.Equal([DrainWord.Begun, DrainWord.Returned], words);
        Assert.Equal([0, 1], writes);
    }

    [Fact]
    public void By_hand_it_stays_at_weight_0_until_it_is_restored()
    {
        Begin(IpvsDrainCause.ByHand, null, active: 1);
        for (int i = 0; i < 1000; i++) Look(1);
        Assert.Equal(IpvsDrainPhase.Draining, state!.Phase);
        Look(0);
        Look(0);
        Look(0);
        Assert.Equal(IpvsDrainPhase.Drained, state.Phase);
        Step(new DrainEvent.Returned());
        Assert.NotNull(state);
        Step(new DrainEvent.Restored());
        Assert.Null(state);
        Assert.Equal([DrainWord.Begun, DrainWord.Drained, DrainWord.Restored], words);
        Assert.Equal([0, 1003], writes);
    }

    [Fact]
    public void By_hand_with_a_limit_it_says_what_is_left_and_goes_on_looking()
    {
        Begin(IpvsDrainCause.ByHand, 5, active: 1);
        for (int i = 0; i < 8; i++) Look(1);
        Assert.Equal(IpvsDrainPhase.Expired, state!.Phase);
        Look(0);
        Look(0);
        Assert.Equal(IpvsDrainPhase.Drained, state.Phase);
        Assert.Equal([DrainWord.Begun, DrainWord.Expired, DrainWord.Drained], words);
        Assert.Equal([0], writes);
    }

    [Theory]
    [InlineData(0, "Removed")]
    [InlineData(1, "CutOff")]
    public void By_hand_with_removal_it_is_out_until_it_is_restored(long active, string word)
    {
        Begin(IpvsDrainCause.ByHand, 5, active, remove: true);
        for (int i = 0; i < 20; i++) Look(active);
        Assert.Equal(IpvsDrainPhase.Removed, state!.Phase);
        Step(new DrainEvent.Restored());
        Assert.Null(state);
        Assert.Equal(["Begun", word, "Restored"], words.Select(w => w.ToString()));
        Assert.Equal(3, writes.Count);
    }

    [Fact]
    public void A_drained_server_that_somebody_finds_again_is_draining_again()
    {
        Begin(IpvsDrainCause.ByHand, 30);
        Look(0);
        Look(0);
        Assert.Equal(IpvsDrainPhase.Drained, state!.Phase);
        for (int i = 0; i < 60; i++) Look(1);
        Assert.Equal(IpvsDrainPhase.Draining, state.Phase);
        Look(0);
        Look(0);
        Assert.Equal(IpvsDrainPhase.Drained, state.Phase);
    }

    [Fact]
    public void A_second_request_has_the_last_word_on_limit_and_removal()
    {
        Begin(IpvsDrainCause.ByHand, 5, active: 1);
        for (int i = 0; i < 4; i++) Look(1);
        Step(new DrainEvent.Begun(IpvsDrainCause.ByHand, TimeSpan.FromSeconds(60), Remove: true, default));
        for (int i = 0; i < 59; i++) Look(1);
        Assert.Equal(IpvsDrainPhase.Draining, state!.Phase);
        Look(1);
        Assert.Equal(IpvsDrainPhase.Removed, state.Phase);

        // Asked for without removal, it comes back with weight 0.
        Step(new DrainEvent.Begun(IpvsDrainCause.ByHand, null, Remove: false, default));
        Assert.Equal((IpvsDrainPhase.Draining, 3), (state.Phase, writes.Count));
    }

    [Fact]
    public void A_failed_check_ends_the_wait_and_not_what_was_asked_for()
    {
        Begin(IpvsDrainCause.ByHand, 60, active: 3);
        Step(new DrainEvent.Failed());
        Assert.Equal((IpvsDrainPhase.Drained, false), (state!.Phase, state.InForce));
        Step(new DrainEvent.Failed());
        Step(new DrainEvent.InForce());
        Look(0);
        Look(0);
        Assert.Equal(IpvsDrainPhase.Drained, state.Phase);
        Assert.Equal([DrainWord.Begun, DrainWord.Failed], words);
    }

    [Theory]
    [InlineData(null, "CutOff")]
    [InlineData(30, "Renewed")]
    public void One_drained_by_hand_that_leaves_goes_on_as_one_that_left(int? limit, string word)
    {
        Begin(IpvsDrainCause.ByHand, null, active: 1);
        Look(1);
        Step(new DrainEvent.Left(limit is { } seconds ? TimeSpan.FromSeconds(seconds) : null));
        Assert.Equal(word, words[^1].ToString());
        Assert.Equal(limit is null, state is null);
        for (int i = 0; i < 30 && state is not null; i++) Look(1);
        Assert.Null(state);
        Assert.Equal(DrainWord.CutOff, words[^1]);
    }

    [Fact]
    public void One_that_was_drained_already_leaves_at_once()
    {
        Begin(IpvsDrainCause.ByHand, null);
        Look(0);
        Look(0);
        Step(new DrainEvent.Left(TimeSpan.FromSeconds(30)));
        Assert.Null(state);
        Assert.Equal(DrainWord.Removed, words[^1]);
    }

    [Fact]
    public void With_a_service_that_is_unloaded_what_left_is_gone_and_what_an_administrator_asked_for_holds()
    {
        Begin(IpvsDrainCause.Left, 60, active: 1);
        Step(new DrainEvent.Unloaded());
        Assert.Null(state);
        Begin(IpvsDrainCause.ByHand, 60, active: 1);
        Look(1);
        Step(new DrainEvent.Unloaded());
        Assert.Equal((IpvsDrainPhase.Draining, false), (state!.Phase, state.InForce));
        Step(new DrainEvent.ServiceGone());
        Assert.Null(state);
    }

    private void Begin(IpvsDrainCause cause, int? seconds, long active = 0, bool remove = false)
    {
        now = 100 * Second;
        Step(new DrainEvent.Begun(cause, seconds is { } s ? TimeSpan.FromSeconds(s) : null, remove, new DrainCounts(active, 0, 0)));
        Step(new DrainEvent.InForce());
    }

    private void Look(long active, long persistent = 0, bool waits = false, long inactive = 0)
    {
        now += Second;
        Step(new DrainEvent.Counted(new DrainCounts(active, inactive, persistent), waits));
    }

    private void Step(DrainEvent happened)
    {
        DrainStep step = DrainLogic.Step(state, happened, now);
        state = step.Next;
        if (step.Word != DrainWord.None) words.Add(step.Word);
        if (step.Write) writes.Add((now / Second) - 100);
    }
}
