using System.Net;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary><c>virtual_server</c>, <c>real_server</c> and <c>TCP_CHECK</c>.</summary>
internal static class VirtualServerGrammar
{
    private static readonly string[] ForwardingWords = ["NAT", "DR", "TUN"];
    private static readonly string[] ProtocolWords = ["TCP", "UDP"];

    private static readonly Dictionary<string, string> CheckHarmless = new()
    {
        ["log_all_failures"] = "the first failure and every change of state is reported.",
    };

    public static Grammar<CheckDraft> TcpCheck { get; } = new("TCP_CHECK",
    [
        new()
        {
            Name = "connect_ip", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.Address = ConfValues.Address(r, s.Words[1]) ?? d.Address,
        },
        new() { Name = "connect_port", Required = 1, Allowed = 1, Read = ReadConnectPort },
        new()
        {
            Name = "connect_timeout", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.ConnectTimeout = ConnectTimeout(r, s) ?? d.ConnectTimeout,
        },
        new() { Name = "retry", Required = 1, Allowed = 1, Read = ReadRetry },
        new() { Name = "nb_get_retry", Required = 1, Allowed = 1, Read = ReadOldRetry },
        new() { Name = "delay_before_retry", Required = 1, Allowed = 1, Read = (r, s, d) => d.Delay = RetryDelay(r, s) ?? d.Delay },
    ], CheckHarmless);

    public static Grammar<RealServerDraft> RealServer { get; } = new("real_server",
    [
        new() { Name = "weight", Required = 1, Allowed = 1, Read = (r, s, d) => d.Weight = Weight(r, s) ?? d.Weight },
        new() { Name = "TCP_CHECK", HasBlock = true, Repeatable = true, Read = ReadTcpCheck },
        new() { Name = "retry", Required = 1, Allowed = 1, Read = (r, s, d) => d.Defaults.Retry = Retry(r, s) ?? d.Defaults.Retry },
        new()
        {
            Name = "delay_before_retry", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.Defaults.Delay = RetryDelay(r, s) ?? d.Defaults.Delay,
        },
        new()
        {
            Name = "connect_timeout", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.Defaults.ConnectTimeout = ConnectTimeout(r, s) ?? d.Defaults.ConnectTimeout,
        },
    ], new Dictionary<string, string> { ["virtualhost"] = "no check of this version asks for a host." });

    public static Grammar<ServiceDraft> Grammar { get; } = new("virtual_server",
    [
        new() { Name = "delay_loop", Required = 1, Allowed = 1, Read = ReadDelayLoop },
        new() { Name = "lb_algo", Required = 1, Allowed = 1, Read = ReadScheduler },
        new() { Name = "lvs_sched", Required = 1, Allowed = 1, Read = ReadScheduler },
        new() { Name = "lb_kind", Required = 1, Allowed = 1, Read = ReadForwarding },
        new() { Name = "lvs_method", Required = 1, Allowed = 1, Read = ReadForwarding },
        new() { Name = "persistence_timeout", Allowed = 1, Read = ReadPersistence },
        new() { Name = "protocol", Required = 1, Allowed = 1, Read = ReadProtocol },
        new() { Name = "weight", Required = 1, Allowed = 1, Read = (r, s, d) => d.Weight = Weight(r, s) ?? d.Weight },
        new() { Name = "retry", Required = 1, Allowed = 1, Read = (r, s, d) => d.Defaults.Retry = Retry(r, s) ?? d.Defaults.Retry },
        new()
        {
            Name = "delay_before_retry", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.Defaults.Delay = RetryDelay(r, s) ?? d.Defaults.Delay,
        },
        new()
        {
            Name = "connect_timeout", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.Defaults.ConnectTimeout = ConnectTimeout(r, s) ?? d.Defaults.ConnectTimeout,
        },
        new()
        {
            Name = "real_server", Required = 1, Allowed = 2, HasBlock = true, Repeatable = true,
            Read = (_, s, d) => d.RealServers.Add(s),
        },
    ], new Dictionary<string, string>
    {
        ["virtualhost"] = "no check of this version asks for a host.",
        ["smtp_alert"] = "mail alerts are not sent by this version.",
        ["checker_log_all_failures"] = "the first failure and every change of state is reported.",
    });

