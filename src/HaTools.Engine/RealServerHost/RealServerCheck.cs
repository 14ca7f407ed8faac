using System.Net;
using System.Net.Sockets;
using HaTools.Engine.HostState;
using HaTools.Linux;
using HaTools.Netlink.Fou;
using HaTools.Netlink.Route;

namespace HaTools.Engine.RealServerHost;

/// <summary>One thing that a real server needs, as it is on this host.</summary>
/// <param name="IsGood">Whether it is as it should be.</param>
/// <param name="Text">What is found, and where it is not good what to do.</param>
internal sealed record RealServerFinding(bool IsGood, string Text);

/// <summary>
/// Looks whether this host is ready as a real server, whoever has prepared it: it takes packets for a virtual address, and no neighbour is told of it. In the
/// network namespace of the calling thread.
/// </summary>
internal static class RealServerCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Looks at one address.</summary>
    /// <param name="route">The kernel.</param>
    /// <param name="address">The virtual address.</param>
    /// <param name="tunnel">How directors send to it by tunnel; null: by direct routing.</param>
    /// <param name="mayBeElsewhere">Whether it may stand on the link as well: this node is a director of it.</param>
    public static List<RealServerFinding> Look(RouteClient route, IPAddress address, TunnelAddress? tunnel, bool mayBeElsewhere)
    {
        List<RealServerFinding> findings = [];
        IReadOnlyList<LinkInfo> links = route.GetLinks();
        LookAtAddress(findings, links, [.. route.GetAddresses().Where(a => a.Address.Equals(address))], address, mayBeElsewhere);
        if (address.AddressFamily == AddressFamily.InterNetwork) LookAtArp(findings, links, address);
        if (tunnel is not null) LookAtTunnel(findings, links, TunnelEnd.Of(tunnel));
        return findings;
    }

    /// <summary>Looks whether somebody takes connections of TCP to a port of the address, by making one.</summary>
    public static RealServerFinding LookAtPort(IPAddress address, int port)
    {
        string place = new IPEndPoint(address, port).ToString();
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // From the address itself: else one that is not here would be asked for in the network, and the director answer.
            socket.Bind(new IPEndPoint(address, 0));
            if (socket.ConnectAsync(new IPEndPoint(address, port)).Wait(Patience)) return new(true, $"{place} takes connections");
            return new(false, $"{place} does not answer: a firewall may drop what is for it");
        }
        catch (AggregateException e) when (e.InnerException is SocketException refused)
        {
            return Refused(place, refused);
        }
        catch (SocketException e)
        {
            return Refused(place, e);
        }
    }

    private static RealServerFinding Refused(string place, SocketException e) =>
        new(false, $"nobody takes connections to {place} ({e.SocketErrorCode}): the server must listen on that address, or on all");

    private static void LookAtAddress(
        List<RealServerFinding> findings, IReadOnlyList<LinkInfo> links, IReadOnlyList<AddressInfo> holders, IPAddress address, bool mayBeElsewhere)
    {
        bool isHeld = false;
        foreach (AddressInfo holder in holders)
        {
            if (links.FirstOrDefault(l => l.Index == holder.Index) is not { } link) continue;
            isHeld = true;
            if (!link.IsUp)
                findings.Add(new(false, $"{address} stands on {link.Name}, which is down: ip link set {link.Name} up"));
            else if (HasNeighbours(link) && !mayBeElsewhere)
                findings.Add(new(false, $"{address} stands on {link.Name}, which answers for it: it belongs on lo"));
            else if ((holder.Flags & AddressFlags.DadFailed) != 0)
                findings.Add(new(false, $"{address} on {link.Name} is of no use: the kernel has found another host that has it"));
            else
                findings.Add(new(true, $"{address} stands on {link.Name}"));
        }

        if (!isHeld)
            findings.Add(new(false, $"{address} does not stand on lo, so that packets for it are not taken: ip addr add {address}/{(address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)} dev lo"));
    }

    private static void LookAtArp(List<RealServerFinding> findings, IReadOnlyList<LinkInfo> links, IPAddress address)
    {
        foreach (LinkInfo link in links.Where(l => l.IsUp && HasNeighbours(l)))
        {
            int ignore = Math.Max(Read("all", "arp_ignore"), Read(link.Name, "arp_ignore"));
            int announce = Math.Max(Read("all", "arp_announce"), Read(link.Name, "arp_announce"));

            // A dummy and what is a bridge's port have neighbours by their flags, too, and do no harm by being quiet.
            findings.Add(QuietArp.IsQuiet(ignore)
                ? new(true, $"{link.Name} does not answer ARP for {address}: arp_ignore is {ignore}")
                : new(false, $"{link.Name} answers ARP for {address}: arp_ignore is {ignore} (the greater of all and {link.Name}), and is to be 1: sysctl net.ipv4.conf.all.arp_ignore=1"));
            findings.Add(announce >= 2
                ? new(true, $"{link.Name} does not ask in the name of {address}: arp_announce is {announce}")
                : new(false, $"{link.Name} may ask in the name of {address} and so announce it: arp_announce is {announce}, and is to be 2: sysctl net.ipv4.conf.all.arp_announce=2"));
        }
    }

    private static void LookAtTunnel(List<RealServerFinding> findings, IReadOnlyList<LinkInfo> links, TunnelEnd end)
    {
        string name = end.Interface.Name;
        if (links.FirstOrDefault(l => l.Name == name) is not { } link)
        {
            string remedy = end.Interface.IsOwn ? $"ip link add {name} type {end.Interface.Kind} external" : $"modprobe {end.Interface.Module}";
            findings.Add(new(false, $"there is no {name}, which unpacks the tunnel: {remedy}"));
            return;
        }

        findings.Add(link.IsUp ? new(true, $"{name} is up") : new(false, $"{name} is down: ip link set {name} up"));
        if (end.InnerFamily == AddressFamily.InterNetwork)
        {
            int filter = ReversePathFilter.EffectiveOn(name);
            findings.Add(filter == 0
                ? new(true, $"{name} has no reverse path filter")
                : new(false, $"{name} drops what comes out of the tunnel: rp_filter is {filter} (the greater of all and {name}), and is to be 0 for both"));
        }
        else if (Sysctl.Read($"net/ipv6/conf/{name}/disable_ipv6") == "1")
        {
            findings.Add(new(false, $"IPv6 is disabled on {name}: sysctl net.ipv6.conf.{name}.disable_ipv6=0"));
        }

        if (end.Port is not { } port) return;
        using FouClient? fou = FouClient.Open();
        findings.Add(fou?.GetPorts().Contains(port) == true
            ? new(true, $"{port} is open")
            : new(false, $"{port} is closed: ip fou add port {port.Port} gue{(port.Family == AddressFamily.InterNetworkV6 ? " -6" : "")}"));
    }

    /// <summary>Whether somebody beyond the interface could ask who has an address.</summary>
    private static bool HasNeighbours(LinkInfo link) =>
        (link.Flags & (LinkFlags.Loopback | LinkFlags.NoArp)) == 0 && (link.Flags & LinkFlags.Broadcast) != 0 && link.Kind != "dummy";

    private static int Read(string device, string name) => int.TryParse(Sysctl.Read($"net/ipv4/conf/{device}/{name}"), out int value) ? value : 0;
}
