using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Yaml;

// HTTPS checks, and what they show and trust.
internal static partial class YamlReader
{
    private static HttpsCheck Https(YamlMapReader keys)
    {
        HttpsCheck usual = Http(keys, new HttpsCheck());
        return usual with
        {
            EnableSni = keys.Boolean("enableSni") ?? usual.EnableSni,
            SniName = keys.String("sniName"),
            TlsCompliant = keys.Boolean("tlsCompliant") ?? usual.TlsCompliant,
            RequireCloseNotify = keys.Boolean("requireCloseNotify") ?? usual.RequireCloseNotify,
            VerifyCertificate = keys.Boolean("verifyCertificate") ?? usual.VerifyCertificate,
            VerifyHost = keys.Boolean("verifyHost") ?? usual.VerifyHost,
            ExpiryWarningDays = keys.Integer("expiryWarningDays"),
        };
    }

    private static SslSettings Ssl(YamlReading reading, YamlMap map, ModelPath path)
    {
        var keys = new YamlMapReader(reading, map, "section `ssl`", YamlKeys.Ssl, path);
        return new SslSettings { Ca = keys.String("ca"), Certificate = keys.String("certificate"), Key = keys.String("key"), Password = keys.String("password") };
    }
}
