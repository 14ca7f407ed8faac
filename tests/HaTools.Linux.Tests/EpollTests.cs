namespace HaTools.Linux.Tests;

public class EpollTests
{
    [Fact]
    public void SignalledDescriptorIsReportedWithItsTokenUntilDrained()
    {
        using var epoll = new Epoll();
        using var first = new EventFd();
        using var second = new EventFd();
        epoll.Add(first.Handle, 0x1122334455667788, Libc.EPOLLIN);
        epoll.Add(second.Handle, 2, Libc.EPOLLIN);
        var ready = new EpollReady[4];
        Assert.Equal(0, epoll.Wait(ready, 0));

        first.Signal();
        Assert.Equal(1, epoll.Wait(ready, -1));
        Assert.Equal(0x1122334455667788ul, ready[0].Token);
        Assert.Equal(Libc.EPOLLIN, ready[0].Events);

        first.Drain();
        Assert.Equal(0, epoll.Wait(ready, 0));
        epoll.Remove(second.Handle);
        second.Signal();
        Assert.Equal(0, epoll.Wait(ready, 0));
    }

    [Fact]
    public void WaitNeverEndsBeforeItsTime()
    {
        using var epoll = new Epoll();
        var ready = new EpollReady[4];
        foreach (long nanoseconds in new long[] { 1, 1_000, 300_000, 2_500_000 })
        {
            long start = MonotonicClock.Now;
            Assert.Equal(0, epoll.Wait(ready, nanoseconds));
            Assert.InRange(MonotonicClock.Now - start, nanoseconds, long.MaxValue);
        }
    }

    [Fact]
    public void WaitWithoutEndIsNotEndedByTheTimerOfAnEarlierWait()
    {
        using var epoll = new Epoll(withTimer: true);
        using var signal = new EventFd();
        epoll.Add(signal.Handle, 1, Libc.EPOLLIN);
        var ready = new EpollReady[4];
        signal.Signal();
        Assert.Equal(1, epoll.Wait(ready, 1_000_000));
        signal.Drain();
        Thread.Sleep(20);

        using var later = new Timer(_ => signal.Signal(), null, 50, Timeout.Infinite);
        Assert.Equal(1, epoll.Wait(ready, -1));
        Assert.Equal(1ul, ready[0].Token);
    }

    [Fact]
    public void WaitsByTimerNeverEndBeforeTheirTimeAndDoEnd()
    {
        using var epoll = new Epoll(withTimer: true);
        var ready = new EpollReady[4];
        foreach (long nanoseconds in new long[] { 1, 300_000, 2_500_000 })
        {
            long start = MonotonicClock.Now;
            Assert.Equal(0, epoll.Wait(ready, nanoseconds));
            Assert.InRange(MonotonicClock.Now - start, nanoseconds, long.MaxValue);
        }
    }

    [Fact]
    public void WaitsAllocateNothing()
    {
        using var epoll = new Epoll();
        using var signal = new EventFd();
        epoll.Add(signal.Handle, 1, Libc.EPOLLIN);
        var ready = new EpollReady[4];
        Step();
        Allocations.None(() =>
        {
            for (int i = 0; i < 100; i++) Step();
        });

        void Step()
        {
            signal.Signal();
            epoll.Wait(ready, 1_000_000);
            signal.Drain();
            epoll.Wait(ready, 1_000);
        }
    }
}
