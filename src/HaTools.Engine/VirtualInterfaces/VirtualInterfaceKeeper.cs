using System.Net;
using HaTools.Engine.Firewall;
using HaTools.Engine.HostState;
using HaTools.Netlink;
using HaTools.Netlink.Route;

namespace HaTools.Engine.VirtualInterfaces;

/// <summary>
/// Keeps the virtual interfaces of the plan in force: makes them, repairs them when others change or delete them, takes them away. All calls come from one
/// thread, which gives the network namespace.
/// </summary>
internal sealed class VirtualInterfaceKeeper : IDisposable
{
    private readonly IVirtualNetworkSink sink;
    private readonly VirtualInterfaceState state;
    private readonly RouteClient routes = RouteClient.Open();
    private readonly VirtualInterfaceSysctls sysctls;
    private readonly LinkMaker maker;
    private readonly HashSet<string> told = [];
    private bool disableLocalIgmp;

    /// <summary>What has been made and is not in force yet: repairs go by it, lest they make it again what it was before.</summary>
    private VirtualInterfacePlan prepared = VirtualInterfacePlan.None;

    /// <param name="state">What we, or a predecessor, have changed.</param>
    /// <param name="save">Saves it.</param>
    /// <param name="sink">Hears what happens.</param>
    public VirtualInterfaceKeeper(VirtualInterfaceState state, Action save, IVirtualNetworkSink sink)
    {
        (this.state, this.sink) = (state, sink);
        sysctls = new VirtualInterfaceSysctls(new SysctlKeeper("virtual interfaces", state.Sysctls, save));
        maker = new LinkMaker(routes, state, save, sysctls);
    }

    /// <summary>What is kept.</summary>
    public VirtualInterfacePlan Plan { get; private set; } = VirtualInterfacePlan.None;

    /// <summary>Looks at the host's interfaces; the result says whether somebody else's has the name of a planned one.</summary>
    public Func<PlannedInterface, bool> LookForStrangers()
    {
        IReadOnlyList<LinkInfo> links = routes.GetLinks();
        return planned => maker.FindStranger(planned, links) is not null;
    }

    /// <summary>Makes what a plan asks for. What it does not ask for stays until <see cref="Settle"/>.</summary>
    /// <exception cref="HaEngineException">It cannot be made here.</exception>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Prepare(VirtualInterfacePlan wanted, HaConfiguration configuration)
    {
        prepared = wanted;
        told.Clear();
        sysctls.SetShared(wanted, configuration.DisableLocalIgmp);
        foreach (PlannedInterface planned in wanted.Interfaces)
        {
            // Read anew each time: the one before may have freed a name or an address.
            IReadOnlyList<LinkInfo> links = routes.GetLinks();

            // A name that was chosen is free; one that was configured is its instance's fault, until it is. What looks like the interface, and is in the wrong place, could be
            // taken for it.
            if (maker.FindStranger(planned, links) is { } stranger && !planned.IsLike(stranger))
            {
                TellOnce(planned.Name, LinkMaker.NameTaken(planned, stranger).Message);
                continue;
            }

            LinkMaker.Outcome outcome = maker.Ensure(planned, wanted, links);

            // One that was there when the configuration in force began, and has gone since, is that instance's fault; it is no reason to refuse a reload of the others.
            bool isKnown = Plan.Interfaces.Any(i => i.Parent == planned.Parent);
            if (outcome == LinkMaker.Outcome.ParentMissing && !isKnown && !configuration.DynamicInterfaces) throw Missing(planned);
            Tell(outcome, planned);
        }
    }

    /// <summary>A plan is in force: what it does not ask for goes. What cannot be undone keeps nothing else from it.</summary>
    /// <exception cref="HaEngineException">Some of it cannot be undone; the message names all of that.</exception>
    public void Settle(VirtualInterfacePlan wanted, HaConfiguration configuration)
    {
        var failures = new Failures();
        foreach (PlannedInterface former in Plan.Interfaces)
        {
            if (wanted.Find(former.Name) is { } now) failures.Try(() => maker.RemoveFormerAddress(now, former, routes.FindLink(now.Name)));
        }

        (Plan, prepared) = (wanted, wanted);
        disableLocalIgmp = configuration.DisableLocalIgmp;
        foreach (string name in state.Links.Keys.Where(n => wanted.Find(n) is null).ToArray())
        {
            failures.Try(() =>
            {
                if (maker.Remove(name, routes.FindLink(name))) sink.OnLog(name, $"Success removing virtual interface {name}");
            });
        }

        failures.Try(() => sysctls.Restore(wanted, disableLocalIgmp));
        failures.Throw();
    }

