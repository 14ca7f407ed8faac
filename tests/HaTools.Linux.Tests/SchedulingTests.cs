namespace HaTools.Linux.Tests;

public class SchedulingTests
{
    [RootFact]
    public void RealTimeSchedulingIsForTheCallingThreadAloneAndNotInherited()
    {
        int own = -1, inherited = -1;
        string? whyNot = null;
        var thread = new Thread(() =>
        {
            Scheduling.TrySetRoundRobin(10, out whyNot);
            own = Libc.sched_getscheduler(0);
            var child = new Thread(() => inherited = Libc.sched_getscheduler(0));
            child.Start();
            child.Join();
        });
        thread.Start();
        thread.Join();
        Assert.Null(whyNot);
        Assert.Equal(Libc.SCHED_RR | Libc.SCHED_RESET_ON_FORK, own);
        Assert.Equal(Libc.SCHED_OTHER, inherited);
        Assert.Equal(Libc.SCHED_OTHER, Libc.sched_getscheduler(0));
    }
}
