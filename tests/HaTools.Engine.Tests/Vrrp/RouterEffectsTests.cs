using System.Net;
using HaTools.Engine.Vrrp;
using HaTools.Linux;
using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>What is told of the router's actions.</summary>
public class RouterEffectsTests
{
    [NamespaceFact]
    public void WhatHappenedIsToldWithThePriorityThatItHappenedWithAlsoWhenTheInstanceHasAnotherNumberSince()
    {
        VrrpInstance first = Instance("FIRST", 1, 10), second = Instance("SECOND", 2, 20);
        using var kernel = new KernelAddresses(RouteClient.Open());
        using var renewer = new AddressRenewer(RouteClient.Open(), static _ => { }, 0);
        using var arp = new ArpSocket();
        var sink = new Notes();
        var router = new VrrpRouter(new HaConfiguration { VrrpInstances = [first, second] });
        var carrier = new HostedInterface("none");
        var effects = new RouterEffects(kernel, renewer, arp, new VrrpHostOptions { NodeName = "n", Sink = sink })
        {
            Router = router,
            Instances = [Hosted(first, carrier), Hosted(second, carrier)],
        };
        var actions = new RouterActions();
        router.OnInterface(1, new InterfaceReading(true, 0xC0000201), 1, actions);
        router.Start(1, long.MaxValue, actions);
        effects.Execute(actions, 1);

        router.Reconfigure(new RouterSettings(new HaConfiguration { VrrpInstances = [second with { Priority = 30 }] }), [1], [], 2, new RouterActions());
        effects.Work();

        VrrpHostEvent entered = Assert.Single(sink.Events, e => e.Code == VrrpHostEventCode.StateChanged && e.Subject == "SECOND");
        Assert.Equal((VrrpStateKind.Backup, 20), (entered.NewState, entered.First));
    }

    private static VrrpInstance Instance(string name, int routerId, int priority) => new()
    {
        Name = name,
        Interface = "none",
        VirtualRouterId = routerId,
        Priority = priority,
        VirtualAddresses = [new VirtualAddress { Address = IPAddress.Parse("192.0.2.1"), PrefixLength = 24 }],
    };

    private static HostedInstance Hosted(VrrpInstance instance, HostedInterface carrier)
    {
        var hosted = new HostedInstance(instance, carrier, [], 2, isGated: false, isParked: false);
        hosted.Socket = carrier.SocketOf(hosted.Family, hosted.HasAuthenticationHeader);
        return hosted;
    }

    private sealed class Notes : IVrrpHostSink
    {
        public List<VrrpHostEvent> Events { get; } = [];

        public void Raise(in VrrpHostEvent happened) => Events.Add(happened);

        public void AddressesAdded(string instance)
        {
        }

        public void AddressesRemoved(string instance)
        {
        }
    }
}
