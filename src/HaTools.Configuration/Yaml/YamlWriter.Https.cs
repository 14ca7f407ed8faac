namespace HaTools.Configuration.Yaml;

// HTTPS checks, and what they show and trust.
internal sealed partial class YamlWriter
{
    private void HttpsCheck(HttpsCheck c, HttpsCheck usual)
    {
        HttpCheck(c, usual);
        Switch("enableSni", c.EnableSni, usual.EnableSni);
        text.Value("sniName", c.SniName);
        Switch("tlsCompliant", c.TlsCompliant, usual.TlsCompliant);
        Switch("requireCloseNotify", c.RequireCloseNotify, usual.RequireCloseNotify);
        Switch("verifyCertificate", c.VerifyCertificate, usual.VerifyCertificate);
        Switch("verifyHost", c.VerifyHost, usual.VerifyHost);
        text.Value("expiryWarningDays", c.ExpiryWarningDays);
    }

    private void Ssl(SslSettings ssl)
    {
        text.Value("ca", ssl.Ca);
        text.Value("certificate", ssl.Certificate);
        text.Value("key", ssl.Key);
        text.Value("password", ssl.Password);
    }
}
