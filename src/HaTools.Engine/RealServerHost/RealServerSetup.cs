using System.Net;
using HaTools.Engine.HostState;
using HaTools.Netlink.Route;

namespace HaTools.Engine.RealServerHost;

/// <summary>
/// Prepares a host to be a real server: the virtual addresses stand on lo, so that packets for them are taken, neighbours are not told of them, so that the
/// director alone is asked, and what comes by tunnel is unpacked. All calls come from one thread, which gives the network namespace.
/// </summary>
/// <param name="statePath">The file of <see cref="RealServerState"/>.</param>
/// <param name="tell">Hears that the file cannot be understood.</param>
internal sealed class RealServerSetup(string statePath, Action<string>? tell = null)
{
    public const string Purpose = "real server";

    private RealServerState? state;
    private QuietArp? arp;
    private SysctlKeeper? sysctls;
    private LoopbackAddresses? loopback;
    private TunnelEnds? tunnels;

    /// <summary>Makes it so: ARP quiet before the first address stands, addresses gone before ARP speaks again.</summary>
    /// <param name="plan">What is wanted. What somebody else has set up is used, and left to them.</param>
    /// <exception cref="HaEngineException">The kernel did not take it; the message says what to do.</exception>
    /// <exception cref="Netlink.NetlinkException">The kernel refused an address.</exception>
    public void Apply(RealServerPlan plan)
    {
        Open();
        if (plan.QuietArp) _ = arp!.Set(interfaces: true);
        var failures = new Failures();
        if (plan.Addresses.Count > 0 || !state!.IsEmpty)
        {
            using RouteClient route = RouteClient.Open();
            _ = tunnels!.Put(route, plan.Ends);
            _ = loopback!.Put(route, plan.Addresses);
            failures.Try(() => loopback.Remove(route, plan.Addresses));
            failures.Try(() => tunnels.Remove(route, plan.Ends));
        }

        failures.Try(() => sysctls!.Restore(path => QuietArp.Owns(path) ? plan.QuietArp : TunnelEnds.Wants(path, plan.Ends)));

        // Once, at the end: a full disk must not keep anything from being given back, and what the file says too much does no harm.
        failures.Try(Save);
        failures.Throw();
    }

    /// <summary>Looks whether all is still as <see cref="Apply"/> made it, and sets right what others have changed.</summary>
    /// <param name="plan">What is wanted.</param>
    /// <param name="interfaces">Whether interfaces may have come or changed.</param>
    /// <returns>What was set right, and what could not be.</returns>
    public List<RealServerDrift> Repair(RealServerPlan plan, bool interfaces)
    {
        Open();
        List<RealServerDrift> drift = [];
        if (plan.QuietArp)
        {
            Try(drift, "arp", () =>
            {
                foreach ((string path, string was) in arp!.Set(interfaces)) drift.Add(new(path, $"{path} had been set to {was} by others, and is set again", true));
            });
        }

        if (plan.Addresses.Count > 0)
        {
            Try(drift, "lo", () =>
            {
                using RouteClient route = RouteClient.Open();
                foreach (IPAddress address in loopback!.Put(route, plan.Addresses))
                    drift.Add(new($"{address}", $"{address} on lo was removed by others; it is put back", true));
            });
        }

        if (plan.Tunnels.Count > 0)
        {
            Try(drift, "tunnel", () =>
            {
                using RouteClient route = RouteClient.Open();
                foreach (string found in tunnels!.Put(route, plan.Ends)) drift.Add(new(found, $"{found} by others, and is set right", true));
            });
        }

        return drift;
    }

    /// <summary>Looks whether all is still as <see cref="Apply"/> made it, and leaves it.</summary>
    /// <param name="plan">What is wanted.</param>
    /// <returns>What is not.</returns>
    public static List<RealServerDrift> Report(RealServerPlan plan)
    {
        List<RealServerDrift> drift = [];
        Try(drift, "real server", () =>
        {
            foreach (HaRealServerAddressState state in Look(plan))
                drift.AddRange(state.Problems.Select(p => new RealServerDrift(state.Address, $"real server of {state.Address}: {p}; it is left so (ipvs: drift: report)", false)));
        });
        return drift;
    }

    /// <summary>How each address of the plan stands.</summary>
    /// <exception cref="Netlink.NetlinkException">The kernel did not let it be read.</exception>
    public static IReadOnlyList<HaRealServerAddressState> Look(RealServerPlan plan)
    {
        if (plan.Addresses.Count == 0) return [];
        using RouteClient route = RouteClient.Open();
        List<HaRealServerAddressState> states = [];
        foreach ((IPAddress address, TunnelAddress? tunnel) in plan.Ways)
        {
            string[] problems =
                [.. RealServerCheck.Look(route, address, tunnel, plan.Elsewhere.Contains(address)).Where(f => !f.IsGood).Select(f => f.Text)];
            states.Add(new HaRealServerAddressState
            {
                Address = address.ToString(),
                Forwarding = RealServerPlan.Describe(tunnel),
                Ready = problems.Length == 0,
                Problems = problems,
            });
        }

        return states;
    }

    /// <summary>Something that cannot be set right is told, and keeps nothing else from it.</summary>
    private static void Try(List<RealServerDrift> drift, string subject, Action repair)
    {
        try
        {
            repair();
        }
        catch (Exception e) when (e is HaEngineException or IOException or UnauthorizedAccessException)
        {
            drift.Add(new(subject, e.Message, false));
        }
    }

    // Not before it is needed: what the file says is about the network namespace of the thread that reads it.
    private void Open()
    {
        if (state is not null) return;
        state = RealServerState.Load(statePath, tell);
        sysctls = new SysctlKeeper(Purpose, state.Sysctls, Save);
        arp = new QuietArp(sysctls);
        loopback = new LoopbackAddresses(state, Save);
        tunnels = new TunnelEnds(sysctls, state, Save);
    }

    private void Save() => state!.Save(statePath);
}

/// <summary>Something that others have changed.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Message">What there is to say.</param>
/// <param name="IsRepaired">Whether it is as it should be again; else the message says why not.</param>
internal sealed record RealServerDrift(string Subject, string Message, bool IsRepaired);
