namespace HaTools.Engine.Vrrp;

/// <summary>
/// Goes over to another plan. What goes wrong there ends the thread, as any other fault of its does: priority 0, addresses gone, and whoever watches the
/// completion is told. All that is known to fail was done when the plan was made (<see cref="HostPlan.Make"/>); what is left is the kernel's and ours to
/// get wrong in the middle, where some instances are retired and the router's numbers may not be the host's any more. There is no way back from there, and
/// a node that went on would speak for instances that it does not have.
/// </summary>
internal sealed class VrrpHostReconfiguration(HostPlan next) : VrrpHostRequest
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the plan is in force; faulted with an <see cref="HaEngineException"/> when the thread has ended before, or over it.</summary>
    public Task Done => done.Task;

    public override void Run(VrrpLoop loop)
    {
        try
        {
            loop.Reconfigure(next);
        }
        catch (Exception e)
        {
            done.SetException(new HaEngineException($"The VRRP thread ends, because it failed halfway between two configurations: {e.Message}", e));
            throw;
        }

        done.SetResult();
    }

    public override void Abandon() => done.TrySetException(new HaEngineException("The VRRP thread has ended."));
}
