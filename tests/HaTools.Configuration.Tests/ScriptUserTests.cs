using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>Who scripts run as where they name nobody.</summary>
public sealed class ScriptUserTests
{
    private const string Tracker = "vrrp_script a {\n script /bin/true\n";
    private const string Notified = "vrrp_instance V {\n interface eth0\n virtual_router_id 1\n virtual_ipaddress {\n 192.0.2.1\n }\n";

    private const string Served = "virtual_server 192.0.2.1 80 {\n protocol TCP\n real_server 192.0.2.2 80 {\n }\n";

    [Theory]
    [InlineData(Tracker + "}", "keepalived_script|root")]
    [InlineData(Tracker + "user nobody\n}", null)]
    [InlineData("global_defs {\n script_user nobody nogroup\n}\n" + Tracker + "}", "nobody:nogroup")]
    [InlineData(Notified + "}", null)]
    [InlineData(Notified + "notify_master /bin/true\n}", "keepalived_script|root")]
    [InlineData(Notified + "notify_master /bin/true nobody\n}", null)]
    [InlineData(Served + "quorum_up /bin/true\n}", "keepalived_script|root")]
    [InlineData(Served + "quorum_down /bin/true nobody\nreal_server 192.0.2.9 80 {\n notify_up /bin/true nobody\n}\n}", null)]
    [InlineData(Served + "real_server 192.0.2.9 80 {\n notify_down /bin/true\n}\n}", "keepalived_script|root")]
    [InlineData(Notified + "}\nvrrp_sync_group G {\n group {\n V\n }\n notify /bin/true\n}", "keepalived_script|root")]
    public void A_keepalived_conf_that_names_nobody_for_a_script_keeps_keepalived_s_rule(string text, string? expected) =>
        Assert.Equal(expected, Conf(text).Configuration!.ScriptUser);

    [Fact]
    public void Yaml_that_names_nobody_has_the_rule_without_rights() =>
        Assert.Null(FromYaml("scripts:\n- name: a\n  command: /bin/true\n").Clean().ScriptUser);

    [Theory]
    [InlineData("nobody")]
    [InlineData("nobody:nogroup")]
    [InlineData("keepalived_script|nobody:nogroup|65534")]
    public void Users_are_one_or_several(string user) => Assert.Empty(Find(user));

    [Theory]
    [InlineData("")]
    [InlineData("a:b:c")]
    [InlineData("a b")]
    [InlineData("a||b")]
    [InlineData("|a")]
    [InlineData("a|")]
    [InlineData("a:|b")]
    public void What_names_no_user_is_an_error(string user) =>
        Assert.Equal(["InvalidUser", "InvalidUser"], Find(user));

    private static IReadOnlyList<string> Find(string user) =>
    [
        .. ConfigurationValidator.Validate(new HaConfiguration
        {
            ScriptUser = user,
            Scripts = [new ScriptTracker { Name = "a", Command = "true", User = user }],
        }).Select(d => d.Code),
    ];
}
