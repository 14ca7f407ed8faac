using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>HTTP_GET in both languages (rows K5 to K7).</summary>
public class HttpCheckTests
{
    private static readonly HttpUrl Root = new() { Path = "/" };

    [Fact]
    public void Everything_that_is_said_of_a_URL_is_read()
    {
        HttpCheck check = Clean(Check("", """
            virtualhost www.example.com
            http_protocol 1.1
            fast_recovery
            retry 2
            connect_port 8080
            url {
            path /a?b=c
            digest 9b3a0c85a887a256d6939da88aabd8cd
            status_code 200 301-399
            status_code 404
            virtualhost a.example.com
            }
            url {
            path /b
            regex "a b"
            regex_no_match
            regex_options caseless utf ungreedy
            regex_options dotall
            regex_min_offset 3
            regex_max_offset 9
            }
            """));
        var expected = new HttpCheck
        {
            VirtualHost = "www.example.com",
            Version = HttpVersion.Http11,
            FastRecovery = true,
            Retry = 2,
            ConnectPort = 8080,
            Urls =
            [
                new() { Path = "/a?b=c", Digest = "9b3a0c85a887a256d6939da88aabd8cd", StatusCodes = [new(200, 200), new(301, 399), new(404, 404)], VirtualHost = "a.example.com" },
                new()
                {
                    Path = "/b", Regex = "a b", RegexNoMatch = true, RegexOptions = HttpRegexOptions.Caseless | HttpRegexOptions.Utf | HttpRegexOptions.Dotall, RegexMinimumOffset = 3, RegexMaximumOffset = 9,
                },
            ],
        };
        Assert.Equal(expected, check);
    }

    [Fact]
    public void It_is_tried_once_more_after_three_seconds_unless_someone_says_otherwise()
    {
        HttpCheck usual = Clean(Check("", "url {\npath /\n}"));
        Assert.Equal((1, (TimeSpan?)TimeSpan.FromSeconds(3), HttpVersion.Http10), (usual.Retry, usual.DelayBeforeRetry, usual.Version));
        Assert.Equal(TimeSpan.FromSeconds(7), Clean(Check("delay_before_retry 7", "url {\npath /\n}")).DelayBeforeRetry);
    }

    [Fact]
    public void The_nearest_virtual_host_holds()
    {
        Assert.Equal("v", Clean(Check("virtualhost v", "url {\npath /\n}")).VirtualHost);
        HaConfiguration server = Conf(Service("virtualhost v", "real_server 10.0.0.2 80 {\nvirtualhost r\nHTTP_GET {\nurl {\npath /\n}\n}\n}")).Clean();
        Assert.Equal("r", ((HttpCheck)server.VirtualServers[0].RealServers[0].Checks[0]).VirtualHost);
        Assert.Equal("c", Clean(Check("virtualhost v", "virtualhost c\nurl {\npath /\n}")).VirtualHost);
    }

    [Fact]
    public void The_old_word_for_retry_is_understood_and_told()
    {
        ConfigurationReadResult result = Check("", "nb_get_retry 5\nurl {\npath /\n}");
        Assert.Equal(["NbGetRetry"], result.Codes());
        Assert.Equal(5, Http(result.Configuration!).Retry);
    }

    [Theory]
    [InlineData("", "MissingValue")]
    [InlineData("url {\n}", "MissingValue MissingValue")]
    [InlineData("url {\npath index\n}", "InvalidPath")]
    [InlineData("url {\npath \"/a b\"\n}", "InvalidPath")]
    [InlineData("url {\npath /\ndigest 12\n}", "InvalidDigest")]
    [InlineData("url {\npath /\nstatus_code 99\n}", "InvalidNumber")]
    [InlineData("url {\npath /\nstatus_code 300-200\n}", "InvalidNumber")]
    [InlineData("url {\npath /\nregex_no_match\n}", "NoEffect")]
    [InlineData("url {\npath /\nregex x\nregex_options ucp\n}", "NotSupported")]
    [InlineData("url {\npath /\nregex x\nregex_options what\n}", "UnknownValue")]
    [InlineData("url {\npath /\nregex x\nregex_stack 1 2\n}", "Ignored")]
    [InlineData("url {\npath /\nregex x\nregex_min_offset 9\nregex_max_offset 8\n}", "ValueOutOfRange")]
    [InlineData("url {\npath /\n}\nhttp_protocol 2", "UnknownValue")]
    public void What_cannot_be_meant_is_told(string lines, string codes) => Assert.Equal(codes.Split(' '), Check("", lines).Codes());

    [Theory]
    [InlineData("(?=a)b", "lookaround")]
    [InlineData(@"(a)\1", "backreferences")]
    [InlineData("(?>a)", "atomic")]
    [InlineData("[[:alpha:]]", "[:alpha:]")]
    [InlineData(@"a\v", @"\v")]
    [InlineData("[a-z-[b]]", "inner class")]
    [InlineData("a++", "quantifier")]
    [InlineData(@"\Qa", "escape")]
    [InlineData("(", ")")]
    public void An_expression_that_would_mean_something_else_is_refused(string pattern, string says)
    {
        string? refusal = HttpPattern.Refusal(Root with { Regex = pattern });
        Assert.Contains(says, refusal, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("[]a-]x")]
    [InlineData(@"[\]\[]-[a]")]
    [InlineData("[^]]+")]
    [InlineData(@"^\s*OK\b.*$")]
    [InlineData("(?i:up|ok)")]
    public void One_that_means_the_same_is_taken(string pattern) => Assert.Null(HttpPattern.Refusal(Root with { Regex = pattern }));

    [Fact]
    public void A_check_without_a_list_of_URLs_is_one_URL_in_YAML()
    {
        const string Yaml = "virtualServers: [{ address: 10.0.0.1, port: 80, realServers: [{ address: 10.0.1.1, checks: { type: http, urls: { path: /, statusCodes: 204 } } }] }]";
        Assert.Equal(new HttpCheck { Urls = [Root with { StatusCodes = [new(204, 204)] }] }, Http(FromYaml(Yaml).Clean()));
        Assert.Equal(["UnknownKey"], FromYaml(Yaml.Replace("type: http", "type: tcp", StringComparison.Ordinal)).Codes());
    }

    private static ConfigurationReadResult Check(string service, string lines) => Conf(Service(service, $"real_server 10.0.0.2 80 {{\nHTTP_GET {{\n{lines}\n}}\n}}"));

    private static HttpCheck Clean(ConfigurationReadResult result) => Http(result.Clean());

    private static HttpCheck Http(HaConfiguration configuration) => (HttpCheck)configuration.VirtualServers[0].RealServers[0].Checks[0];
}
