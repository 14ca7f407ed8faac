using HaTools.Engine.Vrrp;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>What is taken for a thread that hangs, and what is not.</summary>
public sealed class StandstillCountTests
{
    private const int Limit = 5;
    private readonly StandstillCount count = new(Limit);
    private TimeSpan processorTime;

    [Fact]
    public void A_thread_that_sleeps_while_something_is_due_hangs() => Assert.Equal(Limit + 2, LooksUntilHang(_ => Look('S')));

    [Fact]
    public void A_thread_that_spins_hangs()
    {
        Assert.Equal(Limit + 2, LooksUntilHang(_ => Look('R', 0.5)));
        Assert.Equal(TimeSpan.FromSeconds(Limit * 0.5), count.ProcessorTime);
    }

    [Fact]
    public void One_of_which_the_kernel_says_nothing_hangs() => Assert.Equal(Limit + 2, LooksUntilHang(_ => null));

    [Fact]
    public void One_that_has_nothing_to_do_does_not_hang() => Assert.Null(LooksUntilHang(_ => Look('S'), isDue: _ => false));

    [Fact]
    public void One_that_is_ready_and_not_let_run_does_not_hang() => Assert.Null(LooksUntilHang(_ => Look('R')));

    [Fact]
    public void One_inside_the_kernel_does_not_hang() => Assert.Null(LooksUntilHang(_ => Look('D')));

    [Fact]
    public void One_that_waits_for_another_inside_the_kernel_does_not_hang() => Assert.Null(LooksUntilHang(_ => Look('S'), isHeld: true));

    [Fact]
    public void Progress_begins_the_count_anew()
    {
        // A step at each fifth look.
        Assert.Null(LooksUntilHang(_ => Look('S'), steps: i => i / Limit));
        Assert.Null(LooksUntilHang(_ => Look('S'), isDue: i => i % Limit != 0));
    }

    [Fact]
    public void Looks_at_one_that_is_not_let_run_do_not_count_and_the_others_do() =>
        Assert.Equal((2 * Limit) + 1, LooksUntilHang(i => Look('R', i % 2 == 0 ? 0.1 : 0)));

    private ThreadStatus Look(char state, double seconds = 0)
    {
        processorTime += TimeSpan.FromSeconds(seconds);
        return new ThreadStatus(state, processorTime);
    }

    private int? LooksUntilHang(Func<int, ThreadStatus?> look, Func<int, long>? steps = null, Func<int, bool>? isDue = null, bool isHeld = false)
    {
        for (int i = 0; i < 100; i++)
        {
            if (count.Add(steps?.Invoke(i) ?? 7, isDue?.Invoke(i) ?? true, () => look(i), () => isHeld)) return i + 1;
        }

        return null;
    }
}
