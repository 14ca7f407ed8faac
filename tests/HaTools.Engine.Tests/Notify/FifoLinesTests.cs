using System.Text;
using HaTools.Engine.Notify.Fifos;

namespace HaTools.Engine.Tests.Notify;

/// <summary>What is written to a FIFO, without one.</summary>
public sealed class FifoLinesTests
{
    private string[] present = ["a\n", "b\n"];

    [Fact]
    public void Who_begins_to_read_is_told_what_everything_is_and_then_what_happens()
    {
        var lines = new FifoLines(() => present);
        lines.Begin();
        Assert.True(lines.Tell("c\n"));
        Assert.Equal("a\nb\nc\n", Written(lines));
        Assert.True(lines.IsEmpty);
        Assert.Equal((3, 0), (lines.Written, lines.Dropped));

        // What waits for one who has gone is nothing to the next.
        _ = lines.Tell("d\n");
        lines.Wrote(1);
        present = ["d\n"];
        lines.Begin();
        Assert.Equal("d\n", Written(lines));
    }

    [Fact]
    public void What_waits_too_long_is_thrown_away_and_what_everything_is_follows()
    {
        var lines = new FifoLines(() => present);
        lines.Begin();
        Assert.Equal("a\nb\n", Written(lines));
        for (int i = 0; i < FifoLines.MostWaiting + present.Length; i++) Assert.True(lines.Tell($"line {i}\n"));

        // The first has been written in part: it comes to its end.
        lines.Wrote(2);
        Assert.False(lines.Tell("too much\n"));
        Assert.True(lines.Tell("more\n"));
        Assert.False(lines.IsEmpty);

        present = ["now\n"];
        Assert.Equal("ne 0\nnow\n", Written(lines));
        Assert.Equal(FifoLines.MostWaiting + 2 + 1, lines.Dropped);
        Assert.True(lines.Tell("after\n"));
        Assert.Equal("after\n", Written(lines));
    }

    [Fact]
    public void More_may_wait_where_more_is_to_be_said()
    {
        present = [.. Enumerable.Range(0, 3 * FifoLines.MostWaiting).Select(i => $"{i}\n")];
        var lines = new FifoLines(() => present);
        lines.Begin();
        Assert.True(lines.Tell("change\n"));
        Assert.Equal(string.Concat(present) + "change\n", Written(lines));
    }

    [Fact]
    public void What_is_said_once_more_follows_what_waits_and_throws_nothing_away()
    {
        present = [.. Enumerable.Range(0, 3 * FifoLines.MostWaiting).Select(i => $"{i}\n")];
        var lines = new FifoLines(() => ["a\n"]);
        lines.Begin();
        lines.Repeat();
        Assert.Equal("a\na\n", Written(lines));

        bool isMore = false;
        lines = new FifoLines(() => isMore ? present : ["a\n"]);
        lines.Begin();
        isMore = true;
        _ = lines.Tell("change\n");
        lines.Repeat();
        Assert.Equal("a\nchange\n" + string.Concat(present), Written(lines));
        Assert.Equal(0, lines.Dropped);

        // Again and again to one who does not read: what waits is bounded, and what is said at the end is what everything is.
        for (int i = 0; i < 9; i++) lines.Repeat();
        Assert.True(lines.Dropped > 0);
        present = ["now\n"];
        Assert.Equal("now\n", Written(lines));
    }

    private static string Written(FifoLines lines)
    {
        var text = new StringBuilder();
        while (lines.Next is { Length: > 0 } next)
        {
            text.Append(Encoding.UTF8.GetString(next));
            lines.Wrote(next.Length);
        }

        return text.ToString();
    }
}
