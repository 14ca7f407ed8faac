using System.Net;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary><c>virtual_server</c> and <c>real_server</c>. Each area has a file: its keywords and its part of the draft.</summary>
internal static partial class VirtualServerGrammar
{
    public static Grammar<RealServerDraft> RealServer { get; } = new("real_server",
    [
        new() { Name = "weight", Required = 1, Allowed = 1, Read = (r, s, d) => d.Weight = Weight(r, s) ?? d.Weight },
        new() { Name = "lvs_method", Required = 1, Allowed = MostForwardingWords, Read = (r, s, d) => d.Way = ReadWay(r, s) ?? d.Way },
        new() { Name = "uthreshold", Required = 1, Allowed = 1, Read = (r, s, d) => d.UpperThreshold = Threshold(r, s) ?? d.UpperThreshold },
        new() { Name = "lthreshold", Required = 1, Allowed = 1, Read = (r, s, d) => d.LowerThreshold = Threshold(r, s) ?? d.LowerThreshold },
        new() { Name = "inhibit_on_failure", Read = (_, _, d) => d.Inhibit = true },
        TcpBlock, HttpBlock, HttpsBlock, DnsBlock, SmtpBlock, MiscBlock, FileBlock, BfdBlock, PingBlock, UdpBlock,
        VirtualHost<RealServerDraft>(d => d.Defaults),
        .. Timing<RealServerDraft>(d => d.Defaults), ConnectTimeout<RealServerDraft>(d => d.Defaults), DelayLoop<RealServerDraft>(d => d.Defaults),
        .. NotifyGrammar.OfRealServers,
    ], new Dictionary<string, string>());

    public static Grammar<ServiceDraft> Grammar { get; } = new("virtual_server",
    [
        .. Scheduling, .. Forwarding, .. Quorum, .. Sorry, .. NotifyGrammar.OfServices,
        .. Timing<ServiceDraft>(d => d.Defaults), ConnectTimeout<ServiceDraft>(d => d.Defaults), DelayLoop<ServiceDraft>(d => d.Defaults), VirtualHost<ServiceDraft>(d => d.Defaults),
        new() { Name = "ip_family", Required = 1, Allowed = 1, Read = ReadFamily },
        new() { Name = "protocol", Required = 1, Allowed = 1, Read = ReadProtocol },
        new() { Name = "weight", Required = 1, Allowed = 1, Read = (r, s, d) => d.Weight = Weight(r, s) ?? d.Weight },
        new() { Name = "inhibit_on_failure", Read = (_, _, d) => d.Inhibit = true },
        new() { Name = "ha_suspend", Read = (_, s, d) => d.HaSuspend = s.Keyword },
        new()
        {
            Name = "real_server", Required = 1, Allowed = 2, HasBlock = true, Repeatable = true,
            Read = (_, s, d) => d.RealServers.Add(s),
        },
    ], new Dictionary<string, string>
    {
        ["hashed"] = "the kernel keeps every service in a hash table, and sets this flag itself.",
    });