    /// <summary>Looks whether all is as it was made, and repairs what is not. What cannot be repaired is told once.</summary>
    public void Repair()
    {
        foreach (PlannedInterface planned in prepared.Interfaces.Concat(Plan.Interfaces.Where(
            former => prepared.Find(former.Name) is null && state.Links.ContainsKey(former.Name))))
        {
            TryOnce(planned.Name, () =>
            {
                // First, so that a new interface is right from its first packet.
                sysctls.SetShared(Plan, disableLocalIgmp);
                LinkMaker.Outcome outcome = maker.Ensure(planned, prepared, routes.GetLinks());
                if (outcome is LinkMaker.Outcome.Made or LinkMaker.Outcome.Adopted)
                    sink.OnWarning(planned.Instance, $"({planned.Instance}) {planned.Name} was gone or had been changed, and is there again");
                if (outcome == LinkMaker.Outcome.Raised)
                    sink.OnWarning(planned.Instance, $"({planned.Instance}) {planned.Name} had been set down, and is up again");
            });
        }
    }

    /// <summary>
    /// For each of a plan's interfaces that has one the link-local address that is its parent's too; and the parents that exist.
    /// </summary>
    public FirewallPlace Look(VirtualInterfacePlan wanted)
    {
        Dictionary<string, LinkInfo> links = routes.GetLinks().ToDictionary(l => l.Name);
        Dictionary<string, IPAddress> shared = [];
        foreach (PlannedInterface planned in wanted.Interfaces.Concat(Plan.Interfaces))
        {
            if (planned.NeedsLinkLocal && links.TryGetValue(planned.Parent, out LinkInfo? parent))
                shared[planned.Name] = planned.Address ?? maker.LinkLocalOf(parent);
        }

        return new FirewallPlace(shared, links.ToDictionary(l => l.Key, l => l.Value.Index));
    }

    /// <summary>Whether a notification is about what is kept.</summary>
    public bool Concerns(in RouteNotification notification)
    {
        int index = notification.Index;
        switch (notification.Kind)
        {
            case RouteNotificationKind.Overrun:
                return true;
            case RouteNotificationKind.LinkRemoved:
                // One of somebody else's that stood in the way counts, too.
                return state.Links.ContainsValue(index) || (notification.Link is { } gone && Plan.Find(gone.Name) is not null);
            case RouteNotificationKind.LinkChanged:
                string name = notification.Link!.Name;
                return state.Links.ContainsValue(index) || Plan.Interfaces.Any(i => i.Parent == name || i.Name == name);
            default:
                // The link-local address of a parent, which its virtual interfaces have too.
                return notification.Family == System.Net.Sockets.AddressFamily.InterNetworkV6
                    && notification.AddressBits >> 118 == 0xfe80 >> 6 && notification.PortId != routes.PortId;
        }
    }

    public void Dispose() => routes.Dispose();

    private void TryOnce(string name, Action repair)
    {
        try
        {
            repair();
            _ = told.RemoveWhere(t => t.StartsWith(name + '\n', StringComparison.Ordinal));
        }
        catch (Exception e) when (e is HaEngineException or IOException)
        {
            // The next look tries again.
            TellOnce(name, e.Message);
        }
    }

    private void TellOnce(string name, string message)
    {
        if (told.Add($"{name}\n{message}")) sink.OnWarning(name, message);
    }

    private void Tell(LinkMaker.Outcome outcome, PlannedInterface planned)
    {
        string kind = planned.Kind == VirtualInterfaceKind.Macvlan ? "VMAC" : "ipvlan";
        if (outcome == LinkMaker.Outcome.Made) sink.OnLog(planned.Instance, $"({planned.Instance}): Success creating {kind} interface {planned.Name}");
        if (outcome == LinkMaker.Outcome.Adopted)
            sink.OnLog(planned.Instance, $"({planned.Instance}): {planned.Name} stood already and is used");
    }

    private HaEngineException Missing(PlannedInterface planned) => new(
        $"No such interface: {planned.Parent} (instance {planned.Instance}, for its virtual interface {planned.Name}). The host has "
        + $"{string.Join(", ", routes.GetLinks().Select(l => l.Name))}: correct `interface` (or `dev`) in the configuration, or create the interface first.")
    {
        Code = FailureCode.InterfaceNotFound,
    };
}
