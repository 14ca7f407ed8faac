namespace HaTools.Linux.Tests;

public sealed class PooledThreadsTests
{
    [Fact]
    public void They_are_there_from_the_beginning_and_stay()
    {
        Assert.True(ThreadPool.ThreadCount >= PooledThreads.Count, $"{ThreadPool.ThreadCount}");
        Assert.Equal("-1", $"{AppContext.GetData("System.Threading.ThreadPool.ThreadsToKeepAlive")}");
    }
}