    /// <summary>Builds the service, and notes where it was written; null when there is nothing to build.</summary>
    public static VirtualServer? Build(ConfReading reading, ConfStatement statement, GlobalDraft globals, IReadOnlyList<VirtualServerGroup> groups, ModelPositions positions, int index)
    {
        var draft = new ServiceDraft { LogAllFailures = globals.LogAllFailures };
        reading.ReadBlock(Grammar, statement.Block!, draft);
        if (Identity(reading, statement, draft, groups) is not { } identity) return null;
        var path = new ModelPath("virtualServers", index);
        List<RealServer> servers = BuildRealServers(reading, draft, identity, positions, path);
        ConfWord word = statement.Words[1];
        if (draft.RealServers.Count == 0)
        {
            reading.Warning("NoRealServers", word,
                $"The virtual_server `{word.Text}` has no real servers: keepalived ignores it, and so do we.");
            return null;
        }

        positions.Note(path, word.Position);
        ConfPlaces.Note(positions, ConfPlaces.Service, path, statement.Block!);
        RealServer? sorry = BuildSorryServer(reading, draft, identity, positions, path);
        VirtualServer service = identity with
        {
            Family = identity.Address is null ? FamilyWithoutAddress(draft, identity, [.. servers, .. sorry is null ? [] : new[] { sorry }]) : null,
            Scheduler = draft.Scheduler,
            SchedulerFlags = draft.SchedulerFlags,
            OnePacket = draft.OnePacket is not null,
            Forwarding = draft.Way.Method,
            Tunnel = draft.Way.Tunnel,
            Persistence = draft.Persistence,
            PersistenceEngine = draft.PersistenceEngine,
            DelayLoop = draft.Defaults.DelayLoop ?? TimeSpan.FromSeconds(60),

            HaSuspend = draft.HaSuspend is not null,

            // keepalived removes a server at once that is no longer named.
            Drain = null,
            Quorum = draft.Quorum,
            Hysteresis = draft.Hysteresis,
            QuorumUp = draft.QuorumUp,
            QuorumDown = draft.QuorumDown,
            Omega = draft.Omega,
            SmtpAlert = draft.SmtpAlert,
            SorryServer = sorry,
            RealServers = servers.ToValueList(),
        };
        return service.Group is null ? Repaired(reading, statement, draft, service) : RepairedGroup(reading, statement, draft, service, groups);
    }

    /// <summary>What the service is found by.</summary>
    private static VirtualServer? Identity(ConfReading reading, ConfStatement statement, ServiceDraft draft, IReadOnlyList<VirtualServerGroup> groups)
    {
        ConfWord word = statement.Words[1];
        if (word.Text == "group") return OfGroup(reading, statement, draft, groups);
        if (word.Text == "fwmark") return FirewallMark(reading, statement, draft);
        IPAddress? address = ConfValues.Address(reading, word);
        int? port = statement.Argument(2) is { } portWord ? ConfValues.RequiredInteger(reading, portWord, "port", 0, 65535) : 0;
        if (address is not null && draft.Family is { } family && Networks.FamilyOf(address) != family.Number)
            reading.Warning("AddressFamilyMismatch", family.Word, $"`{address}` is not of that family: keepalived goes by the address, and so do we.");
        TransportProtocol protocol = Protocol(reading, statement, draft);
        return address is null || port is not { } number ? null : new VirtualServer { Address = address, Port = number, Protocol = protocol };
    }

    private static VirtualServer? FirewallMark(ConfReading reading, ConfStatement statement, ServiceDraft draft)
    {
        if (statement.Argument(2) is not { } word)
        {
            reading.Error("MissingValue", statement.Words[1], "`virtual_server fwmark` needs the mark.");
            return null;
        }

        if (ConfValues.Unsigned(word) is not { } mark || mark == 0)
        {
            reading.Error("InvalidNumber", word, $"`{word.Text}` is no firewall mark: a whole number from 1 to {uint.MaxValue}.");
            return null;
        }

        if (draft.ProtocolGiven is { } protocol)
            reading.Warning("NoEffect", protocol, "A service with a firewall mark takes every protocol: keepalived ignores this, and so do we.");
        return new VirtualServer { FirewallMark = mark };
    }

    // As keepalived finds it: as it is said, else as servers that no tunnel leads to have it, else, but for a group, as all servers have it.
    private static int? FamilyWithoutAddress(ServiceDraft draft, VirtualServer service, IReadOnlyList<RealServer> servers)
    {
        if (draft.Family is { } said) return said.Number == 6 || service.Group is not null ? said.Number : null;
        RealServer? plain = servers.FirstOrDefault(s => (s.Forwarding ?? draft.Way.Method) != ForwardingMethod.Tunnel);
        bool isIPv6 = plain is not null ? Networks.FamilyOf(plain.Address!) == 6 : service.Group is null && servers.Count > 0 && servers.All(s => Networks.FamilyOf(s.Address!) == 6);
        return isIPv6 ? 6 : null;
    }

