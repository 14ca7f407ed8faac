using System.Globalization;

namespace HaTools.Configuration.Keepalived;

/// <summary><c>HTTP_GET</c> and its <c>url</c>.</summary>
internal static partial class VirtualServerGrammar
{
    private const string WithoutTls = "HTTP_GET speaks no TLS, which would tell it: keepalived reads it here and does nothing with it, and so do we. It belongs in SSL_GET.";

    // What changes nothing of whether something matches, or is so in .NET anyway.
    private static readonly string[] IdleOptions =
    [
        "auto_callout", "dupnames", "never_ucp", "never_utf", "no_auto_capture", "no_auto_possess", "no_dotstar_anchor", "no_start_optimize", "ungreedy", "never_backslash_c",
        "use_offset_limit",
    ];

    private static readonly string[] RefusedOptions =
        ["allow_empty_class", "alt_bsux", "dollar_endonly", "firstline", "match_unset_backref", "ucp", "alt_circumflex", "alt_verbnames"];

    private static readonly Dictionary<string, HttpRegexOptions> RegexOptions = new(StringComparer.Ordinal)
    {
        ["caseless"] = HttpRegexOptions.Caseless,
        ["dotall"] = HttpRegexOptions.Dotall,
        ["extended"] = HttpRegexOptions.Extended,
        ["multiline"] = HttpRegexOptions.Multiline,
        ["utf"] = HttpRegexOptions.Utf,
    };

    public static Grammar<UrlDraft> Url { get; } = new("url",
    [
        new() { Name = "path", Required = 1, Allowed = 1, Read = (_, s, d) => d.Path = s.Words[1].Text },
        new() { Name = "digest", Required = 1, Allowed = 1, Read = (_, s, d) => d.Digest = s.Words[1].Text },
        new() { Name = "status_code", Required = 1, Allowed = int.MaxValue - 1, Repeatable = true, Read = ReadStatusCodes },
        new() { Name = "virtualhost", Required = 1, Allowed = 1, Read = (_, s, d) => d.VirtualHost = s.Words[1].Text },
        new() { Name = "regex", Required = 1, Allowed = 1, Read = (_, s, d) => d.Regex = s.Words[1].Text },
        new() { Name = "regex_no_match", Read = (_, _, d) => d.RegexNoMatch = true },
        new() { Name = "regex_options", Required = 1, Allowed = int.MaxValue - 1, Repeatable = true, Read = ReadRegexOptions },
        new() { Name = "regex_min_offset", Required = 1, Allowed = 1, Read = (r, s, d) => d.RegexMinimumOffset = Offset(r, s) ?? d.RegexMinimumOffset },
        new() { Name = "regex_max_offset", Required = 1, Allowed = 1, Read = (r, s, d) => d.RegexMaximumOffset = Offset(r, s) ?? d.RegexMaximumOffset },
        new() { Name = "tls_compliant", Allowed = 1, Read = (r, s, d) => d.TlsCompliant = ConfValues.Boolean(r, s) },
    ], new Dictionary<string, string> { ["regex_stack"] = "a search takes no stack here." });

    public static Grammar<HttpDraft> HttpGet { get; } = new("HTTP_GET", Http<HttpDraft>(), new Dictionary<string, string> { ["enable_sni"] = WithoutTls, ["sni_name"] = WithoutTls });

    /// <summary>What <c>SSL_GET</c> has, too.</summary>
    private static Keyword<T>[] Http<T>() where T : HttpDraft =>
    [
        .. Connection<T>(), .. Timing<T>(), VirtualHost<T>(d => d),
        new() { Name = "nb_get_retry", Required = 1, Allowed = 1, Read = ReadOldRetry },
        new() { Name = "http_protocol", Required = 1, Allowed = 1, Read = ReadHttpVersion },
        new() { Name = "fast_recovery", Allowed = 1, Read = (r, s, d) => d.FastRecovery = ConfValues.Boolean(r, s) },
        new() { Name = "url", HasBlock = true, Repeatable = true, Read = ReadUrl },
    ];

    private static Keyword<RealServerDraft> HttpBlock => CheckBlock("HTTP_GET", () => HttpGet);

    private static Keyword<T> VirtualHost<T>(Func<T, CheckDefaults> of) where T : class =>
        new() { Name = "virtualhost", Required = 1, Allowed = 1, Read = (_, s, d) => of(d).VirtualHost = s.Words[1].Text };

