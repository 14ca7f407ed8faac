using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HaTools.Engine.Tests.Checks.Tls;

/// <summary>A CA that is thrown away with the test.</summary>
internal sealed class TestAuthority
{
    private readonly X509Certificate2 root;
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private int issued;

    public TestAuthority(string name = "Test CA")
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddYears(9));
    }

    /// <summary>The CA's own certificate, as PEM.</summary>
    public string Pem => root.ExportCertificatePem();

    /// <summary>A certificate with its key.</summary>
    /// <param name="host">For which name or address.</param>
    /// <param name="from">Since when it is valid, from now.</param>
    /// <param name="to">Until when, from now.</param>
    public X509Certificate2 Issue(string host, TimeSpan? from = null, TimeSpan? to = null)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", own, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out IPAddress? address)) names.AddIpAddress(address);
        else names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 bare = request.Create(root, now + (from ?? TimeSpan.FromDays(-1)), now + (to ?? TimeSpan.FromDays(365)), [1, (byte)++issued]);
        return bare.CopyWithPrivateKey(own);
    }

    /// <summary>What a server shows.</summary>
    public static SslStreamCertificateContext Shown(X509Certificate2 certificate) => SslStreamCertificateContext.Create(certificate, null, offline: true);
}
