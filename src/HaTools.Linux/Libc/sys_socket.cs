using System.Runtime.InteropServices;

namespace HaTools.Linux;

// sys/socket.h
internal static unsafe partial class Libc
{
    public const int AF_UNSPEC = 0;
    public const int AF_UNIX = 1;
    public const int AF_INET = 2;
    public const int AF_INET6 = 10;
    public const int AF_NETLINK = 16;
    public const int AF_PACKET = 17;

    public const int SOCK_STREAM = 1;
    public const int SOCK_DGRAM = 2;
    public const int SOCK_RAW = 3;
    public const int SOCK_NONBLOCK = 0x800;
    public const int SOCK_CLOEXEC = 0x80000;

    public const int SOL_SOCKET = 1;
    public const int SO_REUSEADDR = 2;
    public const int SO_ERROR = 4;
    public const int SO_BROADCAST = 6;
    public const int SO_SNDBUF = 7;
    public const int SO_RCVBUF = 8;
    public const int SO_PRIORITY = 12;
    public const int SO_LINGER = 13;
    public const int SO_PEERCRED = 17;
    public const int SO_RCVTIMEO = 20;
    public const int SO_SNDTIMEO = 21;
    public const int SO_BINDTODEVICE = 25;
    public const int SO_ATTACH_FILTER = 26;
    public const int SO_SNDBUFFORCE = 32;
    public const int SO_RCVBUFFORCE = 33;
    public const int SO_TIMESTAMPNS = 35;
    public const int SO_MARK = 36;
    public const int SO_ATTACH_BPF = 50;

    public const int MSG_PEEK = 0x2;
    public const int MSG_TRUNC = 0x20;
    public const int MSG_DONTWAIT = 0x40;
    public const int MSG_ERRQUEUE = 0x2000;
    public const int MSG_NOSIGNAL = 0x4000;

    [LibraryImport(Name, SetLastError = true)]
    public static partial int socket(int domain, int type, int protocol);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int bind(FileDescriptor sockfd, void* addr, uint addrlen);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int connect(FileDescriptor sockfd, void* addr, uint addrlen);

    /// <summary>For a descriptor that its only thread keeps as a number, because it makes thousands of them a second.</summary>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int connect(int sockfd, void* addr, uint addrlen);

    /// <inheritdoc cref="connect(int, void*, uint)"/>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int getsockopt(int sockfd, int level, int optname, void* optval, uint* optlen);

    /// <inheritdoc cref="connect(int, void*, uint)"/>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int setsockopt(int sockfd, int level, int optname, void* optval, uint optlen);

    /// <inheritdoc cref="connect(int, void*, uint)"/>
    [LibraryImport(Name, SetLastError = true)]
    public static partial int bind(int sockfd, void* addr, uint addrlen);

    /// <inheritdoc cref="connect(int, void*, uint)"/>
    [LibraryImport(Name, SetLastError = true)]
    public static partial nint send(int sockfd, void* buf, nuint len, int flags);

    /// <inheritdoc cref="connect(int, void*, uint)"/>
    [LibraryImport(Name, SetLastError = true)]
    public static partial nint recv(int sockfd, void* buf, nuint len, int flags);

    /// <inheritdoc cref="connect(int, void*, uint)"/>
    [LibraryImport(Name, SetLastError = true)]
    public static partial nint recvfrom(int sockfd, void* buf, nuint len, int flags, void* src_addr, uint* addrlen);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int getsockname(FileDescriptor sockfd, void* addr, uint* addrlen);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int setsockopt(FileDescriptor sockfd, int level, int optname, void* optval, uint optlen);

    [LibraryImport(Name, SetLastError = true)]
    public static partial int getsockopt(FileDescriptor sockfd, int level, int optname, void* optval, uint* optlen);

    [LibraryImport(Name, SetLastError = true)]
    public static partial nint sendto(FileDescriptor sockfd, void* buf, nuint len, int flags, void* dest_addr, uint addrlen);

    [LibraryImport(Name, SetLastError = true)]
    public static partial nint sendmsg(FileDescriptor sockfd, msghdr* msg, int flags);

    [LibraryImport(Name, SetLastError = true)]
    public static partial nint recvfrom(FileDescriptor sockfd, void* buf, nuint len, int flags, void* src_addr, uint* addrlen);

    [LibraryImport(Name, SetLastError = true)]
    public static partial nint recvmsg(FileDescriptor sockfd, msghdr* msg, int flags);

    /// <summary>setsockopt of an int.</summary>
    public static int setsockopt(FileDescriptor sockfd, int level, int optname, int value) =>
        setsockopt(sockfd, level, optname, &value, sizeof(int));
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct iovec
{
    public void* iov_base;
    public nuint iov_len;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct msghdr
{
    public void* msg_name;
    public uint msg_namelen;
    public iovec* msg_iov;
    public nuint msg_iovlen;
    public void* msg_control;
    public nuint msg_controllen;
    public int msg_flags;
}

/// <summary>The head of an ancillary message; its data follows, aligned as this is.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct cmsghdr
{
    public nuint cmsg_len;
    public int cmsg_level;
    public int cmsg_type;
}

/// <summary>sys/time.h; what SO_RCVTIMEO and SO_SNDTIMEO take.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct linger
{
    public int l_onoff;
    public int l_linger;
}

[StructLayout(LayoutKind.Sequential)]
internal struct timeval
{
    public nint tv_sec;
    public nint tv_usec;
}
