namespace HaTools.Linux;

/// <summary>eventfd(2): wakes a thread that waits in epoll, from any other.</summary>
internal sealed unsafe class EventFd : IDisposable
{
    private readonly FileDescriptor descriptor;

    public EventFd()
    {
        Handle = Libc.eventfd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK);
        if (Handle < 0) throw LinuxException.Last("creating an eventfd");
        descriptor = new FileDescriptor(Handle);
    }

    /// <summary>The descriptor to wait on, for reading.</summary>
    public int Handle { get; }

    /// <summary>Makes the descriptor readable until it is drained.</summary>
    public void Signal()
    {
        ulong one = 1;
        // EAGAIN (the counter is full) leaves it readable, which is all that is wanted. The SafeHandle keeps a signal that races with
        // Dispose off a reused number.
        _ = Libc.write(descriptor, (byte*)&one, sizeof(ulong));
    }

    /// <summary>Makes the descriptor unreadable again.</summary>
    public void Drain()
    {
        ulong count;
        _ = Libc.read(descriptor, (byte*)&count, sizeof(ulong));
    }

    public void Dispose() => descriptor.Dispose();
}
