namespace HaTools.Netlink.Route;

/// <summary>Listens to changes of interfaces and addresses.</summary>
public sealed class RouteMonitor : IDisposable
{
    /// <summary>Opens a monitor in the calling thread's network namespace.</summary>
    public static RouteMonitor Open() => throw new NotImplementedException();

    /// <summary>The socket's file descriptor, for epoll and poll: readable when <see cref="TryRead"/> has something.</summary>
    public int Handle => throw new NotImplementedException();

    /// <summary>Reads the next notification without waiting. False: there is none now.</summary>
    public bool TryRead(out RouteNotification notification) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
