using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Yaml;

// HTTP checks.
internal static partial class YamlReader
{
    private static readonly HttpUrl UrlDefaults = new() { Path = "/" };

    private static T Http<T>(YamlMapReader keys, T kind) where T : HttpCheck
    {
        T usual = Connecting(keys, kind);
        return usual with
        {
            Urls = keys.Required("urls", $"{kind.Kind} check") ? keys.RecordOrRecords("urls", Url) : [],
            VirtualHost = keys.String("virtualHost"),
            Version = keys.Enumeration<HttpVersion>("version", "version of HTTP") ?? usual.Version,
            FastRecovery = keys.Boolean("fastRecovery") ?? usual.FastRecovery,
        };
    }

    private static HttpUrl? Url(YamlReading reading, YamlMap map, ModelPath path)
    {
        const string what = "url";
        var keys = new YamlMapReader(reading, map, what, YamlKeys.HttpUrl, path);
        string? place = keys.RequiredString("path", what);
        var url = new HttpUrl
        {
            Path = place ?? "",
            Digest = keys.String("digest"),
            StatusCodes = keys.Ranges("statusCodes", "status code"),
            VirtualHost = keys.String("virtualHost"),
            Regex = keys.String("regex"),
            RegexNoMatch = keys.Boolean("regexNoMatch") ?? UrlDefaults.RegexNoMatch,
            RegexOptions = keys.Flags<HttpRegexOptions>("regexOptions", "option of a regular expression") ?? UrlDefaults.RegexOptions,
            RegexMinimumOffset = keys.Integer("regexMinimumOffset") ?? UrlDefaults.RegexMinimumOffset,
            RegexMaximumOffset = keys.Integer("regexMaximumOffset"),
            TlsCompliant = keys.Boolean("tlsCompliant") ?? UrlDefaults.TlsCompliant,
        };
        return place is null ? null : url;
    }
}
