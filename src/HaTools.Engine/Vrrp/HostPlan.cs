using System.Net;
using HaTools.Engine.Trackers;
using HaTools.Linux;
using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// A configuration, matched with the interfaces of this host: what a host is about to run. It is made on another thread than VRRP's, from names and from
/// what the kernel says; the objects of interfaces that are in use already are passed on, and not looked into.
/// </summary>
internal sealed class HostPlan
{
    private HostPlan(VrrpHostConfiguration configuration, HostedInterface[] interfaces, HostedInstance[] instances, List<HostedInterface> added)
    {
        (Configuration, Interfaces, Instances, Added) = (configuration, interfaces, instances, added);
        Settings = new RouterSettings(configuration.Configuration);
        Drills = TakeoverDrill.Of(configuration.Configuration);
        Paces = AnnouncementPace.Of(configuration.Configuration, interfaces.Select(i => i.Name));
    }

    public VrrpHostConfiguration Configuration { get; }

    /// <summary>The configuration in the router's terms.</summary>
    public RouterSettings Settings { get; }

    public HostedInterface[] Interfaces { get; }

    public HostedInstance[] Instances { get; }

    /// <summary>The interfaces that were not in use before.</summary>
    public IReadOnlyList<HostedInterface> Added { get; }

    /// <summary>The paces of announcements by interface.</summary>
    public Dictionary<string, AnnouncementPace> Paces { get; }

    /// <summary>For the moments before a takeover.</summary>
    public TakeoverDrill[] Drills { get; }

    /// <summary>How long a change of an interface's state must last before it counts, in nanoseconds.</summary>
    public (long Up, long Down) DelaysOf(string name)
    {
        foreach (InterfaceDelay delay in Configuration.Configuration.InterfaceDelays)
        {
            if (delay.Interface == name) return (TrackerTiming.Nanoseconds(delay.Up), TrackerTiming.Nanoseconds(delay.Down));
        }

        return (0, 0);
    }

    /// <summary>For each instance the one of the plan before that it continues; -1: it is new.</summary>
    public int[] InstanceCarryOver { get; private set; } = [];

    /// <summary>For each tracker the one of the plan before whose result holds; -1: it is new.</summary>
    public int[] TrackerCarryOver { get; private set; } = [];

    /// <summary>For each instance that continues another: whether nothing of it differs.</summary>
    public bool[] IsUnchanged { get; private set; } = [];

    /// <summary>The unicast peers that are addresses of this host, and were not in the plan before.</summary>
    public IReadOnlyList<(string Instance, IPAddress Peer)> OwnPeers { get; private set; } = [];

    /// <summary>Finds the interfaces, all that are missing at once, and opens the sockets of those that are new.</summary>
    /// <param name="configuration">What is to be run.</param>
    /// <param name="routes">The kernel.</param>
    /// <param name="before">The plan in force; null: there is none.</param>
    /// <exception cref="HaEngineException">Interfaces do not exist, or are too narrow for an advert, or have an address that is to be virtual as their only one.</exception>
    /// <exception cref="LinuxException">The kernel refused a socket.</exception>
    /// <exception cref="ArgumentException">An instance cannot be put on the wire.</exception>
    public static HostPlan Make(VrrpHostConfiguration configuration, RouteClient routes, HostPlan? before)
    {
        HaConfiguration model = configuration.Configuration;
        IReadOnlyList<LinkInfo> links = routes.GetLinks();
        Dictionary<string, LinkInfo> linkOf = [];
        foreach (LinkInfo link in links) linkOf[link.Name] = link;
        Dictionary<string, HostedInterface> known = (before?.Interfaces ?? []).ToDictionary(i => i.Name);
        Dictionary<string, HostedInterface> interfaces = [];
        List<HostedInterface> added = [];
        List<string> missing = [];
        var instances = new HostedInstance[model.VrrpInstances.Count];
        for (int i = 0; i < instances.Length; i++)
        {
            VrrpInstance instance = model.VrrpInstances[i];
            if (instance.Vrf is { } vrf && linkOf.GetValueOrDefault(vrf) is { Kind: not LinkRequest.Vrf })
                throw new HaEngineException($"({instance.Name}) {vrf} is no VRF: name one in `vrf`, or make {vrf} the instance's `interface`");
            instances[i] = new HostedInstance(
                instance,
                Find(configuration.Interfaces.AdvertInterface(instance), instance.Name),
                [.. instance.VirtualAddresses.Concat(instance.ExcludedAddresses).Select(a => new HostedAddress(a, Find(configuration.Interfaces.CarrierOf(instance, a), $"{instance.Name}, address {a}")))],
                FencingLifetime.Seconds(instance, model.SelfFencing),
                configuration.GatedInstances.Contains(instance.Name),
                configuration.ParkOnLoopback.Contains(instance.Name));
            bool overhears = instance.VirtualInterface is { Kind: VirtualInterfaceKind.Macvlan, TransmitOnBase: true } && instances[i].Group != 0;
            if (overhears && configuration.Interfaces.OfInstance(instance) is { } macvlan)
                instances[i].Overheard = Find(macvlan.Name, instance.Name);
        }

        if (missing.Count > 0)
        {
            throw new HaEngineException(
                $"No such interface: {string.Join("; ", missing)}. The host has {string.Join(", ", links.Select(l => l.Name))}: "
                + "correct `interface` (or `dev`) in the configuration, or create the interface first.")
            {
                Code = FailureCode.InterfaceNotFound,
            };
        }

        CheckSizes(instances, linkOf);
        HostsOwnAddresses.Refuse(instances, before, routes);
        var plan = new HostPlan(configuration, [.. interfaces.Values], instances, added);
        if (before is not null) plan.Compare(before);
        plan.FindOwnPeers(before, routes);
        plan.OpenSockets();
        return plan;

        HostedInterface Find(string name, string user)
        {
            if (interfaces.TryGetValue(name, out HostedInterface? found)) return found;
            if (!known.TryGetValue(name, out found))
            {
                LinkInfo? link = linkOf.GetValueOrDefault(name);
                if (link is null && !model.DynamicInterfaces) missing.Add($"{name} (instance {user})");
                found = new HostedInterface(name) { Planned = configuration.Interfaces.Find(name) };
                found.Set(link is not null && found.Accepts(link) ? link : null);
                added.Add(found);
            }

            interfaces.Add(name, found);
            if (configuration.Interfaces.Find(name) is { } made) _ = Find(made.Parent, user);
            return found;
        }
    }

