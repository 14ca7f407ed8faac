using HaTools.Configuration.Yaml;
using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>Checks by datagram, in both languages (row K14).</summary>
public class UdpCheckTests
{
    [Fact]
    public void It_says_what_is_sent_and_what_must_come_back()
    {
        HaConfiguration c = Conf(Of("""
            payload 0 1a ff "C0 DE" 5
            require_reply "01 x2 3X" xx
            min_reply_length 2
            max_reply_length 512
            connect_ip 10.0.0.3
            connect_port 5353
            bindto 10.0.0.9
            bind_port 5354
            bind_if eth1
            fwmark 7
            connect_timeout 6
            retry 2
            """)).Clean();
        var check = new UdpCheck
        {
            Payload = "001affc0de05",
            RequireReply = true,
            Reply = "01x23xxx",
            MinimumReplyLength = 2,
            MaximumReplyLength = 512,
            ConnectAddress = Ip("10.0.0.3"),
            ConnectPort = 5353,
            BindAddress = Ip("10.0.0.9"),
            BindPort = 5354,
            BindInterface = "eth1",
            FirewallMark = 7,
            ConnectTimeout = TimeSpan.FromSeconds(6),
            Retry = 2,
        };
        Assert.Equal([check], c.VirtualServers[0].RealServers[0].Checks);
        Assert.Equal(c, FromYaml(YamlWriter.Write(c)).Clean());
    }

    [Fact]
    public void Without_a_word_it_is_as_keepalived_has_it()
    {
        HaConfiguration c = Conf(Of("")).Clean();
        Assert.Equal([new UdpCheck()], c.VirtualServers[0].RealServers[0].Checks);
        Assert.Equal([new UdpCheck { RequireReply = true }], Conf(Of("require_reply")).Clean().VirtualServers[0].RealServers[0].Checks);
        Assert.Equal(c, FromYaml(YamlWriter.Write(c)).Clean());
    }

    [Theory]
    [InlineData("payload 0g", "6:9 Warning InvalidOctets")]
    [InlineData("payload 0x", "6:9 Warning InvalidOctets")]
    [InlineData("payload \" \"", "6:9 Warning InvalidOctets")]
    [InlineData("payload", "6:1 Error MissingValue")]
    [InlineData("min_reply_length 65536", "6:18 Warning ValueOutOfRange")]
    [InlineData("max_reply_length -1", "6:18 Warning ValueOutOfRange")]
    public void What_keepalived_passes_over_is_told_and_passed_over(string line, string expected)
    {
        ConfigurationReadResult read = Conf(Of(line));
        Assert.Equal([expected], read.Brief());
        if (read.Configuration is { } c) Assert.Equal([new UdpCheck()], c.VirtualServers[0].RealServers[0].Checks);
    }

    [Fact]
    public void A_reply_that_is_no_hexadecimal_is_any_as_in_keepalived()
    {
        ConfigurationReadResult read = Conf(Of("require_reply ok"));
        Assert.Equal(["6:15 Warning InvalidOctets"], read.Brief());
        Assert.Contains("any reply will do", read.Diagnostics[0].Message, StringComparison.Ordinal);
        Assert.Equal([new UdpCheck { RequireReply = true }], read.Configuration!.VirtualServers[0].RealServers[0].Checks);
    }

    [Theory]
    [InlineData("payload: '0g'", "InvalidOctets")]
    [InlineData("payload: ''", "InvalidOctets")]
    [InlineData("payload: 'xx'", "InvalidOctets")]
    [InlineData("reply: '-'", "InvalidOctets")]
    [InlineData("requireReply: true, minimumReplyLength: 65536", "ValueOutOfRange")]
    [InlineData("requireReply: true, maximumReplyLength: 65536", "ValueOutOfRange")]
    [InlineData("minimumReplyLength: 1", "NoEffect")]
    [InlineData("maximumReplyLength: 1", "NoEffect")]
    [InlineData("requireReply: true, minimumReplyLength: 2, maximumReplyLength: 1", "NeverSucceeds")]
    [InlineData("reply: 'xx', minimumReplyLength: 256", "NeverSucceeds")]
    public void What_is_wrong_with_it_is_told(string keys, string code) => Assert.Equal([code], FromYaml(Native(keys)).Codes());

    [Theory]
    [InlineData("requireReply: true, minimumReplyLength: 256")]
    [InlineData("reply: 'xx', minimumReplyLength: 255")]
    [InlineData("reply: 'xx', minimumReplyLength: 256, maximumReplyLength: 256")]
    [InlineData("payload: 0102, reply: 1e5")]
    public void What_can_be_is_not_told(string keys) => _ = FromYaml(Native(keys)).Clean();

    [Fact]
    public void A_payload_fits_into_a_datagram()
    {
        _ = FromYaml(Native($"payload: '{new string('a', 2 * 65507)}'")).Clean();
        Assert.Equal(["ValueOutOfRange"], FromYaml(Native($"payload: '{new string('a', 2 * 65508)}'")).Codes());
    }

    private static string Native(string keys) => $"virtualServers: [{{ address: 10.0.0.1, port: 80, realServers: [{{ address: 10.0.0.2, checks: {{ type: udp, {keys} }} }}] }}]";

    private static string Of(string check) => $"virtual_server 10.0.0.1 80 {{\nlb_kind DR\nprotocol UDP\nreal_server 10.0.0.2 80 {{\nUDP_CHECK {{\n{check}\n}}\n}}\n}}\n";
}
