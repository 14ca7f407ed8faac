using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HaTools.Engine.Checks.Tls;

namespace HaTools.Engine.Tests.Checks.Tls;

/// <summary>The files of what HTTPS checks show and trust.</summary>
public sealed class TlsFilesTests : IDisposable
{
    private static readonly TestAuthority Authority = new();
    private static readonly X509Certificate2 Own = Authority.Issue("checker.example.com");

    private readonly DirectoryInfo place = Directory.CreateTempSubdirectory("hatools-tls");

    [Fact]
    public async Task They_are_read_and_what_others_may_read_is_told()
    {
        string key = Secret("key", Own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        HaConfiguration wanted = With(new SslSettings { Ca = Write("ca", Authority.Pem), Certificate = Write("own", Own.ExportCertificatePem()), Key = key });
        (HaConfiguration read, IReadOnlyList<string> concerns) = await TlsFiles.ReadAsync(wanted);
        Assert.Empty(concerns);
        TlsCredentials credentials = TlsFiles.CredentialsOf(read);
        Assert.Equal("CN=Test CA", Assert.Single(credentials.Authorities!).Subject);
        Assert.Equal("CN=checker.example.com", credentials.Own!.TargetCertificate.Subject);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        (_, concerns) = await TlsFiles.ReadAsync(wanted);
        Assert.Equal([$"SSL: the file {key} holds a private key and may be read by its group or by others; chmod 600 it"], concerns);
    }

    [Fact]
    public async Task The_key_may_stand_with_the_certificate_and_be_encrypted()
    {
        using ECDsa key = Own.GetECDsaPrivateKey()!;
        string plain = key.ExportPkcs8PrivateKeyPem(), closed = key.ExportEncryptedPkcs8PrivateKeyPem("open it", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000));
        HaConfiguration together = With(new SslSettings { Certificate = Secret("both", $"{plain}\n{Own.ExportCertificatePem()}\n{Authority.Pem}") });
        Assert.True(TlsFiles.CredentialsOf((await TlsFiles.ReadAsync(together)).WithContents).Own!.TargetCertificate.HasPrivateKey);
        HaConfiguration encrypted = With(new SslSettings { Certificate = Write("own", Own.ExportCertificatePem()), Key = Secret("key", closed), Password = "open it" });
        Assert.True(TlsFiles.CredentialsOf((await TlsFiles.ReadAsync(encrypted)).WithContents).Own!.TargetCertificate.HasPrivateKey);
        await RefusedAsync(encrypted with { Ssl = encrypted.Ssl with { Password = "it does not" } }, "SSL: `key` holds no private key of the certificate that can be read (is `password` right, ");
        await RefusedAsync(encrypted with { Ssl = encrypted.Ssl with { Password = null } }, "SSL: `key` holds no private key of the certificate that can be read (is it encrypted, and `password` missing?): ");
    }

    [Fact]
    public async Task What_does_not_hold_what_it_should_is_refused()
    {
        string own = Write("own", Own.ExportCertificatePem()), empty = Write("empty", "");
        await RefusedAsync(With(new SslSettings { Ca = "/nonexistent" }), "SSL: the file /nonexistent of `ca` cannot be read: ");
        await RefusedAsync(With(new SslSettings { Ca = empty }), "SSL: `ca` holds no certificate ");
        await RefusedAsync(With(new SslSettings { Ca = Write("spoilt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n") }), "SSL: `ca` holds a certificate that cannot be read: ");
        await RefusedAsync(With(new SslSettings { Certificate = own }), "SSL: `certificate` holds no private key of the certificate that can be read ");
        await RefusedAsync(With(new SslSettings { Certificate = own, Key = Secret("other", Authority.Issue("other").GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()) }), "SSL: `key` holds no private key ");
        await RefusedAsync(With(new SslSettings { Ca = Write("long", new string('x', (4 << 20) + 1)) }), $"SSL: the file {Path.Combine(place.FullName, "long")} of `ca` is too long: 4194304 bytes at most");
    }

    [Fact]
    public async Task Without_HTTPS_checks_nothing_is_read()
    {
        HaConfiguration wanted = new() { Ssl = new SslSettings { Ca = "/nonexistent" } };
        Assert.Same(wanted, (await TlsFiles.ReadAsync(wanted)).WithContents);
        Assert.Same(TlsCredentials.None, TlsFiles.CredentialsOf(wanted));
    }

    [Fact]
    public async Task A_file_that_is_another_by_now_is_a_change_and_one_that_was_written_again_is_none()
    {
        HaConfiguration wanted = With(new SslSettings { Ca = Write("ca", Authority.Pem) });
        HaConfiguration before = (await TlsFiles.ReadAsync(wanted)).WithContents;
        Write("ca", Authority.Pem);
        HaConfiguration same = (await TlsFiles.ReadAsync(wanted)).WithContents;
        Assert.Empty(TlsFiles.Compare(wanted, before, wanted, same));
        Assert.Equal(TlsFiles.CredentialsOf(before), TlsFiles.CredentialsOf(same));
        Write("ca", new TestAuthority("Other CA").Pem);
        HaConfiguration after = (await TlsFiles.ReadAsync(wanted)).WithContents;
        HaChange change = Assert.Single(TlsFiles.Compare(wanted, before, wanted, after));
        Assert.Equal(("Node", "Ssl.Ca"), (change.Kind, change.Property));
        Assert.NotEqual(TlsFiles.CredentialsOf(before), TlsFiles.CredentialsOf(after));

        // Where the configuration says another, that is the change.
        Assert.Empty(TlsFiles.Compare(HaConfiguration.Empty, HaConfiguration.Empty, wanted, after));
    }

    [Fact]
    public void A_host_without_OpenSSL_is_told_so_before_NET_ends_the_process()
    {
        HaEngineException e = Assert.Throws<HaEngineException>(() => TlsFiles.RequireLibrary(["libssl.so.none"]));
        Assert.StartsWith("HTTPS checks (SSL_GET) need OpenSSL, which this host lacks", e.Message, StringComparison.Ordinal);
        TlsFiles.RequireLibrary(["libssl.so.none", "libc.so.6"]);
    }

    public void Dispose() => place.Delete(recursive: true);

    private static async Task RefusedAsync(HaConfiguration configuration, string why)
    {
        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => TlsFiles.ReadAsync(configuration));
        Assert.StartsWith(why, e.Message, StringComparison.Ordinal);
    }

    private static HaConfiguration With(SslSettings ssl) => new()
    {
        Ssl = ssl,
        VirtualServers =
        [
            new()
            {
                Address = IPAddress.Parse("192.0.2.1"),
                Port = 443,
                RealServers = [new() { Address = IPAddress.Parse("192.0.2.2"), Port = 443, Checks = [new HttpsCheck { Urls = [new() { Path = "/" }] }] }],
            },
        ],
    };

    private string Write(string name, string text)
    {
        string path = Path.Combine(place.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private string Secret(string name, string text)
    {
        string path = Write(name, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
