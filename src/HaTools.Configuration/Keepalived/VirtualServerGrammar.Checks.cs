using System.Net;

namespace HaTools.Configuration.Keepalived;

/// <summary>Checks, and what they take when they do not say otherwise.</summary>
internal static partial class VirtualServerGrammar
{
    private const string Ignored = "keepalived ignores it";

    public static Grammar<CheckDraft> TcpCheck { get; } = new("TCP_CHECK",
    [
        .. Connection, .. Timing<CheckDraft>(d => d), DelayLoop<CheckDraft>(d => d),
        new() { Name = "nb_get_retry", Required = 1, Allowed = 1, Read = ReadOldRetry },
        new() { Name = "log_all_failures", Allowed = 1, Read = (r, s, d) => d.LogAllFailures = ConfValues.Boolean(r, s) },
    ], new Dictionary<string, string>());

    /// <summary>To where and from where.</summary>
    private static Keyword<CheckDraft>[] Connection =>
    [
        new() { Name = "connect_ip", Required = 1, Allowed = 1, Read = (r, s, d) => d.Address = ConfValues.Address(r, s.Words[1]) ?? d.Address },
        new() { Name = "connect_port", Required = 1, Allowed = 1, Read = (r, s, d) => d.Port = Port(r, s) ?? d.Port },
        new() { Name = "bindto", Required = 1, Allowed = 1, Read = (r, s, d) => d.BindAddress = ConfValues.Address(r, s.Words[1]) ?? d.BindAddress },
        new() { Name = "bind_port", Required = 1, Allowed = 1, Read = (r, s, d) => d.BindPort = Port(r, s) ?? d.BindPort },
        new() { Name = "bind_if", Required = 1, Allowed = 1, Read = (_, s, d) => d.BindInterface = s.Words[1].Text },
        new() { Name = "fwmark", Required = 1, Allowed = 1, Read = ReadMark },
    ];

    /// <summary>When, as a check, a real server and a service may say it.</summary>
    private static Keyword<T>[] Timing<T>(Func<T, CheckDraft> of) where T : class =>
    [
        new() { Name = "connect_timeout", Required = 1, Allowed = 1, Read = (r, s, d) => of(d).ConnectTimeout = Time(r, s, 0.000001m, 4294.967295m) ?? of(d).ConnectTimeout },
        new() { Name = "retry", Required = 1, Allowed = 1, Read = (r, s, d) => of(d).Retry = Retry(r, s) ?? of(d).Retry },
        new() { Name = "delay_before_retry", Required = 1, Allowed = 1, Read = (r, s, d) => of(d).DelayBeforeRetry = Time(r, s, 0m, 1_000_000m) ?? of(d).DelayBeforeRetry },
        new() { Name = "warmup", Required = 1, Allowed = 1, Read = (r, s, d) => of(d).Warmup = Time(r, s, 0m, 1_000_000m) ?? of(d).Warmup },
        new() { Name = "alpha", Allowed = 1, Read = (r, s, d) => of(d).Alpha = ConfValues.Boolean(r, s) },
    ];

    private static Keyword<T> DelayLoop<T>(Func<T, CheckDraft> of) where T : class => new()
    {
        Name = "delay_loop",
        Required = 1,
        Allowed = 1,
        Read = (r, s, d) => of(d).DelayLoop = Time(r, s, 0.000001m, 1_000_000m) ?? of(d).DelayLoop,
    };

    private static TcpCheck BuildCheck(CheckDraft check, CheckDraft server, CheckDraft service, bool logAllFailures) => new()
    {
        Retry = check.OldRetry ?? check.Retry ?? server.Retry ?? service.Retry ?? 1,
        DelayBeforeRetry = check.DelayBeforeRetry ?? server.DelayBeforeRetry ?? service.DelayBeforeRetry ?? TimeSpan.FromSeconds(1),
        DelayLoop = check.DelayLoop ?? server.DelayLoop,
        Warmup = check.Warmup ?? server.Warmup ?? service.Warmup,
        Alpha = check.Alpha ?? server.Alpha ?? service.Alpha ?? false,
        LogAllFailures = check.LogAllFailures || logAllFailures,
        ConnectTimeout = check.ConnectTimeout ?? server.ConnectTimeout ?? service.ConnectTimeout ?? TimeSpan.FromSeconds(5),
        ConnectAddress = check.Address,
        ConnectPort = check.Port,
        BindAddress = check.BindAddress,
        BindPort = check.BindPort,
        BindInterface = check.BindInterface,
        FirewallMark = check.Mark,
    };

    private static void ReadTcpCheck(ConfReading reading, ConfStatement statement, RealServerDraft draft)
    {
        var check = new CheckDraft();
        draft.Checks.Add(check);
        reading.ReadBlock(TcpCheck, statement.Block!, check);
    }

    private static void ReadOldRetry(ConfReading reading, ConfStatement statement, CheckDraft draft)
    {
        reading.Warning("NbGetRetry", statement.Keyword,
            "keepalived knows `nb_get_retry` in HTTP_GET and SSL_GET only and ignores it here; it is taken as `retry`, which is what " +
            "to write.");
        draft.OldRetry = Retry(reading, statement) ?? draft.OldRetry;
    }

    private static void ReadMark(ConfReading reading, ConfStatement statement, CheckDraft draft)
    {
        ConfWord word = statement.Words[1];
        if (ConfValues.Unsigned(word) is { } mark) draft.Mark = mark;
        else reading.Warning("InvalidNumber", word, $"`{word.Text}` is no firewall mark: a whole number up to {uint.MaxValue}; {Ignored}.");
    }

    private static int? Port(ConfReading reading, ConfStatement statement) => ConfValues.Integer(reading, statement.Words[1], 1, 65535, Ignored);

    private static int? Retry(ConfReading reading, ConfStatement statement) => ConfValues.Integer(reading, statement.Words[1], 0, int.MaxValue, Ignored);

    private static TimeSpan? Time(ConfReading reading, ConfStatement statement, decimal least, decimal most) => ConfValues.Seconds(reading, statement.Words[1], least, most, Ignored);
}

/// <summary>A check, or the defaults of checks, while they are read.</summary>
internal sealed class CheckDraft
{
    public IPAddress? Address { get; set; }

    public int? Port { get; set; }

    public IPAddress? BindAddress { get; set; }

    public int? BindPort { get; set; }

    public string? BindInterface { get; set; }

    public uint Mark { get; set; }

    public TimeSpan? ConnectTimeout { get; set; }

    public int? Retry { get; set; }

    public int? OldRetry { get; set; }

    public TimeSpan? DelayBeforeRetry { get; set; }

    public TimeSpan? DelayLoop { get; set; }

    public TimeSpan? Warmup { get; set; }

    public bool? Alpha { get; set; }

    public bool LogAllFailures { get; set; }
}
