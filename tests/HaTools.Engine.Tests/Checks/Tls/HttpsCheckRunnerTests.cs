using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HaTools.Engine.Checks;
using HaTools.Engine.Checks.Tls;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Checks.Http;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.Checks.Tls;

/// <summary>HTTPS checks on the thread of checks, with servers that are good and that are not.</summary>
public sealed class HttpsCheckRunnerTests : ProbeRunnerTests
{
    private const string Good = "HTTP/1.0 200 OK\r\n\r\nhello";

    private static readonly TestAuthority Authority = new();

    private static readonly TlsCredentials Trusting = new(new SslSettings { Ca = Authority.Pem });

    private static readonly HttpsCheck Check = new() { VerifyCertificate = true, VerifyHost = true, Urls = [new() { Path = "/", Regex = "^hel+o$" }] };

    private readonly ConcurrentQueue<string?> warnings = new();

    [Fact]
    public async Task A_server_that_answers_as_it_should_is_up()
    {
        using TestServer server = Serving(Authority.Issue("127.0.0.1"));
        Assert.Null(await VerdictAsync(server.EndPoint, Check, Patient));
        Assert.Equal($"GET / HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: {server.EndPoint}\r\n\r\n", Assert.Single(server.Requests));
    }

    [Fact]
    public async Task One_that_sends_it_byte_by_byte_within_the_time_is_up()
    {
        X509Certificate2 certificate = Authority.Issue("127.0.0.1");
        using var server = new TestServer(async call =>
        {
            // What it writes leaves byte by byte; what Nagle would gather does not wait.
            call.NoDelay = true;
            await using var tls = new SslStream(new Dripping(call));
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = TestAuthority.Shown(certificate) });
            _ = await tls.ReadAsync(new byte[4096]);
            await tls.WriteAsync(Encoding.Latin1.GetBytes(Good));
            await tls.ShutdownAsync();
        });
        Assert.Null(await VerdictAsync(server.EndPoint, Check with { RequireCloseNotify = true }, Patient));
    }

    [Fact]
    public async Task One_whose_certificate_is_not_trusted_is_down()
    {
        using TestServer server = Serving(new TestAuthority("Other CA").Issue("127.0.0.1"));
        Assert.Equal($"{server.EndPoint}: its certificate (CN=127.0.0.1) is not trusted: its issuer (CN=Other CA) leads to no CA that is (TLS handshake)", await VerdictAsync(server.EndPoint, Check, Patient));
    }

    [Fact]
    public async Task One_that_refuses_is_down()
    {
        TestServer server = Serving(Authority.Issue("127.0.0.1"));
        IPEndPoint nobody = server.EndPoint;
        server.Dispose();
        Assert.StartsWith("ECONNREFUSED (connection refused) connecting to ", await VerdictAsync(nobody, Check, Patient), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_hangs_in_the_handshake_is_down_when_the_time_is_over()
    {
        using var server = new TestServer(_ => Task.CompletedTask);
        string? reason = await VerdictAsync(server.EndPoint, Check with { SniName = "www.example.com" }, Once);
        Assert.StartsWith("ETIMEDOUT (", reason, StringComparison.Ordinal);
        Assert.EndsWith($"reading from {server.EndPoint} (TLS handshake for www.example.com)", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_hangs_after_the_handshake_is_down_when_the_time_is_over()
    {
        X509Certificate2 certificate = Authority.Issue("127.0.0.1");
        using TestServer server = Over(certificate, _ => Task.Delay(Timeout.Infinite));
        string? reason = await VerdictAsync(server.EndPoint, Check, Once with { Timeout = 2000 * Millisecond });
        Assert.StartsWith("ETIMEDOUT (", reason, StringComparison.Ordinal);
        Assert.EndsWith($"reading from {server.EndPoint} (GET /)", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_sends_a_handshake_byte_by_byte_beyond_the_time_is_down()
    {
        using var server = new TestServer(async call =>
        {
            // A record that will have 16,384 bytes.
            await call.SendAsync(Convert.FromHexString("1603034000"));
            while (true)
            {
                await call.SendAsync("x"u8.ToArray());
                await Task.Delay(20);
            }
        });
        Assert.StartsWith("ETIMEDOUT (", await VerdictAsync(server.EndPoint, Check, Once), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_answers_byte_by_byte_beyond_the_time_is_down()
    {
        using TestServer server = Over(Authority.Issue("127.0.0.1"), async tls =>
        {
            await tls.WriteAsync("HTTP/1.0 200 OK\r\n\r\n"u8.ToArray());
            for (; ; await Task.Delay(20)) await tls.WriteAsync("x"u8.ToArray());
        });
        string? reason = await VerdictAsync(server.EndPoint, Check, Once with { Timeout = 2000 * Millisecond });
        Assert.StartsWith("ETIMEDOUT (", reason, StringComparison.Ordinal);
        Assert.EndsWith($"reading from {server.EndPoint} (GET /)", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_resets_in_the_handshake_is_down()
    {
        using var server = new TestServer(async call =>
        {
            _ = await call.ReceiveAsync(new byte[1]);
            call.LingerState = new LingerOption(true, 0);
            call.Dispose();
        });
        string? reason = await VerdictAsync(server.EndPoint, Check, Patient);
        Assert.StartsWith("ECONNRESET (", reason, StringComparison.Ordinal);
        Assert.EndsWith("(TLS handshake)", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_resets_half_way_is_down()
    {
        using TestServer server = Over(Authority.Issue("127.0.0.1"), async (tls, call) =>
        {
            await tls.WriteAsync("HTTP/1.0 200 OK\r\n\r\nhel"u8.ToArray());
            call.LingerState = new LingerOption(true, 0);
            call.Dispose();
        });
        Assert.StartsWith("ECONNRESET (", await VerdictAsync(server.EndPoint, Check, Patient), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_hangs_up_in_the_handshake_is_down()
    {
        using var server = new TestServer(async call =>
        {
            _ = await call.ReceiveAsync(new byte[4096]);
            call.Dispose();
        });
        Assert.Equal($"{server.EndPoint}: it closed the connection before the end of the handshake (TLS handshake)", await VerdictAsync(server.EndPoint, Check, Patient));
    }

    [Fact]
    public async Task One_that_speaks_HTTP_is_down()
    {
        using var server = new TestServer(async call =>
        {
            _ = await call.ReceiveAsync(new byte[4096]);
            await call.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        });
        Assert.Equal($"{server.EndPoint}: it does not answer in TLS (TLS handshake)", await VerdictAsync(server.EndPoint, Check, Patient));
    }

    [Fact]
    public async Task One_whose_handshake_has_no_end_is_down_and_takes_no_memory()
    {
        long sent = 0;
        using var server = new TestServer(async call =>
        {
            byte[] requests = [.. Enumerable.Repeat(Convert.FromHexString("160303000400000000"), 1000).SelectMany(r => r)];
            for (; ; Interlocked.Add(ref sent, requests.Length)) await call.SendAsync(requests);
        });
        Assert.EndsWith("(TLS handshake)", await VerdictAsync(server.EndPoint, Check, Patient), StringComparison.Ordinal);
        AssertHandsBack(Interlocked.Read(ref sent));
    }

    [Fact]
    public async Task One_whose_body_has_no_end_is_down_and_takes_no_memory()
    {
        long sent = 0;
        using TestServer server = Over(Authority.Issue("127.0.0.1"), async (tls, _) =>
        {
            await tls.WriteAsync("HTTP/1.0 200 OK\r\n\r\n"u8.ToArray());
            byte[] more = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("and another line\n", 500)));
            for (; ; Interlocked.Add(ref sent, more.Length)) await tls.WriteAsync(more);
        });
        Assert.StartsWith("ETIMEDOUT (", await VerdictAsync(server.EndPoint, Check, Once with { Timeout = 2000 * Millisecond }), StringComparison.Ordinal);
        AssertHandsBack(Interlocked.Read(ref sent));
    }

    // A connection has its cost, and each record takes a little that is given back at once: far less than it holds.
    private void AssertHandsBack(long sent) => Assert.InRange(Runner.AllocatedBytes, 0, 4_000_000 + (sent / 10));

    [Fact]
    public async Task A_certificate_that_ends_soon_is_told_once()
    {
        using TestServer server = Serving(Authority.Issue("127.0.0.1", to: TimeSpan.FromDays(5)));
        SocketTarget target = Target(1, server.EndPoint, Check with { ExpiryWarningDays = 30 }, Patient with { DelayLoop = 20 * Millisecond });
        Runner.Configure([target]);
        await Eventually.True(() => server.Requests.Count > 5);
        Assert.Null(Last[target.Key]);
        Assert.StartsWith("its certificate (CN=127.0.0.1) expires on ", Assert.Single(warnings), StringComparison.Ordinal);

        // When nobody asks any more, it is taken back.
        Runner.Configure([Target(1, server.EndPoint, Check, target.Timing)]);
        await Eventually.True(() => warnings.Count == 2);
        Assert.Null(warnings.Last());
    }

    [Fact]
    public async Task Many_at_once_are_checked_by_the_one_thread()
    {
        using TestServer server = Serving(Authority.Issue("127.0.0.1"));
        Runner.Configure([.. Enumerable.Range(1, 100).Select(i => Target(i, server.EndPoint, Check, Patient))]);
        await Eventually.True(() => Last.Count == 100);
        Assert.All(Last.Values, Assert.Null);
    }

    [NginxFact]
    public async Task Nginx_is_understood()
    {
        using var node = new TestNode("nginx");
        node.Ip("link set lo up");
        DirectoryInfo place = Directory.CreateTempSubdirectory("hatools-nginx");
        string In(string name) => Path.Combine(place.FullName, name);
        void Write(string name, X509Certificate2 certificate)
        {
            File.WriteAllText(In($"{name}.pem"), certificate.ExportCertificatePem());
            File.WriteAllText(In($"{name}.key"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        }

        Write("a", Authority.Issue("a.example.com"));
        Write("old", Authority.Issue("old.example.com", TimeSpan.FromDays(-9), TimeSpan.FromDays(-2)));
        Write("other", new TestAuthority("Other CA").Issue("other.example.com"));
        X509Certificate2 checker = Authority.Issue("checker.example.com");
        await File.WriteAllTextAsync(In("ca.pem"), Authority.Pem);
        await File.WriteAllTextAsync(In("page"), "hello");
        await File.WriteAllTextAsync(In("long"), new string('x', 200_000));
        await File.WriteAllTextAsync(In("nginx.conf"), $$"""
            daemon off; master_process off; pid {{place.FullName}}/pid; error_log stderr;
            events { }
            http {
              access_log {{place.FullName}}/access;
              client_body_temp_path {{place.FullName}}/a; proxy_temp_path {{place.FullName}}/b; fastcgi_temp_path {{place.FullName}}/c; uwsgi_temp_path {{place.FullName}}/d; scgi_temp_path {{place.FullName}}/e;
              root {{place.FullName}};
              server { listen 127.0.0.1:443 ssl; server_name a.example.com; ssl_certificate a.pem; ssl_certificate_key a.key; ssi on; ssi_types *; }
              server { listen 127.0.0.1:443 ssl; server_name old.example.com; ssl_certificate old.pem; ssl_certificate_key old.key; }
              server { listen 127.0.0.1:443 ssl default_server; server_name other.example.com; ssl_certificate other.pem; ssl_certificate_key other.key; ssl_reject_handshake off; return 418; }
              server { listen 127.0.0.1:444 ssl; ssl_certificate a.pem; ssl_certificate_key a.key; ssl_client_certificate ca.pem; ssl_verify_client on; ssl_protocols TLSv1.2; }
              server { listen 127.0.0.1:445 ssl; ssl_reject_handshake on; }
            }
            """);
        using Process nginx = node.Namespace.Run(() => Process.Start(new ProcessStartInfo(NginxFactAttribute.Program, ["-p", place.FullName, "-c", In("nginx.conf")]) { RedirectStandardError = true })!);
        try
        {
            IPEndPoint At(int port) => new(IPAddress.Loopback, port);
            await Eventually.True(() => node.Namespace.Run(() => Listens(At(445))));
            using CheckRunner inside = node.Namespace.Run(() => new CheckRunner(this));
            HttpUrl page = Check.Urls[0] with { Path = "/page", VirtualHost = "a.example.com" };
            HttpsCheck named = Check with { EnableSni = true, Urls = [page] };
            var showing = new TlsCredentials(new SslSettings { Ca = Authority.Pem, Certificate = checker.ExportCertificatePem(), Key = checker.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem() });
            SocketTarget[] good =
            [
                Target(1, At(443), named, Patient),
                Target(2, At(443), named with { TlsCompliant = true, RequireCloseNotify = true, Version = HttpVersion.Http10Close }, Patient),
                Target(3, At(443), named with { Version = HttpVersion.Http11, Urls = [page, page with { Path = "/long", Digest = "4b98146705d4b0b98b758a78ff6fb73f", Regex = "^xx" }] }, Patient),
                Target(4, At(443), new HttpsCheck { Urls = [new() { Path = "/", StatusCodes = [new(418, 418)] }] }, Patient),
                Target(5, At(444), named, Patient) with { Credentials = showing },
            ];
            SocketTarget[] bad =
            [
                Target(6, At(443), named with { Urls = [page with { VirtualHost = "old.example.com" }] }, Patient),
                Target(7, At(443), named with { Urls = [page with { VirtualHost = "other.example.com" }] }, Patient),
                Target(8, At(443), named with { VerifyCertificate = false, Urls = [page with { VirtualHost = "nobody.example.com" }] }, Patient),
                Target(9, At(444), named, Patient),
                Target(10, At(445), named, Patient),
            ];
            inside.Configure([.. good, .. bad]);
            await Eventually.True(() => Last.Count == good.Length + bad.Length);
            Assert.All(good, t => Assert.Null(Last[t.Key]));
            string[] reasons = [.. bad.Select(t => Last[t.Key]!)];
            Assert.Contains("its certificate (CN=old.example.com) expired on ", reasons[0], StringComparison.Ordinal);
            Assert.Contains("its certificate (CN=other.example.com) is not trusted: its issuer (CN=Other CA) leads to no CA that is", reasons[1], StringComparison.Ordinal);
            Assert.Contains("its certificate (CN=other.example.com) is not for nobody.example.com", reasons[2], StringComparison.Ordinal);

            // nginx shakes hands, and says in HTTP that it wants a certificate.
            Assert.Contains("it answers with status 400", reasons[3], StringComparison.Ordinal);
            Assert.Contains("unrecognized name", reasons[4], StringComparison.Ordinal);
        }
        finally
        {
            nginx.Kill();
            await nginx.WaitForExitAsync();
            place.Delete(recursive: true);
        }
    }

    private protected override void Warned(string? warning) => warnings.Enqueue(warning);

    private Task<string?> VerdictAsync(IPEndPoint server, HttpsCheck check, CheckTiming timing) => VerdictAsync(Target(1, server, check, timing));

    /// <summary>A server that answers each request and ends the connection as TLS has it.</summary>
    private static TestServer Serving(X509Certificate2 certificate) => Over(certificate, async (tls, _) =>
    {
        await tls.WriteAsync(Encoding.Latin1.GetBytes(Good));
        await tls.ShutdownAsync();
    });

    private static TestServer Over(X509Certificate2 certificate, Func<SslStream, Task> answer) => Over(certificate, (tls, _) => answer(tls));

    private static TestServer Over(X509Certificate2 certificate, Func<SslStream, Socket, Task> answer)
    {
        TestServer? server = null;
        SslStreamCertificateContext shown = TestAuthority.Shown(certificate);
        server = new TestServer(async call =>
        {
            await using var tls = new SslStream(new NetworkStream(call, ownsSocket: true));
            try
            {
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = shown });
                byte[] buffer = new byte[4096];
                int count = await tls.ReadAsync(buffer);
                server!.Requests.Enqueue(Encoding.Latin1.GetString(buffer, 0, count));
                await answer(tls, call);
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                // The check has hung up, as is its right.
            }
        });
        return server;
    }

    private static SocketTarget Target(int number, IPEndPoint server, HttpsCheck check, CheckTiming timing)
    {
        var service = new ServiceKey(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 443);
        return new SocketTarget(new CheckKey(service, new DestinationKey(server.Address, server.Port), CheckId.Of([check])[0] with { Number = number }), server, timing with { Parts = check.Urls.Count }) { Check = check, Credentials = Trusting };
    }
}