    /// <summary>The service as keepalived repairs it.</summary>
    private static VirtualServer Repaired(ConfReading reading, ConfStatement statement, ServiceDraft draft, VirtualServer service)
    {
        if (draft.OnePacket is { } onePacket && service.FirewallMark is null && service.Protocol != TransportProtocol.Udp)
        {
            reading.Warning("NoEffect", onePacket, "`ops` is for UDP, or with a firewall mark: keepalived ignores it elsewhere, and so do we.");
            service = service with { OnePacket = false };
        }

        if (draft.HaSuspend is { } suspend && service.FirewallMark is not null)
        {
            reading.Warning("NoEffect", suspend, "A service with a firewall mark has no address that could be on this host or not: keepalived ignores this, and so do we.");
            service = service with { HaSuspend = false };
        }

        if (draft.Granularity is { } granularity)
        {
            service = service with { PersistenceNetmask = Netmask(reading, granularity, service.IsIPv6) };
            if (service.Persistence is null)
            {
                reading.Warning("PersistenceImplied", granularity, "`persistence_granularity` without `persistence_timeout` is persistence for 360 s, as in keepalived.");
                service = service with { Persistence = UsualPersistence };
            }
        }

        if (service is not { FirewallMark: null, Port: 0, Persistence: null }) return service;
        reading.Warning("ZeroPort", statement.Argument(2) ?? statement.Words[1],
            "A service of every port (0) is persistent, for 360 s where it does not say so itself, as in keepalived.");
        return service with { Persistence = UsualPersistence };
    }

    private static TransportProtocol Protocol(ConfReading reading, ConfStatement statement, ServiceDraft draft)
    {
        if (draft.Protocol is { } protocol) return protocol;
        // Measured with 2.2.7: "no protocol set - defaulting to UDP".
        if (draft.ProtocolGiven is null)
            reading.Warning("MissingProtocol", statement.Words[1],
                "Without `protocol` keepalived makes this a UDP service, and so do we. Write `protocol TCP` or `protocol UDP`.");
        return TransportProtocol.Udp;
    }

    private static void ReadFamily(ConfReading reading, ConfStatement statement, ServiceDraft draft)
    {
        ConfWord word = statement.Words[1];
        if (word.Text is "inet" or "inet6") draft.Family = (word.Text == "inet6" ? 6 : 4, word);
        else reading.UnknownWord(word, "address family", ["inet", "inet6"]);
    }

    private static void ReadProtocol(ConfReading reading, ConfStatement statement, ServiceDraft draft)
    {
        ConfWord word = statement.Words[1];
        draft.ProtocolGiven = word;
        switch (word.Text.ToUpperInvariant())
        {
            case "TCP":
                draft.Protocol = TransportProtocol.Tcp;
                break;
            case "UDP":
                draft.Protocol = TransportProtocol.Udp;
                break;
            case "SCTP":
                draft.Protocol = TransportProtocol.Sctp;
                break;
            default:
                reading.UnknownWord(word, "protocol", ["TCP", "UDP", "SCTP"]);
                break;
        }
    }
}

/// <summary>A virtual_server while it is read.</summary>
internal sealed partial class ServiceDraft
{
    public TransportProtocol? Protocol { get; set; }

    public ConfWord? ProtocolGiven { get; set; }

    public (int Number, ConfWord Word)? Family { get; set; }

    /// <summary>Whether global_defs has every failed try of every check told.</summary>
    public bool LogAllFailures { get; init; }

    public int Weight { get; set; } = 1;

    public bool Inhibit { get; set; }

    public ConfWord? HaSuspend { get; set; }

    /// <summary>What checks take when they do not say otherwise.</summary>
    public CheckDefaults Defaults { get; } = new();

    public List<ConfStatement> RealServers { get; } = [];
}
