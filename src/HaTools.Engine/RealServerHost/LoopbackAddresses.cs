using System.Net;
using System.Net.Sockets;
using HaTools.Netlink.Route;

namespace HaTools.Engine.RealServerHost;

/// <summary>
/// The virtual addresses on lo, so that the host takes packets for them and no neighbour asks it: IPv4 with <see cref="QuietArp"/>, IPv6 by itself. One that
/// somebody else has put there is left to them.
/// </summary>
/// <param name="state">Which are ours.</param>
/// <param name="save">Saves it.</param>
internal sealed class LoopbackAddresses(RealServerState state, Action save)
{
    /// <summary>Puts those on lo that are not there.</summary>
    /// <returns>Those that had to be put there.</returns>
    /// <exception cref="HaEngineException">There is no lo, or something takes one away at once.</exception>
    /// <exception cref="Netlink.NetlinkException">The kernel refused.</exception>
    public List<IPAddress> Put(RouteClient route, IReadOnlyCollection<IPAddress> addresses)
    {
        List<IPAddress> put = [];
        if (addresses.Count == 0) return put;
        LinkInfo lo = Loopback(route);
        HashSet<IPAddress> present = Present(route, lo);
        foreach (IPAddress address in addresses)
        {
            if (present.Contains(address)) continue;
            string text = address.ToString();
            if (!state.Addresses.Contains(text))
            {
                state.Addresses.Add(text);
                save();
            }

            route.ReplaceAddress(Request(lo, address));
            put.Add(address);
        }

        if (put.Count == 0) return put;
        present = Present(route, lo);
        return put.Find(a => !present.Contains(a)) is { } gone
            ? throw new HaEngineException($"{RealServerSetup.Purpose}: {gone} was put on lo and is not there: something else removes it")
            : put;
    }

    /// <summary>Takes away those of ours that are not wanted; it does not save that.</summary>
    /// <exception cref="HaEngineException">There is no lo.</exception>
    /// <exception cref="Netlink.NetlinkException">The kernel refused.</exception>
    public void Remove(RouteClient route, IReadOnlyCollection<IPAddress> wanted)
    {
        LinkInfo lo = Loopback(route);
        foreach (string text in state.Addresses.ToArray())
        {
            IPAddress address = IPAddress.Parse(text);
            if (wanted.Contains(address)) continue;
            _ = route.DeleteAddress(Request(lo, address));
            _ = state.Addresses.Remove(text);
        }
    }

    private static LinkInfo Loopback(RouteClient route) =>
        route.FindLink("lo") ?? throw new HaEngineException($"{RealServerSetup.Purpose}: this network namespace has no interface lo");

    private static HashSet<IPAddress> Present(RouteClient route, LinkInfo lo) => [.. route.GetAddresses(lo.Index).Select(a => a.Address)];

    private static AddressRequest Request(LinkInfo lo, IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? new AddressRequest(lo.Index, address, 32)

        // Deprecated: the host's own connections take another source, which the director's clients are not answered at.
        : new AddressRequest(lo.Index, address, 128) { Flags = AddressFlags.NoDad, PreferredLifetime = 0 };
}
