using System.Collections.Concurrent;
using System.Net.NetworkInformation;
using HaTools.Linux;
using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// A failover played through once before the start, in virtual time and on an interface that does not exist: every method of the way is
/// loaded, and compiled by the just-in-time compiler where it must be, then and not in the first real failover. Nothing of it leaves the host, and
/// nothing on the host changes.
/// </summary>
internal static class Rehearsal
{
    /// <summary>An address that nobody has (TEST-NET-1, RFC 5737).</summary>
    public static readonly AddressBits OwnAddress = 0xC0000201;

    private static readonly AddressBits PeerAddress = 0xC0000202;

    // What is compiled stays so: a process rehearses each kind once.
    private static readonly ConcurrentDictionary<AdvertKind, AdvertKind> played = new();

    /// <summary>Plays a failover for each kind of instance that this process has played none for.</summary>
    /// <param name="configuration">The instances.</param>
    /// <param name="arp">Borrowed, since the kernel takes 10 ms and more to close such a socket.</param>
    /// <returns>How many it played.</returns>
    public static int Run(HaConfiguration configuration, ArpSocket arp)
    {
        VrrpInstance[] unplayed =
            [.. configuration.VrrpInstances.DistinctBy(AdvertKind.Of).Where(i => !played.ContainsKey(AdvertKind.Of(i)))];
        if (unplayed.Length == 0) return 0;
        using var kernel = new KernelAddresses(RouteClient.Open());
        using var renewer = new AddressRenewer(RouteClient.Open(), static _ => { }, 0);
        var silent = new VrrpHostOptions { Sink = new SilentSink() };
        foreach (VrrpInstance instance in unplayed)
        {
            Play(Alone(instance), kernel, renewer, arp, silent);
            var kind = AdvertKind.Of(instance);
            _ = played.TryAdd(kind, kind);
        }

        return unplayed.Length;
    }

    /// <summary>The calls of a real socket, with a datagram that is too short to be sent.</summary>
    public static void Touch(VrrpSocket socket)
    {
        TouchSending(socket);
        Span<byte> nothing = stackalloc byte[1];
        _ = socket.Receive(nothing, out _);
    }

    /// <summary>Sending only, so that nothing is taken from it.</summary>
    public static void TouchSending(VrrpSocket socket) => _ = socket.Send([], (uint)PeerAddress);

    /// <summary>It follows nothing and waits for nobody, since there is nothing but itself: in a fault it would rehearse nothing.</summary>
    public static VrrpInstance Alone(VrrpInstance instance) => instance with
    {
        Priority = 100,
        InitialState = VrrpInitialState.Backup,
        UnicastFaultNoPeer = false,
        TrackScripts = [],
        TrackInterfaces = [],
        TrackFiles = [],
        TrackProcesses = [],
        TrackBfd = [],
    };

    private static void Play(
        VrrpInstance instance, KernelAddresses kernel, AddressRenewer renewer, ArpSocket arp, VrrpHostOptions options)
    {
        var carrier = new HostedInterface("rehearsal");
        carrier.Set(new LinkInfo
        {
            Index = HostedInterface.NoSuchIndex,
            Name = carrier.Name,
            Flags = LinkFlags.Up | LinkFlags.Running,
            HardwareType = 1,
            HardwareAddress = new PhysicalAddress([2, 0, 0, 0, 0, 1]),
        });
        HostedAddress[] addresses = [.. instance.VirtualAddresses.Select(a => new HostedAddress(a with { Device = null }, carrier))];
        var hosted = new HostedInstance(instance, carrier, addresses, 2, isGated: false, isParked: false);
        var router = new VrrpRouter(new HaConfiguration { VrrpInstances = [instance] });
        var effects = new RouterEffects(kernel, renewer, arp, options)
        {
            Router = router,
            Instances = [hosted],
        };
        hosted.Socket = carrier.SocketOf(hosted.Family, hosted.HasAuthenticationHeader);
        var actions = new RouterActions();
        var peer = new VrrpRouter(new HaConfiguration { VrrpInstances = [instance with { Priority = 200 }] });
        var peerActions = new RouterActions();
        var datagram = new byte[VrrpRouter.MaxAdvertLength];
        long now = 1;

        router.OnInterface(0, new InterfaceReading(true, OwnAddress), now, actions);
        router.Start(now, long.MaxValue, actions);
        Execute();
        BecomeMaster();
        renewer.Hold(hosted.Lease, hosted.Requests, 1, now);
        effects.PlanBeats(now);
        effects.Housekeeping(effects.NextDeadline);
        effects.Verify(carrier, now);
        renewer.Beat(MonotonicClock.Now, soon: 0);
        renewer.Withdraw(hosted.Lease);
        Advertise(200);
        Advertise(0);
        BecomeMaster();
        router.Stop(now, actions);
        Execute();

        void Execute()
        {
            effects.Execute(actions, now);
            effects.Work();
        }

        void BecomeMaster()
        {
            // The takeover, and the advert after it.
            for (int i = 0; i < 2; i++)
            {
                now = router.NextDeadline;
                router.OnTimer(now, actions);
                Execute();
            }
        }

        void Advertise(byte priority)
        {
            peer.OnInterface(0, new InterfaceReading(true, PeerAddress), now, peerActions);
            if (peer.DestinationCount(0) == 0) return;
            var advert = new RouterAction(RouterActionKind.SendAdvert, 0) { Value = priority, Version = instance.Version };
            int length = peer.EncodeAdvert(advert, peer.Destination(0, 0), 1, 0, datagram);
            ReadOnlySpan<byte> packet = datagram.AsSpan(0, length);
            var at = new ReceiveTime(now, 0);
            if (hosted.Family == 6)
                router.OnAdvert(0, new Ipv6Envelope(PeerAddress, peer.Destination(0, 0), byte.MaxValue), packet, at, actions);
            else if (VrrpRouter.PeekVirtualRouterId(packet) == instance.VirtualRouterId)
                router.OnAdvert(0, packet, at, actions);
            Execute();
        }
    }

    /// <summary>Nobody is told.</summary>
    internal sealed class SilentSink : IVrrpHostSink
    {
        public void Raise(in VrrpHostEvent happened)
        {
        }

        public void AddressesAdded(string instance)
        {
        }

        public void AddressesRemoved(string instance)
        {
        }
    }
}
