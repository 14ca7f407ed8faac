namespace HaTools;

/// <summary>
/// An HTTP check over TLS (keepalived: <c>SSL_GET</c>). Without <see cref="VerifyCertificate"/> and <see cref="VerifyHost"/> any certificate is good, as it is to keepalived.
/// </summary>
public sealed record HttpsCheck : HttpCheck
{
    /// <inheritdoc/>
    public override string Kind => "https";

    /// <summary>
    /// Whether the server is told which host is meant (keepalived: <c>enable_sni</c>; RFC 6066 section 3): <see cref="SniName"/>, or else the URL's virtual host, or else the check's. An
    /// address is never told.
    /// </summary>
    public bool EnableSni { get; init; }

    /// <summary>The host that the server is told is meant, a name (keepalived: <c>sni_name</c>), with or without <see cref="EnableSni"/>; null: see there.</summary>
    public string? SniName { get; init; }

    /// <summary>Whether the server is told when the check is over, before the connection is closed (keepalived: <c>tls_compliant</c>; close_notify, RFC 8446 section 6.1); a URL may say so for itself.</summary>
    public bool TlsCompliant { get; init; }

    /// <summary>
    /// Whether a response that ends with the connection is whole only if the server says by close_notify that it ends there (RFC 8446 section 6.1); else somebody may have cut it. keepalived does not
    /// ask.
    /// </summary>
    public bool RequireCloseNotify { get; init; }

    /// <summary>
    /// Whether the certificate must be valid today and come from a CA that is trusted: those of <see cref="SslSettings.Ca"/>, or else the system's. Whether it was revoked is not asked. keepalived
    /// cannot.
    /// </summary>
    public bool VerifyCertificate { get; init; }

    /// <summary>
    /// Whether the certificate must be for the host that is meant (RFC 6125): <see cref="SniName"/>, or else the URL's virtual host, or else the check's, or else the checked address. keepalived cannot.
    /// </summary>
    public bool VerifyHost { get; init; }

    /// <summary>How many days before the certificate expires that is told, 1 to 3650, once; the server stays up. null: it is not told. keepalived cannot.</summary>
    public int? ExpiryWarningDays { get; init; }
}
