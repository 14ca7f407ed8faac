using HaTools.Engine.Notify.Fifos;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Notify;

/// <summary>What the kernel says of those who read a FIFO, without one.</summary>
public sealed class FifoReadersTests
{
    private const uint Open = Libc.IN_OPEN, Read = Libc.IN_ACCESS, Close = Libc.IN_CLOSE_NOWRITE, Lost = Libc.IN_Q_OVERFLOW;

    private readonly FifoReaders readers = new();

    [Fact]
    public void The_opening_of_the_first_is_no_news_however_late_it_is_told()
    {
        readers.Begin();
        Assert.Equal(FifoNews.None, readers.Take([]));
        Assert.Equal(FifoNews.None, readers.Take([Open]));
        Assert.Equal(FifoNews.None, readers.Take([Open, Read, Read]));
        Assert.Equal(FifoNews.None, readers.Take([Read]));

        // Nor is that of the next, once it was opened for him.
        readers.Begin();
        Assert.Equal(FifoNews.None, readers.Take([Open, Close, Open]));
        Assert.Equal(FifoNews.None, readers.Take([Read]));
    }

    [Fact]
    public void Who_comes_or_goes_after_somebody_has_read_is_news()
    {
        readers.Begin();
        Assert.Equal(FifoNews.Come, readers.Take([Open, Read, Open]));
        Assert.Equal(FifoNews.Come, readers.Take([Open]));
        Assert.Equal(FifoNews.Gone, readers.Take([Read, Close, Read]));

        // Who has come is told at once, whoever has gone.
        Assert.Equal(FifoNews.Come, readers.Take([Close, Open]));
        Assert.Equal(FifoNews.Come, readers.Take([Open, Close]));
    }

    [Fact]
    public void What_was_lost_may_have_been_somebody()
    {
        readers.Begin();
        Assert.Equal(FifoNews.Come, readers.Take([Lost]));
        Assert.Equal(FifoNews.Come, readers.Take([Open]));
    }
}
