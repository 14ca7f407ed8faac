using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HaTools.Engine.Checks.Tls;

/// <summary>What HTTPS checks show and trust, as it was in its files. Two are equal that were made of the same.</summary>
internal sealed class TlsCredentials : IEquatable<TlsCredentials>
{
    /// <summary>Nothing is shown, and the system's CAs are trusted.</summary>
    public static readonly TlsCredentials None = new(SslSettings.None);

    private readonly SslSettings contents;

    /// <param name="contents">The settings, with what the files held in the place of their names.</param>
    /// <exception cref="FormatException">It holds no certificates, or no key, or another certificate's; the message says which.</exception>
    public TlsCredentials(SslSettings contents)
    {
        this.contents = contents;
        if (contents.Ca is { } ca) Authorities = Certificates(ca, "ca");
        if (contents.Certificate is { } certificate) Own = Show(certificate, contents.Key, contents.Password);
    }

    /// <summary>The CAs that are trusted; null: the system's.</summary>
    public X509Certificate2Collection? Authorities { get; }

    /// <summary>What servers are shown that ask; null: nothing.</summary>
    public SslStreamCertificateContext? Own { get; }

    public bool Equals(TlsCredentials? other) => other is not null && contents == other.contents;

    public override bool Equals(object? obj) => Equals(obj as TlsCredentials);

    public override int GetHashCode() => contents.GetHashCode();

    private static X509Certificate2Collection Certificates(string pem, string what)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new FormatException($"`{what}` holds a certificate that cannot be read: {e.Message}", e);
        }

        return certificates.Count > 0 ? certificates : throw new FormatException($"`{what}` holds no certificate (PEM: -----BEGIN CERTIFICATE-----)");
    }

    private static SslStreamCertificateContext Show(string pem, string? key, string? password)
    {
        X509Certificate2Collection chain = Certificates(pem, "certificate");
        X509Certificate2 own;
        string from = key ?? pem;
        try
        {
            own = password is null ? X509Certificate2.CreateFromPem(pem, from) : X509Certificate2.CreateFromEncryptedPem(pem, from, password);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            string hint = password is null ? "is it encrypted, and `password` missing?" : "is `password` right, and the key in PKCS #8 (-----BEGIN ENCRYPTED PRIVATE KEY-----)?";
            throw new FormatException($"`{(key is null ? "certificate" : "key")}` holds no private key of the certificate that can be read ({hint}): {e.Message}", e);
        }

        chain.RemoveAt(0);

        // Without looking for what is missing in the network.
        return SslStreamCertificateContext.Create(own, chain, offline: true);
    }
}
