namespace HaTools;

/// <summary>A check that a web server answers as it should (keepalived: <c>HTTP_GET</c>).</summary>
public record HttpCheck : ConnectingCheck
{
    /// <summary>A check as keepalived has it: 3 s between a failed try and the next.</summary>
    public HttpCheck() => DelayBeforeRetry = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public override string Kind => "http";

    /// <summary>
    /// What is asked for, one or more (keepalived: <c>url</c>). One in each <see cref="TimedCheck.DelayLoop"/>, in turn; at the start all of them without a pause. Of a server that is
    /// down the one that failed, and when that is good, all of them.
    /// </summary>
    public ValueList<HttpUrl> Urls { get; init; } = [];

    /// <summary>The host that is asked for, where a URL names none (keepalived: <c>virtualhost</c>); null: the checked address and port.</summary>
    public string? VirtualHost { get; init; }

    /// <summary>What is spoken (keepalived: <c>http_protocol</c>).</summary>
    public HttpVersion Version { get; init; } = HttpVersion.Http10;

    /// <summary>Whether, when the URL that failed is good again, the others are asked without a pause (keepalived: <c>fast_recovery</c>).</summary>
    public bool FastRecovery { get; init; }
}

/// <summary>What an HTTP check speaks.</summary>
public enum HttpVersion
{
    /// <summary>HTTP/1.0.</summary>
    Http10,

    /// <summary>HTTP/1.0, with <c>Connection: close</c> (keepalived: <c>1.0C</c>).</summary>
    Http10Close,

    /// <summary>HTTP/1.1, with <c>Connection: close</c>.</summary>
    Http11,
}
