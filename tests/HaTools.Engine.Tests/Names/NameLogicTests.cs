using System.Net;
using HaTools.Engine.Names;

namespace HaTools.Engine.Tests.Names;

/// <summary>What answers mean as time goes on.</summary>
public sealed class NameLogicTests
{
    private const long Second = 1_000_000_000;

    private static readonly ResolverSettings Settings = new() { LeastTtl = TimeSpan.FromSeconds(5), LongestTtl = TimeSpan.FromSeconds(100), EmptyHold = TimeSpan.FromSeconds(60) };

    private static readonly NameAnswer One = NameAnswer.Of([IPAddress.Parse("192.0.2.1")]), Other = NameAnswer.Of([IPAddress.Parse("192.0.2.2")]);

    private static readonly NameResult Gone = new NameResult.Empty(Exists: false, 30), Silence = new NameResult.Failed("silence");

    private NameState state;
    private long now = 1000 * Second;

    [Theory]
    [InlineData(60, 60)]
    [InlineData(0, 5)]
    [InlineData(4, 5)]
    [InlineData(101, 100)]
    [InlineData(int.MaxValue, 100)]
    public void A_name_is_asked_for_when_its_answer_runs_out_within_bounds(uint ttl, int seconds)
    {
        Assert.Equal(NameWord.Changed, Take(new NameResult.Found(One, ttl)));
        Assert.Equal(now + (seconds * Second), state.Next);
        Assert.Equal(NameWord.None, Take(new NameResult.Found(One, ttl)));
        Assert.Equal(NameWord.Changed, Take(new NameResult.Found(Other, ttl)));
    }

    [Fact]
    public void Silence_takes_nothing_away_and_is_told_once_with_growing_pauses()
    {
        _ = Take(new NameResult.Found(One, 60));
        List<long> pauses = [];
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal(i == 0 ? NameWord.Failing : NameWord.None, Take(Silence));
            pauses.Add((state.Next - now) / Second);
            Assert.Equal(One, state.Answer);
            now = state.Next + (1000 * Second);
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 32, 32], pauses);
        Assert.Equal(NameWord.Recovered, Take(new NameResult.Found(One, 60)));
        Assert.Equal(NameWord.Failing, Take(Silence));
    }

    [Fact]
    public void That_it_has_nothing_must_be_said_for_a_time()
    {
        _ = Take(new NameResult.Found(One, 60));
        long began = now;
        Assert.Equal(NameWord.Held, Take(Gone));
        while (true)
        {
            Assert.Equal(One, state.Answer);
            Assert.InRange(state.Next - now, Second, 20 * Second);
            now = state.Next;
            if (Take(Gone) == NameWord.Emptied) break;
        }

        Assert.Equal((NameAnswer.None, 60 * Second, 30 * Second), (state.Answer, now - began, state.Next - now));
        Assert.Equal(NameWord.None, Take(Gone));
        Assert.Equal(NameWord.Changed, Take(new NameResult.Found(One, 60)));
    }

    [Fact]
    public void Two_slips_long_apart_empty_nothing()
    {
        _ = Take(new NameResult.Found(One, 60));
        _ = Take(Gone);
        now += 3600 * Second;
        Assert.Equal(NameWord.None, Take(Gone));
        Assert.Equal(One, state.Answer);
        Assert.Equal(NameWord.Recovered, Take(new NameResult.Found(One, 60)));
        Assert.Equal(NameWord.Held, Take(Gone));
    }

    [Fact]
    public void Silence_meanwhile_confirms_nothing()
    {
        _ = Take(new NameResult.Found(One, 60));
        _ = Take(Gone);
        for (int i = 0; i < 5; i++)
        {
            now += 100 * Second;
            _ = Take(Silence);
        }

        Assert.Equal(One, state.Answer);
        now += 100 * Second;
        Assert.Equal(NameWord.None, Take(Gone));
        Assert.Equal(NameWord.Emptied, Take(Gone));
    }

    [Fact]
    public void Without_a_hold_it_is_empty_at_once()
    {
        _ = Take(new NameResult.Found(One, 60));
        NameStep step = NameLogic.Step(state, Gone, Settings with { EmptyHold = TimeSpan.Zero }, now);
        Assert.Equal((NameWord.Emptied, NameAnswer.None), (step.Word, step.State.Answer));
    }

    [Fact]
    public void One_that_never_had_anything_is_told_once()
    {
        Assert.Equal(NameWord.Failing, Take(Silence));
        Assert.Null(state.Answer);
        Assert.Equal(NameWord.Emptied, Take(Gone));
        Assert.Equal(NameWord.None, Take(new NameResult.Empty(Exists: true, null)));
        Assert.Equal(10 * Second, state.Next - now);
    }

    private NameWord Take(NameResult result)
    {
        NameStep step = NameLogic.Step(state, result, Settings, now);
        state = step.State;
        return step.Word;
    }
}
