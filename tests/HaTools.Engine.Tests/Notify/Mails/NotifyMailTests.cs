using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Notify;
using HaTools.Engine.Notify.Deliveries;
using HaTools.Engine.Tests.Checks.Http;
using HaTools.Engine.Tests.Checks.Smtp;
using HaTools.Engine.Tests.Scripts;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;

namespace HaTools.Engine.Tests.Notify.Mails;

/// <summary>Mails that tell of changes, to mail servers that are good and that are not.</summary>
public sealed class NotifyMailTests : INotifySink, IDisposable
{
    private static readonly NotifyKey Instance = NotifyKey.Instance("VI_1"), Group = NotifyKey.Group("VG"), Service = NotifyKey.Service("tcp 10.0.0.1:80"),
        Server = NotifyKey.RealServer("tcp 10.0.0.1:80", "10.0.1.1:81");

    private static readonly DeliveryPace Hurry = new() { AtOnce = 2, FirstPause = 1_000_000, LongestPause = 20_000_000 };

    private readonly WorkThread thread = new("test-mails");
    private readonly ConcurrentQueue<string> said = new();
    private NotifyRunner runner;

    public NotifyMailTests() => runner = new NotifyRunner(thread, this, Hurry);

    [Fact]
    public async Task States_are_told_in_keepalived_s_words_and_none_twice()
    {
        using var server = new TestMailServer();
        await Force(Configuration(server.EndPoint, a => a with { All = true }));
        foreach (VrrpStateKind state in (VrrpStateKind[])[VrrpStateKind.Backup, VrrpStateKind.Master, VrrpStateKind.Master, VrrpStateKind.Fault])
        {
            await Tell(Instance, state);
            await Tell(Group, state);
        }

        await thread.RunAsync(() => runner.OnLowerPriority("VI_1"));
        await thread.RunAsync(() => runner.OnPriority("VI_1", 50));
        await thread.RunAsync(runner.StopAsync);
        Assert.Equal(
            [
                "[lb] VRRP Instance VI_1 - Entering BACKUP state: => VRRP Instance is no longer owning VRRP VIPs <=",
                "[lb] VRRP Group VG - Entering BACKUP state: => All VRRP group instances are now in BACKUP state <=",
                "[lb] VRRP Instance VI_1 - Entering MASTER state: => VRRP Instance is now owning VRRP VIPs <=",
                "[lb] VRRP Group VG - Entering MASTER state: => All VRRP group instances are now in MASTER state <=",
                "[lb] VRRP Instance VI_1 - Entering FAULT state: => VRRP Instance is no longer owning VRRP VIPs <=",
                "[lb] VRRP Group VG - Entering FAULT state: => All VRRP group instances are now in FAULT state <=",
                "[lb] VRRP Instance VI_1 - Stopping: => VRRP Instance stopping <=",
                "[lb] VRRP Group VG - Stopping: => All VRRP group instances are now stopping <=",
            ],
            server.Told);
        Assert.Empty(said);
    }

    [Fact]
    public async Task Mails_of_a_configuration_that_is_refused_are_never_sent_and_those_of_one_that_comes_into_force_are()
    {
        using var server = new TestMailServer();
        using var other = new TestMailServer();
        HaConfiguration wanted = Configuration(server.EndPoint, a => a with { All = true }), none = wanted with { SmtpAlerts = null };
        await Force(none);
        await thread.RunAsync(() => runner.Prepare(wanted, Policies.Own));
        await Tell(Instance, VrrpStateKind.Master);
        Assert.Null(State());
        await Force(none);
        await thread.RunAsync(() => runner.Prepare(wanted, Policies.Own));
        await Tell(Instance, VrrpStateKind.Backup);
        await thread.RunAsync(() => runner.Forget(wanted));
        await Eventually.True(() => server.Told.Length == 1);

        // Of two the one that is in force.
        await thread.RunAsync(() => runner.Prepare(Configuration(other.EndPoint, a => a with { All = true }), Policies.Own));
        await Tell(Instance, VrrpStateKind.Fault);
        await Eventually.True(() => server.Told.Length == 2);
        await Force(wanted);
        await thread.RunAsync(runner.StopAsync);
        // An instance and its group.
        Assert.Equal(["BACKUP", "FAULT", "Stopping:", "Stopping:"], server.Told.Select(t => t.Split(' ').First(w => w is "BACKUP" or "FAULT" or "MASTER" or "Stopping:")));
        Assert.Empty(other.Told);
        Assert.Empty(said);
    }

