using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HaTools.Engine.Checks;
using HaTools.Engine.Checks.Http;
using HaTools.Engine.Checks.Tls;

namespace HaTools.Engine.Tests.Checks.Tls;

/// <summary>What an HTTPS check says and how it judges, without sockets.</summary>
public sealed class TlsProbeTests
{
    private const string Host = "www.example.com";

    private static readonly TestAuthority Authority = new();
    private static readonly X509Certificate2 Certificate = Authority.Issue(Host);
    private static readonly TlsCredentials Trusting = new(new SslSettings { Ca = Authority.Pem });
    private static readonly HttpsCheck Plain = new() { Urls = [new() { Path = "/", Regex = "^hello$" }] };
    private static readonly HttpsCheck Strict = Plain with { VirtualHost = Host, VerifyCertificate = true, VerifyHost = true };

    [Theory]
    [InlineData(SslProtocols.Tls13, 16384)]
    [InlineData(SslProtocols.Tls13, 1)]
    [InlineData(SslProtocols.Tls12, 16384)]
    [InlineData(SslProtocols.Tls12, 7)]
    public void A_server_that_answers_as_it_should_is_good_also_at_the_second_try(SslProtocols protocols, int piece)
    {
        using TlsConversation talk = Talk(Plain, protocols: protocols, piece: piece);
        for (int i = 0; i < 3; i++)
        {
            Assert.Null(talk.Play());
            Assert.Equal("GET / HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: 192.0.2.1:443\r\n\r\n", talk.Request);
        }
    }

    [Fact]
    public void A_long_answer_is_heard_to_its_end()
    {
        using TlsConversation talk = Talk(Plain with { Urls = [new() { Path = "/", Digest = "4b98146705d4b0b98b758a78ff6fb73f" }] }, response: "HTTP/1.0 200 OK\r\n\r\n" + new string('x', 200_000));
        Assert.Null(talk.Play());
    }

