using System.Net;

namespace HaTools.Configuration.Keepalived;

/// <summary><c>TCP_CHECK</c>, and what checks take when they do not say otherwise.</summary>
internal static partial class VirtualServerGrammar
{
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

    private static TcpCheck BuildCheck(CheckDraft check, CheckDraft server, CheckDraft service) => new()
    {
        Retry = check.OldRetry ?? check.Retry ?? server.Retry ?? service.Retry ?? 1,
        DelayBeforeRetry = check.Delay ?? server.Delay ?? service.Delay ?? TimeSpan.FromSeconds(1),
        ConnectTimeout = check.ConnectTimeout ?? server.ConnectTimeout ?? service.ConnectTimeout ?? TimeSpan.FromSeconds(5),
        ConnectAddress = check.Address,
        ConnectPort = check.Port,
    };

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
