using System.Globalization;
using System.Net.Sockets;
using HaTools.Netlink.Ipvs.Save;

namespace HaTools.Netlink.Ipvs.Listing;

/// <summary>
/// Writes a table as people and their scripts know it: byte for byte as <c>ipvsadm -L -n</c> of version 1.31 does, sorted as it sorts.
/// </summary>
public sealed class IpvsListWriter
{
    private readonly TextWriter output;
    private readonly IpvsListView view;
    private readonly bool exact;

    /// <summary>Writes a list.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="view">What is shown.</param>
    /// <param name="exact">Counters in full (<c>--exact</c>); else those from 100 million on in thousands (K), millions (M) and so on.</param>
    public IpvsListWriter(TextWriter output, IpvsListView view, bool exact = false)
    {
        ArgumentNullException.ThrowIfNull(output);
        (this.output, this.view, this.exact) = (output, view, exact);
    }

    /// <summary>Puts a table in the order of ipvsadm's lists.</summary>
    /// <param name="table">The table in the kernel's order.</param>
    public static IReadOnlyList<IpvsTableEntry> Sort(IEnumerable<IpvsTableEntry> table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return [.. SaveOrder.Sort(table, e => e.Service.Key).Select(e => e with { Destinations = SaveOrder.Sort(e.Destinations) })];
    }

    /// <summary>The heading: the kernel's IPVS, and the columns.</summary>
    /// <param name="info">The kernel's IPVS; null: only the columns.</param>
    public void WriteHeading(IpvsInfo? info)
    {
        if (info is not null) output.Write($"IP Virtual Server version {info.Version} (size={info.ConnectionTableSize})\n");
        output.Write(view switch
        {
            IpvsListView.Statistics => Columns("Conns", "InPkts", "OutPkts", "InBytes", "OutBytes"),
            IpvsListView.Rates => Columns("CPS", "InPPS", "OutPPS", "InBPS", "OutBPS"),
            IpvsListView.Thresholds => $"{"Prot LocalAddress:Port",-33} Uthreshold Lthreshold ActiveConn InActConn \n",
            IpvsListView.Persistence => $"{"Prot LocalAddress:Port",-33} Weight    PersistConn ActiveConn InActConn \n",
            _ => "Prot LocalAddress:Port Scheduler Flags\n",
        });
        output.Write(view switch
        {
            IpvsListView.Usual => "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n",
            IpvsListView.Tunnels => "  -> RemoteAddress:Port           Forward TunnelInfo    Weight ActiveConn InActConn\n",
            _ => "  -> RemoteAddress:Port\n",
        });
    }

    /// <summary>A service and its real servers.</summary>
    /// <param name="entry">The service.</param>
    public void Write(IpvsTableEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        string name = Name(entry.Service.Key);
        if (Counts(entry.Service.Statistics) is { } counts) WriteCounts(name, counts);
        else output.Write($"{name} {Properties(entry.Service)}\n");
        foreach (IpvsDestination server in entry.Destinations) Write(server);
    }

    private static string Columns(params ReadOnlySpan<string> names)
    {
        string line = $"{"Prot LocalAddress:Port",-33}";
        foreach (string name in names) line += $" {name,8}";
        return line + "\n";
    }

    private static string Name(IpvsServiceKey key) => key.Address is { } address
        ? $"{key.Protocol.ToString().ToUpperInvariant(),-4} {SaveAddress.Write(address, key.Port)}"
        : $"FWM  {(int)key.FirewallMark}{(key.AddressFamily == AddressFamily.InterNetworkV6 ? " IPv6" : "")}";

    private static string Properties(IpvsService service)
    {
        string text = service.Scheduler;
        if (SaveSchedulerFlags.Any(service.Flags)) text += $" ({SaveSchedulerFlags.Write(service.Scheduler, service.Flags, whole: false)})";
        if ((service.Flags & IpvsServiceFlags.Persistent) != 0)
            text += $" persistent {service.Timeout}{(SaveNetmask.Write(service.Netmask) is { } mask ? $" mask {mask}" : "")}";
        if (service.PersistenceEngine is { } engine) text += $" pe {engine}";
        return (service.Flags & IpvsServiceFlags.OnePacket) != 0 ? text + " ops" : text;
    }

    private void Write(IpvsDestination server)
    {
        string name = $"  -> {SaveAddress.Write(server.Address, server.Port),-28}";
        string connections = $"{server.ActiveConnections,-10} {server.InactiveConnections,-10}\n";
        if (Counts(server.Statistics) is { } counts)
        {
            WriteCounts(name, counts);
            return;
        }

        output.Write(view switch
        {
            IpvsListView.Thresholds => $"{name} {server.UpperThreshold,-10} {server.LowerThreshold,-10} {connections}",
            IpvsListView.Persistence => $"{name} {server.Weight,-9} {server.PersistentConnections,-11} {connections}",
            IpvsListView.Tunnels => $"{name} {Forwarding(server.ForwardingMethod),-7} {Tunnel(server),-13} {server.Weight,-6} {connections}",
            _ => $"{name} {Forwarding(server.ForwardingMethod),-7} {server.Weight,-6} {connections}",
        });
    }

    private static string Forwarding(IpvsForwardingMethod method) => method switch
    {
        IpvsForwardingMethod.Masquerade => "Masq",
        IpvsForwardingMethod.Local => "Local",
        IpvsForwardingMethod.Tunnel => "Tunnel",
        IpvsForwardingMethod.Bypass => "Bypass",
        _ => "Route",
    };

    private static string Tunnel(IpvsDestination server)
    {
        if (server.ForwardingMethod != IpvsForwardingMethod.Tunnel) return "n/a";
        string checksums = server.TunnelFlags switch
        {
            IpvsTunnelFlags.Checksum => "+c",
            IpvsTunnelFlags.RemoteChecksum => "r+c",
            _ => "-c",
        };
        return server.TunnelType switch
        {
            IpvsTunnelType.IpIp => "ipip",
            IpvsTunnelType.Gue => $"gue:{server.TunnelPort}:{checksums}",
            IpvsTunnelType.Gre => $"gre:{checksums}",
            _ => $"{(int)server.TunnelType}",
        };
    }

    /// <summary>The five counters of the view; null: it shows others.</summary>
    private (ulong, ulong, ulong, ulong, ulong)? Counts(IpvsStatistics s) => view switch
    {
        IpvsListView.Statistics => (s.Connections, s.IncomingPackets, s.OutgoingPackets, s.IncomingBytes, s.OutgoingBytes),
        IpvsListView.Rates => (s.ConnectionRate, s.IncomingPacketRate, s.OutgoingPacketRate, s.IncomingByteRate, s.OutgoingByteRate),
        _ => null,
    };

    private void WriteCounts(string name, (ulong A, ulong B, ulong C, ulong D, ulong E) counts) =>
        output.Write($"{name,-33}{Count(counts.A)}{Count(counts.B)}{Count(counts.C)}{Count(counts.D)}{Count(counts.E)}\n");

    /// <summary>Nine characters wide, the first of them a space where the number is in full.</summary>
    private string Count(ulong number)
    {
        if (exact) return string.Create(CultureInfo.InvariantCulture, $" {number,8}");
        return number switch
        {
            < 100_000_000 => $"{number,9}",
            < 1_000_000_000 => $"{number / 1_000,8}K",
            < 100_000_000_000 => $"{number / 1_000_000,8}M",
            < 100_000_000_000_000 => $"{number / 1_000_000_000,8}G",
            _ => $"{number / 1_000_000_000_000,8}T",
        };
    }
}
