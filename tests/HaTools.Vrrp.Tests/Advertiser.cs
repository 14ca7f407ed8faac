using System.Net;

namespace HaTools.Vrrp.Tests;

/// <summary>Another router on the wire, of which only the adverts are seen.</summary>
internal sealed class Advertiser
{
    private readonly VrrpRouter router;
    private readonly byte[] buffer = new byte[VrrpRouter.MaxAdvertLength];

    public Advertiser(VrrpInstance instance, string source)
    {
        Instance = instance with { TrackScripts = [], TrackFiles = [], TrackBfd = [], TrackProcesses = [], TrackInterfaces = [] };
        Source = WireAddress.Of(IPAddress.Parse(source));
        router = new VrrpRouter(Wire.Configuration([Instance]));
        router.OnInterface(0, new InterfaceReading(true, Source), 0, new RouterActions());
        Destination = router.Destination(0, 0);
        Priority = instance.Priority;
        Version = instance.Version;
    }

    public VrrpInstance Instance { get; }

    public AddressBits Source { get; }

    public AddressBits Destination { get; init; }

    public int Priority { get; set; }

    public int Version { get; set; }

    public byte HopLimit { get; init; } = VrrpProtocol.Ttl;

    public int Family => Instance.AddressFamily;

    public Ipv6Envelope Envelope => new(Source, Destination, HopLimit);

    public byte[] Packet(long unix)
    {
        var action = new RouterAction(RouterActionKind.SendAdvert, 0) { Value = Priority, Version = Version };
        byte[] packet = buffer[..router.EncodeAdvert(action, Destination, 1, unix, buffer)];
        if (Family == 6 || HopLimit == packet[8]) return packet;
        packet[8] = HopLimit;
        return Wire.FixHeader(packet);
    }
}
