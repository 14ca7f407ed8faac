using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>Notify FIFOs, in both languages (row C8).</summary>
public sealed class NotifyFifoTests
{
    [Fact]
    public void The_three_fifos_and_their_scripts_are_read_in_any_order()
    {
        HaConfiguration c = Conf("""
            global_defs {
            notify_fifo_script "/bin/read it" nobody :nogroup
            notify_fifo /run/all nobody nogroup
            vrrp_notify_fifo /run/vrrp
            lvs_notify_fifo /run/lvs root
            lvs_notify_fifo_script /bin/lvs
            vrrp_notify_priority_changes
            fifo_write_vrrp_states_on_reload
            }
            """).Clean();
        Assert.Equal(new NotifyFifo("/run/all") { User = "nobody:nogroup", Script = new("/bin/read it", "nobody:nogroup") }, c.NotifyFifo);
        Assert.Equal(new NotifyFifo("/run/vrrp"), c.VrrpNotifyFifo);
        Assert.Equal(new NotifyFifo("/run/lvs") { User = "root", Script = new("/bin/lvs") }, c.IpvsNotifyFifo);
        Assert.Equal((true, true), (c.NotifyPriorityChanges, c.NotifyStatesOnReload));

        // What names no user is keepalived_script's, or root's.
        Assert.Equal("keepalived_script|root", c.ScriptUser);
        Assert.Equal(c, FromYaml(HaConfigurationWriter.WriteYaml(c)).Clean());
    }

    [Fact]
    public void A_path_alone_is_a_fifo()
    {
        HaConfiguration c = FromYaml("notifyFifo: /run/all\nvrrpNotifyFifo: { path: /run/vrrp, user: nobody, script: /bin/read }\n").Clean();
        Assert.Equal(new NotifyFifo("/run/all"), c.NotifyFifo);
        Assert.Equal(new NotifyFifo("/run/vrrp") { User = "nobody", Script = new("/bin/read") }, c.VrrpNotifyFifo);
        Assert.Contains("notifyFifo: /run/all\n", HaConfigurationWriter.WriteYaml(c), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("notify_priority_changes", true)]
    [InlineData("notify_priority_changes off", false)]
    public void Instances_and_groups_say_whether_their_priorities_are_told(string line, bool? expected)
    {
        HaConfiguration c = Conf($$"""
            global_defs {
            vrrp_notify_fifo /run/vrrp root
            vrrp_notify_priority_changes no
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
            virtual_ipaddress {
            10.0.0.1/24
            }
            {{line}}
            }
            """).Configuration!;
        Assert.Equal((false, expected, expected), (c.NotifyPriorityChanges, c.SyncGroups[0].NotifyPriorityChanges, c.VrrpInstances[0].NotifyPriorityChanges));
    }

    [Fact]
    public void Of_two_the_first_holds_and_a_script_without_its_fifo_is_not_run()
    {
        ConfigurationReadResult read = Conf("""
            global_defs {
            notify_fifo /run/all root
            notify_fifo /run/other root
            vrrp_notify_fifo_script /bin/read root
            }
            """);
        Assert.Equal(["RepeatedKeyword", "NoEffect"], read.Diagnostics.Select(d => d.Code));
        Assert.Contains("there is no `vrrp_notify_fifo`", read.Diagnostics[1].Message, StringComparison.Ordinal);
        Assert.Equal(("/run/all", null), (read.Configuration!.NotifyFifo!.Path, read.Configuration.VrrpNotifyFifo));
    }

    [Theory]
    [InlineData("notifyFifo: run/fifo", "InvalidPath", "`run/fifo` is no absolute path of a FIFO: /run/keepalived/notify, say.")]
    [InlineData("notifyFifo: /run/", "InvalidPath", "`/run/` is no absolute path of a FIFO: /run/keepalived/notify, say.")]
    [InlineData("notifyFifo: /a\nipvsNotifyFifo: /a", "DuplicatePath", "`/a` is `notifyFifo` already: each FIFO needs a path of its own, or its reader would hear some changes twice.")]
    [InlineData("vrrpNotifyFifo: /a\nipvsNotifyFifo: /a", "DuplicatePath", "`/a` is `vrrpNotifyFifo` already: each FIFO needs a path of its own, or its reader would hear some changes twice.")]
    [InlineData("notifyPriorityChanges: true", "NoEffect", "There is no notify FIFO that changes of priorities would be written to.")]
    [InlineData("ipvsNotifyFifo: /a\nnotifyStatesOnReload: true", "NoEffect", "There is no notify FIFO that the states of instances would be written to.")]
    public void What_cannot_be_is_refused_and_what_is_in_vain_told(string yaml, string code, string message)
    {
        HaConfigurationDiagnostic found = Assert.Single(FromYaml(yaml + "\n").Diagnostics);
        Assert.Equal((code, message), (found.Code, found.Message));
    }

    [Theory]
    [InlineData("notifyFifo: { path: /a, user: 'a:b:c' }")]
    [InlineData("notifyFifo: { path: /a, script: ' ' }")]
    [InlineData("notifyFifo: { path: /a, script: { command: /x, user: '' } }")]
    public void The_user_and_the_script_are_held_to_the_rules_of_scripts(string yaml) =>
        Assert.Equal(HaDiagnosticSeverity.Error, Assert.Single(FromYaml(yaml + "\n").Diagnostics).Severity);

    [Fact]
    public void What_changes_is_in_the_plan()
    {
        HaConfiguration before = FromYaml("notifyFifo: /a\n").Clean(), after = FromYaml("notifyFifo: { path: /a, user: nobody, script: /bin/read }\n").Clean();
        HaChange change = Assert.Single(ConfigurationDiff.Compare(before, after));
        Assert.Equal("NotifyFifo: /a -> /a (of nobody), read by /bin/read", $"{change.Property}: {change.Before} -> {change.After}");
    }
}
