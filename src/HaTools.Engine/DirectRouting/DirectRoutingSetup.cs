using System.Net;
using System.Net.Sockets;
using HaTools.Engine.HostState;
using HaTools.Linux;
using HaTools.Netlink.Route;

namespace HaTools.Engine.DirectRouting;

/// <summary>
/// Prepares a host to be a real server of direct routing: the virtual address stands on lo, so that packets for it are taken, and ARP
/// keeps quiet about it, so
/// that the director alone is asked. All calls come from one thread, which gives the network namespace.
/// </summary>
/// <param name="statePath">The file of <see cref="DirectRoutingState"/>.</param>
/// <param name="tell">Hears that the file cannot be understood.</param>
internal sealed class DirectRoutingSetup(string statePath, Action<string>? tell = null)
{
    /// <summary>
    /// Answer ARP only for addresses of the interface asked on; use only those as ARP's source (ip-sysctl: arp_ignore 1, arp_announce 2).
    /// </summary>
    private static readonly (string Path, string Value, string[] AsGood)[] QuietArp =
    [
        ("net/ipv4/conf/lo/arp_ignore", "1", ["1", "2"]),
        ("net/ipv4/conf/lo/arp_announce", "2", ["2"]),
        ("net/ipv4/conf/all/arp_ignore", "1", ["1", "2"]),
        ("net/ipv4/conf/all/arp_announce", "2", ["2"]),
    ];

    private DirectRoutingState? state;

    /// <summary>Makes it so: ARP quiet before the first address stands, addresses gone before ARP speaks again.</summary>
    /// <param name="addresses">The addresses on lo. One that somebody else has put there is left to them.</param>
    /// <param name="quietArp">Whether ARP is to keep quiet: with addresses of this list, or of parked instances.</param>
    /// <exception cref="HaEngineException">The kernel did not take it; the message says what to do.</exception>
    public void Apply(IReadOnlyCollection<IPAddress> addresses, bool quietArp)
    {
        state ??= DirectRoutingState.Load(statePath, tell);
        if (quietArp) Quiet();
        SetAddresses(addresses);
        if (!quietArp) Restore();
    }

    private void Quiet()
    {
        foreach ((string path, string value, string[] asGood) in QuietArp)
        {
            string? present = Sysctl.Read(path);
            if (present is null || asGood.Contains(present)) continue;

            // The file speaks of what was there before the first of us.
            if (state!.Originals.TryAdd(path, present)) state.Save(statePath);
            Write(path, value);
        }
    }

    private void Restore()
    {
        bool any = false;
        var failures = new Failures();
        foreach ((string path, string value, _) in QuietArp)
        {
            if (!state!.Originals.TryGetValue(path, out string? original)) continue;
            failures.Try(() =>
            {
                // A value that is not ours was set by somebody since, and stays.
                if (Sysctl.Read(path) == value) Write(path, original);
                any |= state.Originals.Remove(path);
            });
        }

        // Once, at the end: a full disk must not keep anything from being given back, and what the file says too much does no harm.
        if (any) failures.Try(() => state!.Save(statePath));
        failures.Throw();
    }

    private static void Write(string path, string value)
    {
        try
        {
            Sysctl.Write(path, value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HaEngineException(
                $"direct routing: cannot set {path} to {value}: {e.Message}; run as root, and in a container mount /proc/sys writable", e);
        }

        string? now = Sysctl.Read(path);
        if (now != value)
            throw new HaEngineException($"direct routing: {path} was set to {value} and reads {now}: something else is changing it");
    }

    private void SetAddresses(IReadOnlyCollection<IPAddress> addresses)
    {
        if (addresses.Count == 0 && state!.Addresses.Count == 0) return;
        using RouteClient route = RouteClient.Open();
        LinkInfo lo = route.FindLink("lo") ?? throw new HaEngineException("direct routing: this network namespace has no interface lo");
        HashSet<IPAddress> present = Present(route, lo);
        foreach (IPAddress address in addresses)
        {
            if (present.Contains(address)) continue;
            string text = address.ToString();
            if (!state!.Addresses.Contains(text))
            {
                state.Addresses.Add(text);
                state.Save(statePath);
            }

            route.ReplaceAddress(Request(lo, address));
            if (!Present(route, lo).Contains(address))
                throw new HaEngineException($"direct routing: {address} was put on lo and is not there: something else removes it");
        }

        bool any = false;
        foreach (string text in state!.Addresses.ToArray())
        {
            IPAddress address = IPAddress.Parse(text);
            if (addresses.Contains(address)) continue;
            _ = route.DeleteAddress(Request(lo, address));
            any |= state.Addresses.Remove(text);
        }

        if (any) state.Save(statePath);
    }

    private static HashSet<IPAddress> Present(RouteClient route, LinkInfo lo) => [.. route.GetAddresses(lo.Index).Select(a => a.Address)];

    private static AddressRequest Request(LinkInfo lo, IPAddress address) =>
        new(lo.Index, address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
}
