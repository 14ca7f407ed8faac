namespace HaTools;

/// <summary>What an HTTP check asks for, and what is to come (keepalived: <c>url</c>).</summary>
public sealed record HttpUrl
{
    /// <summary>The path, with its query: <c>/health?deep=1</c> (keepalived: <c>path</c>).</summary>
    public required string Path { get; init; }

    /// <summary>The MD5 of the body, as 32 hexadecimal digits (keepalived: <c>digest</c>, as genhash prints it); null: it may be any.</summary>
    public string? Digest { get; init; }

    /// <summary>The status codes that are good, from 100 to 999 (keepalived: <c>status_code</c>); none: 200 to 299.</summary>
    public ValueList<NumberRange> StatusCodes { get; init; } = [];

    /// <summary>The host that is asked for (keepalived: <c>virtualhost</c>); null: as the check says.</summary>
    public string? VirtualHost { get; init; }

    /// <summary>
    /// What the body must match, as .NET's regular expressions have it, without lookaround and backreferences (keepalived: <c>regex</c>, as PCRE2 has it); null: it may be any. The first
    /// 65,536 bytes are searched; a longer body in which nothing was found is bad.
    /// </summary>
    public string? Regex { get; init; }

    /// <summary>Whether the body must not match (keepalived: <c>regex_no_match</c>).</summary>
    public bool RegexNoMatch { get; init; }

    /// <summary>How the expression is meant (keepalived: <c>regex_options</c>).</summary>
    public HttpRegexOptions RegexOptions { get; init; }

    /// <summary>From which byte of the body, from 0, the match may begin (keepalived: <c>regex_min_offset</c>).</summary>
    public int RegexMinimumOffset { get; init; }

    /// <summary>Of HTTPS checks: as <see cref="HttpsCheck.TlsCompliant"/>, for this URL alone (keepalived: <c>tls_compliant</c>).</summary>
    public bool TlsCompliant { get; init; }

    /// <summary>Up to which byte of the body, from 0, the match may begin (keepalived: <c>regex_max_offset</c>); null: any.</summary>
    public int? RegexMaximumOffset { get; init; }
}

/// <summary>How a regular expression of an HTTP check is meant, by PCRE2's names.</summary>
[Flags]
public enum HttpRegexOptions
{
    /// <summary>As it is written.</summary>
    None = 0,

    /// <summary>Upper and lower case are the same.</summary>
    Caseless = 1,

    /// <summary><c>.</c> is a line feed, too.</summary>
    Dotall = 2,

    /// <summary>White space and comments in the expression do not count.</summary>
    Extended = 4,

    /// <summary><c>^</c> and <c>$</c> are the ends of lines, too.</summary>
    Multiline = 8,

    /// <summary>The body is UTF-8; else each byte is a character of ISO 8859-1.</summary>
    Utf = 16,
}