    private static void ReadOldRetry(ConfReading reading, ConfStatement statement, HttpDraft draft)
    {
        reading.Warning("NbGetRetry", statement.Keyword, "`nb_get_retry` is an old word of keepalived's for `retry`, which is what to write.");
        draft.Retry = Retry(reading, statement) ?? draft.Retry;
    }

    private static void ReadHttpVersion(ConfReading reading, ConfStatement statement, HttpDraft draft)
    {
        ConfWord word = statement.Words[1];
        switch (word.Text)
        {
            case "1.0":
                draft.Version = HttpVersion.Http10;
                break;
            case "1.0C" or "1.0c":
                draft.Version = HttpVersion.Http10Close;
                break;
            case "1.1":
                draft.Version = HttpVersion.Http11;
                break;
            default:
                reading.UnknownWord(word, "version of HTTP", ["1.0", "1.0C", "1.1"]);
                break;
        }
    }

    private static void ReadUrl(ConfReading reading, ConfStatement statement, HttpDraft draft)
    {
        var url = new UrlDraft();
        reading.ReadBlock(Url, statement.Block!, url);
        if (url.Path is { } path) draft.Urls.Add(url.Build(path));
        else reading.Warning("MissingValue", statement.Keyword, "A `url` without `path` asks for nothing: keepalived ignores it, and so do we.");
    }

    private static void ReadStatusCodes(ConfReading reading, ConfStatement statement, UrlDraft draft)
    {
        foreach (ConfWord word in statement.Words[1..])
        {
            string[] ends = word.Text.Split('-');
            if (ends.Length <= 2 && Status(ends[0]) is { } first && Status(ends[^1]) is { } last && first <= last) draft.StatusCodes.Add(new NumberRange(first, last));
            else reading.Warning("InvalidNumber", word, $"`{word.Text}` is neither a status code nor a range of them such as 200-299, from 100 to 999; {Ignored}.");
        }
    }

    private static uint? Status(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint code) && code is >= 100 and <= 999 ? code : null;

    private static void ReadRegexOptions(ConfReading reading, ConfStatement statement, UrlDraft draft)
    {
        foreach (ConfWord word in statement.Words[1..])
        {
            if (RegexOptions.TryGetValue(word.Text, out HttpRegexOptions option)) draft.RegexOptions |= option;
            else if (RefusedOptions.Contains(word.Text)) reading.Error("NotSupported", word, $"PCRE2's option `{word.Text}` has no counterpart in .NET's regular expressions, which are used here.");
            else if (!IdleOptions.Contains(word.Text)) reading.Warning("UnknownValue", word, $"`{word.Text}` is no option of a regular expression; {Ignored}.{reading.Suggest(word.Text, RegexOptions.Keys)}");
        }
    }

    private static int? Offset(ConfReading reading, ConfStatement statement) => ConfValues.Integer(reading, statement.Words[1], 0, int.MaxValue, Ignored);
}

/// <summary>An HTTP_GET while it is read.</summary>
internal class HttpDraft : ConnectingDraft
{
    public HttpVersion Version { get; set; }

    public bool FastRecovery { get; set; }

    public List<HttpUrl> Urls { get; } = [];

    public override HealthCheck Build(CheckContext context) => Asked(new HttpCheck(), context);

    /// <summary>What is asked, over TLS or not.</summary>
    protected T Asked<T>(T usual, CheckContext context) where T : HttpCheck => Connected(usual, context) with
    {
        Urls = Urls.ToValueList(),
        VirtualHost = VirtualHost ?? context.Server.VirtualHost ?? context.Service.VirtualHost,
        Version = Version,
        FastRecovery = FastRecovery,
    };
}

/// <summary>A url while it is read.</summary>
internal sealed class UrlDraft
{
    public string? Path { get; set; }

    public string? Digest { get; set; }

    public List<NumberRange> StatusCodes { get; } = [];

    public string? VirtualHost { get; set; }

    public string? Regex { get; set; }

    public bool RegexNoMatch { get; set; }

    public HttpRegexOptions RegexOptions { get; set; }

    public int RegexMinimumOffset { get; set; }

    public int? RegexMaximumOffset { get; set; }

    public bool TlsCompliant { get; set; }

    public HttpUrl Build(string path) => new()
    {
        Path = path,
        Digest = Digest,
        StatusCodes = StatusCodes.ToValueList(),
        VirtualHost = VirtualHost,
        Regex = Regex,
        RegexNoMatch = RegexNoMatch,
        RegexOptions = RegexOptions,
        RegexMinimumOffset = RegexMinimumOffset,
        RegexMaximumOffset = RegexMaximumOffset,
        TlsCompliant = TlsCompliant,
    };
}
