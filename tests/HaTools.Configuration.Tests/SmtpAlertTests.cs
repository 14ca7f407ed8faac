using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>Mails that tell of changes, in both languages (rows C4 and C5).</summary>
public sealed class SmtpAlertTests
{
    private const string Mails = "notification_email {\nops@example.com\n}\nsmtp_server 192.0.2.25\n";

    [Fact]
    public void Everything_that_keepalived_says_of_mails_is_read()
    {
        HaConfiguration c = Conf("""
            global_defs {
            notification_email {
            ops@example.com "My admin <admin@example.com>"
            root
            }
            notification_email_from lb@example.com
            smtp_server mail.example.com 2525
            smtp_helo_name lb1.example.com
            smtp_connect_timeout 7
            smtp_alert
            smtp_alert_vrrp off
            smtp_alert_checker on
            no_email_faults
            no_checker_emails
            }
            """).Clean();
        Assert.Equal(
            new SmtpAlerts
            {
                Server = "mail.example.com",
                Port = 2525,
                From = "lb@example.com",
                To = ["ops@example.com", "My admin <admin@example.com>", "root"],
                HeloName = "lb1.example.com",
                Timeout = TimeSpan.FromSeconds(7),
                All = true,
                Vrrp = false,
                Checks = true,
                NoFaults = true,
                ServersOnly = true,
            },
            c.SmtpAlerts);
        Assert.Equal(c, FromYaml(HaConfigurationWriter.WriteYaml(c)).Clean());
    }

    [Fact]
    public void What_is_not_said_is_as_keepalived_has_it()
    {
        SmtpAlerts alerts = Conf($"global_defs {{\n{Mails}}}").Clean().SmtpAlerts!;
        Assert.Equal((25, null, null, TimeSpan.FromSeconds(30)), (alerts.Port, alerts.From, alerts.HeloName, alerts.Timeout));
        Assert.Equal((null, null, null, false, false), (alerts.All, alerts.Vrrp, alerts.Checks, alerts.NoFaults, alerts.ServersOnly));
        Assert.Equal(alerts, FromYaml("smtpAlerts: { server: 192.0.2.25, to: ops@example.com }\n").Clean().SmtpAlerts);
    }

    // global_data.c, vrrp.c, check_data.c: what an object says itself goes first, then what its kind is told, then what all are; of nobody, real servers alone have mails.
    [Theory]
    [InlineData(null, null, null, false, false, true)]
    [InlineData(null, true, null, true, true, true)]
    [InlineData(null, false, null, false, false, false)]
    [InlineData(null, false, true, true, true, true)]
    [InlineData(null, true, false, false, false, false)]
    [InlineData(true, false, false, true, true, true)]
    [InlineData(false, true, true, false, false, false)]
    public void Whether_there_are_mails_of_something_follows_keepalived(bool? own, bool? all, bool? kind, bool vrrp, bool service, bool server)
    {
        var alerts = new SmtpAlerts { Server = "m", All = all, Vrrp = kind, Checks = kind };
        Assert.Equal((vrrp, service, server), (alerts.CoverVrrp(own), alerts.CoverService(own), alerts.CoverRealServer(own)));
        var others = new SmtpAlerts { Server = "m", All = all };
        Assert.Equal(own ?? all ?? false, (others with { Checks = kind }).CoverVrrp(own));
        Assert.Equal(own ?? all ?? true, (others with { Vrrp = kind }).CoverRealServer(own));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("smtp_alert", true)]
    [InlineData("smtp_alert off", false)]
    public void Each_object_says_whether_there_are_mails_of_it(string line, bool? expected)
    {
        (HaConfiguration c, string[] said) = ConfOnly($$"""
            global_defs {
            {{Mails}}
            }
            vrrp_sync_group G {
            group {
            V
            }
            {{line}}
            }
            vrrp_instance V {
            interface eth0
            virtual_router_id 1
            {{line}}
            }
            {{Service(line, $"real_server 10.0.1.1 80 {{\n{line}\n}}")}}
            """);
        Assert.Empty(said);
        Assert.Equal((expected, expected), (c.SyncGroups[0].SmtpAlert, c.VrrpInstances[0].SmtpAlert));
        Assert.Equal((expected, expected), (c.VirtualServers[0].SmtpAlert, c.VirtualServers[0].RealServers[0].SmtpAlert));
        Assert.Equal(c, ReadOnly(HaConfigurationWriter.WriteYaml(c)));
    }

    [Theory]
    [InlineData("smtp_server 192.0.2.25", "2:13 Warning NoEffect")]
    [InlineData("notification_email {\nroot\n}", "3:1 Warning NoEffect")]
    [InlineData("smtp_alert_vrrp\nsmtp_helo_name x\nno_email_faults", null)]
    public void Without_a_server_or_without_recipients_there_are_none_as_in_keepalived(string lines, string? said)
    {
        ConfigurationReadResult read = Conf($"global_defs {{\n{lines}\n}}");
        Assert.Equal(said is null ? [] : [said], read.Brief());
        Assert.Equal(HaConfiguration.Empty, read.Configuration);
    }

