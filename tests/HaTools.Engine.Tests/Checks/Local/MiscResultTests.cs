using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Scripts;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Checks;

public sealed class MiscResultTests
{
    [Theory]
    [InlineData(0, true, true, null)]
    [InlineData(1, true, false, null)]
    [InlineData(2, true, true, 0)]
    [InlineData(3, true, true, 1)]
    [InlineData(126, true, true, 124)]
    [InlineData(255, true, true, 253)]
    [InlineData(0, false, true, null)]
    [InlineData(1, false, false, null)]
    [InlineData(2, false, false, null)]
    [InlineData(255, false, false, null)]
    public void An_exit_status_says_whether_the_server_may_serve_and_where_it_is_asked_for_its_weight(int status, bool saysWeight, bool success, int? weight)
    {
        var result = MiscResult.Of(ScriptOutcome.Of(new ChildExit(status, null), "", null), saysWeight);

        Assert.Equal((success, weight), (result.Success, result.Weight is { } word ? (int)word.ChangeOf(7) + 7 : null));
    }

    [Fact]
    public void Whatever_else_becomes_of_a_run_has_failed()
    {
        ScriptOutcome[] all = [ScriptOutcome.Of(new ChildExit(null, 15), "", null), ScriptOutcome.TimedOut, ScriptOutcome.StartHangs, ScriptOutcome.CannotRun("gone")];

        Assert.All(all, outcome => Assert.Equal(new MiscResult(false, null), MiscResult.Of(outcome, saysWeight: true)));
    }

    [Fact]
    public void Words_of_several_checks_add_up_and_stay_within_what_a_weight_can_be()
    {
        Assert.Equal(5, EffectiveWeight.Of(5, []));
        Assert.Equal(10, EffectiveWeight.Of(5, [CheckWeight.Instead(10)]));
        Assert.Equal(0, EffectiveWeight.Of(5, [CheckWeight.Instead(0)]));
        Assert.Equal(15, EffectiveWeight.Of(5, [CheckWeight.Instead(10), CheckWeight.Instead(10)]));
        Assert.Equal(12, EffectiveWeight.Of(5, [CheckWeight.Instead(10), CheckWeight.More(2)]));
        Assert.Equal(0, EffectiveWeight.Of(5, [CheckWeight.More(-6)]));
        Assert.Equal(65535, EffectiveWeight.Of(5, [CheckWeight.More(long.MaxValue), CheckWeight.More(long.MaxValue)]));
        Assert.Equal(0, EffectiveWeight.Of(5, [CheckWeight.More(long.MinValue), CheckWeight.More(100)]));
    }
}
