using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

public class YamlTests
{
    private const string Minimal = "vrrpInstances:\n- name: V\n  interface: eth0\n  virtualRouterId: 1\n  virtualAddresses: [192.0.2.1/24]\n";

    [Fact]
    public void Defaults_are_the_records()
    {
        VrrpInstance instance = FromYaml(Minimal).Clean().VrrpInstances[0];
        Assert.Equal(
            new VrrpInstance
            {
                Name = "V",
                Interface = "eth0",
                VirtualRouterId = 1,
                VirtualAddresses = [new() { Address = Ip("192.0.2.1"), PrefixLength = 24 }]
            },
            instance);
        Assert.Equal((3, VrrpChecksumForm.MessageOnly), (instance.Version, instance.ChecksumForm));
    }

    /// <summary>Strict mode or not, and there and back.</summary>
    [Theory]
    [InlineData("  priority: 255\n", VrrpInitialState.Master)]
    [InlineData("  priority: 255\n  strict: true\n", VrrpInitialState.Master)]
    [InlineData("  priority: 255\n  initialState: backup\n", VrrpInitialState.Backup)]
    [InlineData("  priority: 254\n", VrrpInitialState.Backup)]
    public void Rfc9568_6_4_1_the_owner_does_not_wait_unless_it_is_told_to(string more, VrrpInitialState expected)
    {
        HaConfiguration read = FromYaml(Minimal + more).Clean();
        Assert.Equal(expected, read.VrrpInstances[0].InitialState);
        Assert.Equal(read, FromYaml(HaConfigurationWriter.WriteYaml(read)).Clean());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("---\n")]
    [InlineData("# nothing\n")]
    [InlineData("routerId:\nscripts: ~\nvrrpInstances: null\nvirtualServers: []\n")]
    public void Nothing_is_the_empty_configuration(string text) => Assert.Equal(HaConfiguration.Empty, FromYaml(text).Clean());

    [Fact]
    public void Json_is_yaml() =>
        Assert.Equal(FromYaml(Minimal).Clean(), HaConfigurationReader.ReadText(
            """{ "vrrpInstances": [ { "name": "V", "interface": "eth0", "virtualRouterId": 1, "virtualAddresses": [ { "address": "192.0.2.1", "prefixLength": 24 } ] } ] }""",
            "t.json", ConfigurationFormat.Auto).Clean());

    [Fact]
    public void Anchors_share_what_is_the_same()
    {
        HaConfiguration c = FromYaml(
            """
            virtualServers:
            - address: 10.0.0.1
              port: 80
              realServers:
              - { address: 10.0.0.2, port: 80, checks: &c { type: tcp, retry: 3 } }
              - { address: 10.0.0.3, port: 80, checks: *c }
            """).Clean();
        Assert.All(c.VirtualServers[0].RealServers, s => Assert.Equal([new TcpCheck { Retry = 3 }], s.Checks));
    }