    [Theory]
    [InlineData("smtp_connect_timeout 0", "6:22 Warning ValueOutOfRange")]
    [InlineData("smtp_connect_timeout 1\nsmtp_server mail.example.com smtp", "7:30 Error InvalidNumber")]
    [InlineData("smtp_helo_name \"two words\"", "6:16 Error InvalidName")]
    [InlineData("notification_email_from \"a@b@c\"", "6:25 Error InvalidAddress")]
    [InlineData("notification_email {\n\"Me <a b>\"\n}", "7:1 Error InvalidAddress")]
    [InlineData("smtp_server -", null)]
    public void What_is_amiss_is_told_with_its_place(string line, string? said)
    {
        string[] brief = Conf($"global_defs {{\n{Mails}{line}\n}}").Brief();
        if (said is not null) Assert.Contains(said, brief);
        else Assert.NotEmpty(brief);
    }

    [Theory]
    [InlineData("smtpAlerts: { server: m, to: [] }", "Mails need somebody who gets them.")]
    [InlineData("smtpAlerts: { server: '', to: root }", "`` is neither an address nor the name of a host.")]
    [InlineData("smtpAlerts: { server: 'a b', to: root }", "`a b` is neither an address nor the name of a host.")]
    [InlineData("smtpAlerts: { server: m, port: 0, to: root }", "0 is no port: 1 to 65535.")]
    [InlineData("smtpAlerts: { server: m, to: root, timeout: 500ms }", "500ms is no time-out: 1s to 3600s.")]
    [InlineData("smtpAlerts: { server: m, to: 'r\\u00f6ot' }", "`r\\u00f6ot` is no mail address: write me@example.com, or My name <me@example.com>.")]
    [InlineData("smtpAlerts: { server: m, to: \"me>\\r\\nDATA\" }", null)]
    [InlineData("smtpAlerts: { server: m, to: root, from: \"a\\r\\nBcc: x <b@c>\" }", null)]
    public void What_cannot_be_is_refused(string yaml, string? message)
    {
        HaConfigurationDiagnostic found = Assert.Single(FromYaml(yaml + "\n").Diagnostics);
        Assert.Equal(HaDiagnosticSeverity.Error, found.Severity);
        if (message is not null) Assert.Equal(message, found.Message);
    }

    [Theory]
    [InlineData("vrrpInstances: [{ name: V, interface: e, virtualRouterId: 1, virtualAddresses: [192.0.2.1/32], smtpAlert: true }]")]
    [InlineData("virtualServers: [{ address: 192.0.2.1, port: 80, smtpAlert: true, realServers: [{ address: 192.0.2.2 }] }]")]
    [InlineData("virtualServers: [{ address: 192.0.2.1, port: 80, realServers: [{ address: 192.0.2.2, smtpAlert: true }] }]")]
    public void Who_wants_mails_where_there_are_none_is_told(string yaml)
    {
        HaConfigurationDiagnostic found = Assert.Single(FromYaml(yaml + "\n").Diagnostics);
        Assert.Equal(("NoEffect", "There is no mail server, or nobody who gets the mails: none is sent."), (found.Code, found.Message));
        Assert.Empty(FromYaml(yaml + "\nsmtpAlerts: { server: m, to: root }\n").Diagnostics);
    }

    [Fact]
    public void Omega_has_an_effect_where_there_are_mails()
    {
        const string service = "virtualServers: [{ address: 192.0.2.1, port: 80, omega: true, realServers: [{ address: 192.0.2.2 }] }]\n";
        Assert.Equal("NoEffect", Assert.Single(FromYaml(service).Diagnostics).Code);
        Assert.Empty(FromYaml(service + "smtpAlerts: { server: m, to: root }\n").Diagnostics);
    }

    [Fact]
    public void What_changes_is_in_the_plan()
    {
        HaConfiguration before = FromYaml("smtpAlerts: { server: m, to: [root] }\n").Clean(), after = FromYaml("smtpAlerts: { server: m, to: [root, ops], timeout: 5s }\n").Clean();
        Assert.Equal(
            ["SmtpAlerts.To: root -> root, ops", "SmtpAlerts.Timeout: 30s -> 5s"],
            ConfigurationDiff.Compare(before, after).Select(c => $"{c.Property}: {c.Before} -> {c.After}"));
    }

    [Theory]
    [InlineData("me@example.com", "", "me@example.com")]
    [InlineData("root", "", "root")]
    [InlineData("<me@example.com>", "", "me@example.com")]
    [InlineData("My admin <me@example.com>", "My admin", "me@example.com")]
    [InlineData("\"My, admin\" <me@example.com>", "My, admin", "me@example.com")]
    [InlineData("me@example.com>", null, null)]
    [InlineData("", null, null)]
    [InlineData("a@b, c@d", null, null)]
    [InlineData("@b", null, null)]
    [InlineData("a@", null, null)]
    [InlineData("a\nb <b@c>", null, null)]
    public void Addresses_are_taken_apart(string text, string? name, string? address)
    {
        bool isOne = MailAddresses.TryParse(text, out string n, out string a);
        Assert.Equal(name is not null, isOne);
        if (isOne) Assert.Equal((name, address), (n, a));
    }
}
