using HaTools.Engine.Tests.Vrrp;
using HaTools.Netlink.Fou;

namespace HaTools.Engine.Tests.RealServerHost;

/// <summary>What a real server could have changed on a host, as text: interfaces that are up, their addresses, parameters, ports of GUE.</summary>
internal static class HostImage
{
    private static readonly string[] Parameters = ["arp_ignore", "arp_announce", "rp_filter"];

    public static string Of(TestNode host)
    {
        string[] devices = ["all", "default", "lo", "eth0"];
        IEnumerable<string> sysctls = devices.SelectMany(d => Parameters.Select(p => $"net/ipv4/conf/{d}/{p}")).Select(p => $"{p} {host.Sysctl(p)}");
        string ports = host.Namespace.Run(() =>
        {
            using FouClient? fou = FouClient.Open();
            return string.Join(' ', fou?.GetPorts() ?? []);
        });

        // Whether the kernel is still looking for another host that has an address is of no matter.
        string addresses = host.Ip("-o addr show").Replace("tentative ", "", StringComparison.Ordinal);
        return string.Join('\n', [host.Ip("-o link show up"), addresses, .. sysctls, ports]);
    }
}
