using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>SSL_GET and SSL in both languages (rows K5, K8 and K9).</summary>
public class HttpsCheckTests
{
    private const string Url = "url {\npath /\n}\n";

    private static readonly HttpUrl Root = new() { Path = "/" };

    private static readonly HttpsCheck Usual = new() { Urls = [Root] };

    [Fact]
    public void Everything_that_is_said_of_TLS_is_read()
    {
        HaConfiguration read = Conf("SSL {\nca /ca.pem\ncertificate /own.pem\nkey /own.key\npassword \"open it\"\n}\n" + Service("", Server("""
            virtualhost www.example.com
            http_protocol 1.1
            fast_recovery
            enable_sni
            sni_name tls.example.com
            tls_compliant
            require_close_notify
            verify_certificate
            verify_host
            expiry_warning_days 21
            url {
            path /a
            tls_compliant
            }
            """))).Clean();
        Assert.Equal(new SslSettings { Ca = "/ca.pem", Certificate = "/own.pem", Key = "/own.key", Password = "open it" }, read.Ssl);
        var expected = new HttpsCheck
        {
            VirtualHost = "www.example.com",
            Version = HttpVersion.Http11,
            FastRecovery = true,
            EnableSni = true,
            SniName = "tls.example.com",
            TlsCompliant = true,
            RequireCloseNotify = true,
            VerifyCertificate = true,
            VerifyHost = true,
            ExpiryWarningDays = 21,
            Urls = [new() { Path = "/a", TlsCompliant = true }],
        };
        Assert.Equal(expected, Https(read));
    }

    [Fact]
    public void Without_a_word_it_is_as_keepalived_has_it_which_verifies_nothing()
    {
        HttpsCheck usual = Https(Check(Url).Clean());
        Assert.Equal(Usual, usual);
        Assert.Equal((1, TimeSpan.FromSeconds(3), false, false), (usual.Retry, usual.DelayBeforeRetry, usual.EnableSni, usual.VerifyCertificate));
    }

    [Theory]
    [InlineData("enable_sni", true, null, "NoEffect")]
    [InlineData("enable_sni off", false, null, "")]
    [InlineData("sni_name a.example.com", true, "a.example.com", "")]
    [InlineData("sni_name", true, null, "NoEffect")]
    [InlineData("sni_name a.example.com\nenable_sni off", false, null, "NoEffect")]
    [InlineData("enable_sni off\nsni_name a.example.com", true, "a.example.com", "")]
    [InlineData("enable_sni\nvirtualhost 192.0.2.1", true, null, "NoEffect")]
    [InlineData("enable_sni\nvirtualhost www.example.com:8443", true, null, "")]
    public void The_name_that_is_told_is_keepalived_s(string lines, bool isOn, string? name, string codes)
    {
        ConfigurationReadResult result = Check(lines + "\n" + Url);
        Assert.Equal(codes, string.Join(' ', result.Codes()));
        HttpsCheck check = Https(result.Configuration!);
        Assert.Equal((isOn, name), (check.EnableSni, check.SniName));
    }

    [Theory]
    [InlineData("sni_name 192.0.2.1", "InvalidName")]
    [InlineData("sni_name \"a b\"", "InvalidName")]
    [InlineData("sni_name a..b", "InvalidName")]
    [InlineData("expiry_warning_days 0", "ValueOutOfRange")]
    [InlineData("expiry_warning_days 3651", "ValueOutOfRange")]
    [InlineData("verify_host perhaps", "UnknownValue")]
    public void What_cannot_be_meant_is_told(string line, string code) => Assert.Equal([code], Check($"{line}\n{Url}").Codes());

    [Fact]
    public void A_path_that_is_none_is_told_with_its_place()
    {
        string[] brief = Conf("SSL {\ncertificate own.pem\n}\n" + Service("", Server(Url))).Brief();
        Assert.Equal(["2:13 Error InvalidPath"], brief);
    }

    [Theory]
    [InlineData("ca /ca.pem", "2:4 Warning NoEffect")]
    [InlineData("key /key.pem", "2:5 Warning NoEffect")]
    [InlineData("password x", "2:10 Warning NoEffect")]
    public void What_keepalived_takes_and_does_nothing_with_is_told(string line, string brief) =>
        Assert.Equal([brief], Conf($"SSL {{\n{line}\n}}\n" + Service("", Server(Url))).Brief());

