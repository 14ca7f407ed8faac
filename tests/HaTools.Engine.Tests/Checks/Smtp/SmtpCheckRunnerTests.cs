using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Checks.Http;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.Checks.Smtp;

/// <summary>SMTP checks on the thread of checks, with servers that are good and that are not.</summary>
public sealed class SmtpCheckRunnerTests : ProbeRunnerTests
{
    private static readonly SmtpCheck Check = new() { HeloName = "check.example" };

    [Fact]
    public async Task A_server_that_speaks_SMTP_is_up()
    {
        var said = new ConcurrentQueue<string>();
        using var server = new TestServer(call => SpeakAsync(call, said, "220-mail\r\n220 mail\r\n", "250 mail\r\n", "221 bye\r\n"));
        Assert.Null(await VerdictAsync(server.EndPoint, Patient));
        Assert.Equal(["HELO check.example\r\n", "QUIT\r\n"], said);
    }

    [Fact]
    public async Task One_that_does_not_is_down()
    {
        using var busy = new TestServer(call => SpeakAsync(call, [], "421 busy\r\n"));
        Assert.Equal($"{busy.EndPoint}: it greets with 421 busy (its greeting)", await VerdictAsync(busy.EndPoint, Patient));
        using var picky = new TestServer(call => SpeakAsync(call, [], "220 mail\r\n", "550 who?\r\n"));
        Assert.Equal($"{picky.EndPoint}: it answers 550 who? (HELO check.example)", await VerdictAsync(picky.EndPoint, Patient));
        using var rude = new TestServer(call => SpeakAsync(call, [], "220 mail\r\n", "250 mail\r\n"));
        Assert.Equal($"{rude.EndPoint}: it closed the connection without a reply (QUIT)", await VerdictAsync(rude.EndPoint, Patient));
    }

