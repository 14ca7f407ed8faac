using System.Net.Sockets;
using HaTools.Engine.HostState;
using HaTools.Linux;
using HaTools.Netlink;
using HaTools.Netlink.Fou;
using HaTools.Netlink.Ipvs;
using HaTools.Netlink.Route;

namespace HaTools.Engine.RealServerHost;

/// <summary>A tunnel's interface that we have changed.</summary>
/// <param name="Made">Whether we have made it; else we have only set it up.</param>
internal sealed record TunnelChange(bool Made);

/// <summary>
/// The ends of tunnels: their interfaces up, without reverse path filter (the way back to a client does not lead through the tunnel), and GUE's ports open. A
/// module that is loaded stays, since the kernel would take other tunnels of the host away with it; so does its interface, down.
/// </summary>
/// <param name="keeper">Sets parameters, and remembers what they were.</param>
/// <param name="state">What we have changed.</param>
/// <param name="save">Saves it.</param>
internal sealed class TunnelEnds(SysctlKeeper keeper, RealServerState state, Action save)
{
    /// <summary>Whether a parameter is one of a tunnel that is wanted.</summary>
    public static bool Wants(string path, IReadOnlyList<TunnelEnd> ends) => ReversePathFilter.Owns(path)
        ? ends.Any(e => e.InnerFamily == AddressFamily.InterNetwork)
        : ends.Any(e => e.InnerFamily == AddressFamily.InterNetworkV6 && path == DisableIpv6(e.Interface.Name));

    /// <summary>Sets up what is not there.</summary>
    /// <returns>What had to be set up, in words: <c>tunl0 had been …</c>.</returns>
    /// <exception cref="HaEngineException">The kernel has no such tunnel, or a parameter cannot be set.</exception>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public List<string> Put(RouteClient route, IReadOnlyList<TunnelEnd> ends)
    {
        List<string> put = [];
        foreach (TunnelInterface end in ends.Select(e => e.Interface).Distinct())
        {
            LinkInfo link = Require(route, end, put);
            SetParameters(end.Name, [.. ends.Where(e => e.Interface == end).Select(e => e.InnerFamily)], put);
            if (link.IsUp) continue;
            if (!state.Tunnels.ContainsKey(end.Name)) Remember(end.Name, made: false);
            route.SetLinkUp(link.Index, true);
            put.Add($"{end.Name} had been set down");
        }

        FouPort[] ports = [.. ends.Select(e => e.Port).OfType<FouPort>().Distinct()];
        if (ports.Length > 0) Open(ports, put);
        return put;
    }

    /// <summary>Undoes what is not wanted any more, as far as it can be; it does not save that.</summary>
    /// <exception cref="HaEngineException">Some of it failed; the message names all of that.</exception>
    public void Remove(RouteClient route, IReadOnlyList<TunnelEnd> wanted)
    {
        var failures = new Failures();
        if (state.Ports.Count > 0) failures.Try(() => Close([.. wanted.Select(e => e.Port).OfType<FouPort>()]));
        foreach ((string name, TunnelChange change) in state.Tunnels.ToArray())
        {
            if (wanted.Any(e => e.Interface.Name == name)) continue;
            failures.Try(() =>
            {
                if (route.FindLink(name) is { } link)
                {
                    if (change.Made) _ = route.DeleteLink(link.Index);
                    else route.SetLinkUp(link.Index, false);
                }

                _ = state.Tunnels.Remove(name);
            });
        }

        failures.Throw();
    }

    private static string DisableIpv6(string device) => $"net/ipv6/conf/{device}/disable_ipv6";

    private LinkInfo Require(RouteClient route, TunnelInterface end, List<string> put)
    {
        if (route.FindLink(end.Name) is { } present)
        {
            return present.Kind is null || present.Kind == end.Kind
                ? present
                : throw new HaEngineException($"{RealServerSetup.Purpose}: {end.Name} is a {present.Kind} here and no {end.Kind}: give it another name");
        }

        string? failure = KernelModule.TryLoad(end.Module);
        if (route.FindLink(end.Name) is { } loaded) return loaded;

        // Of the others the module may be there and its interface not: net.core.fb_tunnels_only_for_init_net, or somebody deleted it.
        bool wasOurs = state.Tunnels.ContainsKey(end.Name);
        Remember(end.Name, made: true);
        try
        {
            LinkInfo made = route.CreateLink(new LinkRequest { Name = end.Name, Kind = end.Kind, External = end.IsOwn });
            put.Add($"{end.Name} had been deleted");
            return made;
        }
        catch (NetlinkException e)
        {
            if (!wasOurs) _ = state.Tunnels.Remove(end.Name);
            save();
            if (end.IsOwn && e.Errno == Errno.EEXIST)
                throw new HaEngineException($"{RealServerSetup.Purpose}: another {end.Kind} interface takes the tunnels of all (`external`): one of them must go", e);
            throw new HaEngineException(
                $"{RealServerSetup.Purpose}: this kernel unpacks no {end.Kind}: {e.Message}{(failure is null ? "" : $" ({failure})")}; load the module {end.Module}, or run a kernel that has it", e);
        }
    }

    private void SetParameters(string device, IReadOnlyCollection<AddressFamily> families, List<string> put)
    {
        if (families.Contains(AddressFamily.InterNetwork))
        {
            int before = ReversePathFilter.EffectiveOn(device);
            ReversePathFilter.MoveFromAll(keeper);
            _ = keeper.Set(ReversePathFilter.PathOf(device), "0");
            if (before != 0) put.Add($"rp_filter of {device} had been set to {before}");
        }

        if (families.Contains(AddressFamily.InterNetworkV6) && keeper.Set(DisableIpv6(device), "0") is not null)
            put.Add($"IPv6 had been disabled on {device}");
    }

    private void Open(FouPort[] ports, List<string> put)
    {
        using FouClient fou = Fou();
        IReadOnlyList<FouPort> present = fou.GetPorts();
        foreach (FouPort port in ports)
        {
            if (present.Contains(port)) continue;
            RememberedPort text = new(port.Port, port.Family == AddressFamily.InterNetworkV6);
            if (!state.Ports.Contains(text))
            {
                state.Ports.Add(text);
                save();
            }

            fou.AddPort(port);
            put.Add($"{port} had been closed");
        }
    }

    private void Close(FouPort[] wanted)
    {
        using FouClient? fou = FouClient.Open();
        foreach (RememberedPort port in state.Ports.ToArray())
        {
            var ours = new FouPort(port.Port, port.OverIpv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
            if (wanted.Contains(ours)) continue;
            _ = fou?.DeletePort(ours);
            _ = state.Ports.Remove(port);
        }
    }

    private static FouClient Fou()
    {
        if (FouClient.Open() is { } open) return open;
        string? failure = KernelModule.TryLoad("fou");
        return FouClient.Open() ?? throw new HaEngineException(
            $"{RealServerSetup.Purpose}: this kernel has no GUE{(failure is null ? "" : $" ({failure})")}; load the module fou, or run a kernel that has it");
    }

    private void Remember(string name, bool made)
    {
        state.Tunnels[name] = new TunnelChange(made);
        save();
    }
}
