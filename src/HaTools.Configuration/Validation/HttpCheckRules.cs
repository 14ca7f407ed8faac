using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of what HTTP checks ask.</summary>
internal static class HttpCheckRules
{
    private const int LeastStatus = 100, MostStatus = 999, DigestLength = 32;

    public static void Check(RuleFindings findings, ModelPath path, HttpCheck check)
    {
        if (check.Urls.Count == 0) findings.Error("MissingValue", path, null, "An HTTP check needs a URL to ask for.");
        CheckHost(findings, path, check.VirtualHost);
        for (int i = 0; i < check.Urls.Count; i++)
        {
            ModelPath url = path.Element("urls", i);
            Check(findings, url, check.Urls[i]);
            if (check.Urls[i].TlsCompliant && check is not HttpsCheck) findings.Warning("NoEffect", url.Key("tlsCompliant"), null, "An HTTP check speaks no TLS that it could comply with.");
        }
    }

    private static void Check(RuleFindings findings, ModelPath path, HttpUrl url)
    {
        if (!url.Path.StartsWith('/') || !CommonRules.IsOneWord(url.Path))
            findings.Error("InvalidPath", path.Key("path"), url.Path, $"`{url.Path}` is no path of a URL: it begins with `/` and has no blanks and nothing that is not ASCII (write %20, %C3%BC).");
        if (url.Digest is { } digest && (digest.Length != DigestLength || !digest.All(char.IsAsciiHexDigit)))
            findings.Error("InvalidDigest", path.Key("digest"), digest, $"`{digest}` is no MD5: {DigestLength} hexadecimal digits, as genhash prints them.");
        foreach (NumberRange codes in url.StatusCodes)
        {
            if (codes.First < LeastStatus || codes.Last > MostStatus || codes.First > codes.Last)
                findings.Error("ValueOutOfRange", path.Key("statusCodes"), $"{codes}", $"{codes} are no status codes: {LeastStatus} to {MostStatus}.");
        }

        CheckHost(findings, path, url.VirtualHost);
        CheckRegex(findings, path, url);
    }

    private static void CheckHost(RuleFindings findings, ModelPath path, string? host)
    {
        if (host is not null && !CommonRules.IsOneWord(host))
            findings.Error("InvalidName", path.Key("virtualHost"), host, $"`{host}` is no name of a host: it has no blanks and nothing that is not ASCII.");
    }

    private static void CheckRegex(RuleFindings findings, ModelPath path, HttpUrl url)
    {
        if (url.Regex is null)
        {
            if (url.RegexNoMatch || url.RegexOptions != HttpRegexOptions.None || url.RegexMinimumOffset != 0 || url.RegexMaximumOffset is not null)
                findings.Warning("NoEffect", path, null, "What is said of a regular expression has no effect without `regex`.");
            return;
        }

        if (HttpPattern.Refusal(url) is { } refusal) findings.Error("InvalidRegex", path.Key("regex"), url.Regex, $"`{url.Regex}` cannot be used: {refusal}.");
        CommonRules.Range(findings, path.Key("regexMinimumOffset"), url.RegexMinimumOffset, 0, HttpPattern.Searched - 1, "place in the part of a body that is searched");
        if (url.RegexMaximumOffset is { } most)
            CommonRules.Range(findings, path.Key("regexMaximumOffset"), most, url.RegexMinimumOffset, HttpPattern.Searched - 1, "place in the part of a body that is searched");
    }
}
