using HaTools.Linux;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// Tells a thread that hangs from one that is kept from running, in looks at it. It counts looks and not time: whoever stops the whole process, or the machine that
/// it runs on, stops the one that looks too.
/// </summary>
/// <param name="limit">After so many looks in a row without progress it hangs.</param>
internal sealed class StandstillCount(int limit)
{
    private long steps = -1;
    private TimeSpan processorTime;

    /// <summary>How many looks have found no progress.</summary>
    public int Looks { get; private set; }

    /// <summary>What the thread has had of the processors meanwhile.</summary>
    public TimeSpan ProcessorTime { get; private set; }

    /// <summary>One more look.</summary>
    /// <param name="stepsNow">The steps that the thread has done.</param>
    /// <param name="isDue">Whether it has something to do.</param>
    /// <param name="look">Looks at the thread, which costs something; called only where it may hang. null: the kernel does not say.</param>
    /// <param name="isHeld">Whether another thread that it may wait for is inside the kernel; called as before.</param>
    /// <returns>Whether it hangs.</returns>
    public bool Add(long stepsNow, bool isDue, Func<ThreadStatus?> look, Func<bool> isHeld)
    {
        if (stepsNow != steps || !isDue)
        {
            steps = stepsNow;
            Looks = 0;
            return false;
        }

        ThreadStatus? found = look();
        TimeSpan before = processorTime;
        processorTime = found?.ProcessorTime ?? default;
        if (Looks == 0)
        {
            // What it was at before cannot be told from what it is at now.
            ProcessorTime = default;
            Looks = 1;
            return false;
        }

        TimeSpan gained = processorTime - before;

        // Ready to run, and not let run: others have the processors. Inside the kernel (RTNL, say) it waits for others, and the end of the process would have to wait too.
        if (found is { State: 'R' } && gained == default) return false;
        if (found is { IsInKernel: true } || isHeld()) return false;
        ProcessorTime += gained;
        return ++Looks > limit;
    }
}