    [Theory]
    [InlineData("1s", 1000)]
    [InlineData("100ms", 100)]
    [InlineData("1.5s", 1500)]
    [InlineData("5m", 300_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("7", 7000)]
    [InlineData("0.25", 250)]
    [InlineData("2500us", 2.5)]
    public void Times(string text, double milliseconds)
    {
        HaConfiguration c = FromYaml($"scripts:\n- name: s\n  command: /a\n  interval: {text}\n").Clean();
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), c.Scripts[0].Interval);
    }

    [Theory]
    [InlineData("-1s")]
    [InlineData("1d")]
    [InlineData("s")]
    [InlineData("1 s")]
    [InlineData("1s5")]
    [InlineData("1e9")]
    [InlineData("99999999999999999999999999s")]
    [InlineData("0.00000001s")]
    public void What_is_no_time(string text) =>
        Assert.Equal(["4:13 Error InvalidTime"], FromYaml($"scripts:\n- name: s\n  command: /a\n  interval: {text}\n").Brief());

    [Theory]
    [InlineData("vrrpInstance: []", "1:1 Error UnknownKey", "vrrpInstance", "Did you mean `vrrpInstances`?")]
    [InlineData(Minimal + "  priorty: 5\n", "6:3 Error UnknownKey", "priorty", "Did you mean `priority`?")]
    [InlineData(Minimal + "  name: W\n", "6:3 Error DuplicateKey", "name", "already")]
    [InlineData(Minimal + "  priority: 256\n", "6:13 Error ValueOutOfRange", "256", "1 to 255")]
    [InlineData(Minimal + "  priority: high\n", "6:13 Error InvalidNumber", "high", "no whole number")]
    [InlineData(Minimal + "  priority: [1]\n", "6:13 Error WrongShape", null, "a single value, not a list")]
    [InlineData(Minimal + "  noPreempt: yes\n", "6:14 Error UnknownValue", "yes", "neither true nor false")]
    [InlineData(Minimal + "  advertisementInterval: 5ms\n", "6:26 Error ValueOutOfRange", "5ms", "10 ms to 40.95 s")]
    [InlineData(Minimal + "  version: 2\n  advertisementInterval: 1.5s\n", "7:26 Error ValueOutOfRange", "1.5s", "whole seconds")]
    [InlineData(Minimal + "  checksumForm: rfc\n", "6:17 Error UnknownValue", "rfc", "messageOnly, pseudoHeader")]
    [InlineData(Minimal + "  selfFencing: 1s\n", "6:16 Error ValueOutOfRange", "1s", "2s to 86400s")]
    [InlineData(Minimal + "  trackScripts: [a]\n", "6:18 Error UnknownScript", "a", "no script `a`")]
    [InlineData(Minimal + "  trackScripts: a\n", "6:17 Error WrongShape", "a", "a list, not a single value")]
    [InlineData(Minimal + "  authentication: { type: simplePassword, password: a }\n",
        "6:19 Warning AuthenticationIgnored", null, "no authentication")]
    [InlineData(Minimal + "- interface: eth0\n  virtualRouterId: 2\n  virtualAddresses: [192.0.2.2]\n",
        "6:3 Error MissingKey", null, "needs `name`")]
    [InlineData(Minimal + "- x\n", "6:3 Error WrongShape", "x", "a map, not a single value")]
    [InlineData("scripts:\n- name: s\n  command: \"\"\n", "3:12 Error MissingValue", "", "needs a program")]
    [InlineData("scripts:\n- name: s\n  command: a\n  recover: { command: b, timeout: 0 }\n", "4:35 Error ValueOutOfRange", "0s",
        "more than 0")]
    [InlineData("virtualServers:\n- address: 10.0.0.1\n  port: 80\n  forwarding: directRouting\n  realServers:\n  - { address: 10.0.0.2, port: 81 }\n", "6:32 Error PortMismatch", "81", "leaves the port")]
    [InlineData("virtualServers:\n- address: 10.0.0.1\n  port: 80\n  realServers:\n  - { address: 10.0.0.2, port: 81, checks: { type: gopher } }\n", "5:52 Error UnknownValue", "gopher", "known: tcp, http")]
    [InlineData("virtualServers:\n- address: 10.0.0\n  port: 80\n", "2:12 Error InvalidAddress", "10.0.0", "no IP address")]
    [InlineData("directRoutingAddresses: ['fe80::1']", "1:26 Error InvalidAddress", "fe80::1", "one link only")]
    [InlineData("directRoutingAddresses: [127.0.0.1]", "1:26 Error InvalidAddress", "127.0.0.1", "no service's address")]
    [InlineData("tunnelAddresses: [{ address: 10.0.0.1, type: gue }]", "1:19 Error MissingValue", "10.0.0.1", "--tun-port")]
    [InlineData("tunnelAddresses: [{ address: 10.0.0.1, port: 6080 }]", "1:46 Error Contradiction", "6080", "Only GUE")]
    [InlineData("tunnelAddresses: [{ address: 10.0.0.1, outerFamily: 5 }]", "1:53 Error ValueOutOfRange", "5", "no family")]
    [InlineData("tunnelAddresses: [10.0.0.1, 10.0.0.1]", "1:29 Error DuplicateAddress", "10.0.0.1", "already")]
    [InlineData("directRoutingAddresses: [10.0.0.1, 10.0.0.1]", "1:36 Error DuplicateAddress", "10.0.0.1", "already")]
    [InlineData("a: [", "YamlSyntax", null, "well-formed")]
    [InlineData("{}\n---\n{}", "2:1 Error SecondDocument", null, "second")]
    [InlineData("[]", "1:1 Error WrongShape", null, "a map, not a list")]
    [InlineData("routerId: !!int 5", "1:11 Error UnsupportedTag", null, "Tags")]
    [InlineData("routerId: *x", "1:11 Error UnknownAnchor", "*x", "&x")]
    [InlineData("routerId: &x [*x]", "1:15 Error UnknownAnchor 1:11 Error WrongShape", "*x", "&x")]
    [InlineData("[a]: 5", "1:1 Error InvalidKey", null, "not a list")]
    [InlineData("{中: 1, 😀x: 2, b: 3}", "1:2 Error UnknownKey 1:8 Error UnknownKey 1:15 Error UnknownKey", "b", "no `b`")]
    public void Errors_have_place_text_and_advice(string text, string expected, string? offending, string advice)
    {
        ConfigurationReadResult result = FromYaml(text);
        string brief = string.Join(' ', result.Brief());
        if (expected == "YamlSyntax") Assert.EndsWith(expected, brief, StringComparison.Ordinal);
        else Assert.Equal(expected.Split(' ').Order(), brief.Split(' ').Order());
        Assert.Equal(expected.Contains("Error", StringComparison.Ordinal) || expected == "YamlSyntax", result.Configuration is null);
        Assert.Contains(result.Diagnostics, d =>
            (offending is null || d.Text == offending) && d.Message.Contains(advice, StringComparison.Ordinal));
    }

    [Fact]
    public void Aliases_cannot_grow_a_text_beyond_bounds()
    {
        // 300 services of 1,000 real servers each, written in 1,000 + 300 lines.
        string servers = string.Join("\n",
            Enumerable.Range(0, 1000).Select(i => $"  - {{ address: 10.0.{i / 250}.{i % 250 + 1}, port: 80 }}"));
        string services = string.Join("\n", Enumerable.Range(1, 300).Select(i => $"- {{ address: 10.1.0.1, port: {i}, realServers: *r }}"));
        ConfigurationReadResult result = FromYaml($"virtualServers:\n- address: 10.1.0.2\n  port: 80\n  realServers: &r\n{servers}\n{services}\n");
        Assert.Equal(["TooLarge"], result.Codes());
    }

    [Fact]
    public void Deep_nesting_is_refused() =>
        Assert.Contains("TooDeep", FromYaml(new string('[', 1000)).Codes());

    [Fact]
    public void Every_model_is_written_and_read_back_equal()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            HaConfiguration model = new ModelGenerator(seed).Next();
            string yaml = HaConfigurationWriter.WriteYaml(model);
            HaConfiguration read = ReadOnly(yaml);
            Assert.True(model == read, $"seed {seed} reads back as another model:\n{yaml}\n{HaConfigurationWriter.WriteYaml(read)}");
            Assert.Equal(yaml, HaConfigurationWriter.WriteYaml(read));
        }
    }

    [Theory]
    [InlineData("x.yaml", "vrrp_instance", "Yaml")]
    [InlineData("x.JSON", "", "Yaml")]
    [InlineData("x.conf", "a: b", "Keepalived")]
    [InlineData(null, "# c\n\nvrrpInstances:\n", "Yaml")]
    [InlineData(null, "routerId: a b", "Yaml")]
    [InlineData(null, " { \"a\": 1 }", "Yaml")]
    [InlineData(null, "---\n", "Yaml")]
    [InlineData(null, "! c\nglobal_defs {\n router_id: x\n}", "Keepalived")]
    [InlineData("x", "", "Keepalived")]
    public void The_language_is_told_by_name_or_looks(string? name, string text, string expected) =>
        Assert.Equal(expected, ConfigurationFormatDetector.Detect(text, name).ToString());

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error_with_its_name()
    {
        ConfigurationReadResult result = HaConfigurationReader.ReadFile("/nonexistent/x.conf");
        Assert.Null(result.Configuration);
        HaConfigurationDiagnostic diagnostic = Assert.Single(result.Diagnostics);
        Assert.Equal(("FileUnreadable", "/nonexistent/x.conf"), (diagnostic.Code, diagnostic.File));
    }

    [Theory]
    [InlineData("", "<input>: error: The configuration cannot be read. No file was named. [FileUnreadable]")]
    [InlineData("/proc", "/proc: error: The configuration cannot be read. It is a directory; name the file in it. [FileUnreadable]")]
    [InlineData("/dev/zero", "/dev/zero: error: The configuration cannot be read. It has more than 134217728 bytes, so it is no configuration. [FileUnreadable]")]
    public void What_is_no_file_is_named_without_a_line(string path, string expected) =>
        Assert.Equal(expected, Assert.Single(HaConfigurationReader.ReadFile(path).Diagnostics).ToString());

    [Fact]
    public void A_word_that_is_not_utf8_is_an_error_with_its_place()
    {
        HaConfigurationDiagnostic diagnostic = Assert.Single(ReadBytes("global_defs {\n  router_id a\u00ff\n}\n").Diagnostics);
        Assert.Equal(("NotUtf8", HaDiagnosticSeverity.Error, 2, 13), (diagnostic.Code, diagnostic.Severity, diagnostic.Line, diagnostic.Column));
        Assert.Equal(["NotUtf8"], ReadBytes("vrrp_script \"\u00d6\u00d0\" {\n  script /bin/true\n}\n").Codes());
    }

    [Fact]
    public void Comments_of_a_keepalived_conf_may_be_in_another_encoding()
    {
        // GBK and ISO 8859-1.
        ConfigurationReadResult read = ReadBytes("! \u00d6\u00f7\u00bd\u00da\u00b5\u00e3\nglobal_defs {\n  router_id a # r\u00e9seau\n}\n");
        Assert.Empty(read.Diagnostics);
        Assert.Equal(new HaConfiguration { RouterId = "a" }, read.Configuration);
    }

    [Fact]
    public void Yaml_is_utf8_whole()
    {
        HaConfigurationDiagnostic diagnostic = Assert.Single(ReadBytes("routerId: a\n# r\u00e9seau\n").Diagnostics);
        Assert.Equal(("NotUtf8", HaDiagnosticSeverity.Error, 2, 4), (diagnostic.Code, diagnostic.Severity, diagnostic.Line, diagnostic.Column));
    }

    [Fact]
    public void A_byte_order_mark_tells_utf16()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "global_defs {\n  router_id \u4e3b\n}\n", System.Text.Encoding.Unicode);
            Assert.Equal("\u4e3b", HaConfigurationReader.ReadFile(path).Configuration!.RouterId);
        }
        finally
        {
            File.Delete(path);
        }
    }

    // Each character as one byte.
    private static ConfigurationReadResult ReadBytes(string text)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text, System.Text.Encoding.Latin1);
            return HaConfigurationReader.ReadFile(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
