using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of what HTTPS checks ask beyond HTTP, and of what they show and trust.</summary>
internal static class HttpsCheckRules
{
    public static void Check(RuleFindings findings, ModelPath path, HttpsCheck check)
    {
        if (check.SniName is { } name && !HostNames.IsName(name))
            findings.Error("InvalidName", path.Key("sniName"), name, $"`{name}` is no name of a host that TLS can tell a server: letters, digits, `-` and `_`, with dots between them, and no address.");
        if (check.ExpiryWarningDays is { } days) CommonRules.Range(findings, path.Key("expiryWarningDays"), days, ModelRanges.LeastExpiryDays, ModelRanges.MostExpiryDays, "number of days");
        if (check.EnableSni && check.SniName is null && !check.Urls.Any(u => IsTold(u.VirtualHost ?? check.VirtualHost)))
            findings.Warning("NoEffect", path.Key("enableSni"), null, "There is no name that a server could be told: neither a name of its own for TLS (sni_name) nor a virtual host that is a name.");
    }

    /// <summary>What HTTPS checks show and trust.</summary>
    public static void CheckSettings(RuleFindings findings, HaConfiguration configuration)
    {
        var path = new ModelPath("ssl");
        SslSettings ssl = configuration.Ssl;
        CheckFile(findings, path.Key("ca"), ssl.Ca);
        CheckFile(findings, path.Key("certificate"), ssl.Certificate);
        CheckFile(findings, path.Key("key"), ssl.Key);
        if (ssl.Certificate is null && (ssl.Key ?? ssl.Password) is not null)
            findings.Warning("NoEffect", path.Key(ssl.Key is null ? "password" : "key"), null, "A key without a certificate is shown to nobody.");
        if (ssl.Ca is { } ca && !configuration.VirtualServers.SelectMany(v => v.RealServers).SelectMany(r => r.Checks).Any(c => c is HttpsCheck { VerifyCertificate: true }))
            findings.Warning("NoEffect", path.Key("ca"), ca, $"No check asks whether a certificate comes from the CAs of `{ca}`, in keepalived neither: that needs `verify_certificate` in SSL_GET (verifyCertificate).");
    }

    private static bool IsTold(string? host) => host is not null && HostNames.IsName(HostNames.WithoutPort(host));

    private static void CheckFile(RuleFindings findings, ModelPath path, string? file)
    {
        if (file is not null && (!file.StartsWith('/') || file.Contains('\0', StringComparison.Ordinal)))
            findings.Error("InvalidPath", path, file, $"`{file}` is no path of a file from the root: it begins with `/`.");
    }
}
