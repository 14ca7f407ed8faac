namespace HaTools.Engine.Vrrp;

/// <summary>Something that another thread wants done on the VRRP thread.</summary>
internal abstract class VrrpHostRequest
{
    /// <summary>Does it, on the VRRP thread. What goes wrong goes to whoever asked.</summary>
    public abstract void Run(VrrpLoop loop);

    /// <summary>It will not be done: the thread has ended.</summary>
    public abstract void Abandon();
}

/// <summary>A request that nobody waits for.</summary>
internal sealed class VrrpHostNotice(Action<VrrpLoop> action) : VrrpHostRequest
{
    public override void Run(VrrpLoop loop) => action(loop);

    public override void Abandon()
    {
    }
}

/// <summary>A request whose result somebody waits for.</summary>
internal sealed class VrrpHostQuestion<T>(Func<VrrpLoop, T> function) : VrrpHostRequest
{
    // Continuations run elsewhere: the VRRP thread is not theirs.
    private readonly TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Answer => answer.Task;

    public override void Run(VrrpLoop loop)
    {
        try
        {
            answer.SetResult(function(loop));
        }
        catch (Exception e)
        {
            answer.SetException(e);
        }
    }

    public override void Abandon() => answer.TrySetException(new HaEngineException("The VRRP thread has ended."));
}