    /// <summary>Closes the sockets that it opened: it does not come into force.</summary>
    public void Abandon()
    {
        foreach (HostedSocket socket in Added.SelectMany(i => i.Sockets)) socket.Close();
    }

    // The kernel refuses IPv4 adverts beyond the MTU, and cuts those of IPv6 into fragments, which not everyone takes. An interface that comes
    // later, or becomes narrower, is told when the kernel refuses.
    private static void CheckSizes(HostedInstance[] instances, Dictionary<string, LinkInfo> links)
    {
        foreach (HostedInstance instance in instances)
        {
            if (links.GetValueOrDefault(instance.Interface.Name) is not { Mtu: > 0 and var most }) continue;
            VrrpInstance model = instance.Configuration;
            int bytes = AdvertSize.Of(model);
            if (bytes <= most) continue;
            throw new HaEngineException(
                $"An advert of {instance.Name} with its {model.VirtualAddresses.Count} addresses has {bytes} bytes, and the MTU of {instance.Interface.Name} "
                + $"is {most}: {AdvertSize.MostAddresses(model, most)} addresses fit. Put the others into `excludedAddresses` "
                + "(`virtual_ipaddress_excluded`), which are held and not advertised, or into another instance.");
        }
    }

    // A virtual address that stands here now will stand elsewhere.
    private void FindOwnPeers(HostPlan? before, RouteClient routes)
    {
        HashSet<(string, IPAddress)> known = [.. before is null ? [] : PeersOf(before.Instances)];
        (string Instance, IPAddress Peer)[] peers = [.. PeersOf(Instances).Where(p => !known.Contains(p))];
        if (peers.Length == 0) return;
        HashSet<IPAddress> own = [.. routes.GetAddresses().Select(a => a.Address)];
        own.ExceptWith(Instances.SelectMany(i => i.Addresses).Select(a => a.Configured.Address));
        OwnPeers = [.. peers.Where(p => own.Contains(p.Peer))];
    }

    private static IEnumerable<(string Instance, IPAddress Peer)> PeersOf(HostedInstance[] instances) =>
        instances.SelectMany(i => i.Configuration.UnicastPeers.Select(p => (i.Name, p.Address)));

    private void Compare(HostPlan before)
    {
        HaConfiguration old = before.Configuration.Configuration, model = Configuration.Configuration;
        InstanceCarryOver = VrrpRouter.InstanceCarryOver(old, model);
        TrackerCarryOver = VrrpRouter.TrackerCarryOver(old, model);
        IsUnchanged = new bool[Instances.Length];
        for (int i = 0; i < Instances.Length; i++)
        {
            if (InstanceCarryOver[i] < 0) continue;
            string name = Instances[i].Name;
            IsUnchanged[i] = old.VrrpInstances[InstanceCarryOver[i]].Equals(model.VrrpInstances[i])
                && old.SelfFencing.Equals(model.SelfFencing)
                && before.Configuration.Interfaces.PlacesAlike(model.VrrpInstances[i], Configuration.Interfaces)
                && before.Configuration.GatedInstances.Contains(name) == Configuration.GatedInstances.Contains(name)
                && before.Configuration.ParkOnLoopback.Contains(name) == Configuration.ParkOnLoopback.Contains(name);
        }
    }

    private void OpenSockets()
    {
        HashSet<HostedInterface> added = [.. Added];
        try
        {
            foreach (HostedInstance instance in Instances)
            {
                if (added.Contains(instance.Interface))
                    instance.Interface.SocketOf(instance.Family, instance.HasAuthenticationHeader).Serve(instance);
                if (instance.Overheard is { } macvlan && added.Contains(macvlan))
                    macvlan.SocketOf(instance.Family, instance.HasAuthenticationHeader).Hear(instance);
            }

            foreach (HostedSocket socket in Added.Where(i => i.Index != 0).SelectMany(i => i.Sockets))
                socket.Open(Configuration.Configuration.LogUnknownVirtualRouters);
        }
        catch
        {
            Abandon();
            throw;
        }
    }
}
