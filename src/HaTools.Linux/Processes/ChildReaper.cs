namespace HaTools.Linux;

/// <summary>The one thread that hears of the ends of all children, and takes in what they print. It starts with the first child and
/// stays.</summary>
internal static class ChildReaper
{
    private static readonly Lock gate = new();
    private static readonly Dictionary<ulong, Action> callbacks = [];
    private static readonly Epoll epoll = Start();
    private static ulong lastToken;

    /// <summary>Calls back on the reaper's thread whenever a descriptor can be read; the callback calls <see cref="Forget"/> when it is
    /// done with it.</summary>
    public static ulong Watch(FileDescriptor descriptor, Action callback)
    {
        lock (gate)
        {
            ulong token = ++lastToken;
            callbacks.Add(token, callback);
            epoll.Add(descriptor.Value, token, Libc.EPOLLIN);
            return token;
        }
    }

    /// <summary>Stops watching; before the descriptor is closed.</summary>
    public static void Forget(FileDescriptor descriptor, ulong token)
    {
        lock (gate)
        {
            callbacks.Remove(token);
            epoll.Remove(descriptor.Value);
        }
    }

    private static Epoll Start()
    {
        var made = new Epoll();
        new Thread(() => Run(made)) { IsBackground = true, Name = "children" }.Start();
        return made;
    }

    private static void Run(Epoll waiting)
    {
        Span<EpollReady> ready = new EpollReady[64];
        while (true)
        {
            int count = waiting.Wait(ready, -1);
            for (int i = 0; i < count; i++)
            {
                Action? callback;
                lock (gate) callbacks.TryGetValue(ready[i].Token, out callback);
                callback?.Invoke();
            }
        }
    }
}
