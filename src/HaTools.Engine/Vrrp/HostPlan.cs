using HaTools.Linux;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Vrrp;

/// <summary>A configuration, matched with the interfaces of this host: what a host is about to run.</summary>
internal sealed class HostPlan
{
    private HostPlan(VrrpHostConfiguration configuration, HostedInterface[] interfaces, HostedInstance[] instances) =>
        (Configuration, Interfaces, Instances) = (configuration, interfaces, instances);

    public VrrpHostConfiguration Configuration { get; }

    public HostedInterface[] Interfaces { get; }

    public HostedInstance[] Instances { get; }

    /// <summary>Finds the interfaces, all that are missing at once.</summary>
    /// <param name="configuration">What is to be run.</param>
    /// <param name="routes">The kernel.</param>
    /// <param name="known">Interfaces that are in use already, which are used on.</param>
    /// <exception cref="HaEngineException">Interfaces do not exist.</exception>
    public static HostPlan Make(VrrpHostConfiguration configuration, RouteClient routes, IReadOnlyList<HostedInterface> known)
    {
        List<HostedInterface> interfaces = [];
        List<string> missing = [];
        HostedInstance[] instances =
        [
            .. configuration.Configuration.VrrpInstances.Select(instance =>
            {
                HostedInterface carrier = Find(instance.Interface, instance.Name);
                HostedAddress[] addresses =
                [
                    .. instance.VirtualAddresses.Select(a =>
                        new HostedAddress(a, Find(a.Device ?? instance.Interface, $"{instance.Name}, address {a}"))),
                ];
                return new HostedInstance(
                    instance,
                    carrier,
                    addresses,
                    FencingLifetime.Seconds(instance, configuration.Configuration.SelfFencing),
                    configuration.GatedInstances.Contains(instance.Name),
                    configuration.ParkOnLoopback.Contains(instance.Name));
            }),
        ];
        if (missing.Count == 0) return new HostPlan(configuration, [.. interfaces], instances);
        throw new HaEngineException(
            $"No such interface: {string.Join("; ", missing)}. The host has {string.Join(", ", routes.GetLinks().Select(l => l.Name))}: "
            + "correct `interface` (or `dev`) in the configuration, or create the interface first.")
        {
            Code = FailureCode.InterfaceNotFound,
        };

        HostedInterface Find(string name, string user)
        {
            HostedInterface? found = interfaces.FirstOrDefault(i => i.Name == name) ?? known.FirstOrDefault(i => i.Name == name);
            if (found is null)
            {
                LinkInfo? link = routes.FindLink(name);
                if (link is null) missing.Add($"{name} (instance {user})");
                found = new HostedInterface(name);
                found.Set(link);
            }

            if (!interfaces.Contains(found)) interfaces.Add(found);
            return found;
        }
    }

    /// <summary>Opens the VRRP sockets that are wanting. When one cannot be opened those opened before it are closed.</summary>
    /// <exception cref="LinuxException">The kernel refused one.</exception>
    public void OpenSockets()
    {
        List<HostedInterface> opened = [];
        try
        {
            foreach (HostedInterface carrier in Instances.Select(i => i.Interface))
            {
                if (carrier.Socket is not null || carrier.Index == 0) continue;
                carrier.Socket = new VrrpSocket(carrier.Name, carrier.Index);
                opened.Add(carrier);
            }
        }
        catch
        {
            foreach (HostedInterface carrier in opened)
            {
                carrier.Socket!.Dispose();
                carrier.Socket = null;
            }

            throw;
        }
    }
}
