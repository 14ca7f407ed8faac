using System.Net;

namespace HaTools.Configuration.Tests;

internal sealed partial class ModelGenerator
{
    private readonly List<VirtualServerGroup> serverGroups = [];

    private static readonly IPAddress[] Masks4 = [IPAddress.Parse("255.255.255.0"), IPAddress.Parse("255.0.255.255")];
    private static readonly IPAddress[] Masks6 = [IPAddress.Parse("ffff:ffff::"), IPAddress.Parse("ffff:ffff:ffff:ff80::")];

    private VirtualServer Service(int i)
    {
        bool six = random.Next(4) == 0;
        bool marked = random.Next(4) == 0;
        VirtualServerGroup? group = marked || Coin() ? null : ServerGroup(i, six);
        int port = marked || group is not null ? 0 : random.Next(1, 65536);
        TransportProtocol protocol = marked ? TransportProtocol.Tcp : One(TransportProtocol.Tcp, TransportProtocol.Udp, TransportProtocol.Sctp);
        ForwardingMethod forwarding = One(ForwardingMethod.Nat, ForwardingMethod.DirectRouting, ForwardingMethod.Tunnel);
        string scheduler = One("wlc", "rr", "sh", "mh");
        bool hashes = scheduler is "sh" or "mh";
        TimeSpan? persistence = Coin() ? TimeSpan.FromSeconds(random.Next(1, 5000)) : null;
        NotifyScript? down = Maybe(Script);
        var service = new VirtualServer
        {
            Address = marked || group is not null ? null : six ? IPAddress.Parse($"2001:db8::{i}") : Address(i),
            Port = port,
            FirewallMark = marked ? (uint)i : null,
            Group = group?.Name,
            Family = six && (marked || (group is not null && Coin())) ? 6 : null,
            Protocol = protocol,
            Scheduler = scheduler,
            SchedulerFlags = hashes ? (SchedulerFlags)(random.Next(4) * 8) : SchedulerFlags.None,
            OnePacket = (marked || protocol == TransportProtocol.Udp) && Coin(),
            Forwarding = forwarding,
            Tunnel = forwarding == ForwardingMethod.Tunnel ? Maybe(Tunnel) : null,
            Persistence = persistence,
            PersistenceNetmask = persistence is null ? null : Maybe(() => six ? One(Masks6) : One(Masks4)),
            PersistenceEngine = persistence is not null && (marked || protocol == TransportProtocol.Udp) ? Maybe(() => "sip") : null,
            DelayLoop = Time(),
            Drain = Coin() ? null : TimeSpan.FromSeconds(random.Next(1, 601)),
            Quorum = Coin() ? 1 : random.Next(1, 9),
            Hysteresis = Coin() ? 0 : random.Next(3),
            QuorumUp = Maybe(Script),
            QuorumDown = down,
            Omega = down is not null && Coin(),
            SmtpAlert = Coin() ? Coin() : null,
            HaSuspend = !marked && group?.Members.Any(m => m.FirewallMark is not null) != true && Coin(),
            SorryServer = Maybe(() => Server(90, six, forwarding, port) with { Checks = [], NotifyUp = null, NotifyDown = null, SmtpAlert = null }),
            RealServers = Unique(4, n => group is null && random.Next(4) == 0 ? Named(Server(n, six, forwarding, port), n) : Server(n, six, forwarding, port)).ToValueList(),
        };
        if (group is not null) serverGroups.Add(group);
        if (group?.Members.Any(m => m is { FirewallMark: null, Port: 0 }) == true && service.Persistence is null) service = service with { Persistence = TimeSpan.FromSeconds(9) };

        // A mark is of all protocols.
        return protocol == TransportProtocol.Udp && group?.Members.All(m => m is { FirewallMark: null, Port: not 0 }) != false && Coin() ? Stateless(service) : service;
    }

