namespace HaTools.Engine.Vrrp;

/// <summary>
/// Runs the pure router on the kernel: one thread that owns the VRRP sockets, the timers, the virtual addresses and their gratuitous ARPs.
/// Everything is opened in the network namespace of the thread that calls <see cref="StartAsync"/>.
/// </summary>
internal sealed class VrrpHost : IAsyncDisposable
{
    public VrrpHost(VrrpHostOptions options) => ArgumentNullException.ThrowIfNull(options);

    /// <summary>What the host found itself unable to do (no real-time scheduling …), one sentence each.</summary>
    public IReadOnlyList<string> Notes => throw new NotImplementedException();

    /// <summary>Ends when the thread ends: after <see cref="StopAsync"/>, or faulted when the thread could not go on.</summary>
    public Task Completion => throw new NotImplementedException();

    /// <summary>Opens everything and starts the thread.</summary>
    /// <exception cref="HaEngineException">An interface of the configuration does not exist.</exception>
    /// <exception cref="System.IO.IOException">The kernel refused a socket (no privilege …).</exception>
    public Task StartAsync(VrrpHostConfiguration configuration) => throw new NotImplementedException();

    /// <summary>Goes over to another configuration; instances (by name) that did not change are untouched. On an exception the old one is still in force.</summary>
    public Task ReconfigureAsync(VrrpHostConfiguration configuration) => throw new NotImplementedException();

    /// <summary>Tells the outcome of a tracker; from any thread.</summary>
    public void SetTracker(string name, bool up) => throw new NotImplementedException();

    /// <summary>The answer to <see cref="IMastershipGate.Prepare"/>; from any thread.</summary>
    public void AddressesPrepared(string instance) => throw new NotImplementedException();

    /// <summary>The states of all instances, in the configuration's order, as of one moment.</summary>
    public Task<IReadOnlyList<VrrpState>> GetStatesAsync() => throw new NotImplementedException();

    /// <summary>Priority 0 where this node is master, addresses removed, thread ended. Does nothing the second time.</summary>
    public Task StopAsync() => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