    [Fact]
    public void The_words_of_TLS_do_nothing_in_HTTP_GET()
    {
        ConfigurationReadResult result = Conf(Service("", Server("enable_sni\nsni_name a.example.com\nurl {\npath /\ntls_compliant\n}").Replace("SSL_GET", "HTTP_GET", StringComparison.Ordinal)));
        Assert.Equal(["NoEffect", "Ignored", "Ignored"], result.Codes());
        Assert.NotNull(result.Configuration);
        Assert.Equal(["MisplacedKeyword"], Conf(Service("", Server("verify_host\n" + Url).Replace("SSL_GET", "HTTP_GET", StringComparison.Ordinal))).Codes());
    }

    [Fact]
    public void In_YAML_it_is_a_kind_of_its_own()
    {
        const string Yaml = "virtualServers: [{ address: 10.0.0.1, port: 443, realServers: [{ address: 10.0.1.1, checks: { type: https, verifyHost: true, urls: { path: / } } }] }]";
        Assert.Equal(Usual with { VerifyHost = true }, Https(FromYaml(Yaml).Clean()));
        Assert.Equal(["UnknownKey"], FromYaml(Yaml.Replace("type: https", "type: http", StringComparison.Ordinal)).Codes());
    }

    [Fact]
    public void A_check_that_begins_to_speak_TLS_is_another_check()
    {
        HaConfiguration plain = Of(new HttpCheck { Urls = [Root] }), tls = Of(Usual);
        HaChange change = Assert.Single(ConfigurationDiff.Compare(plain, tls));
        Assert.Equal(("Checks", "http", "https"), (change.Property, change.Before, change.After));
        change = Assert.Single(ConfigurationDiff.Compare(tls, Of(Usual with { ExpiryWarningDays = 7 })));
        Assert.Equal(("Checks[0].ExpiryWarningDays", null, "7"), (change.Property, change.Before, change.After));
    }

    [Fact]
    public void The_password_is_not_shown()
    {
        SslSettings settings = new() { Password = "open it" };
        Assert.DoesNotContain("open it", $"{settings}", StringComparison.Ordinal);
        HaChange change = Assert.Single(ConfigurationDiff.Compare(HaConfiguration.Empty, HaConfiguration.Empty with { Ssl = settings }));
        Assert.Equal(("Ssl.Password", "********"), (change.Property, change.After));
    }

    [Theory]
    [InlineData("www.example.com", "www.example.com")]
    [InlineData("www.example.com:8443", "www.example.com")]
    [InlineData("192.0.2.1:8443", "192.0.2.1")]
    [InlineData("[2001:db8::1]:8443", "2001:db8::1")]
    [InlineData("[2001:db8::1]", "2001:db8::1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    public void The_port_is_no_part_of_a_name(string host, string name) => Assert.Equal(name, HostNames.WithoutPort(host));

    [Theory]
    [InlineData("a", true)]
    [InlineData("a_b.example-1.com", true)]
    [InlineData("", false)]
    [InlineData("a.", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("::1", false)]
    [InlineData("bücher.example", false)]
    public void A_name_is_what_TLS_can_tell(string text, bool isName) => Assert.Equal(isName, HostNames.IsName(text));

    [Fact]
    public void A_name_and_its_labels_have_their_lengths()
    {
        string label = new('a', 63);
        Assert.True(HostNames.IsName($"{label}.{label}.{label}.{label[..61]}"));
        Assert.False(HostNames.IsName($"{label}.{label}.{label}.{label[..62]}"));
        Assert.False(HostNames.IsName(label + "a"));
    }

    private static HaConfiguration Of(HealthCheck check) => new()
    {
        VirtualServers = [new() { Address = Ip("10.0.0.1"), Port = 443, RealServers = [new() { Address = Ip("10.0.1.1"), Port = 443, Checks = [check] }] }],
    };

    private static string Server(string lines) => $"real_server 10.0.0.2 443 {{\nSSL_GET {{\n{lines}\n}}\n}}";

    private static ConfigurationReadResult Check(string lines) => Conf(Service("", Server(lines)));

    private static HttpsCheck Https(HaConfiguration configuration) => Assert.IsType<HttpsCheck>(configuration.VirtualServers[0].RealServers[0].Checks[0]);
}