    // The first is an address: it says the family of marks that do not.
    private VirtualServerGroup ServerGroup(int i, bool six) => new()
    {
        Name = $"group{i}",
        Members =
        [
            .. Enumerable.Range(0, random.Next(1, 5)).Select(n => n > 0 && Coin()
                ? new VirtualServerGroupMember { FirewallMark = (uint)(1000 * i + n), Family = Coin() ? null : six ? 6 : 4 }
                : new VirtualServerGroupMember
                {
                    Address = Grouped(i, six, 16 * n),
                    LastAddress = Coin() ? null : Grouped(i, six, 16 * n + random.Next(1, 16)),
                    Port = random.Next(4) == 0 ? 0 : random.Next(1, 65536),
                }),
        ],
    };

    private static IPAddress Grouped(int i, bool six, int n) => six ? IPAddress.Parse($"2001:db8:2:{i}::{n:x}") : new([10, 2, (byte)i, (byte)n]);

    // Of UDP: of TCP all others would have to be hashed.
    private static VirtualServer Stateless(VirtualServer service) => service with
    {
        Stateless = true,
        Scheduler = "mh",
        Forwarding = ForwardingMethod.DirectRouting,
        Tunnel = null,
        Persistence = null,
        PersistenceNetmask = null,
        PersistenceEngine = null,
        SorryServer = null,
        RealServers = [.. service.RealServers.Select(r => r with { Records = ServerRecords.Address, Port = service.Port, Forwarding = null, Tunnel = null, UpperThreshold = 0, LowerThreshold = 0, Checks = [.. r.Checks.Select(WithoutWeight)] })],
    };

    private RealServer Server(int n, bool six, ForwardingMethod usual, int servicePort)
    {
        ForwardingMethod? own = Coin() ? null : One(ForwardingMethod.Nat, ForwardingMethod.DirectRouting, ForwardingMethod.Tunnel);
        bool isNat = (own ?? usual) == ForwardingMethod.Nat;
        uint upper = Coin() ? 0 : (uint)random.NextInt64(1, uint.MaxValue);
        int port = isNat && servicePort != 0 ? random.Next(1, 65536) : servicePort;
        return new RealServer
        {
            Address = six ? IPAddress.Parse($"2001:db8:1::{n}") : Address(500 + n),
            Port = port,
            Weight = random.Next(65536),
            Forwarding = own,
            Tunnel = (own ?? usual) == ForwardingMethod.Tunnel ? Maybe(Tunnel) : null,
            UpperThreshold = upper,
            LowerThreshold = Coin() ? 0 : upper / 2,
            InhibitOnFailure = Coin(),
            Checks = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Check(six, port == 0)).DistinctBy(c => c is BfdCheck bfd ? bfd.Session : new object())],
            NotifyUp = Maybe(Script),
            NotifyDown = Maybe(Script),
            SmtpAlert = Coin() ? Coin() : null,
        };
    }

    private RealServer Named(RealServer server, int n)
    {
        RealServer named = server with { Address = null, HostName = $"s{n}.example.com{(Coin() ? "." : "")}", MostAddresses = Coin() ? 64 : random.Next(1, 1025) };
        return Coin() ? named : named with { HostName = $"_s{n}._tcp.example", Records = ServerRecords.Srv, Port = 0, Weight = 1 };
    }

    private ResolverSettings Resolver() => new()
    {
        NameServers = [.. new[] { "192.0.2.53", "192.0.2.54:5353", "2001:db8::53", "[2001:db8::54]:5353" }.Where(_ => Coin())],
        Timeout = TimeSpan.FromMilliseconds(random.Next(100, 30_001)),
        LeastTtl = TimeSpan.FromSeconds(random.Next(1, 3600)),
        LongestTtl = TimeSpan.FromSeconds(random.Next(3600, 100_000)),
        EmptyHold = Coin() ? TimeSpan.Zero : TimeSpan.FromSeconds(random.Next(1, 80_000)),
    };

    private IpvsTunnel Tunnel() => random.Next(3) switch
    {
        0 => new IpvsTunnel(),
        1 => new IpvsTunnel { Type = TunnelType.Gue, Port = random.Next(1, 65536), Checksum = (TunnelChecksum)random.Next(3) },
        _ => new IpvsTunnel { Type = TunnelType.Gre, Checksum = (TunnelChecksum)random.Next(2) },
    };

    private T One<T>(params T[] all) => all[random.Next(all.Length)];
}
