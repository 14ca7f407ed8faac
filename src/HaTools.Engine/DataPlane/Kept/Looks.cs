using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.DataPlane;

/// <summary>Looks at something every two seconds, as long as there is something to look at: the kernel tells nobody when others change it.</summary>
/// <param name="thread">Where.</param>
/// <param name="look">Looks, at a time of <see cref="MonotonicClock"/>; false: there is nothing to look at any more.</param>
internal sealed class Looks(WorkThread thread, Func<long, bool> look)
{
    private const long Interval = 2_000_000_000;

    private bool isWaiting;

    public void Begin()
    {
        if (isWaiting) return;
        isWaiting = true;
        thread.At(MonotonicClock.Now + Interval, () =>
        {
            isWaiting = false;
            if (look(MonotonicClock.Now)) Begin();
        });
    }
}
