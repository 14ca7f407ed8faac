namespace HaTools.Configuration.Yaml;

// HTTP checks.
internal sealed partial class YamlWriter
{
    private void HttpCheck(HttpCheck c, HttpCheck usual)
    {
        ConnectingCheck(c, usual);
        text.List("urls", c.Urls, Url);
        text.Value("virtualHost", c.VirtualHost);
        Word("version", c.Version, usual.Version);
        Switch("fastRecovery", c.FastRecovery, usual.FastRecovery);
    }

    private void Url(HttpUrl u)
    {
        text.Value("path", u.Path);
        text.Value("digest", u.Digest);
        text.List("statusCodes", u.StatusCodes, r => text.Item(r.ToString()));
        text.Value("virtualHost", u.VirtualHost);
        text.Value("regex", u.Regex);
        Switch("regexNoMatch", u.RegexNoMatch, false);
        text.List("regexOptions", YamlEnum<HttpRegexOptions>.FormatFlags(u.RegexOptions).ToValueList(), text.Item);
        Number("regexMinimumOffset", u.RegexMinimumOffset, 0);
        text.Value("regexMaximumOffset", u.RegexMaximumOffset);
        Switch("tlsCompliant", u.TlsCompliant, false);
    }
}
