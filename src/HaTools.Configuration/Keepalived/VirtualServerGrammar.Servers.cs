using System.Net;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>The real servers of a service, and the one that stands in for them.</summary>
internal static partial class VirtualServerGrammar
{
    private static Keyword<ServiceDraft>[] Sorry =>
    [
        new() { Name = "sorry_server", Required = 1, Allowed = 2, Read = (_, s, d) => d.SorryServer = s },
        new() { Name = "sorry_server_inhibit", Read = (r, s, d) => d.SorryInhibit |= HasSorryServer(r, s, d) },
        new()
        {
            Name = "sorry_server_lvs_method", Required = 1, Allowed = MostForwardingWords,
            Read = (r, s, d) => d.SorryWay = HasSorryServer(r, s, d) ? ReadWay(r, s) ?? d.SorryWay : d.SorryWay,
        },
    ];

    // keepalived reads from top to bottom.
    private static bool HasSorryServer(ConfReading reading, ConfStatement statement, ServiceDraft draft)
    {
        if (draft.SorryServer is not null) return true;
        reading.Warning("NoEffect", statement.Keyword, $"`{statement.Keyword.Text}` stands behind `sorry_server`: keepalived ignores it anywhere else, and so do we.");
        return false;
    }

    private static List<RealServer> BuildRealServers(ConfReading reading, ServiceDraft draft, VirtualServer service, ModelPositions positions, ModelPath path)
    {
        var servers = new List<RealServer>();
        var known = new HashSet<(IPAddress, int)>();
        foreach (ConfStatement server in draft.RealServers)
        {
            ModelPath place = path with { List = "realServers", Item = servers.Count };
            if (BuildRealServer(reading, server, draft, service, positions, place) is not { } real) continue;
            if (known.Add((real.Address!, real.Port)))
            {
                servers.Add(real);
                continue;
            }
            reading.Warning("DuplicateRealServer", server.Words[1],
                $"`{real.Id}` stands in this service already; this one is ignored, as keepalived does.");
        }

        return servers;
    }

    private static RealServer? BuildRealServer(
        ConfReading reading, ConfStatement statement, ServiceDraft service, VirtualServer identity, ModelPositions positions, ModelPath path)
    {
        var draft = new RealServerDraft { Weight = service.Weight, Inhibit = service.Inhibit };
        reading.ReadBlock(RealServer, statement.Block!, draft);
        if (Endpoint(reading, statement, identity.Port) is not { } where) return null;
        int port = Port(reading, statement, (draft.Way ?? service.Way).Method, identity, where.Port, "A check still asks port ");
        var context = new CheckContext(draft.Defaults, service.Defaults, service.LogAllFailures);
        IEnumerable<HealthCheck> checks = BuildChecks(draft, context, positions, path);
        if (port != where.Port) checks = checks.Select(c => c is ConnectingCheck { ConnectPort: null } connecting ? connecting with { ConnectPort = where.Port } : c);
        positions.Note(path, statement.Words[1].Position);
        ConfPlaces.Note(positions, ConfPlaces.RealServer, path, statement.Block!);
        return new RealServer
        {
            Address = where.Address,
            Port = port,
            Weight = draft.Weight,
            Forwarding = draft.Way?.Method,
            Tunnel = draft.Way?.Tunnel,
            UpperThreshold = draft.UpperThreshold,
            LowerThreshold = draft.LowerThreshold,
            InhibitOnFailure = draft.Inhibit,
            Checks = [.. checks],
            NotifyUp = draft.NotifyUp,
            NotifyDown = draft.NotifyDown,
            SmtpAlert = draft.SmtpAlert,
        };
    }

    private static List<HealthCheck> BuildChecks(RealServerDraft server, CheckContext context, ModelPositions positions, ModelPath path)
    {
        List<HealthCheck> checks = [];
        foreach (CheckDraft draft in server.Checks)
        {
            if (draft.Build(context) is not { } check) continue;
            draft.Note(positions, path.Element("checks", checks.Count));
            checks.Add(check);
        }

        return checks;
    }

    private static RealServer? BuildSorryServer(ConfReading reading, ServiceDraft draft, VirtualServer identity, ModelPositions positions, ModelPath path)
    {
        if (draft.SorryServer is not { } statement || Endpoint(reading, statement, identity.Port) is not { } where) return null;
        positions.Note(path.Key("sorryServer"), statement.Words[1].Position);
        return new RealServer
        {
            Address = where.Address,
            Port = Port(reading, statement, (draft.SorryWay ?? draft.Way).Method, identity, where.Port, null),
            Forwarding = draft.SorryWay?.Method,
            Tunnel = draft.SorryWay?.Tunnel,
            InhibitOnFailure = draft.SorryInhibit,
        };
    }

    // Without a port, or with 0: the service's.
    private static (IPAddress Address, int Port)? Endpoint(ConfReading reading, ConfStatement statement, int servicePort)
    {
        ConfWord place = statement.Words[1];
        IPAddress? address = null;
        if (!ConfValues.TryAddress(place.Text, out _) && place.Text.Any(char.IsAsciiLetter) && !place.Text.Contains(':', StringComparison.Ordinal) && DomainNames.IsName(place.Text))
        {
            reading.Error("InvalidAddress", place,
                $"`{place.Text}` is no IP address. keepalived.conf has no words for servers by name; the native language has (`hostName`, see docs/configuration.md).");
        }
        else address = ConfValues.Address(reading, place);
        int? port = statement.Argument(2) is { } word ? ConfValues.RequiredInteger(reading, word, "port", 0, 65535) : 0;
        return address is null || port is not { } given ? null : (address, given == 0 ? servicePort : given);
    }

    /// <summary>The port that the kernel is given: only address translation can change it.</summary>
    private static int Port(ConfReading reading, ConfStatement statement, ForwardingMethod method, VirtualServer service, int given, string? still)
    {
        // What a group makes of it, its members say.
        if (method == ForwardingMethod.Nat || given == service.Port || service.Group is not null) return given;
        string instead = service.Port == 0 ? "none" : $"the service's {service.Port}";
        reading.Warning("PortMismatch", statement.Words[2],
            $"{(method == ForwardingMethod.Tunnel ? "A tunnel" : "Direct routing")} leaves the port as it is: {given} is taken as {instead}, as keepalived does.{(still is null ? "" : $" {still}{given}.")}");
        return service.Port;
    }

    private static int? Weight(ConfReading reading, ConfStatement statement) =>
        ConfValues.RequiredInteger(reading, statement.Words[1], "weight of a real server", 0, 65535);

    private static uint? Threshold(ConfReading reading, ConfStatement statement)
    {
        ConfWord word = statement.Words[1];
        if (ConfValues.Unsigned(word) is { } number) return number;
        reading.Error("InvalidNumber", word, $"`{word.Text}` is no number of connections: 0 to {uint.MaxValue}.");
        return null;
    }
}

/// <summary>The server that stands in.</summary>
internal sealed partial class ServiceDraft
{
    public ConfStatement? SorryServer { get; set; }

    public bool SorryInhibit { get; set; }

    public Way? SorryWay { get; set; }
}

/// <summary>A real_server while it is read.</summary>
internal sealed partial class RealServerDraft
{
    public int Weight { get; set; }

    /// <summary>null: as the service says.</summary>
    public Way? Way { get; set; }

    public uint UpperThreshold { get; set; }

    public uint LowerThreshold { get; set; }

    public bool Inhibit { get; set; }

    public CheckDefaults Defaults { get; } = new();

    public List<CheckDraft> Checks { get; } = [];
}
