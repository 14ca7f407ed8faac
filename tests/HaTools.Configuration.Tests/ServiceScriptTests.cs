using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>The scripts of services and real servers, in both languages (rows L9 and L12).</summary>
public sealed class ServiceScriptTests
{
    private const string Scripts = """
        quorum_up "/bin/quorum up" nobody
        quorum_down /bin/quorum-down
        omega
        """;

    private const string Yaml = "virtualServers: [{ address: 10.0.0.1, port: 80, ";

    [Fact]
    public void Services_and_servers_say_what_is_run_and_as_whom()
    {
        HaConfiguration c = Conf("global_defs {\nrs_init_notifies\n}\n" + Service(Scripts, """
            real_server 10.0.0.2 80 {
            notify_up /bin/up
            notify_down "/bin/down 'it failed'" nobody :nogroup
            }
            """)).Clean();
        VirtualServer service = c.VirtualServers[0];
        Assert.Equal((new NotifyScript("/bin/quorum up", "nobody"), new NotifyScript("/bin/quorum-down"), true), (service.QuorumUp, service.QuorumDown, service.Omega));
        Assert.Equal((new NotifyScript("/bin/up"), new NotifyScript("/bin/down 'it failed'", "nobody:nogroup")), (service.RealServers[0].NotifyUp, service.RealServers[0].NotifyDown));
        Assert.True(c.NotifyUpAtStart);
        Assert.Equal(c, FromYaml(HaConfigurationWriter.WriteYaml(c)).Clean());
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("rs_init_notifies on", true)]
    [InlineData("rs_init_notifies no", false)]
    public void Servers_that_begin_are_told_of_where_it_is_asked_for(string line, bool expected) =>
        Assert.Equal(expected, Conf($"global_defs {{\n{line}\n}}\n").Configuration!.NotifyUpAtStart);

    [Fact]
    public void Of_two_scripts_the_first_is_run()
    {
        HaConfigurationDiagnostic found = Assert.Single(Conf(Service("quorum_up /bin/first\nquorum_up /bin/second", "real_server 10.0.0.2 80 {\n}")).Diagnostics);
        Assert.Equal("RepeatedKeyword", found.Code);
        Assert.Equal("/bin/first", Conf(Service("quorum_up /bin/first\nquorum_up /bin/second", "real_server 10.0.0.2 80 {\n}")).Configuration!.VirtualServers[0].QuorumUp!.Command);
    }

    [Fact]
    public void Omega_without_a_script_that_it_would_have_run_is_told_with_its_place()
    {
        HaConfigurationDiagnostic found = Assert.Single(Conf(Service("quorum_up /bin/up\nomega", "real_server 10.0.0.2 80 {\nnotify_up /bin/up\n}")).Diagnostics);
        Assert.Equal(("NoEffect", HaDiagnosticSeverity.Warning), (found.Code, found.Severity));
        Assert.Contains("at the stop", found.Message, StringComparison.Ordinal);
        Assert.Empty(Conf(Service("omega", "real_server 10.0.0.2 80 {\nnotify_down /bin/down\n}")).Diagnostics);
    }

    [Theory]
    [InlineData("quorumUp: ''", "MissingValue")]
    [InlineData("quorumDown: { command: /bin/x, user: 'a b' }", "InvalidUser")]
    [InlineData("sorryServer: { address: 10.0.1.9, notifyUp: /bin/x }", "NotSupported")]
    [InlineData("sorryServer: { address: 10.0.1.9, notifyDown: /bin/x }", "NotSupported")]
    public void What_cannot_be_run_is_an_error(string keys, string code) =>
        Assert.Equal([code], FromYaml($"{Yaml}realServers: [{{ address: 10.0.1.1 }}], {keys} }}]").Codes());

    [Fact]
    public void A_server_s_script_that_cannot_be_run_is_an_error_at_its_place() =>
        Assert.Equal(["1:114 Error InvalidUser"], FromYaml($"{Yaml}realServers: [{{ address: 10.0.1.1, notifyUp: /bin/x, notifyDown: {{ command: /bin/x, user: 'a b' }} }}] }}]").Brief());

    [Fact]
    public void The_plan_names_each_script_that_changes()
    {
        HaConfiguration before = Conf(Service(Scripts, "real_server 10.0.0.2 80 {\nnotify_up /bin/up\n}")).Clean();
        HaConfiguration after = Conf("global_defs {\nrs_init_notifies\nscript_user keepalived_script|root\n}\n"
            + Service(Scripts.Replace("up\" nobody", "up\"", StringComparison.Ordinal), "real_server 10.0.0.2 80 {\nnotify_down /bin/down\n}")).Clean();
        Assert.Equal(
            [
                "NotifyUpAtStart: False -> True", "QuorumUp: /bin/quorum up (as nobody) -> /bin/quorum up", "NotifyUp: /bin/up -> ", "NotifyDown:  -> /bin/down",
            ],
            ConfigurationDiff.Compare(before, after).Select(c => $"{c.Property}: {c.Before} -> {c.After}"));
    }
}
