using System.Runtime.InteropServices;

namespace HaTools.Linux;

/// <summary>A descriptor that is ready.</summary>
/// <param name="Token">What <see cref="Epoll.Add"/> was given.</param>
/// <param name="Events">EPOLLIN, EPOLLERR …</param>
internal readonly record struct EpollReady(ulong Token, uint Events);

/// <summary>epoll(7), with waits to the nanosecond; level-triggered, unless EPOLLET is asked for.</summary>
internal sealed unsafe class Epoll : IDisposable
{
    private const ulong TimerToken = ulong.MaxValue;

    // struct epoll_event: events u32, data u64; packed on x86-64 (a leftover of its 32-bit ABI), naturally aligned elsewhere.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = EventSize - 8;

    private readonly FileDescriptor descriptor;
    private readonly int fd;
    private readonly int capacity;
    private byte* events;
    private FileDescriptor? timer;

    /// <param name="capacity">How many ready descriptors one wait reports at most.</param>
    /// <param name="withTimer">Wait by a timerfd from the start, as kernels without epoll_pwait2 need it: for tests.</param>
    public Epoll(int capacity = 64, bool withTimer = false)
    {
        fd = Libc.epoll_create1(Libc.EPOLL_CLOEXEC);
        if (fd < 0) throw LinuxException.Last("creating an epoll instance");
        descriptor = new FileDescriptor(fd);
        this.capacity = capacity;
        events = (byte*)NativeMemory.AllocZeroed((nuint)(capacity * EventSize));
        if (withTimer) OpenTimer();
    }

    /// <summary>Watches a descriptor.</summary>
    /// <param name="fileDescriptor">The descriptor; take it out before it is closed.</param>
    /// <param name="token">Comes back with it; any number but <see cref="ulong.MaxValue"/>.</param>
    /// <param name="interest">EPOLLIN, EPOLLOUT; errors are always reported.</param>
    public void Add(int fileDescriptor, ulong token, uint interest) => Control(Libc.EPOLL_CTL_ADD, fileDescriptor, token, interest);

    public void Modify(int fileDescriptor, ulong token, uint interest) => Control(Libc.EPOLL_CTL_MOD, fileDescriptor, token, interest);

    public void Remove(int fileDescriptor) => Control(Libc.EPOLL_CTL_DEL, fileDescriptor, 0, 0);

    /// <summary>Waits until a descriptor is ready or the time is over; a signal may end it early with 0.</summary>
    /// <param name="ready">Receives what is ready.</param>
    /// <param name="timeoutNanoseconds">0: look only; negative: without end.</param>
    /// <returns>How many of <paramref name="ready"/> were filled.</returns>
    public int Wait(Span<EpollReady> ready, long timeoutNanoseconds)
    {
        int max = Math.Min(capacity, ready.Length);
        int count = timer is null ? WaitPrecisely(max, timeoutNanoseconds) : WaitWithTimer(max, timeoutNanoseconds);
        int filled = 0;
        for (int i = 0; i < count; i++)
        {
            byte* one = events + (i * EventSize);
            ulong token = *(ulong*)(one + DataOffset);
            if (token != TimerToken) ready[filled++] = new EpollReady(token, *(uint*)one);
        }

        return filled;
    }

    public void Dispose()
    {
        timer?.Dispose();
        descriptor.Dispose();
        NativeMemory.Free(events);
        events = null;
    }

    private int WaitPrecisely(int max, long timeoutNanoseconds)
    {
        var timeout = ToTimespec(timeoutNanoseconds);
        nint count = Libc.syscall(Libc.SYS_epoll_pwait2, fd, events, max, timeoutNanoseconds < 0 ? null : &timeout, 0, 0);
        if (count >= 0) return (int)count;
        switch (Marshal.GetLastPInvokeError())
        {
            case Errno.EINTR:
                return 0;
            case Errno.ENOSYS or Errno.EPERM:
                // Kernels before 5.11, and containers whose system call filter is older than the call (EPERM).
                OpenTimer();
                return WaitWithTimer(max, timeoutNanoseconds);
            default:
                throw LinuxException.Last("waiting for descriptors");
        }
    }

    /// <summary>epoll_wait knows milliseconds only, so a timerfd in the set ends the wait.</summary>
    private void OpenTimer()
    {
        timer = FileDescriptor.OrThrow(
            Libc.timerfd_create(Libc.CLOCK_MONOTONIC, Libc.TFD_CLOEXEC | Libc.TFD_NONBLOCK), "creating a timer");
        Add(timer.Value, TimerToken, Libc.EPOLLIN);
    }

    private int WaitWithTimer(int max, long timeoutNanoseconds)
    {
        if (timeoutNanoseconds != 0)
        {
            // Setting it anew also clears an expiry that nobody read. A wait without end must not be ended by what an earlier one set, over
            // and over: zero disarms.
            itimerspec when = new() { it_value = timeoutNanoseconds < 0 ? default : ToTimespec(timeoutNanoseconds) };
            if (Libc.timerfd_settime((int)timer!.DangerousGetHandle(), 0, &when, null) < 0) throw LinuxException.Last("setting a timer");
        }

        int count = Libc.epoll_wait(fd, events, max, timeoutNanoseconds == 0 ? 0 : -1);
        if (count >= 0) return count;
        return Marshal.GetLastPInvokeError() == Errno.EINTR ? 0 : throw LinuxException.Last("waiting for descriptors");
    }

    private void Control(int operation, int fileDescriptor, ulong token, uint interest)
    {
        byte* one = stackalloc byte[16];
        *(uint*)one = interest;
        *(ulong*)(one + DataOffset) = token;
        if (Libc.epoll_ctl(fd, operation, fileDescriptor, one) < 0) throw LinuxException.Last("changing an epoll set");
    }

    private static timespec ToTimespec(long nanoseconds) =>
        new() { tv_sec = nanoseconds / 1_000_000_000, tv_nsec = nanoseconds % 1_000_000_000 };
}
