namespace HaTools;

/// <summary>What HTTPS checks show and trust (keepalived: <c>SSL</c>). The files are PEM, and read when a configuration is applied.</summary>
public sealed record SslSettings
{
    /// <summary>Nothing is shown, and the system's CAs are trusted.</summary>
    public static SslSettings None { get; } = new();

    /// <summary>
    /// The file of the CAs that are trusted instead of the system's (keepalived: <c>ca</c>), by checks that ask for it (<see cref="HttpsCheck.VerifyCertificate"/>); null: the system's.
    /// </summary>
    public string? Ca { get; init; }

    /// <summary>The file of the certificate that servers are shown that ask for one, with those of the CAs between it and theirs behind it (keepalived: <c>certificate</c>); null: none is shown.</summary>
    public string? Certificate { get; init; }

    /// <summary>The file of the certificate's private key (keepalived: <c>key</c>); null: it is in the certificate's.</summary>
    public string? Key { get; init; }

    /// <summary>What the key is encrypted with (keepalived: <c>password</c>); null: it is not.</summary>
    public string? Password { get; init; }

    /// <summary>Does not print the password.</summary>
    public override string ToString() => $"Ca = {Ca}, Certificate = {Certificate}, Key = {Key}{(Password is null ? "" : ", Password = ********")}";
}
