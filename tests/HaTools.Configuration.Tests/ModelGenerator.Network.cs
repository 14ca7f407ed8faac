using System.Net;

namespace HaTools.Configuration.Tests;

/// <summary>Addresses, routes and rules.</summary>
internal sealed partial class ModelGenerator
{
    private VirtualAddress VirtualAddress(int instance, int i, bool six = false)
    {
        VirtualAddress address = AnyAddress(instance, i, six);
        return address.Peer is null ? address : address with { Broadcast = null };
    }

    private VirtualAddress AnyAddress(int instance, int i, bool six) => new()
    {
        Address = six ? IPAddress.Parse($"2001:db8:{instance:x}::{i:x}:1") : Address(1000 * instance + i),
        PrefixLength = random.Next(six ? 129 : 33),
        Device = Maybe(() => "eth0"),
        Label = !six && random.Next(4) == 0 ? (Coin() ? "eth0:0" : "eno16777736:1") : null,
        Scope = Coin() ? new[] { AddressScope.Global, AddressScope.Site, AddressScope.Link, AddressScope.Host }[random.Next(4)] : null,
        Broadcast = six ? null : Maybe(() => Address(random.Next(60000))),
        Peer = Maybe(() => six ? IPAddress.Parse("2001:db8:99::1") : Address(60001)),
        Options = Coin() ? AddressOptions.None : six ? AddressOptions.Home | AddressOptions.NoPrefixRoute : AddressOptions.NoPrefixRoute,
        Preferred = six && Coin() ? Coin() : null,
        NoTrack = Coin(),
    };

    private RouteEntry Route(int i)
    {
        bool six = Coin();
        bool several = Coin();
        bool noTrack = Coin();
        bool ofVrf = Coin();
        return new RouteEntry
        {
            Kind = Coin() ? RouteKind.Unicast : RouteKind.Blackhole,
            Destination = i == 1 ? null : IPNetwork.Parse(six ? $"2001:db8:{i:x}::/48" : $"10.{i}.0.0/16"),
            Family = six ? 6 : 4,
            From = six && Coin() ? IPNetwork.Parse("2001:db8:f::/64") : null,
            PreferredSource = Maybe(() => Own(six, 5)),
            Gateway = several ? null : Maybe(() => Own(six, 6)),
            Device = several ? null : "eth0",
            OnLink = Coin(),
            NextHops = several ? [new() { Device = "eth0" }, new() { Gateway = Own(six, 7), Device = "eth1", Weight = 256, OnLink = true, Realms = six ? null : 0x10002, Encapsulation = Encapsulation() }] : [],
            Encapsulation = several ? null : Maybe(Encapsulation),
            Table = ofVrf ? null : Number() | 1,
            Vrf = ofVrf ? "red" : null,
            Tos = six ? 0 : random.Next(256),
            Protocol = noTrack && Coin() ? random.Next(256) : null,
            Scope = Coin() ? random.Next(256) : null,
            Metric = Number(),
            Preference = six && Coin() ? RoutePreference.Low : null,
            Expires = six && Coin() ? TimeSpan.FromSeconds(random.Next(1, 100_000)) : null,
            Metrics = Coin() ? RouteMetrics.None : Metrics(),
            Realms = six ? null : Number(),
            TtlPropagate = Coin() ? Coin() : null,
            Insertion = (RouteInsertion)random.Next(3),
            NoTrack = noTrack,
        };
    }

    private RouteEncapsulation Encapsulation() => new()
    {
        Family = 4,
        Id = ulong.MaxValue,
        Source = Maybe(() => Address(1)),
        Destination = Maybe(() => Address(2)),
        Ttl = Coin() ? 5 : null,
        Tos = Coin() ? 6 : null,
        Flags = Coin() ? 7 : null,
    };

    private RouteMetrics Metrics() => new()
    {
        Mtu = Number(),
        LockMtu = Coin(),
        HopLimit = Number(),
        AdvertisedMss = Number(),
        Rtt = Number(),
        RttVariance = Number(),
        Reordering = Number(),
        Window = Number(),
        CongestionWindow = Number(),
        SlowStartThreshold = Number(),
        MinimumRto = Number(),
        InitialCongestionWindow = Number(),
        InitialReceiveWindow = Number(),
        Features = Coin() ? 1u : null,
        QuickAck = Coin() ? Coin() : null,
        CongestionControl = Maybe(() => "cubic"),
        FastOpenNoCookie = Coin() ? Coin() : null,
        Locked = Coin() ? ["rtt", "cwnd"] : [],
    };

    private RuleEntry Rule(int i)
    {
        bool six = Coin();
        RuleAction action = new[] { RuleAction.Table, RuleAction.Goto, RuleAction.Nop, RuleAction.Prohibit }[random.Next(4)];
        bool looks = action == RuleAction.Table;
        bool ofVrf = looks && Coin();
        bool noTrack = Coin();
        uint? mark = Number();
        return new RuleEntry
        {
            Family = six ? 6 : 4,
            Preference = 1000 + (uint)i,
            Not = Coin(),
            From = Coin() ? IPNetwork.Parse(six ? "2001:db8:1::/48" : "10.1.0.0/16") : null,
            To = Coin() ? IPNetwork.Parse(six ? "2001:db8::1/128" : "10.2.0.0/16") : null,
            InputInterface = Maybe(() => "eth0"),
            OutputInterface = Maybe(() => "eth1"),
            Mark = mark,
            MarkMask = mark is null ? null : Number(),
            Tos = random.Next(256),
            TunnelId = Coin() ? (ulong)random.NextInt64() : null,
            Users = Coin() ? new NumberRange(0, 1000) : null,
            L3MasterDevice = ofVrf,
            IpProtocol = Coin() ? 6 : null,
            SourcePorts = Coin() ? new NumberRange(80, 80) : null,
            DestinationPorts = Coin() ? new NumberRange(1000, 2000) : null,
            Action = action,
            Table = looks && !ofVrf ? 100 : null,
            Target = action == RuleAction.Goto ? 32766u : null,
            SuppressPrefixLength = looks && Coin() ? random.Next(33) : null,
            SuppressInterfaceGroup = looks ? Number() : null,
            Realms = looks && !six ? Number() : null,
            Protocol = noTrack && Coin() ? random.Next(256) : null,
            NoTrack = noTrack,
        };
    }

    private uint? Number() => Coin() ? (uint)random.NextInt64(1L << 32) : null;
}
