using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Interop;

/// <summary>One file with notify scripts of all kinds, a FIFO and mails, run by hanode and by Debian's keepalived, and the same events: they are called alike.</summary>
[Trait("Needs", "root")]
public sealed class NotifyInteropTests
{
    private const string Log = "/var/log/notify.log";
    private const string Fifo = "/run/notify.fifo";
    private const string FifoLog = "/var/log/fifo.log";
    private const string Mailbox = "/var/log/mail/box";
    private static readonly CancellationToken stop = CancellationToken.None;

    [LabFact]
    public async Task The_same_scripts_are_called_with_the_same_arguments_in_the_same_order()
    {
        // Not each other's neighbours: each is alone on its network.
        await using VirtualLab lab = await VirtualLab.StartAsync([Director("ours", 1, DirectorDaemon.Hanode), Director("theirs", 2, DirectorDaemon.Keepalived)], stop);
        LabNode[] nodes = [lab["ours"], lab["theirs"]];
        await Task.WhenAll(nodes.Select(PlayAsync));

        Assert.NotEmpty(Calls(lab["theirs"]));
        // keepalived starts the scripts of one event side by side: their order among each other says nothing. That of each script's own calls does.
        foreach (string script in (string[])["notify", "master", "backup", "fault", "stop", "group", "group-master", "group-backup", "group-fault", "group-stop"])
        {
            string[] theirs = Of(lab["theirs"], script), ours = Of(lab["ours"], script);
            Assert.True(theirs.Length > 0, $"keepalived never called {script}:\n{string.Join('\n', Calls(lab["theirs"]))}");
            Assert.Equal(theirs, ours);
        }

        // The same of what is written to a FIFO, which somebody has read from the beginning.
        foreach (string told in (string[])["INSTANCE \"VI_1\"", "GROUP \"G\""])
        {
            string[] theirs = Read(lab["theirs"], told), ours = Read(lab["ours"], told);
            Assert.Equal(theirs, ours);
            Assert.Equal(6, ours.Length);
        }

        // And of what exim has delivered, each mail over a connection of its own with keepalived, which cannot wait for them at its stop.
        foreach (string told in (string[])["VRRP Instance VI_1", "VRRP Group G"])
        {
            string[] theirs = MailsOf(lab["theirs"], told), ours = MailsOf(lab["ours"], told);
            Assert.Equal(6, ours.Length);
            Assert.Equal(ours[..5].Order(StringComparer.Ordinal), theirs.Where(m => !m.Contains("Stopping", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
            Assert.Subset(new HashSet<string>(ours), new HashSet<string>(theirs));
        }
    }

    // hanode tells one object's scripts of one state after another, and skips those that are over by then: each event waits until the last one is told.
    private static async Task PlayAsync(LabNode node)
    {
        (await node.RunAsync("mkdir -m 777 /var/log/mail; setsid exim4 -C /etc/keepalived/exim.conf -bdf > /var/log/mail/exim 2>&1 < /dev/null & for i in $(seq 300); do ss -Hltn sport = 25 | grep -q . && break; sleep 0.1; done", stop)).OrThrow();
        (await node.RunAsync($"mkfifo {Fifo}; setsid sh -c 'exec cat {Fifo} > {FifoLog}' > /dev/null 2>&1 < /dev/null &", stop)).OrThrow();
        await node.StartDaemonAsync(stop);
        await UntilToldAsync(node, "BACKUP", 1);
        await UntilToldAsync(node, "MASTER", 1);
        await node.SetLinkAsync("eth0", false, stop);
        await UntilToldAsync(node, "FAULT", 1);
        await node.SetLinkAsync("eth0", true, stop);
        await UntilToldAsync(node, "BACKUP", 2);
        await UntilToldAsync(node, "MASTER", 2);
        await UntilMailedAsync(node, 10);
        await node.StopDaemonAsync(stop);
        await UntilToldAsync(node, "STOP", 1);
        await UntilReadAsync(node, "INSTANCE \"VI_1\" STOP", "GROUP \"G\" STOP");
    }

    private static async Task UntilToldAsync(LabNode node, string state, int times)
    {
        foreach (string one in (string[])["", "group-"])
        {
            await UntilAsync(node, one + state.ToLowerInvariant(), "", times);
            await UntilAsync(node, one.Length == 0 ? "notify" : "group", state, times);
        }
    }

    private static LabNodeSpec Director(string name, int number, DirectorDaemon daemon) =>
        new(name, new LabInterface("eth0", $"10.70.0.{number}/24") { Network = $"lan{number}" })
        {
            Furnish = node =>
            {
                node.UseDaemon(daemon);
                node.WriteFile("/etc/keepalived/say.sh", $"#!/bin/sh\necho \"$*\" >> {Log}\n", executable: true);
                node.WriteFile("/etc/keepalived/exim.conf", $$"""
                    primary_hostname = mail.test
                    spool_directory = /var/log/mail/spool
                    log_file_path = /var/log/mail/%slog
                    pid_file_path = /var/log/mail/pid
                    local_interfaces = 127.0.0.1
                    tls_advertise_hosts =
                    keep_environment =
                    deliver_drop_privilege = true
                    acl_smtp_rcpt = accept
                    begin routers
                    all:
                      driver = accept
                      transport = file
                    begin transports
                    file:
                      driver = appendfile
                      file = {{Mailbox}}

                    """);
                node.WriteFile("/etc/keepalived/keepalived.conf", $$"""
                    global_defs {
                        notification_email {
                            ops@mail.test
                        }
                        notification_email_from lb@mail.test
                        smtp_server 127.0.0.1
                        smtp_helo_name lb.test
                        smtp_alert
                        router_id lb1
                        script_user root
                        enable_script_security
                        vrrp_notify_fifo {{Fifo}} root
                    }
                    vrrp_sync_group G {
                        group {
                            VI_1
                        }
                        {{Scripts("group", "group-")}}
                    }
                    vrrp_instance VI_1 {
                        state BACKUP
                        interface eth0
                        version 3
                        virtual_router_id 51
                        priority 123
                        advert_int 0.5
                        {{Scripts("notify", "")}}
                        virtual_ipaddress {
                            10.70.0.100
                        }
                    }

                    """);
            },
        };

    private static string Scripts(string any, string one) => $"""
        notify "/etc/keepalived/say.sh {any}"
        notify_master "/etc/keepalived/say.sh {one}master"
        notify_backup "/etc/keepalived/say.sh {one}backup"
        notify_fault "/etc/keepalived/say.sh {one}fault"
        notify_stop "/etc/keepalived/say.sh {one}stop"
        """;

    private static string[] Calls(LabNode node) => node.ReadFile(Log).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string[] Of(LabNode node, string script) => [.. Calls(node).Where(c => c.Split(' ')[0] == script)];

    private static string[] Read(LabNode node, string told) =>
        [.. node.ReadFile(FifoLog).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l.StartsWith(told + " ", StringComparison.Ordinal))];

    private static string[] MailsOf(LabNode node, string told) =>
    [
        .. node.ReadFile(Mailbox).Split("\nFrom ").Select(m => m.Split('\n')).Where(m => m.Any(l => l.StartsWith($"Subject: [lb1] {told} ", StringComparison.Ordinal)))
            .Select(m => $"{m.First(l => l.StartsWith("Subject: ", StringComparison.Ordinal))} / {m.Last(l => l.StartsWith("=>", StringComparison.Ordinal))}"),
    ];

    private static async Task UntilMailedAsync(LabNode node, int count)
    {
        for (DateTime end = DateTime.UtcNow + TimeSpan.FromSeconds(45); DateTime.UtcNow < end; await Task.Delay(50))
        {
            if (MailsOf(node, "VRRP").Length >= count) return;
        }

        Assert.Fail($"{node.Name} has not mailed {count} times:\n{(await node.RunAsync($"cat {Mailbox} /var/log/mail/*", stop)).Output}\n{node.DaemonLog}");
    }

    private static async Task UntilReadAsync(LabNode node, params string[] lines)
    {
        for (DateTime end = DateTime.UtcNow + TimeSpan.FromSeconds(45); DateTime.UtcNow < end; await Task.Delay(50))
        {
            if (lines.All(l => Read(node, l).Length > 0)) return;
        }

        Assert.Fail($"{node.Name} has not written {string.Join(", ", lines)}:\n{node.ReadFile(FifoLog)}\n{node.DaemonLog}");
    }

    private static async Task UntilAsync(LabNode node, string script, string contains, int times)
    {
        for (DateTime end = DateTime.UtcNow + TimeSpan.FromSeconds(45); DateTime.UtcNow < end; await Task.Delay(50))
        {
            if (Of(node, script).Count(c => c.Contains(contains, StringComparison.Ordinal)) >= times) return;
        }

        Assert.Fail($"{node.Name} has not called {script} … {contains} {times} times:\n{string.Join('\n', Calls(node))}\n{node.DaemonLog}");
    }
}
