using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>What cannot be known is refused, with place, text and a suggestion.</summary>
public class KeepalivedErrorTests
{
    private const string Good = "vrrp_instance V {\n interface eth0\n virtual_router_id 1\n virtual_ipaddress { 192.0.2.1 }\n";

    [Theory]
    [InlineData("vrrp_instnace V { }", "1:1 Error UnknownKeyword", "vrrp_instnace", "Did you mean `vrrp_instance`?")]
    [InlineData(Good + " priorty 5\n}", "5:2 Error UnknownKeyword", "priorty", "Did you mean `priority`?")]
    [InlineData(Good + " xyzzy 5\n}", "5:2 Error UnknownKeyword", "xyzzy", "no keyword in `vrrp_instance`")]
    [InlineData("vrrp_instance V {\n vrf blue\n virtual_router_id 1\n virtual_ipaddress { 192.0.2.1 dev e }\n}",
        "2:6 Error UnicastOnly 2:6 Error MissingValue", "blue", "by unicast")]
    [InlineData(Good + " lb_algo rr\n}", "5:2 Error MisplacedKeyword", "lb_algo",
        "does not belong in `vrrp_instance` but in `virtual_server`")]
    [InlineData(Good + " virtual_server 192.0.2.1 80 {\n }\n}", "5:2 Error MisplacedKeyword", "virtual_server", "Is a brace missing")]
    [InlineData("linkbeat_interfaces { }", "1:1 Error NotSupported", "linkbeat_interfaces", "not supported by this version")]
    [InlineData(Good + " advert_int\n}", "5:2 Error MissingValue", "advert_int", "needs a value")]
    [InlineData(Good + " priority { }\n}", "5:2 Error MissingValue 5:11 Error UnexpectedBrace", "priority", "needs a value")]
    [InlineData(Good + " authentication\n}", "5:2 Error MissingBlock", "authentication", "needs a block")]
    [InlineData(Good + " priority abc\n}", "5:11 Error InvalidNumber", "abc", "is no number")]
    [InlineData(Good + " authentication { auth_type PASS auth_pass 1 }\n}", "5:2 Error MissingKeyword 5:34 Error MissingLineBreak",
        "auth_pass", "a line of its own")]
    [InlineData(Good + " authentication {\n auth_type pass\n auth_pass 1\n }\n}", "6:12 Error UnknownValue", "pass",
        "Did you mean `PASS`?")]
    [InlineData(Good + " authentication {\n auth_type PASS\n }\n}", "5:2 Error MissingKeyword", "authentication", "auth_pass")]
    [InlineData(Good + " track_script {\n chk\n }\n}", "6:2 Error UnknownScript", "chk", "There is no script `chk`")]
    [InlineData(Good + " virtual_ipaddress {\n 192.0.2.2 dve eth1\n }\n}", "6:12 Error UnknownKeyword", "dve", "Did you mean `dev`?")]
    [InlineData(Good + " virtual_ipaddress {\n 192.0.2\n }\n}", "6:2 Error InvalidAddress", "192.0.2", "no IP address")]
    [InlineData(Good + " virtual_ipaddress_excluded {\n 192.0.2.2 dev\n }\n}", "6:12 Error MissingValue", "dev", "needs a value")]
    [InlineData(Good + " virtual_ipaddress {\n 192.0.2.2 scope here\n }\n}", "6:18 Error UnknownValue", "here", "no scope")]
    [InlineData(Good + " virtual_ipaddress {\n 192.0.2.2 label eth0:this-is-long\n }\n}", "6:18 Error InvalidLabel", "eth0:this-is-long",
        "keepalived would drop the address")]
    [InlineData(Good + " self_fence 1\n}", "5:13 Error ValueOutOfRange", "1", "2 to 86400")]
    [InlineData("vrrp_instance V {\n virtual_router_id 1\n virtual_ipaddress { 192.0.2.1 }\n}", "1:15 Error MissingKeyword", "V",
        "no `interface`")]
    [InlineData("vrrp_instance V {\n interface eth0\n virtual_ipaddress { 192.0.2.1 }\n}", "1:15 Error MissingKeyword", "V",
        "no `virtual_router_id`")]
    [InlineData("vrrp_instance V {\n interface eth0\n virtual_router_id 256\n virtual_ipaddress { 192.0.2.1 }\n}",
        "3:20 Error ValueOutOfRange", "256", "1 to 255")]
    [InlineData("vrrp_instance V {\n interface eth0\n virtual_router_id 1\n version 3\n}",
        "1:15 Error NoVirtualAddress", null, "version 3 needs one")]
    [InlineData(Good + "}\n" + Good + "}", "6:15 Error DuplicateName 8:20 Error DuplicateVirtualRouterId 9:22 Warning SharedAddress", "V",
        "already")]
    [InlineData(Good, "1:17 Error MissingBrace", "{", "`vrrp_instance` is not closed")]
    [InlineData(Good + "}\n}", "6:1 Error UnexpectedBrace", "}", "closes nothing")]
    [InlineData("{\n}", "1:1 Error UnexpectedBrace", "{", "no keyword stands before")]
    [InlineData("include /etc/x.conf", "1:1 Error NotSupported", "include", "`include`")]
    [InlineData("@main vrrp_version 2", "1:1 Error NotSupported", "@main", "configuration id")]
    [InlineData("$A=5\nglobal_defs {\n router_id $A\n}", "1:1 Error NotSupported", "$A=5", "definition of a variable")]
    [InlineData("global_defs {\n router_id ${_INSTANCE}\n}", "2:12 Error NotSupported", "${_INSTANCE}", "${_INSTANCE}")]
    [InlineData("vrrp_instance V~SEQ(x,1,9) {\n}", "1:15 Error NotSupported", "V~SEQ(x,1,9)", "~SEQ")]
    [InlineData("vrrp_script s {\n}", "1:13 Error MissingKeyword", "s", "no `script`")]
    [InlineData("vrrp_script s {\n script \"/bin/sh -c 'a\"\n}", "2:9 Error UnterminatedQuote", "/bin/sh -c 'a", "is not closed")]
    [InlineData("vrrp_script s {\n script /a\n weight 5 revers\n}", "3:11 Error UnknownValue", "revers", "reverse")]
    [InlineData("track_file f {\n}", "1:12 Error MissingKeyword", "f", "no `file`")]
    [InlineData("track_file f {\n file run/x\n}", "2:7 Error InvalidPath", "run/x", "from / on")]
    [InlineData("track_file f {\n file /run/x\n init_file over\n}", "3:12 Error UnknownValue", "over", "overwrite")]
    [InlineData("vrrp_track_process p {\n quorum 2\n}", "1:20 Error MissingKeyword", "p", "no `process`")]
    [InlineData("vrrp_track_process p {\n process x\n param_match exact\n}", "3:14 Error UnknownValue", "exact", "initial, partial")]
    [InlineData("vrrp_script s {\n script /a\n recover_delay 5\n}", "3:2 Error MissingKeyword", "recover_delay", "recover \"COMMAND\"")]
    [InlineData("virtual_server group {\n}", "1:16 Error MissingValue", "group", "the group's name")]
    public void Errors_have_place_text_and_advice(string text, string expected, string? offending, string advice)
    {
        ConfigurationReadResult result = Conf(text);
        Assert.Null(result.Configuration);
        HaConfigurationDiagnostic[] errors = [.. result.Diagnostics.Where(d => d.Severity == HaDiagnosticSeverity.Error)];
        Assert.Equal(expected, string.Join(' ', result.Brief()));
        Assert.Contains(errors, e => e.Text == offending && e.Message.Contains(advice, StringComparison.Ordinal));
        Assert.All(result.Diagnostics, d => Assert.Equal("t.conf", d.File));
    }

    [Theory]
    [InlineData("pri\u001b[31mority 5", "\\u001b[31m")]
    [InlineData("priority \"5\u0007\"", "\\u0007")]
    public void A_name_of_the_file_neither_speaks_to_the_terminal_nor_breaks_the_line(string line, string shown)
    {
        HaConfigurationDiagnostic one = HaConfigurationReader.ReadText(Good + $" {line}\n}}", "a\nb.conf", ConfigurationFormat.Keepalived, true).Diagnostics[0];
        Assert.Contains(shown, one.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("a\\u000ab.conf:5:", one.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(one.ToString(), char.IsControl);
        Assert.Contains(one.Text!, char.IsControl);
    }
}
