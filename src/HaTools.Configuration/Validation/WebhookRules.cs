using System.Buffers;
using System.Net;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of webhooks.</summary>
internal static class WebhookRules
{
    private const int LongestUrl = 2000, LongestValue = 8000;

    private static readonly TimeSpan LeastTimeout = TimeSpan.FromSeconds(1), LongestTimeout = TimeSpan.FromMinutes(10);

    // RFC 9110 section 5.6.2.
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // What the request says itself.
    private static readonly string[] Own = ["Host", "Content-Type", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "Upgrade"];

    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < configuration.Webhooks.Count; i++)
        {
            var path = new ModelPath("webhooks", i);
            CommonRules.UniqueName(findings, path.Key("name"), configuration.Webhooks[i].Name, "webhook", names);
            Check(findings, path, configuration.Webhooks[i]);
        }
    }

    private static void Check(RuleFindings findings, ModelPath path, Webhook hook)
    {
        // It may be a secret: it is not repeated.
        if (!TryParse(hook.Url, out Uri? url)) findings.Error("InvalidUrl", path.Key("url"), null, "This is no URL of a webhook: https://HOST/PATH, in ASCII, without a user and without a fragment.");
        if (hook.Events == WebhookEvents.None) findings.Error("MissingValue", path.Key("events"), null, "A webhook that is told of nothing is none.");
        CommonRules.TimeRange(findings, path.Key("timeout"), hook.Timeout, LeastTimeout, LongestTimeout, "time-out");
        if (hook.Ca is { } ca && !ca.StartsWith('/')) findings.Error("InvalidPath", path.Key("ca"), ca, $"`{ca}` is no absolute path of a file.");
        if (hook.Ca is not null && (url?.Scheme == Uri.UriSchemeHttp || !hook.VerifyCertificate)) findings.Warning("NoEffect", path.Key("ca"), null, "No certificate is looked at here.");
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (WebhookHeader header in hook.Headers) Check(findings, path.Key("headers"), header, seen);
    }

    private static void Check(RuleFindings findings, ModelPath path, WebhookHeader header, HashSet<string> seen)
    {
        if (header.Name.Length == 0 || header.Name.AsSpan().ContainsAnyExcept(TokenCharacters)) findings.Error("InvalidName", path, header.Name, $"`{header.Name}` is no name of a header.");
        else if (Own.Contains(header.Name, StringComparer.OrdinalIgnoreCase)) findings.Error("NotSupported", path, header.Name, $"`{header.Name}` is what the request says itself.");
        else if (!seen.Add(header.Name)) findings.Error("DuplicateName", path, header.Name, $"`{header.Name}` stands here already.");
        if (header.Value.Length > LongestValue || header.Value.Any(c => c is < ' ' or > '~') || header.Value != header.Value.Trim())
            findings.Error("InvalidValue", path, null, $"The value of `{header.Name}` has other characters than ASCII's printable ones, or blanks around it, or more than {LongestValue}.");
    }

    /// <summary>Whether it is a URL that can be asked for.</summary>
    public static bool TryParse(string text, out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && CommonRules.IsOneWord(text) && text.Length <= LongestUrl && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
        && url.UserInfo.Length == 0 && url.Fragment.Length == 0 && url.Port is > 0 and <= 65535 && (IPAddress.TryParse(url.DnsSafeHost, out _) || HostNames.IsName(url.DnsSafeHost.TrimEnd('.')));
}
