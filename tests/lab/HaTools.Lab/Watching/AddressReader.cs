using System.Net;
using System.Runtime.InteropServices;
using HaTools.Lab.Machine;

namespace HaTools.Lab.Watching;

/// <summary>An address as the kernel has it now.</summary>
/// <param name="Label">The address label: the interface's name, or what `label` made of it (eth0:0).</param>
internal readonly record struct HeldAddress(string Label, IPAddress Address, int PrefixLength)
{
    /// <summary>Whether its interface is up and has a carrier (IFF_RUNNING).</summary>
    public bool IsOnRunningInterface { get; init; }

    public string Interface => Label.Split(':')[0];

    public override string ToString() => $"{Address}/{PrefixLength} on {Label}";
}

/// <summary>Reads the addresses of the calling thread's network namespace (getifaddrs(3)).</summary>
internal static class AddressReader
{
    public static unsafe List<HeldAddress> Read()
    {
        Libc.ifaddrs* list;
        if (Libc.getifaddrs(&list) != 0) throw new LabException($"getifaddrs: {Marshal.GetLastPInvokeErrorMessage()}");
        try
        {
            var found = new List<HeldAddress>();
            for (Libc.ifaddrs* i = list; i is not null; i = i->ifa_next)
            {
                if (i->ifa_addr is null) continue;
                if (i->ifa_addr->sin_family == Libc.AF_INET6)
                {
                    found.Add(ReadIpv6(i));
                    continue;
                }

                if (i->ifa_addr->sin_family != Libc.AF_INET) continue;
                int prefix = i->ifa_netmask is null ? 32 : int.PopCount((int)i->ifa_netmask->sin_addr);
                found.Add(new HeldAddress(Marshal.PtrToStringUTF8((nint)i->ifa_name)!, new IPAddress(i->ifa_addr->sin_addr), prefix)
                {
                    IsOnRunningInterface = IsRunning(i),
                });
            }
            return found;
        }
        finally
        {
            Libc.freeifaddrs(list);
        }
    }

    private static unsafe HeldAddress ReadIpv6(Libc.ifaddrs* i)
    {
        byte* bytes = ((Libc.sockaddr_in6*)i->ifa_addr)->sin6_addr;
        int prefix = 128;
        if (i->ifa_netmask is not null)
        {
            prefix = 0;
            for (int b = 0; b < 16; b++) prefix += byte.PopCount(((Libc.sockaddr_in6*)i->ifa_netmask)->sin6_addr[b]);
        }

        return new HeldAddress(Marshal.PtrToStringUTF8((nint)i->ifa_name)!, new IPAddress(new ReadOnlySpan<byte>(bytes, 16)), prefix)
        {
            IsOnRunningInterface = IsRunning(i),
        };
    }

    private static unsafe bool IsRunning(Libc.ifaddrs* i) => (i->ifa_flags & Libc.IFF_RUNNING) != 0;

    /// <summary>The addresses of a machine.</summary>
    public static Task<List<HeldAddress>> ReadAsync(LabNode node) => NamespaceThread.Start(node, "addresses", Read);
}