    [Fact]
    public async Task What_only_a_configuration_that_is_refused_has_mails_of_has_none()
    {
        using var server = new TestMailServer();
        HaConfiguration narrow = Configuration(server.EndPoint, a => a), wide = Configuration(server.EndPoint, a => a with { All = true }) with { RouterId = "other" };
        await Force(narrow);
        await thread.RunAsync(() => runner.Prepare(wide, Policies.Own));
        await Tell(Instance, VrrpStateKind.Master);
        await Force(narrow);

        // What was never sent is no reason not to send it.
        await thread.RunAsync(() => runner.Prepare(wide, Policies.Own));
        await Tell(Instance, VrrpStateKind.Master);
        await Check(0, false, serverUp: false, changed: true);
        await thread.RunAsync(() => runner.Forget(wide));
        await thread.RunAsync(runner.StopAsync);
        Assert.Equal(["[lb] Realserver", "[other] VRRP", "[other] VRRP", "[other] VRRP"], server.Told.Select(t => string.Join(' ', t.Split(' ').Take(2))));
        Assert.Contains("Entering MASTER", server.Told[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_only_a_configuration_that_is_refused_has_no_mails_of_has_them()
    {
        using var server = new TestMailServer();
        HaConfiguration wide = Configuration(server.EndPoint, a => a with { All = true });
        wide = wide with { VrrpInstances = [wide.VrrpInstances[0] with { Notify = new() { Deleted = new("/bin/true") } }] };
        await Force(wide);
        await thread.RunAsync(() => runner.Prepare(wide with { SmtpAlerts = wide.SmtpAlerts! with { All = false } }, Policies.Own));
        await Tell(Instance, VrrpStateKind.Master);
        await Eventually.True(() => server.Told.Length == 1);
        await Force(wide);
    }

    [Fact]
    public async Task Services_and_real_servers_are_told_of_when_checks_find_something_and_when_they_leave()
    {
        using var server = new TestMailServer();
        HaConfiguration configuration = Configuration(server.EndPoint, a => a with { All = true });
        await Force(configuration);
        await thread.RunAsync(() => runner.OnHealth(Server, true, HealthNews.Begins, 7));
        await thread.RunAsync(() => runner.OnHealth(Service, true, HealthNews.Begins, 7));
        await Check(0, false, serverUp: false, changed: true);
        await thread.RunAsync(() => runner.OnHealth(Service, false, HealthNews.Changed, 0));
        await Check(1, false, serverUp: false, changed: false);
        await Check(0, true, serverUp: false, changed: false);
        await Check(1, true, serverUp: true, changed: true);
        await thread.RunAsync(() => runner.OnHealth(Server, true, HealthNews.Changed, 7));
        await thread.RunAsync(() => runner.OnHealth(Service, true, HealthNews.Changed, 7));
        await Force(configuration with { VirtualServers = [] });
        await thread.RunAsync(runner.StopAsync);
        Assert.Equal(
            [
                "[lb] Virtualserver [10.0.0.1]:tcp:80 - UP: => Starting with quorum up 5+2=7 <= 7 <=",
                "[lb] Realserver [10.0.1.1]:tcp:81 of virtual server [10.0.0.1]:tcp:80 - DOWN: => TCP CHECK failed on service <=",
                "[lb] Virtualserver [10.0.0.1]:tcp:80 - DOWN: => Lost quorum 5+2=3 <= 0 <=",
                "[lb] Realserver [10.0.1.1]:tcp:81 of virtual server [10.0.0.1]:tcp:80 - DOWN: => CHECK failed on service : it is rude <=",
                "[lb] Realserver [10.0.1.1]:tcp:81 of virtual server [10.0.0.1]:tcp:80 - DOWN: => TCP CHECK succeed on service <=",
                "[lb] Realserver [10.0.1.1]:tcp:81 of virtual server [10.0.0.1]:tcp:80 - UP: => CHECK succeed on service <=",
                "[lb] Virtualserver [10.0.0.1]:tcp:80 - UP: => Gained quorum 5+2=7 <= 7 <=",
                "[lb] Realserver [10.0.1.1]:tcp:81 of virtual server [10.0.0.1]:tcp:80 - DOWN: => Removing <=",
                "[lb] Virtualserver [10.0.0.1]:tcp:80 - DOWN: => Lost quorum 5+2=3 <= 0 <=",
            ],
            server.Told[..9]);
    }

    [Fact]
    public async Task Where_it_is_so_configured_faults_and_checks_that_change_nothing_are_not_told()
    {
        using var server = new TestMailServer();
        await Force(Configuration(server.EndPoint, a => a with { All = true, NoFaults = true, ServersOnly = true }));
        await Tell(Instance, VrrpStateKind.Fault);
        await Tell(Group, VrrpStateKind.Fault);
        await Check(0, false, serverUp: false, changed: true);
        await Check(1, false, serverUp: false, changed: false);
        await Tell(Instance, VrrpStateKind.Backup);
        await Eventually.True(() => server.Mails.Count == 2, () => string.Join('\n', server.Told));
        Assert.Contains("TCP CHECK failed", server.Told[0], StringComparison.Ordinal);
        Assert.Contains("Entering BACKUP state", server.Told[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_default_real_servers_alone_have_mails_and_with_omega_the_stop_tells_of_them()
    {
        using var server = new TestMailServer();
        HaConfiguration configuration = Configuration(server.EndPoint, a => a);
        await Force(configuration with { VirtualServers = [configuration.VirtualServers[0] with { Omega = true }] });
        await Tell(Instance, VrrpStateKind.Backup);
        await Tell(Group, VrrpStateKind.Backup);
        await thread.RunAsync(() => runner.OnHealth(Server, true, HealthNews.Begins, 7));
        await thread.RunAsync(() => runner.OnHealth(Service, true, HealthNews.Begins, 7));
        await thread.RunAsync(runner.StopAsync);
        Assert.Equal(["[lb] Realserver [10.0.1.1]:tcp:81 of virtual server [10.0.0.1]:tcp:80 - DOWN: => Shutting down <="], server.Told);
    }

    [Fact]
    public async Task An_instance_that_a_reload_takes_away_is_in_FAULT_or_deleted_as_its_scripts_hear()
    {
        using var server = new TestMailServer();
        HaConfiguration configuration = Configuration(server.EndPoint, a => a with { Vrrp = true });
        VrrpInstance other = configuration.VrrpInstances[0] with { Name = "VI_2", Notify = new() { SaysDeleted = true } };
        await Force(configuration with { VrrpInstances = [configuration.VrrpInstances[0], other] });
        await Tell(Instance, VrrpStateKind.Backup);
        await Tell(NotifyKey.Instance("VI_2"), VrrpStateKind.Backup);
        await Force(configuration with { VrrpInstances = [] });
        await Eventually.True(() => server.Mails.Count == 4);
        Assert.Equal(
            [
                "[lb] VRRP Instance VI_1 - Entering FAULT state: => VRRP Instance is no longer owning VRRP VIPs <=",
                "[lb] VRRP Instance VI_2 - Deleted: => VRRP Deleted at reload <=",
            ],
            server.Told[2..]);
    }

    [Fact]
    public async Task What_a_server_refuses_for_now_is_tried_again_and_what_it_refuses_for_good_is_not()
    {
        int turns = 0;
        using var server = new TestMailServer(line => line != "." ? null : Interlocked.Increment(ref turns) switch
        {
            <= 2 => "451 not now",
            3 => null,
            _ => "554 never",
        });
        await Force(Configuration(server.EndPoint, a => a with { Vrrp = true }));
        await Tell(Instance, VrrpStateKind.Backup);
        await Eventually.True(() => State()!.Delivered == 1);
        Assert.Single(server.Mails);
        await Tell(Instance, VrrpStateKind.Master);
        await Eventually.True(() => State()!.Failed == 1);
        Assert.Equal((0, 1), (State()!.Waiting, server.Mails.Count));
        Assert.Equal([$"mail server {server.EndPoint}: 451 not now (the reply to the mail)", $"mail server {server.EndPoint}: 554 never (the reply to the mail)"], said);
        Assert.Equal(said.Last(), State()!.LastError);
    }

    [Fact]
    public async Task Who_does_not_answer_is_tried_again_and_the_oldest_mails_give_way_which_is_told_once()
    {
        var gone = new TestMailServer();
        IPEndPoint place = gone.EndPoint;
        gone.Dispose();
        runner = new NotifyRunner(thread, this, Hurry with { Most = 5 });
        await Force(Configuration(place, a => a with { Vrrp = true }));
        for (int i = 0; i < 5; i++)
        {
            await Tell(Instance, VrrpStateKind.Master);
            await Tell(Instance, VrrpStateKind.Backup);
        }

        await Eventually.True(() => State() is { Dropped: >= 5, LastError: not null });
        Assert.Single(said, s => s == "5 mails wait: the oldest are thrown away");
        Assert.Single(said, s => s.StartsWith($"mail server {place}: ", StringComparison.Ordinal) && s.EndsWith("; it is tried again", StringComparison.Ordinal));
        Assert.Equal(5, State()!.Waiting);
        await thread.RunAsync(runner.StopAsync);
        Assert.Contains(said, s => s.StartsWith("5 mails are lost: the node stops (", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HELO lb.test")]
    [InlineData("DATA")]
    [InlineData(".")]
    public async Task One_that_hangs_is_given_up_and_asked_again(string where)
    {
        int hangs = 0;
        using var server = new TestMailServer(line => line == where && Interlocked.Increment(ref hangs) == 1 ? "" : null);
        await Force(Configuration(server.EndPoint, a => a with { Vrrp = true, Timeout = TimeSpan.FromMilliseconds(300) }));
        await Tell(Instance, VrrpStateKind.Backup);
        await Eventually.True(() => State()!.Delivered == 1);
        Assert.Contains(said, s => s.Contains("no answer within 300ms", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "the greeting")]
    [InlineData("HELO lb.test", "the reply to HELO")]
    [InlineData("MAIL FROM:<lb@example.com>", "the reply to MAIL")]
    [InlineData("RCPT TO:<ops@example.com>", "the reply to RCPT")]
    [InlineData("DATA", "the reply to DATA")]
    [InlineData(".", "the reply to the mail")]
    public async Task One_that_resets_half_way_is_asked_again_and_what_waits_follows(string where, string waits)
    {
        int resets = 0;
        using var server = new TestMailServer(line => line == where && Interlocked.Increment(ref resets) == 1 ? "2" + TestMailServer.Reset : null);
        await Force(Configuration(server.EndPoint, a => a with { Vrrp = true }));
        await Tell(Instance, VrrpStateKind.Backup);
        await Tell(Instance, VrrpStateKind.Master);
        await Eventually.True(() => State() is { Delivered: 2, Waiting: 0 }, () => string.Join('\n', said));

        // At the greeting the connection may be reset before it was seen to be made.
        Assert.Matches($"^mail server {server.EndPoint}: Connection reset by peer( \\({waits}\\)){(where.Length == 0 ? "?" : "")}; it is tried again$", Assert.Single(said));
        Assert.Equal(["BACKUP", "MASTER"], server.Told.Select(t => t.Split(' ').First(w => w is "BACKUP" or "MASTER")));
        Assert.Equal((0L, 0L), (State()!.Failed, State()!.Dropped));
    }

    [Fact]
    public async Task One_that_resets_instead_of_its_goodbye_has_the_mail()
    {
        using var server = new TestMailServer(line => line == "QUIT" ? TestMailServer.Reset : null);
        await Force(Configuration(server.EndPoint, a => a with { Vrrp = true }));
        await Tell(Instance, VrrpStateKind.Backup);
        await Tell(Instance, VrrpStateKind.Master);
        await Eventually.True(() => State() is { Delivered: 2, Waiting: 0 });
        Assert.Equal(2, server.Mails.Count);
        Assert.Empty(said);
    }

    [Theory]
    [InlineData("220 ")]
    [InlineData("220-and more\r\n")]
    public async Task One_whose_reply_has_no_end_is_hung_up_on(string part)
    {
        using var server = new TestServer(async call =>
        {
            byte[] more = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(part, 500)));
            while (true) await call.SendAsync(more);
        });
        await Force(Configuration(server.EndPoint, a => a with { Vrrp = true }));
        await Tell(Instance, VrrpStateKind.Backup);
        await Eventually.True(() => said.Contains($"mail server {server.EndPoint}: its reply has no end (the greeting); it is tried again"), () => string.Join('\n', said));
    }

    [Fact]
    public async Task One_that_answers_byte_by_byte_for_ever_has_the_time_of_a_reply()
    {
        using var server = new TestServer(async call =>
        {
            while (true)
            {
                await call.SendAsync("2"u8.ToArray());
                await Task.Delay(10);
            }
        });
        await Force(Configuration(server.EndPoint, a => a with { Vrrp = true, Timeout = TimeSpan.FromMilliseconds(300) }));
        await Tell(Instance, VrrpStateKind.Backup);
        await Eventually.True(() => said.Contains($"mail server {server.EndPoint}: no answer within 300ms (the greeting); it is tried again"), () => string.Join('\n', said));
    }

    [Fact]
    public async Task One_that_hangs_keeps_no_node_from_stopping()
    {
        using var server = new TestMailServer(_ => "");
        await Force(Configuration(server.EndPoint, a => a with { Vrrp = true, Timeout = TimeSpan.FromHours(1) }));
        await Tell(Instance, VrrpStateKind.Backup);
        await Eventually.True(() => server.Connections == 1);
        await thread.RunAsync(runner.StopAsync);
        Assert.Contains("3 mails are lost: the node stops", said);
    }

    [Fact]
    public async Task What_waits_when_a_reload_takes_the_mails_away_is_sent_where_it_was_to_go()
    {
        bool open = false;
        using var server = new TestMailServer(line => line == "" && !Volatile.Read(ref open) ? "421 later" : null);
        HaConfiguration configuration = Configuration(server.EndPoint, a => a with { Vrrp = true });
        await Force(configuration);
        await Tell(Instance, VrrpStateKind.Backup);
        await Eventually.True(() => !said.IsEmpty);
        await Force(configuration with { SmtpAlerts = null });
        await Tell(Instance, VrrpStateKind.Master);
        Assert.Equal(1, State()!.Waiting);
        Volatile.Write(ref open, true);
        await Eventually.True(() => State() is null);
        Assert.Contains("BACKUP", Assert.Single(server.Told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waits_for_a_mail_server_goes_at_once_to_the_one_that_a_reload_names()
    {
        using var wrong = new TestMailServer(line => line == "" ? "421 later" : null);
        using var right = new TestMailServer();
        runner = new NotifyRunner(thread, this, new DeliveryPace { FirstPause = 3000_000_000_000, LongestPause = 3000_000_000_000 });
        await Force(Configuration(wrong.EndPoint, a => a with { Vrrp = true }));
        await Tell(Instance, VrrpStateKind.Backup);
        await Eventually.True(() => !said.IsEmpty);
        await Force(Configuration(right.EndPoint, a => a with { Vrrp = true }));
        await Eventually.True(() => State() is { Delivered: 1, Waiting: 0 });
        Assert.Contains("BACKUP", Assert.Single(right.Told), StringComparison.Ordinal);
    }

    [EximFact]
    public async Task Exim_delivers_them_and_one_recipient_that_it_does_not_know_costs_the_other_nothing()
    {
        using var node = new TestNode("mails");
        node.Ip("link set lo up");
        DirectoryInfo place = Directory.CreateTempSubdirectory("hatools-exim");
        File.SetUnixFileMode(place.FullName, (UnixFileMode)0b111_111_111);
        string configuration = Path.Combine(place.FullName, "exim.conf"), mailbox = Path.Combine(place.FullName, "mailbox");
        await File.WriteAllTextAsync(configuration, $$"""
            primary_hostname = mail.test
            spool_directory = {{place.FullName}}/spool
            log_file_path = {{place.FullName}}/%slog
            pid_file_path = {{place.FullName}}/pid
            local_interfaces = 127.0.0.1
            daemon_smtp_ports = 25
            tls_advertise_hosts =
            keep_environment =
            deliver_drop_privilege = true
            smtp_banner = mail.test\nin two lines
            acl_smtp_rcpt = rcpt
            begin acl
            rcpt:
              deny message = nobody of that name
                   local_parts = stranger
              accept
            begin routers
            all:
              driver = accept
              transport = file
            begin transports
            file:
              driver = appendfile
              file = {{mailbox}}
              mode = 0644
              envelope_to_add
              return_path_add

            """);
        using Process exim = node.Namespace.Run(() => Process.Start(new ProcessStartInfo(EximFactAttribute.Program, ["-C", configuration, "-bdf"]) { RedirectStandardError = true })!);
        WorkThread inside = node.Namespace.Run(() => new WorkThread("test-exim"));
        try
        {
            var one = new NotifyRunner(inside, this, Hurry);
            HaConfiguration wanted = Configuration(IPEndPoint.Parse("127.0.0.1:25"), a => a with { Vrrp = true, To = ["stranger@mail.test", "The admins <ops@mail.test>"], From = "HA <lb@mail.test>" });
            await inside.RunAsync(() =>
            {
                one.Prepare(wanted, Policies.Own);
                one.Forget(wanted);
                one.OnState(Instance, VrrpStateKind.Backup, 100);
                one.OnState(Instance, VrrpStateKind.Master, 100);
            });
            await Eventually.True(
                () => File.Exists(mailbox) && File.ReadAllText(mailbox).Split("X-Mailer: HaTools").Length == 3,
                () => $"{string.Join('\n', said)}\n{(exim.HasExited ? exim.StandardError.ReadToEnd() : "")}");
            string[] lines = await File.ReadAllLinesAsync(mailbox);
            Assert.Equal(2, lines.Count(l => l == "Return-path: <lb@mail.test>"));
            Assert.Equal(2, lines.Count(l => l == "Envelope-to: ops@mail.test"));
            Assert.Equal(2, lines.Count(l => l.EndsWith("(helo=lb.test)", StringComparison.Ordinal)));
            Assert.Single(lines, "Subject: [lb] VRRP Instance VI_1 - Entering MASTER state");
            Assert.Single(lines, "=> VRRP Instance is now owning VRRP VIPs <=");

            // Exim has delivered a mail before it has said goodbye, after which there is a report.
            await Eventually.True(
                () => said.Contains("mail server 127.0.0.1:25: stranger@mail.test: 550 nobody of that name (the reply to RCPT)"), () => string.Join('\n', said));
            await inside.RunAsync(one.StopAsync);
        }
        finally
        {
            inside.Dispose();
            exim.Kill();
            await exim.WaitForExitAsync();
            place.Delete(recursive: true);
        }
    }

    void INotifySink.OnNotifyLog(string subject, string message) => Assert.Fail($"{subject}: {message}");

    void INotifySink.OnNotifyWarning(string subject, string message)
    {
        Assert.Equal("smtp_alert", subject);
        said.Enqueue(message);
    }

    public void Dispose() => thread.Dispose();

    private static HaConfiguration Configuration(IPEndPoint server, Func<SmtpAlerts, SmtpAlerts> with) => new()
    {
        RouterId = "lb",
        SmtpAlerts = with(new() { Server = server.Address.ToString(), Port = server.Port, From = "lb@example.com", To = ["ops@example.com"], HeloName = "lb.test" }),
        VrrpInstances = [new() { Name = "VI_1", Interface = "eth0", VirtualRouterId = 1 }],
        SyncGroups = [new() { Name = "VG", Members = ["VI_1"] }],
        VirtualServers =
        [
            new()
            {
                Address = IPAddress.Parse("10.0.0.1"),
                Port = 80,
                Quorum = 5,
                Hysteresis = 2,
                RealServers = [new() { Address = IPAddress.Parse("10.0.1.1"), Port = 81, Weight = 7, Checks = [new TcpCheck(), new SmtpCheck()] }],
            },
        ],
    };

    private Task Force(HaConfiguration configuration) => thread.RunAsync(() =>
    {
        runner.Prepare(configuration, Policies.Own);
        runner.Forget(configuration);
    });

    private Task Tell(NotifyKey key, VrrpStateKind state) => thread.RunAsync(() => runner.OnState(key, state, key.Owner == NotifyOwner.Group ? 0 : 100));

    private Task Check(int check, bool up, bool serverUp, bool changed) =>
        thread.RunAsync(() => runner.OnCheck(Server, new CheckNews(check, up, up ? null : "it is rude", serverUp, changed)));

    private HaDeliveryState? State() => thread.RunAsync(() => runner.MailState).GetAwaiter().GetResult();
}
