using System.Net;
using System.Net.Sockets;
using HaTools.Engine.DataPlane;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>Services and real servers with every property at random, of the values that Linux 6.1 keeps.</summary>
internal sealed class RandomPlane(int seed)
{
    private static readonly string[] Schedulers = ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh"];

    private static readonly IpvsServiceFlags[] Flags =
        [IpvsServiceFlags.OnePacket, IpvsServiceFlags.Scheduler1, IpvsServiceFlags.Scheduler2, IpvsServiceFlags.Scheduler3];

    private static readonly PlaneTunnel[] Tunnels =
    [
        new(IpvsTunnelType.IpIp, 0, IpvsTunnelFlags.None),
        new(IpvsTunnelType.Gue, 6080, IpvsTunnelFlags.None),
        new(IpvsTunnelType.Gue, 1, IpvsTunnelFlags.Checksum),
        new(IpvsTunnelType.Gue, 65535, IpvsTunnelFlags.RemoteChecksum),
        new(IpvsTunnelType.Gre, 0, IpvsTunnelFlags.None),
        new(IpvsTunnelType.Gre, 0, IpvsTunnelFlags.Checksum),
    ];

    /// <summary>One of each kind.</summary>
    public static ServiceKey[] Keys { get; } =
    [
        new(IpvsProtocol.Tcp, IPAddress.Parse("192.168.1.120"), 80),
        new(IpvsProtocol.Udp, IPAddress.Parse("192.168.1.120"), 80),
        new(IpvsProtocol.Sctp, IPAddress.Parse("192.168.1.120"), 80),
        new(IpvsProtocol.Tcp, IPAddress.Parse("192.168.1.121"), 0),
        new(IpvsProtocol.Tcp, IPAddress.Parse("2001:db8::120"), 80),
        ServiceKey.OfFirewallMark(7, AddressFamily.InterNetwork),
        ServiceKey.OfFirewallMark(uint.MaxValue, AddressFamily.InterNetworkV6),
    ];

    public Random Random { get; } = new(seed);

    public bool Coin(int of = 2) => Random.Next(of) == 0;

    public T One<T>(params IReadOnlyList<T> of) => of[Random.Next(of.Count)];

    public PlaneService Service(ServiceKey key, params PlaneDestination[] destinations) => new()
    {
        Key = key,
        Scheduler = One(Schedulers),
        Persistence = Coin() ? null : (uint)Random.Next(1, 2_678_400),
        Netmask = Netmask(key.Address.AddressFamily),
        PersistenceEngine = Coin(4) ? "sip" : null,
        Flags = Flags.Aggregate(IpvsServiceFlags.None, (flags, flag) => Coin(3) ? flags | flag : flags),
        Destinations = destinations,
    };

    public PlaneDestination Server(DestinationKey key, AddressFamily family)
    {
        IpvsForwardingMethod method = key.Address.AddressFamily == family
            ? One(IpvsForwardingMethod.Masquerade, IpvsForwardingMethod.Local, IpvsForwardingMethod.Tunnel, IpvsForwardingMethod.DirectRoute,
                IpvsForwardingMethod.Bypass)
            : IpvsForwardingMethod.Tunnel;
        uint upper = Coin() ? 0 : (uint)Random.NextInt64(uint.MaxValue);
        return new PlaneDestination
        {
            Key = key,
            Forwarding = method,
            Weight = One(0, 1, 5, 65535),
            UpperThreshold = upper,
            LowerThreshold = Coin() ? 0 : (uint)Random.NextInt64(upper + 1L),
            Tunnel = method == IpvsForwardingMethod.Tunnel ? One(Tunnels) : default,
        };
    }

    private IPAddress? Netmask(AddressFamily family) => Coin() ? null
        : family == AddressFamily.InterNetworkV6 ? IpvsService.NetmaskOf(family, Random.Next(1, 129))
        : new IPAddress(Random.NextInt64(1L << 32));
}
