using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using HaTools.Configuration;
using HaTools.Engine.Tests.Checks.Http;
using HaTools.Engine.Tests.Checks.Tls;

namespace HaTools.Engine.Tests.Node;

/// <summary>A node whose check speaks TLS, and a data plane in memory.</summary>
public sealed class HaNodeHttpsTests
{
    [Fact]
    public async Task It_goes_by_the_CAs_of_its_file_and_by_others_when_that_is_another_at_a_reload()
    {
        await using var stage = new NodeStage();
        var authority = new TestAuthority();
        using TestServer server = Serving(authority.Issue("127.0.0.1", to: TimeSpan.FromDays(5)));
        string ca = Path.Combine(stage.RunDirectory, "ca.pem");
        await File.WriteAllTextAsync(ca, authority.Pem);
        HaConfiguration wanted = Configuration(server.EndPoint, ca);
        await using HaNode node = await stage.StartAsync(wanted);

        // What ends soon is told, and the server serves.
        await stage.UntilAsync(async () => (await CheckAsync(node)).Warning is not null);
        IpvsCheckState check = await CheckAsync(node);
        Assert.Equal(("https", true, true), (check.Type, check.Up, check.Spoken));
        Assert.StartsWith("its certificate (CN=127.0.0.1) expires on ", check.Warning, StringComparison.Ordinal);
        HaEvent told = await stage.UntilEventAsync(node, check.Warning!);
        Assert.Equal(("Warning", $"tcp 127.0.0.2:443 {server.EndPoint}"), (told.Kind, told.Subject));

        await File.WriteAllTextAsync(ca, new TestAuthority("Other CA").Pem);
        HaChange change = Assert.Single((await node.ApplyAsync(wanted)).Changes);
        Assert.Equal("Ssl.Ca", change.Property);
        await stage.UntilAsync(async () => !(await CheckAsync(node)).Up);
        Assert.Contains("is not trusted: its issuer (CN=Test CA) leads to no CA that is", (await CheckAsync(node)).Reason, StringComparison.Ordinal);
        Assert.Contains(stage.Messages(node), m => m == $"SSL_CHECK on service [127.0.0.1]:tcp:{server.EndPoint.Port} failed.");

        // A file that holds no CA is refused, and the former one goes on to hold.
        await File.WriteAllTextAsync(ca, "");
        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => node.ApplyAsync(wanted));
        Assert.StartsWith("SSL: `ca` holds no certificate", e.Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(ca, authority.Pem);
        _ = await node.ApplyAsync(wanted);
        await stage.UntilAsync(async () => (await CheckAsync(node)).Up);
    }

    [Fact]
    public void Who_may_only_read_sees_no_password()
    {
        HaConfiguration shown = HaNode.WithoutSecrets(new HaConfiguration { Ssl = new SslSettings { Certificate = "/own.pem", Key = "/own.key", Password = "open it" } });
        Assert.Equal("ssl:\n  certificate: /own.pem\n  key: /own.key\n  password: \"********\"\n", HaConfigurationWriter.WriteYaml(shown));
    }

    private static async Task<IpvsCheckState> CheckAsync(HaNode node) => Assert.Single((await node.GetStatusAsync()).Services[0].RealServers[0].Checks);

    private static TestServer Serving(X509Certificate2 certificate) => new(async call =>
    {
        await using var tls = new SslStream(new NetworkStream(call, ownsSocket: true));
        try
        {
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = TestAuthority.Shown(certificate) });
            _ = await tls.ReadAsync(new byte[4096]);
            await tls.WriteAsync("HTTP/1.0 200 OK\r\n\r\n"u8.ToArray());
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The check does not trust it, as is its right.
        }
    });

    private static HaConfiguration Configuration(IPEndPoint server, string ca) => new()
    {
        Ssl = new SslSettings { Ca = ca },
        VirtualServers =
        [
            new VirtualServer
            {
                Address = IPAddress.Parse("127.0.0.2"),
                Port = 443,
                DelayLoop = TimeSpan.FromMilliseconds(100),
                RealServers =
                [
                    new RealServer
                    {
                        Address = server.Address,
                        Port = server.Port,
                        Checks =
                        [
                            new HttpsCheck
                            {
                                Urls = [new() { Path = "/" }], VerifyCertificate = true, VerifyHost = true, ExpiryWarningDays = 30, Retry = 0, ConnectTimeout = TimeSpan.FromMinutes(1), Warmup = TimeSpan.Zero,
                            },
                        ],
                    },
                ],
            },
        ],
    };
}