    /// <summary>Builds the service, and notes where it was written; null when there is nothing to build.</summary>
    public static VirtualServer? Build(ConfReading reading, ConfStatement statement, ModelPositions positions, int index)
    {
        var draft = new ServiceDraft();
        reading.ReadBlock(Grammar, statement.Block!, draft);
        (IPAddress Address, int Port)? where = Endpoint(reading, statement);
        TransportProtocol protocol = Protocol(reading, statement, draft);
        var path = new ModelPath("virtualServers", index);
        var servers = new List<RealServer>();
        var known = new HashSet<(IPAddress, int)>();
        foreach (ConfStatement server in draft.RealServers)
        {
            ModelPath place = path with { List = "realServers", Item = servers.Count };
            if (BuildRealServer(reading, server, draft, where?.Port, positions, place) is not { } real) continue;
            if (known.Add((real.Address, real.Port)))
            {
                servers.Add(real);
                continue;
            }
            reading.Warning("DuplicateRealServer", server.Words[1],
                $"`{real.Id}` stands in this service already; this one is ignored, as keepalived does.");
        }
        if (where is not { } key) return null;
        ConfWord word = statement.Words[1];
        if (draft.RealServers.Count == 0)
        {
            reading.Warning("NoRealServers", word,
                $"The virtual_server `{word.Text}` has no real servers: keepalived ignores it, and so do we.");
            return null;
        }
        positions.Note(path, word.Position);
        return new VirtualServer
        {
            Address = key.Address,
            Port = key.Port,
            Protocol = protocol,
            Scheduler = draft.Scheduler,
            Forwarding = draft.Forwarding,
            Persistence = draft.Persistence,
            DelayLoop = draft.DelayLoop,
            RealServers = servers.ToValueList(),
        };
    }

    private static RealServer? BuildRealServer(
        ConfReading reading, ConfStatement statement, ServiceDraft service, int? servicePort, ModelPositions positions, ModelPath path)
    {
        var draft = new RealServerDraft { Weight = service.Weight };
        reading.ReadBlock(RealServer, statement.Block!, draft);
        if (Endpoint(reading, statement) is not { } where) return null;
        int port = where.Port;
        if (service.Forwarding == ForwardingMethod.DirectRouting && servicePort is { } own && port != own)
        {
            reading.Warning("PortMismatch", statement.Words[2],
                $"Direct routing leaves the port as it is: {port} is taken as the service's {own}, as keepalived does. A check still " +
                $"asks port {port}.");
            port = own;
        }
        TcpCheck? check = draft.Check is { } given ? BuildCheck(given, draft.Defaults, service.Defaults) : null;
        if (check is not null && check.ConnectPort is null && port != where.Port) check = check with { ConnectPort = where.Port };
        positions.Note(path, statement.Words[1].Position);
        return new RealServer { Address = where.Address, Port = port, Weight = draft.Weight, Check = check };
    }

    private static TcpCheck BuildCheck(CheckDraft check, CheckDraft server, CheckDraft service) => new()
    {
        Retry = check.OldRetry ?? check.Retry ?? server.Retry ?? service.Retry ?? 1,
        DelayBeforeRetry = check.Delay ?? server.Delay ?? service.Delay ?? TimeSpan.FromSeconds(1),
        ConnectTimeout = check.ConnectTimeout ?? server.ConnectTimeout ?? service.ConnectTimeout ?? TimeSpan.FromSeconds(5),
        ConnectAddress = check.Address,
        ConnectPort = check.Port,
    };

    private static (IPAddress Address, int Port)? Endpoint(ConfReading reading, ConfStatement statement)
    {
        ConfWord word = statement.Words[1];
        if (statement.Keyword.Text == "virtual_server" && word.Text is "fwmark" or "group")
        {
            reading.NotSupported(word, $"`virtual_server {word.Text}`");
            return null;
        }
        IPAddress? address = ConfValues.Address(reading, word);
        if (statement.Argument(2) is not { } portWord)
        {
            reading.Error("MissingValue", word, $"`{statement.Keyword.Text}` needs an address and a port.");
            return null;
        }
        int? port = ConfValues.RequiredInteger(reading, portWord, "port", 1, 65535);
        return address is null || port is null ? null : (address, port.Value);
    }

    private static TransportProtocol Protocol(ConfReading reading, ConfStatement statement, ServiceDraft draft)
    {
        if (draft.Protocol is { } protocol) return protocol;
        // Measured with 2.2.7: "no protocol set - defaulting to UDP".
        if (!draft.ProtocolGiven)
            reading.Warning("MissingProtocol", statement.Words[1],
                "Without `protocol` keepalived makes this a UDP service, and so do we. Write `protocol TCP` or `protocol UDP`.");
        return TransportProtocol.Udp;
    }

    private static void ReadTcpCheck(ConfReading reading, ConfStatement statement, RealServerDraft draft)
    {
        if (draft.Check is not null)
        {
            reading.NotSupported(statement.Keyword, "second check of a real server");
            return;
        }
        draft.Check = new CheckDraft();
        reading.ReadBlock(TcpCheck, statement.Block!, draft.Check);
    }

    private static void ReadConnectPort(ConfReading reading, ConfStatement statement, CheckDraft draft) =>
        draft.Port = ConfValues.Integer(reading, statement.Words[1], 1, 65535, "keepalived ignores it") ?? draft.Port;

    private static void ReadRetry(ConfReading reading, ConfStatement statement, CheckDraft draft) =>
        draft.Retry = Retry(reading, statement) ?? draft.Retry;

    private static void ReadOldRetry(ConfReading reading, ConfStatement statement, CheckDraft draft)
    {
        reading.Warning("NbGetRetry", statement.Keyword,
            "keepalived knows `nb_get_retry` in HTTP_GET and SSL_GET only and ignores it here; it is taken as `retry`, which is what " +
            "to write.");
        draft.OldRetry = Retry(reading, statement) ?? draft.OldRetry;
    }

