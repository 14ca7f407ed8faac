using System.Runtime.InteropServices;

namespace HaTools.Lab.Machine;

/// <summary>
/// The few calls of libc that the lab makes. It does not use HaTools.Linux and HaTools.Netlink: what judges the product must not share
/// its mistakes.
/// </summary>
internal static unsafe partial class Libc
{
    public const int CLONE_NEWNET = 0x40000000;
    public const uint IFF_RUNNING = 0x40;
    public const int O_RDONLY = 0;
    public const int O_CLOEXEC = 0x80000;
    public const int SIGHUP = 1;
    public const int SIGKILL = 9;
    public const int SIGTERM = 15;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;
    public const int SCHED_RR = 2;
    public const ushort AF_INET = 2;
    public const ushort AF_INET6 = 10;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setns(int fd, int nstype);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int sig);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sched_setscheduler(int pid, int policy, in sched_param param);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getifaddrs(ifaddrs** list);

    [LibraryImport("libc")]
    public static partial void freeifaddrs(ifaddrs* list);

    [LibraryImport("libc")]
    public static partial int clock_getcpuclockid(int pid, int* clockid);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int clock_gettime(int clockid, timespec* tp);

    public struct sched_param
    {
        public int sched_priority;
    }

    public struct timespec
    {
        public long tv_sec;
        public long tv_nsec;
    }

    public struct ifaddrs
    {
        public ifaddrs* ifa_next;
        public byte* ifa_name;
        public uint ifa_flags;
        public sockaddr_in* ifa_addr;
        public sockaddr_in* ifa_netmask;
        public void* ifa_dstaddr;
        public void* ifa_data;
    }

    public struct sockaddr_in
    {
        public ushort sin_family;
        public ushort sin_port;
        public uint sin_addr;
        public ulong sin_zero;
    }

    public struct sockaddr_in6
    {
        public ushort sin6_family;
        public ushort sin6_port;
        public uint sin6_flowinfo;
        public fixed byte sin6_addr[16];
        public uint sin6_scope_id;
    }
}
