using HaTools.Linux;
using HaTools.Netlink;
using HaTools.Netlink.Connector;

namespace HaTools.Engine.Trackers;

/// <summary>Gets at the kernel's news of processes.</summary>
internal static class ProcessNews
{
    /// <summary>The initial PID namespace's number (PROC_PID_INIT_INO of linux/proc_ns.h).</summary>
    private const string InitialNamespace = "pid:[4026531836]";

    /// <summary>
    /// A monitor, or why there is none. The kernel speaks in the initial network namespace only (elsewhere the socket is refused), and names
    /// processes by the numbers of the initial PID namespace.
    /// </summary>
    public static (ProcessMonitor? Monitor, string? WhyNot) Open()
    {
        const string consequence = "processes are looked at once a second instead of being heard of";
        if (FileStatus.ReadLink("/proc/self/ns/pid") != InitialNamespace)
            return (null, $"{consequence}: this node is in a PID namespace of its own, where the kernel tells nothing of processes");
        try
        {
            return (OpenWherever(), null);
        }
        catch (IOException e)
        {
            return (null, $"{consequence}: {e.Message}");
        }
    }

    private static ProcessMonitor OpenWherever()
    {
        try
        {
            return ProcessMonitor.Open();
        }
        catch (NetlinkException e) when (e.Errno == Errno.ECONNREFUSED)
        {
            // Process 1 of the initial PID namespace is in the initial network namespace, unless somebody took pains.
            using NetworkNamespace initial = NetworkNamespace.Open("/proc/1/ns/net");
            return initial.Run(ProcessMonitor.Open);
        }
    }
}