    private static int? Retry(ConfReading reading, ConfStatement statement) =>
        ConfValues.Integer(reading, statement.Words[1], 0, int.MaxValue, "keepalived ignores it");

    private static TimeSpan? RetryDelay(ConfReading reading, ConfStatement statement) =>
        ConfValues.Seconds(reading, statement.Words[1], 0m, 1_000_000m, "keepalived ignores it");

    private static TimeSpan? ConnectTimeout(ConfReading reading, ConfStatement statement) =>
        ConfValues.Seconds(reading, statement.Words[1], 0.000001m, 4294.967295m, "keepalived ignores it");

    private static int? Weight(ConfReading reading, ConfStatement statement) =>
        ConfValues.RequiredInteger(reading, statement.Words[1], "weight of a real server", 0, 65535);

    private static void ReadDelayLoop(ConfReading reading, ConfStatement statement, ServiceDraft draft) =>
        draft.DelayLoop = ConfValues.Seconds(reading, statement.Words[1], 0.000001m, 1_000_000m, "keepalived ignores it")
            ?? draft.DelayLoop;

    private static void ReadScheduler(ConfReading reading, ConfStatement statement, ServiceDraft draft)
    {
        ConfWord word = statement.Words[1];
        if (Schedulers.Known.Contains(word.Text)) draft.Scheduler = word.Text;
        else reading.UnknownWord(word, "scheduler", Schedulers.Known);
    }

    private static void ReadForwarding(ConfReading reading, ConfStatement statement, ServiceDraft draft)
    {
        ConfWord word = statement.Words[1];
        draft.Forwarding = word.Text switch
        {
            "NAT" => ForwardingMethod.Nat,
            "DR" => ForwardingMethod.DirectRouting,
            _ => NoChoice(reading, word, word.Text == "TUN" ? "forwarding method `TUN`" : null, "forwarding method", ForwardingWords, draft.Forwarding),
        };
    }

    private static void ReadPersistence(ConfReading reading, ConfStatement statement, ServiceDraft draft)
    {
        // Without a number: 360 s (keepalived.conf(5)).
        if (statement.Argument(1) is not { } word)
        {
            draft.Persistence = TimeSpan.FromSeconds(360);
            return;
        }
        if (word.Text == "0")
        {
            reading.Warning("PersistenceOff", word,
                "`persistence_timeout 0` is no time for keepalived, which ignores it: there is no persistence.");
            draft.Persistence = null;
            return;
        }
        int? seconds = ConfValues.Integer(reading, word, 1, 2_678_400, "keepalived ignores it: there is no persistence");
        draft.Persistence = seconds is { } s ? TimeSpan.FromSeconds(s) : null;
    }

    private static void ReadProtocol(ConfReading reading, ConfStatement statement, ServiceDraft draft)
    {
        ConfWord word = statement.Words[1];
        draft.ProtocolGiven = true;
        string name = word.Text.ToUpperInvariant();
        draft.Protocol = name switch
        {
            "TCP" => TransportProtocol.Tcp,
            "UDP" => TransportProtocol.Udp,
            _ => NoChoice(reading, word, name == "SCTP" ? "`protocol SCTP`" : null, "protocol", ProtocolWords, draft.Protocol),
        };
    }

    /// <summary>None of the words that there are: one that we refuse, or one that nobody knows. What held before goes on.</summary>
    private static T NoChoice<T>(ConfReading reading, ConfWord word, string? refused, string what, IReadOnlyCollection<string> known, T before)
    {
        if (refused is not null) reading.NotSupported(word, refused);
        else reading.UnknownWord(word, what, known);
        return before;
    }
}

/// <summary>A virtual_server while it is read.</summary>
internal sealed class ServiceDraft
{
    public string Scheduler { get; set; } = "wlc";

    public ForwardingMethod Forwarding { get; set; } = ForwardingMethod.Nat;

    public TimeSpan? Persistence { get; set; }

    public TransportProtocol? Protocol { get; set; }

    public bool ProtocolGiven { get; set; }

    public TimeSpan DelayLoop { get; set; } = TimeSpan.FromSeconds(60);

    public int Weight { get; set; } = 1;

    /// <summary>What checks take when they do not say otherwise.</summary>
    public CheckDraft Defaults { get; } = new();

    public List<ConfStatement> RealServers { get; } = [];
}

/// <summary>A real_server while it is read.</summary>
internal sealed class RealServerDraft
{
    public int Weight { get; set; }

    public CheckDraft Defaults { get; } = new();

    public CheckDraft? Check { get; set; }
}

/// <summary>A check, or the defaults of checks, while they are read.</summary>
internal sealed class CheckDraft
{
    public IPAddress? Address { get; set; }

    public int? Port { get; set; }

    public TimeSpan? ConnectTimeout { get; set; }

    public int? Retry { get; set; }

    public int? OldRetry { get; set; }

    public TimeSpan? Delay { get; set; }
}
