using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace HaTools.Netlink.Ipvs.Save;

/// <summary>
/// Writes a table in the words that <c>ipvsadm -R</c> and <see cref="IpvsSaveReader"/> read (man ipvsadm(8) 1.31), with numbers for
/// addresses and ports. ipvsadm 1.31 itself reads weights only to 65535, thresholds to 2147483647 and timeouts from 1 second to 31 days.
/// </summary>
public static class IpvsSaveWriter
{
    /// <summary>Writes a table.</summary>
    /// <param name="table">The table; its counters are not written.</param>
    /// <param name="style">What is said, in which order.</param>
    /// <returns>A line for each service and real server, each with a line feed; nothing for an empty table.</returns>
    /// <exception cref="ArgumentException">There is something that the format has no words for, or that would not be read again as it
    /// is: the message names it.</exception>
    public static string Write(IpvsSavedTable table, IpvsSaveStyle style)
    {
        ArgumentNullException.ThrowIfNull(table);
        bool whole = style == IpvsSaveStyle.Whole;
        var text = new StringBuilder();

        // What ipvsadm sorts is the kernel's dump, which begins with what was entered last.
        foreach (IpvsSavedService saved in whole ? table.Services : SaveOrder.Sort(table.Services.Reverse(), s => s.Service.Key))
        {
            IpvsService service = saved.Service;
            SaveWords.Check(service, style);
            string key = Key(service.Key, whole);
            Append(text, key, service, whole);
            foreach (IpvsDestination server in whole ? saved.Destinations : SaveOrder.Sort(saved.Destinations.Reverse()))
            {
                SaveWords.Check(service.Key, server, style);
                Append(text, key, server, whole);
            }
        }

        return text.ToString();
    }

    private static string Key(IpvsServiceKey key, bool whole)
    {
        if (key.Address is not null) return $"{Option(key.Protocol)} {SaveAddress.Write(key.Address, key.Port)}";
        string mark = whole ? $"{key.FirewallMark}" : $"{(int)key.FirewallMark}";
        return key.AddressFamily == AddressFamily.InterNetworkV6 ? $"-f {mark} -6" : $"-f {mark}";
    }

    private static string Option(IpvsProtocol protocol) => protocol switch
    {
        IpvsProtocol.Tcp => "-t",
        IpvsProtocol.Udp => "-u",
        _ => "--sctp-service",
    };

    private static void Append(StringBuilder text, string key, IpvsService service, bool whole)
    {
        bool isPersistent = (service.Flags & IpvsServiceFlags.Persistent) != 0;
        text.Append(CultureInfo.InvariantCulture, $"-A {key} -s {service.Scheduler}");
        if (isPersistent) text.Append(CultureInfo.InvariantCulture, $" -p {service.Timeout}");
        if ((isPersistent || whole) && SaveNetmask.Write(service.Netmask) is { } mask) text.Append(CultureInfo.InvariantCulture, $" -M {mask}");
        if (service.PersistenceEngine is { } engine) text.Append(CultureInfo.InvariantCulture, $" --pe {engine}");
        if ((service.Flags & IpvsServiceFlags.OnePacket) != 0) text.Append(" -o");
        if (SaveSchedulerFlags.Any(service.Flags)) text.Append(" -b ").Append(SaveSchedulerFlags.Write(service.Scheduler, service.Flags, whole));
        text.Append('\n');
    }

    private static void Append(StringBuilder text, string key, IpvsDestination server, bool whole)
    {
        text.Append(CultureInfo.InvariantCulture, $"-a {key} -r {SaveAddress.Write(server.Address, server.Port)} {Forwarding(server.ForwardingMethod)} -w {server.Weight}");
        if (whole && server.UpperThreshold != 0) text.Append(CultureInfo.InvariantCulture, $" -x {server.UpperThreshold}");
        if (whole && server.LowerThreshold != 0) text.Append(CultureInfo.InvariantCulture, $" -y {server.LowerThreshold}");
        if (server.ForwardingMethod == IpvsForwardingMethod.Tunnel) AppendTunnel(text, server);
        text.Append('\n');
    }

    private static void AppendTunnel(StringBuilder text, IpvsDestination server)
    {
        if (server.TunnelType > IpvsTunnelType.Gre) return;
        text.Append(CultureInfo.InvariantCulture, $" --tun-type {SaveTunnel.Word(server.TunnelType)}");
        if (server.TunnelType == IpvsTunnelType.Gue) text.Append(CultureInfo.InvariantCulture, $" --tun-port {server.TunnelPort}");
        if (server.TunnelType != IpvsTunnelType.IpIp) text.Append(' ').Append(SaveTunnel.Word(server.TunnelFlags));
    }

    private static string Forwarding(IpvsForwardingMethod method) => method switch
    {
        IpvsForwardingMethod.Masquerade => "-m",
        IpvsForwardingMethod.Tunnel => "-i",
        _ => "-g",
    };
}
