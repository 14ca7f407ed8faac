namespace HaTools.Configuration.Keepalived;

/// <summary><c>TCP_CHECK</c>.</summary>
internal static partial class VirtualServerGrammar
{
    public static Grammar<TcpDraft> TcpCheck { get; } = new("TCP_CHECK",
    [
        .. Connection<TcpDraft>(), .. Timing<TcpDraft>(),
        new() { Name = "nb_get_retry", Required = 1, Allowed = 1, Read = ReadOldRetry },
    ], new Dictionary<string, string>());

    private static Keyword<RealServerDraft> TcpBlock => CheckBlock("TCP_CHECK", () => TcpCheck);

    private static void ReadOldRetry(ConfReading reading, ConfStatement statement, TcpDraft draft)
    {
        reading.Warning("NbGetRetry", statement.Keyword,
            "keepalived knows `nb_get_retry` in HTTP_GET and SSL_GET only and ignores it here; it is taken as `retry`, which is what " +
            "to write.");
        draft.OldRetry = Retry(reading, statement) ?? draft.OldRetry;
    }
}

/// <summary>A TCP_CHECK while it is read.</summary>
internal sealed class TcpDraft : ConnectingDraft
{
    public int? OldRetry { get; set; }

    public override HealthCheck Build(CheckContext context)
    {
        TcpCheck check = Connected(new TcpCheck(), context);
        return OldRetry is { } retry ? check with { Retry = retry } : check;
    }
}