    [Theory]
    [InlineData("HTTP/1.0 503 No\r\n\r\nhello", "it answers with status 503 (GET /)")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nhullo", "its body does not match ^hello$ (GET /)")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nhello", "it closed the connection before its response was whole (GET /)")]
    [InlineData("", "it closed the connection without a response (GET /)")]
    public void One_that_answers_otherwise_is_bad_as_without_TLS(string response, string why)
    {
        using TlsConversation talk = Talk(Plain, response: response);
        Assert.Equal(why, talk.Play());
    }

    [Theory]
    [InlineData(false, null, null, null, "")]
    [InlineData(true, null, null, null, "")]
    [InlineData(false, null, Host, null, "")]
    [InlineData(true, null, Host, null, Host)]
    [InlineData(true, null, Host + ":8443", null, Host)]
    [InlineData(true, null, "check.example.com", Host, Host)]
    [InlineData(true, null, "192.0.2.9", null, "")]
    [InlineData(false, Host, null, null, Host)]
    [InlineData(true, Host, "check.example.com", "url.example.com", Host)]
    public void The_server_is_told_the_name_that_keepalived_tells(bool enabled, string? sni, string? ofCheck, string? ofUrl, string told)
    {
        using TlsConversation talk = Talk(new HttpsCheck { EnableSni = enabled, SniName = sni, VirtualHost = ofCheck, Urls = [new() { Path = "/", VirtualHost = ofUrl }] });
        Assert.Null(talk.Play());
        Assert.Equal(told, talk.Told);
    }

    [Fact]
    public void Each_URL_has_the_name_of_its_own_host()
    {
        HttpsCheck check = new() { EnableSni = true, Urls = [new() { Path = "/", VirtualHost = "a.example.com" }, new() { Path = "/", VirtualHost = "b.example.com" }] };
        using TlsConversation talk = Talk(check);
        Assert.Null(talk.Play(0));
        Assert.Equal("a.example.com", talk.Told);
        Assert.Null(talk.Play(1));
        Assert.Equal("b.example.com", talk.Told);
    }

    [Fact]
    public void A_certificate_of_a_trusted_CA_for_the_host_that_is_meant_is_good()
    {
        using TlsConversation talk = Talk(Strict, credentials: Trusting);
        Assert.Null(talk.Play());
        using TlsConversation byAddress = Talk(Strict with { VirtualHost = null }, Authority.Issue("192.0.2.1"), Trusting);
        Assert.Null(byAddress.Play());
    }

    [Fact]
    public void One_of_another_CA_is_not_trusted()
    {
        using TlsConversation other = Talk(Strict, new TestAuthority("Other CA").Issue(Host), Trusting);
        Assert.Equal($"its certificate (CN={Host}) is not trusted: its issuer (CN=Other CA) leads to no CA that is (TLS handshake)", other.Play());
        using TlsConversation unknown = Talk(Strict);
        Assert.Equal($"its certificate (CN={Host}) is not trusted: its issuer (CN=Test CA) leads to no CA that is (TLS handshake)", unknown.Play());
    }

    [Fact]
    public void One_that_has_signed_itself_is_not_trusted()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        X509Certificate2 own = new CertificateRequest($"CN={Host}", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using TlsConversation talk = Talk(Strict, own, Trusting);
        Assert.Equal($"its certificate (CN={Host}) is not trusted: it has signed itself (TLS handshake)", talk.Play());
    }

    [Fact]
    public void One_that_is_no_longer_valid_or_not_yet_is_not_trusted()
    {
        X509Certificate2 old = Authority.Issue(Host, TimeSpan.FromDays(-9), TimeSpan.FromDays(-2)), early = Authority.Issue(Host, TimeSpan.FromDays(2));
        using TlsConversation expired = Talk(Strict, old, Trusting);
        Assert.Equal($"its certificate (CN={Host}) expired on {Minute(old.NotAfter)} (TLS handshake)", expired.Play());
        using TlsConversation notYet = Talk(Strict, early, Trusting);
        Assert.Equal($"its certificate (CN={Host}) is not valid before {Minute(early.NotBefore)} (TLS handshake)", notYet.Play());
    }

    [Fact]
    public void One_for_another_host_is_bad_whoever_has_issued_it()
    {
        using TlsConversation talk = Talk(Strict, Authority.Issue("other.example.com"), Trusting);
        Assert.Equal($"its certificate (CN=other.example.com) is not for {Host} (TLS handshake)", talk.Play());
        using TlsConversation untrusted = Talk(Strict with { VerifyCertificate = false, SniName = "tls.example.com" });
        Assert.Equal($"its certificate (CN={Host}) is not for tls.example.com (TLS handshake for tls.example.com)", untrusted.Play());
    }

    [Fact]
    public void Any_certificate_is_good_to_a_check_that_does_not_ask()
    {
        using TlsConversation talk = Talk(Plain, new TestAuthority("Other CA").Issue("other.example.com", TimeSpan.FromDays(-9), TimeSpan.FromDays(-2)), Trusting);
        Assert.Null(talk.Play());
    }

    [Fact]
    public void A_certificate_that_ends_soon_is_told_and_the_server_is_good()
    {
        X509Certificate2 soon = Authority.Issue(Host, to: TimeSpan.FromDays(20));
        using TlsConversation talk = Talk(Plain with { ExpiryWarningDays = 21 }, soon);
        Assert.Null(talk.Play());
        string? first = talk.Probe.Warning;
        Assert.Equal($"its certificate (CN={Host}) expires on {Minute(soon.NotAfter)}", first);
        Assert.Null(talk.Play());
        Assert.Same(first, talk.Probe.Warning);
        using TlsConversation later = Talk(Plain with { ExpiryWarningDays = 19 }, soon);
        Assert.Null(later.Play());
        Assert.Null(later.Probe.Warning);
        using TlsConversation silent = Talk(Plain, soon);
        Assert.Null(silent.Play());
        Assert.Null(silent.Probe.Warning);
    }

    [Fact]
    public void One_that_has_ended_is_told_too_where_that_does_not_take_the_server_down()
    {
        X509Certificate2 old = Authority.Issue(Host, TimeSpan.FromDays(-9), TimeSpan.FromDays(-2));
        using TlsConversation talk = Talk(Plain with { ExpiryWarningDays = 1 }, old);
        Assert.Null(talk.Play());
        Assert.Equal($"its certificate (CN={Host}) expired on {Minute(old.NotAfter)}", talk.Probe.Warning);
    }

    [Fact]
    public void The_certificate_of_one_URL_that_ends_soon_is_told_while_that_of_another_does_not()
    {
        HttpsCheck both = Plain with { Urls = [Plain.Urls[0], Plain.Urls[0]], ExpiryWarningDays = 21 };
        using TlsConversation talk = Talk(both, Authority.Issue(Host, to: TimeSpan.FromDays(20)));
        Assert.Null(talk.Play(0));
        string? told = talk.Probe.Warning;
        talk.Shown = TestAuthority.Shown(Certificate);
        Assert.Null(talk.Play(1));
        Assert.Same(told, talk.Probe.Warning);
        Assert.Null(talk.Play(0));
        Assert.Null(talk.Probe.Warning);

        // Whichever of them it is.
        X509Certificate2 soon = Authority.Issue(Host, to: TimeSpan.FromDays(20));
        talk.Shown = TestAuthority.Shown(soon);
        Assert.Null(talk.Play(1));
        talk.Shown = TestAuthority.Shown(Certificate);
        Assert.Null(talk.Play(0));
        Assert.Equal($"its certificate (CN={Host}) expires on {Minute(soon.NotAfter)}", talk.Probe.Warning);
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    public void The_server_is_told_that_it_is_over_where_that_is_asked_for(bool ofCheck, bool ofUrl, bool told)
    {
        using TlsConversation talk = Talk(Plain with { TlsCompliant = ofCheck, Urls = [Plain.Urls[0] with { TlsCompliant = ofUrl }] });
        Assert.Null(talk.Play());
        Assert.Equal(told, talk.HeardGoodbye);
    }

    [Fact]
    public void It_is_told_so_too_when_its_answer_is_bad()
    {
        using TlsConversation talk = Talk(Plain with { TlsCompliant = true }, response: "HTTP/1.0 503 No\r\n\r\n");
        Assert.NotNull(talk.Play());
        Assert.True(talk.HeardGoodbye);
    }

    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nhello", true, false, "it closed the connection without close_notify, and somebody may have cut its response (GET /)")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nhello", true, true, null)]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nhello", false, false, null)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", true, false, null)]
    public void An_answer_that_ends_with_the_connection_ends_by_close_notify_where_that_is_asked_for(string response, bool isRequired, bool isSaid, string? why)
    {
        using TlsConversation talk = Talk(Plain with { RequireCloseNotify = isRequired }, response: response, saysGoodbye: isSaid);
        Assert.Equal(why, talk.Play());
    }

    [Fact]
    public void A_server_that_asks_for_a_certificate_is_shown_the_one_that_is_configured()
    {
        X509Certificate2 own = Authority.Issue("checker.example.com");
        string pem = own.ExportCertificatePem(), key = own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();
        using TlsConversation talk = Talk(Plain, credentials: new TlsCredentials(new SslSettings { Certificate = pem, Key = key }), wantsCertificate: true);
        Assert.Null(talk.Play());
        Assert.Equal("CN=checker.example.com", talk.ShownByProbe);
        using TlsConversation without = Talk(Plain, wantsCertificate: true);
        Assert.NotNull(without.Play());
        Assert.Null(without.ShownByProbe);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "it does not answer in TLS (TLS handshake)")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "it does not answer in TLS (TLS handshake)")]
    public void A_server_that_speaks_something_else_is_told_from_one_whose_TLS_fails(string bytes, string why)
    {
        TlsProbe probe = Waiting();
        Assert.Equal(ProbeStep.Bad, probe.Received(System.Text.Encoding.Latin1.GetBytes(bytes)));
        Assert.Equal(why, probe.Reason);
        Assert.True(probe.Farewell.IsEmpty);
        probe.End();
    }

    [Theory]
    [InlineData("15030100020228", "alert handshake failure")]
    [InlineData("15030300020246", "alert protocol version")]
    [InlineData("15030300020250", "alert internal error")]
    public void A_server_that_refuses_is_told_with_its_alert(string bytes, string alert)
    {
        TlsProbe probe = Waiting();
        Assert.Equal(ProbeStep.Bad, probe.Received(Convert.FromHexString(bytes)));
        Assert.StartsWith("no TLS with it: ", probe.Reason, StringComparison.Ordinal);
        Assert.EndsWith($"{alert} (TLS handshake)", probe.Reason, StringComparison.Ordinal);
        probe.End();
    }

    [Fact]
    public void A_server_that_hangs_up_before_the_end_is_told_wherever_it_does()
    {
        foreach (SslProtocols protocols in new[] { SslProtocols.Tls12, SslProtocols.Tls13 })
        {
            long whole = 0;
            using (TlsConversation talk = Talk(Plain, protocols: protocols, spoil: (bytes, before) =>
            {
                whole = before + bytes.Length;
                return bytes;
            }))
            {
                Assert.Null(talk.Play());
            }

            for (long cut = 0; cut < whole; cut += 13)
            {
                using TlsConversation talk = Talk(Plain with { RequireCloseNotify = true }, protocols: protocols, spoil: (bytes, before) => bytes[..(int)Math.Clamp(cut - before, 0, bytes.Length)]);
                Assert.StartsWith("it closed the connection ", talk.Play(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void What_a_server_sends_without_end_ends_the_try()
    {
        // hello_request, which a client that shakes hands reads over (RFC 5246 section 7.4.1.1).
        byte[] requests = [.. Enumerable.Repeat(Convert.FromHexString("160303000400000000"), 1000).SelectMany(r => r)];
        TlsProbe probe = Waiting();
        ProbeStep step = ProbeStep.Read;
        long sent = 0;
        for (; step is ProbeStep.Read or ProbeStep.Write && sent <= TlsProbe.MostOverhead; sent += requests.Length) step = probe.Received(requests);
        Assert.Equal(ProbeStep.Bad, step);
        probe.End();
    }

    [Fact]
    public void Whatever_becomes_of_what_it_sends_the_probe_throws_nothing_and_can_try_again()
    {
        var random = new Random(20261122);
        foreach (SslProtocols protocols in new[] { SslProtocols.Tls12, SslProtocols.Tls13 })
        {
            HttpsCheck check = Strict with { ExpiryWarningDays = 30, RequireCloseNotify = true, TlsCompliant = true };
            for (int i = 0; i < 150; i++)
            {
                long at = random.Next(2500);
                byte with = (byte)random.Next(1, 256);
                bool grows = random.Next(4) == 0;
                using TlsConversation talk = Talk(check, credentials: Trusting, protocols: protocols, piece: random.Next(3) == 0 ? 5 : 16384, spoil: (bytes, before) =>
                {
                    if (at < before || at >= before + bytes.Length) return bytes;
                    int place = (int)(at - before);
                    if (grows) return [.. bytes[..place], .. Noise(random.Next(300), random), .. bytes[place..]];
                    bytes[place] ^= with;
                    return bytes;
                });
                string? reason = talk.Play();
                Assert.True(reason is null || reason.Length < 500, reason);
            }
        }
    }

    [Fact]
    public void Noise_is_bad()
    {
        var random = new Random(20261122);
        TlsProbe probe = Waiting();
        for (int i = 0; i < 500; i++)
        {
            byte[] noise = Noise(random.Next(1, 600), random);
            if (i % 2 == 0) noise = [(byte)random.Next(20, 25), 3, (byte)random.Next(5), 0, (byte)random.Next(256), .. noise];
            ProbeStep step = probe.Received(noise);
            while (step is ProbeStep.Read or ProbeStep.Write) step = probe.Closed();
            Assert.Equal(ProbeStep.Bad, step);
            Assert.NotEmpty(probe.Reason);
            probe.End();
            Assert.Equal(ProbeStep.Write, probe.Begin(0));
        }

        probe.End();
    }

    private static byte[] Noise(int length, Random random)
    {
        byte[] noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }

    private static string Minute(DateTime time) => $"{time.ToUniversalTime():yyyy-MM-dd HH:mm} UTC";

    /// <summary>A probe that has said its first words.</summary>
    private static TlsProbe Waiting()
    {
        // What xunit sets would take continuations to its own threads; the thread of checks has none either.
        SynchronizationContext.SetSynchronizationContext(null);
        var place = IPEndPoint.Parse("192.0.2.1:443");
        var probe = new TlsProbe(Plain, new HttpProbe(Plain, place), place, TlsCredentials.None);
        Assert.Equal(ProbeStep.Write, probe.Begin(0));
        return probe;
    }

    private static TlsConversation Talk(HttpsCheck check, X509Certificate2? certificate = null, TlsCredentials? credentials = null, SslProtocols protocols = SslProtocols.None, int piece = 16384,
        string response = "HTTP/1.0 200 OK\r\n\r\nhello", bool saysGoodbye = true, bool wantsCertificate = false, Func<byte[], long, byte[]>? spoil = null) => new(check, credentials)
        {
            Shown = TestAuthority.Shown(certificate ?? Certificate),
            Protocols = protocols,
            Piece = piece,
            Response = response,
            SaysGoodbye = saysGoodbye,
            WantsCertificate = wantsCertificate,
            Spoil = spoil,
        };
}
