namespace HaTools.Configuration.Keepalived;

/// <summary><c>SSL_GET</c>, with our <c>require_close_notify</c>, <c>verify_certificate</c>, <c>verify_host</c> and <c>expiry_warning_days</c>.</summary>
internal static partial class VirtualServerGrammar
{
    public static Grammar<HttpsDraft> SslGet { get; } = new("SSL_GET",
    [
        .. Http<HttpsDraft>(),
        new() { Name = "enable_sni", Allowed = 1, Read = ReadEnableSni },
        new() { Name = "sni_name", Allowed = 1, Read = (_, s, d) => (d.EnableSni, d.SniName) = (true, s.Argument(1)?.Text ?? d.SniName) },
        new() { Name = "tls_compliant", Allowed = 1, Read = (r, s, d) => d.TlsCompliant = ConfValues.Boolean(r, s) },
        new() { Name = "require_close_notify", Allowed = 1, Read = (r, s, d) => d.RequireCloseNotify = ConfValues.Boolean(r, s) },
        new() { Name = "verify_certificate", Allowed = 1, Read = (r, s, d) => d.VerifyCertificate = ConfValues.Boolean(r, s) },
        new() { Name = "verify_host", Allowed = 1, Read = (r, s, d) => d.VerifyHost = ConfValues.Boolean(r, s) },
        new()
        {
            Name = "expiry_warning_days", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.ExpiryWarningDays = ConfValues.RequiredInteger(r, s.Words[1], "number of days", ModelRanges.LeastExpiryDays, ModelRanges.MostExpiryDays),
        },
    ], new Dictionary<string, string>());

    private static Keyword<RealServerDraft> HttpsBlock => CheckBlock("SSL_GET", () => SslGet);

    private static void ReadEnableSni(ConfReading reading, ConfStatement statement, HttpsDraft draft)
    {
        draft.EnableSni = ConfValues.Boolean(reading, statement);
        if (!draft.EnableSni && draft.SniName is { } name) reading.Warning("NoEffect", statement.Keyword, $"This takes back `sni_name {name}` above it: keepalived tells no name then, and neither do we.");
    }
}

/// <summary>An SSL_GET while it is read.</summary>
internal sealed class HttpsDraft : HttpDraft
{
    public bool EnableSni { get; set; }

    public string? SniName { get; set; }

    public bool TlsCompliant { get; set; }

    public bool RequireCloseNotify { get; set; }

    public bool VerifyCertificate { get; set; }

    public bool VerifyHost { get; set; }

    public int? ExpiryWarningDays { get; set; }

    public override HealthCheck Build(CheckContext context) => Asked(new HttpsCheck(), context) with
    {
        EnableSni = EnableSni,
        SniName = EnableSni ? SniName : null,
        TlsCompliant = TlsCompliant,
        RequireCloseNotify = RequireCloseNotify,
        VerifyCertificate = VerifyCertificate,
        VerifyHost = VerifyHost,
        ExpiryWarningDays = ExpiryWarningDays,
    };
}