    [Fact]
    public async Task One_that_refuses_is_down()
    {
        var server = new TestServer(_ => Task.CompletedTask);
        IPEndPoint nobody = server.EndPoint;
        server.Dispose();
        Assert.StartsWith("ECONNREFUSED (connection refused) connecting to ", await VerdictAsync(nobody, Patient), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_hangs_is_down_and_it_is_told_where()
    {
        using var silent = new TestServer(_ => Task.CompletedTask);
        Assert.EndsWith($"reading from {silent.EndPoint} (its greeting)", await VerdictAsync(silent.EndPoint, Once), StringComparison.Ordinal);
        using var later = new TestServer(call => call.SendAsync("220 mail\r\n"u8.ToArray()));

        // On a busy machine the greeting may be too late for one try or another.
        Runner.Configure([Target(9, later.EndPoint, Once with { Retry = int.MaxValue }) with { LogAllFailures = true }]);
        await Eventually.True(() => Failures.Any(f => f.StartsWith("ETIMEDOUT (", StringComparison.Ordinal)
            && f.EndsWith($"reading from {later.EndPoint} (HELO check.example)", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("HELO check.example", "220 mail\r\n")]
    [InlineData("QUIT", "220 mail\r\n", "250 mail\r\n")]
    public async Task One_that_resets_half_way_is_down_and_it_is_told_where(string where, params string[] before)
    {
        using var server = new TestServer(async call =>
        {
            foreach (string text in before)
            {
                await call.SendAsync(Encoding.ASCII.GetBytes(text));
                _ = await call.ReceiveAsync(new byte[100]);
            }

            await call.SendAsync("2"u8.ToArray());
            call.LingerState = new LingerOption(true, 0);
            call.Dispose();
        });
        Assert.Equal($"ECONNRESET (connection reset by peer) reading from {server.EndPoint} ({where})", await VerdictAsync(server.EndPoint, Patient));
    }

    [Theory]
    [InlineData("220-and another line\r\n")]
    [InlineData("and no end of a line ")]
    public async Task One_that_greets_without_end_takes_no_memory_however_often_it_is_tried(string part)
    {
        int calls = 0;
        byte[] more = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(part, 500)));
        using var server = new TestServer(async call =>
        {
            Interlocked.Increment(ref calls);
            while (true) await call.SendAsync(more);
        });
        Runner.Configure([Target(1, server.EndPoint, Patient with { DelayLoop = 5 * Millisecond })]);
        await Eventually.True(() => Volatile.Read(ref calls) > 500);
        Assert.InRange(Runner.AllocatedBytes, 0, 2_000_000);
    }

    [Fact]
    public async Task One_that_answers_byte_by_byte_has_the_time_of_a_try()
    {
        using var server = new TestServer(async call =>
        {
            foreach (string text in new[] { "220 mail\r\n", "250 mail\r\n", "221 bye\r\n" })
            {
                foreach (byte b in Encoding.ASCII.GetBytes(text))
                {
                    await call.SendAsync(new[] { b });
                    await Task.Delay(5);
                }

                _ = await call.ReceiveAsync(new byte[100]);
            }
        });
        Assert.Null(await VerdictAsync(server.EndPoint, Patient));
        using var endless = new TestServer(async call =>
        {
            while (true)
            {
                await call.SendAsync("2"u8.ToArray());
                await Task.Delay(20);
            }
        });
        Assert.StartsWith("ETIMEDOUT (", await VerdictAsync(endless.EndPoint, Once), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("220-and another line\r\n")]
    [InlineData("and no end of a line ")]
    public async Task One_that_greets_without_end_is_down(string part)
    {
        using var server = new TestServer(async call =>
        {
            byte[] more = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(part, 500)));
            while (true) await call.SendAsync(more);
        });
        Assert.Equal($"{server.EndPoint}: its reply has no end (its greeting)", await VerdictAsync(server.EndPoint, Patient));
    }

    [Fact]
    public async Task While_nothing_is_news_nothing_is_allocated()
    {
        int done = 0;
        byte[][] texts = ["220 mail\r\n"u8.ToArray(), "250 mail\r\n"u8.ToArray(), "221 bye\r\n"u8.ToArray()];
        using var server = new TestServer(async call =>
        {
            byte[] buffer = new byte[100];
            foreach (byte[] text in texts)
            {
                await call.SendAsync(text);
                _ = await call.ReceiveAsync(buffer);
            }

            Interlocked.Increment(ref done);
            call.Dispose();
        });
        Runner.Configure([.. Enumerable.Range(1, 20).Select(i => Target(i, server.EndPoint, Patient with { DelayLoop = 20 * Millisecond }))]);
        long before, after;
        do
        {
            int from = Volatile.Read(ref done);
            before = Runner.AllocatedBytes;
            await Eventually.True(() => Volatile.Read(ref done) > from + 300);
            after = Runner.AllocatedBytes;
        }
        while (after != before && Volatile.Read(ref done) < 6000);
        Assert.Equal(before, after);
        Assert.Equal(20, Verdicts);
    }

    [EximFact]
    public async Task Exim_is_understood()
    {
        using var node = new TestNode("exim");
        node.Ip("link set lo up");
        DirectoryInfo place = Directory.CreateTempSubdirectory("hatools-exim");
        File.SetUnixFileMode(place.FullName, (UnixFileMode)0b111_111_111);
        string configuration = Path.Combine(place.FullName, "exim.conf");
        await File.WriteAllTextAsync(configuration, $$"""
            primary_hostname = mail.test
            spool_directory = {{place.FullName}}/spool
            log_file_path = {{place.FullName}}/%slog
            pid_file_path = {{place.FullName}}/pid
            local_interfaces = 127.0.0.1
            daemon_smtp_ports = 25
            tls_advertise_hosts =
            keep_environment =
            smtp_banner = mail.test\nin two lines
            helo_allow_chars = _
            acl_smtp_helo = helo
            begin acl
            helo:
              deny message = not you
                   condition = ${if eq{$sender_helo_name}{stranger} }
              accept

            """);
        using Process exim = node.Namespace.Run(() => Process.Start(new ProcessStartInfo(EximFactAttribute.Program, ["-C", configuration, "-bdf"]) { RedirectStandardError = true })!);
        try
        {
            var server = IPEndPoint.Parse("127.0.0.1:25");
            await Eventually.True(() => node.Namespace.Run(() => Listens(server)), () => exim.HasExited ? exim.StandardError.ReadToEnd() : "exim does not listen");
            using CheckRunner inside = node.Namespace.Run(() => new CheckRunner(this));
            SocketTarget good = Target(1, server, Patient), bad = Target(2, server, Patient) with { Check = new SmtpCheck { HeloName = "stranger" } };
            inside.Configure([good, bad]);
            await Eventually.True(() => Last.Count == 2);
            Assert.Null(Last[good.Key]);
            Assert.Equal("127.0.0.1:25: it answers 550 not you (HELO stranger)", Last[bad.Key]);
        }
        finally
        {
            exim.Kill();
            await exim.WaitForExitAsync();
            place.Delete(recursive: true);
        }
    }

    private Task<string?> VerdictAsync(IPEndPoint server, CheckTiming timing) => VerdictAsync(Target(Last.Count + 1, server, timing));

    /// <summary>Says each text, waits for what is said to it, and closes.</summary>
    private static async Task SpeakAsync(Socket call, ConcurrentQueue<string> said, params string[] texts)
    {
        byte[] buffer = new byte[512];
        foreach (string text in texts)
        {
            await call.SendAsync(Encoding.ASCII.GetBytes(text));
            int count = await call.ReceiveAsync(buffer);
            if (count == 0) break;
            said.Enqueue(Encoding.ASCII.GetString(buffer, 0, count));
        }

        call.Dispose();
    }

    private static SocketTarget Target(int number, IPEndPoint server, CheckTiming timing)
    {
        var service = new ServiceKey(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 25);
        return new SocketTarget(new CheckKey(service, new DestinationKey(server.Address, server.Port), new CheckId(Check, number)), server, timing) { Check = Check };
    }
}
