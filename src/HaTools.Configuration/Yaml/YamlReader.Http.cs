using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Yaml;

// HTTP checks.
internal static partial class YamlReader
{
    private static readonly HttpUrl UrlDefaults = new() { Path = "/" };

    private static HttpCheck Http(YamlMapReader keys)
    {
        HttpCheck usual = Connecting(keys, new HttpCheck());
        return usual with
        {
            Urls = keys.Required("urls", "http check") ? keys.RecordOrRecords("urls", Url) : [],
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
        };
        return place is null ? null : url;
    }
}
