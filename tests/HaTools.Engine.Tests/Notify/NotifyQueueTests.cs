using HaTools.Engine.Notify;

namespace HaTools.Engine.Tests.Notify;

public sealed class NotifyQueueTests
{
    private readonly NotifyQueue queue = new();
    private readonly List<NotifyNews> dropped = [];

    [Fact]
    public void What_comes_while_nothing_is_told_is_told_at_once()
    {
        Assert.Equal(NotifyKind.Backup, Post(NotifyKind.Backup));
        Assert.Null(queue.Ended());
        Assert.Equal(NotifyKind.Master, Post(NotifyKind.Master));
    }

    [Fact]
    public void States_that_pile_up_behind_a_slow_script_are_dropped_but_for_the_last()
    {
        Post(NotifyKind.Backup);
        Assert.Null(Post(NotifyKind.Master));
        Assert.Null(Post(NotifyKind.Fault));
        Assert.Null(Post(NotifyKind.Master));

        Assert.Equal([NotifyKind.Master, NotifyKind.Fault], dropped.Select(d => d.Kind));
        Assert.Equal(NotifyKind.Master, queue.Ended()?.Kind);
        Assert.Null(queue.Ended());
    }

    [Fact]
    public void A_state_that_is_being_told_is_not_told_twice()
    {
        Post(NotifyKind.Master);
        Post(NotifyKind.Backup);
        Post(NotifyKind.Master);

        Assert.Equal([NotifyKind.Backup], dropped.Select(d => d.Kind));
        Assert.Null(queue.Ended());
    }

    [Fact]
    public void Adverts_of_lower_priority_are_answered_once_after_what_is_being_told()
    {
        Post(NotifyKind.Master);
        Post(NotifyKind.LowerPriority);
        Post(NotifyKind.LowerPriority);

        Assert.Empty(dropped);
        Assert.Equal(NotifyKind.LowerPriority, queue.Ended()?.Kind);
        Assert.Null(queue.Ended());
    }

    [Fact]
    public void Adverts_of_lower_priority_are_not_answered_when_mastership_has_gone()
    {
        Post(NotifyKind.Master);
        Post(NotifyKind.LowerPriority);
        Post(NotifyKind.Backup);

        Assert.Equal([NotifyKind.LowerPriority], dropped.Select(d => d.Kind));
        Assert.Equal(NotifyKind.Backup, queue.Ended()?.Kind);
        Assert.Null(queue.Ended());
    }

    [Theory]
    [InlineData(NotifyKind.Stop)]
    [InlineData(NotifyKind.Deleted)]
    internal void The_end_is_told_after_what_is_being_told_and_nothing_follows_it(NotifyKind end)
    {
        Post(NotifyKind.Master);
        Assert.Null(Post(end));
        Assert.Null(Post(NotifyKind.Backup));

        Assert.Equal(end, queue.Ended()?.Kind);
        Assert.Null(queue.Ended());
        Assert.Null(Post(NotifyKind.Master));
    }

    [Fact]
    public void What_is_closed_tells_what_waits_and_nothing_that_comes()
    {
        Post(NotifyKind.Up);
        Post(NotifyKind.Down);
        queue.Close();

        Assert.Null(Post(NotifyKind.Up));
        Assert.Equal(NotifyKind.Down, queue.Ended()?.Kind);
        Assert.Null(queue.Ended());
        Assert.Null(Post(NotifyKind.Up));
    }

    [Fact]
    public void An_object_that_comes_again_is_told_again()
    {
        Post(NotifyKind.Deleted);
        queue.Ended();
        queue.Reopen();

        Assert.Equal(NotifyKind.Backup, Post(NotifyKind.Backup));
    }

    [Fact]
    public void Whatever_happens_the_last_state_is_the_last_that_is_told_and_nothing_is_lost_unsaid()
    {
        NotifyKind[] kinds = [NotifyKind.Master, NotifyKind.Backup, NotifyKind.Fault, NotifyKind.LowerPriority];
        for (int seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var one = new NotifyQueue();
            List<NotifyNews> left = [];
            NotifyKind? last = null, told = null;
            for (int step = 0; step < 30; step++)
            {
                NotifyNews? next;
                if (one.Running is not null && random.Next(3) == 0)
                {
                    next = one.Ended();
                }
                else
                {
                    NotifyKind kind = kinds[random.Next(kinds.Length)];
                    if (kind != NotifyKind.LowerPriority) last = kind;
                    next = one.Post(new NotifyNews(kind, step), left);
                }

                if (next is { Kind: not NotifyKind.LowerPriority } state) told = state.Kind;
            }

            while (one.Ended() is { } more)
            {
                if (more.Kind != NotifyKind.LowerPriority) told = more.Kind;
            }

            Assert.True(last == told, $"seed {seed}: the last state is {last}, the last told {told}");
        }
    }

    private NotifyKind? Post(NotifyKind kind) => queue.Post(new NotifyNews(kind, 100), dropped)?.Kind;
}
