using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Engine.DnsWire;
using HaTools.Engine.Tests.Checks.Http;
using HaTools.Engine.Tests.DnsWire;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.Checks.Dns;

/// <summary>DNS checks on the thread of checks, with servers that are good and that are not.</summary>
public sealed class DnsCheckRunnerTests : ProbeRunnerTests
{
    private static readonly CheckTiming Often = Patient with { DelayLoop = 20 * Millisecond };

    private static readonly DnsCheck Check = new() { Name = "www.example", RecordType = DnsRecordType.A };

    private static readonly DnsCheck Stream = Check with { Transport = DnsTransport.Tcp };

    private static readonly byte[] Address = DnsReply.Record(DnsReply.SameName, 1, 192, 0, 2, 1);

    [Fact]
    public async Task A_server_that_answers_is_up()
    {
        using var server = UdpPeer.Answering(q => [DnsReply.To(q, 0, 0, Address)]);
        Assert.Null(await VerdictAsync(server.EndPoint, Check, Patient));
        using TestServer stream = Serving(q => DnsReply.Framed(DnsReply.To(q, 0, 0, Address)));
        Assert.Null(await VerdictAsync(stream.EndPoint, Stream, Patient));
    }

    [Fact]
    public async Task One_that_answers_with_an_error_is_down()
    {
        using var server = UdpPeer.Answering(q => [DnsReply.To(q, 5)]);
        Assert.Equal($"{server.EndPoint}: it answers with REFUSED (A of www.example)", await VerdictAsync(server.EndPoint, Check, Patient));
        using TestServer stream = Serving(q => DnsReply.Framed(DnsReply.To(q, 2)));
        Assert.Equal($"{stream.EndPoint}: it answers with SERVFAIL (A of www.example)", await VerdictAsync(stream.EndPoint, Stream, Patient));
    }

    [Fact]
    public async Task A_truncated_answer_is_one()
    {
        using var server = UdpPeer.Answering(q => [DnsReply.To(q, 0, DnsReply.Truncated)]);
        Assert.Null(await VerdictAsync(server.EndPoint, Check, Patient));
    }

    [Fact]
    public async Task The_longest_answers_are_read_whole()
    {
        byte[][] records = [.. Enumerable.Repeat(DnsReply.Record(DnsReply.SameName, 16, new byte[16_000]), 4)];
        using var server = UdpPeer.Answering(q => [DnsReply.To(q, 0, 0, records)]);
        Assert.Null(await VerdictAsync(server.EndPoint, Check, Patient));
        using TestServer stream = Serving(q => DnsReply.Framed(DnsReply.To(q, 0, 0, records)));
        Assert.Null(await VerdictAsync(stream.EndPoint, Stream, Patient));
    }

    [Fact]
    public async Task One_that_refuses_is_down()
    {
        var server = UdpPeer.Answering(q => [DnsReply.To(q)]);
        IPEndPoint nobody = server.EndPoint;
        server.Dispose();
        Assert.Equal($"ECONNREFUSED (connection refused) reading from {nobody} (A of www.example)", await VerdictAsync(nobody, Check, Patient));
        Assert.StartsWith("ECONNREFUSED (connection refused) connecting to ", await VerdictAsync(nobody, Stream, Patient), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DnsTransport.Udp)]
    [InlineData(DnsTransport.Tcp)]
    public async Task One_that_hangs_is_down(DnsTransport transport)
    {
        using var silent = new UdpPeer((_, _, _) => Task.CompletedTask);
        using var stream = new TestServer(_ => Task.CompletedTask);
        IPEndPoint server = transport == DnsTransport.Udp ? silent.EndPoint : stream.EndPoint;
        string? reason = await VerdictAsync(server, Check with { Transport = transport }, Once);
        Assert.StartsWith("ETIMEDOUT (", reason, StringComparison.Ordinal);
        Assert.EndsWith($"reading from {server} (A of www.example)", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_answer_the_question_is_passed_over()
    {
        IEnumerable<byte[]> Others(byte[] q) => [[], "garbage"u8.ToArray(), q, DnsReply.To([(byte)(q[0] + 1), .. q[1..]]), DnsReply.To([.. q[..2], .. DnsQuery.Of("other", DnsRecordType.A)[2..]])];
        using var server = UdpPeer.Answering(Others);

        // On a busy machine some may be too late for one try or another.
        Runner.Configure([Target(9, server.EndPoint, Check, Once with { Retry = int.MaxValue }) with { LogAllFailures = true }]);
        await Eventually.True(() => Failures.Any(f => f.StartsWith("ETIMEDOUT (", StringComparison.Ordinal)
            && f.EndsWith("(A of www.example; 5 messages came that do not answer it)", StringComparison.Ordinal)));
        using var late = UdpPeer.Answering(q => [.. Others(q), DnsReply.To(q)]);
        Assert.Null(await VerdictAsync(late.EndPoint, Check, Patient));
    }

    [Fact]
    public async Task What_another_one_answers_does_not_count()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var server = new UdpPeer(async (_, from, query) => await other.SendToAsync(DnsReply.To(query), from));
        string? reason = await VerdictAsync(server.EndPoint, Check, Once);
        Assert.StartsWith("ETIMEDOUT (", reason, StringComparison.Ordinal);
        Assert.EndsWith("(A of www.example)", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_malformed_answer_is_none()
    {
        byte[] circle = DnsReply.Record([0xC0, 29], 1, 192, 0, 2, 1);
        using var server = UdpPeer.Answering(q => [DnsReply.To(q, 0, 0, circle)]);
        Assert.Equal($"{server.EndPoint}: its answer is malformed (A of www.example)", await VerdictAsync(server.EndPoint, Check, Patient));
    }

    [Fact]
    public async Task One_that_answers_byte_by_byte_has_the_time_of_a_try()
    {
        static async Task Slowly(Socket call)
        {
            foreach (byte b in DnsReply.Framed(DnsReply.To(await QueryAsync(call), 0, 0, Address)))
            {
                await call.SendAsync(new[] { b });
                await Task.Delay(20);
            }
        }

        using var server = new TestServer(Slowly);
        Assert.Null(await VerdictAsync(server.EndPoint, Stream, Patient));
        using var endless = new TestServer(async call =>
        {
            while (true)
            {
                await call.SendAsync(new byte[] { 0xFF });
                await Task.Delay(20);
            }
        });
        Assert.StartsWith("ETIMEDOUT (", await VerdictAsync(endless.EndPoint, Stream, Once), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_closes_or_resets_half_way_is_down()
    {
        using var closing = new TestServer(async call =>
        {
            await call.SendAsync(DnsReply.Framed(DnsReply.To(await QueryAsync(call)))[..^3]);
            call.Dispose();
        });
        Assert.StartsWith($"{closing.EndPoint}: it closed the connection before its answer was whole", await VerdictAsync(closing.EndPoint, Stream, Patient), StringComparison.Ordinal);
        using var resetting = new TestServer(async call =>
        {
            await call.SendAsync(DnsReply.Framed(DnsReply.To(await QueryAsync(call)))[..^3]);
            call.LingerState = new LingerOption(true, 0);
            call.Dispose();
        });
        Assert.StartsWith("ECONNRESET (", await VerdictAsync(resetting.EndPoint, Stream, Patient), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Others_are_checked_while_one_sends_without_end()
    {
        using var endless = new UdpPeer(async (socket, from, query) =>
        {
            while (true) await socket.SendToAsync(query, from);
        });
        using var stream = new TestServer(async call =>
        {
            while (true) await call.SendAsync(new byte[30_000]);
        });
        using var good = UdpPeer.Answering(q => [DnsReply.To(q)]);
        SocketTarget fast = Target(3, good.EndPoint, Check, Often), streams = Target(2, stream.EndPoint, Stream, Patient);
        Runner.Configure([Target(1, endless.EndPoint, Check, Patient), streams, fast]);
        await Eventually.True(() => good.Received > 20 && Last.ContainsKey(streams.Key));
        Assert.Equal([streams.Key, fast.Key], Last.Keys.OrderBy(k => k.Check.Number));
        Assert.EndsWith("it sends what does not answer the question (A of www.example)", Last[streams.Key], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0xFF)]
    public async Task A_stream_without_end_takes_no_memory_however_often_it_is_tried(byte octet)
    {
        int calls = 0;
        byte[] more = new byte[30_000];
        more.AsSpan().Fill(octet);
        using var server = new TestServer(async call =>
        {
            Interlocked.Increment(ref calls);
            while (true) await call.SendAsync(more);
        });
        Runner.Configure([Target(1, server.EndPoint, Stream, Often)]);
        await Eventually.True(() => Volatile.Read(ref calls) > 200);
        Assert.EndsWith("it sends what does not answer the question (A of www.example)", Assert.Single(Last.Values), StringComparison.Ordinal);
        Assert.InRange(Runner.AllocatedBytes, 0, 4_000_000);
    }

    [Fact]
    public async Task While_nothing_is_news_nothing_is_allocated()
    {
        using var server = UdpPeer.Answering(q => [DnsReply.To(q, 0, 0, Address)]);
        Runner.Configure([.. Enumerable.Range(1, 20).Select(i => Target(i, server.EndPoint, Check, Often))]);
        long before, after;
        do
        {
            int from = server.Received;
            before = Runner.AllocatedBytes;
            await Eventually.True(() => server.Received > from + 300);
            after = Runner.AllocatedBytes;
        }
        while (after != before && server.Received < 6000);
        Assert.Equal(before, after);
        Assert.Equal(20, Verdicts);
    }

    [NamespaceFact]
    public async Task Checks_by_UDP_come_from_one_port_if_they_are_told_so_and_a_host_without_a_port_knows_nothing_of_servers()
    {
        using var node = new TestNode("dns");
        node.Ip("link set lo up");
        var ports = new ConcurrentBag<IPEndPoint>();
        UdpPeer Peer() => new(async (socket, from, query) =>
        {
            ports.Add((IPEndPoint)from);
            await socket.SendToAsync(DnsReply.To(query), from);
        });
        using UdpPeer one = node.Namespace.Run(Peer), two = node.Namespace.Run(Peer);
        using CheckRunner inside = node.Namespace.Run(() => new CheckRunner(this));
        SocketTarget[] bound = [.. new[] { one, two }.Select((p, i) => Target(i, p.EndPoint, Check, Often) with { Origin = new CheckOrigin(IPAddress.Parse("127.0.0.9"), 7777, null, 0) })];
        inside.Configure(bound);
        await Eventually.True(() => one.Received > 5 && two.Received > 5);
        Assert.All(bound, t => Assert.Null(Last[t.Key]));
        Assert.Equal([IPEndPoint.Parse("127.0.0.9:7777")], ports.Distinct());

        using Socket taken = node.Namespace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        taken.Bind(new IPEndPoint(IPAddress.Any, 0));
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        node.Namespace.Run(() => Sysctl.Write("net/ipv4/ip_local_port_range", $"{port} {port}"));
        SocketTarget free = Target(9, one.EndPoint, Check, Often);
        inside.Configure([free]);
        await Eventually.True(() => !Troubles.IsEmpty || Last.ContainsKey(free.Key));
        Assert.False(Last.ContainsKey(free.Key));
        Assert.StartsWith("EAGAIN (", Assert.Single(Troubles), StringComparison.Ordinal);
        node.Namespace.Run(() => Sysctl.Write("net/ipv4/ip_local_port_range", "50000 60000"));
        await Eventually.True(() => Last.ContainsKey(free.Key));
        Assert.Null(Last[free.Key]);
    }

    [DnsmasqFact]
    public async Task Dnsmasq_is_understood()
    {
        using var node = new TestNode("dnsmasq");
        node.Ip("link set lo up");
        DirectoryInfo place = Directory.CreateTempSubdirectory("hatools-dnsmasq");
        string configuration = Path.Combine(place.FullName, "dnsmasq.conf");
        string text = new('x', 250);
        await File.WriteAllTextAsync(configuration, $"""
            no-resolv
            no-hosts
            bind-interfaces
            interface=lo
            user=root
            local=/test/
            host-record=www.example.test,192.0.2.7,2001:db8::7
            cname=alias.example.test,www.example.test
            mx-host=example.test,www.example.test,10
            txt-record=example.test,hello
            txt-record=long.example.test,{text},{text},{text}
            dns-rr=example.test,2,03777777076578616d706c65047465737400
            dns-rr=example.test,6,03777777076578616d706c6504746573740003777777076578616d706c650474657374000000000100000e100000038400093a800000003c
            dns-rr=example.test,46,000608020000003c6a0000006900000000010003777777076578616d706c6504746573740001020304
            dns-rr=example.test,48,01010308aabbccdd

            """);
        using Process dnsmasq = node.Namespace.Run(() => Process.Start(new ProcessStartInfo(DnsmasqFactAttribute.Program, ["--no-daemon", "--conf-file=" + configuration]) { RedirectStandardError = true })!);
        try
        {
            var server = IPEndPoint.Parse("127.0.0.1:53");
            await Eventually.True(() => node.Namespace.Run(() => Listens(server)), () => dnsmasq.HasExited ? dnsmasq.StandardError.ReadToEnd() : "dnsmasq does not listen");
            using CheckRunner inside = node.Namespace.Run(() => new CheckRunner(this));
            (DnsRecordType Type, string Name)[] known =
            [
                (DnsRecordType.A, "www.example.test"), (DnsRecordType.Aaaa, "WWW.Example.Test."), (DnsRecordType.Cname, "alias.example.test"), (DnsRecordType.Mx, "example.test"),
                (DnsRecordType.Txt, "example.test"), (DnsRecordType.Ns, "example.test"), (DnsRecordType.Soa, "example.test"), (DnsRecordType.Rrsig, "example.test"), (DnsRecordType.Dnskey, "example.test"),
                (DnsRecordType.Txt, "long.example.test"),

                // There is such a name, but nothing of this type.
                (DnsRecordType.Mx, "www.example.test"),
            ];
            DnsCheck[] good = [.. known.SelectMany(k => new[] { DnsTransport.Udp, DnsTransport.Tcp }.Select(t => new DnsCheck { Name = k.Name, RecordType = k.Type, Transport = t }))];
            DnsCheck[] bad = [.. new[] { DnsTransport.Udp, DnsTransport.Tcp }.SelectMany(t => new DnsCheck[] { new() { Name = "absent.test", Transport = t }, new() { Name = "elsewhere.example", Transport = t } })];
            SocketTarget[] targets = [.. good.Concat(bad).Select((c, i) => Target(i, server, c, Patient))];
            inside.Configure(targets);
            await Eventually.True(() => Last.Count == targets.Length);
            Assert.All(targets.Take(good.Length), t => Assert.Null(Last[t.Key]));
            Assert.Equal(
                ["127.0.0.1:53: it answers with NXDOMAIN (SOA of absent.test)", "127.0.0.1:53: it answers with REFUSED (SOA of elsewhere.example)",
                    "127.0.0.1:53: it answers with NXDOMAIN (SOA of absent.test)", "127.0.0.1:53: it answers with REFUSED (SOA of elsewhere.example)"],
                targets.Skip(good.Length).Select(t => Last[t.Key]));
        }
        finally
        {
            dnsmasq.Kill();
            await dnsmasq.WaitForExitAsync();
            place.Delete(recursive: true);
        }
    }

    private Task<string?> VerdictAsync(IPEndPoint server, DnsCheck check, CheckTiming timing) => VerdictAsync(Target(Last.Count + 1, server, check, timing));

    private static TestServer Serving(Func<byte[], byte[]> answer) => new(async call =>
    {
        await call.SendAsync(answer(await QueryAsync(call)));
        call.Dispose();
    });

    /// <summary>Reads a query out of a stream.</summary>
    private static async Task<byte[]> QueryAsync(Socket call)
    {
        List<byte> bytes = [];
        byte[] buffer = new byte[512];
        while (bytes.Count < 2 || bytes.Count < 2 + (bytes[0] << 8) + bytes[1])
        {
            int count = await call.ReceiveAsync(buffer);
            if (count == 0) break;
            bytes.AddRange(buffer[..count]);
        }

        return [.. bytes.Skip(2)];
    }

    private static SocketTarget Target(int number, IPEndPoint server, DnsCheck check, CheckTiming timing)
    {
        var service = new ServiceKey(IpvsProtocol.Udp, IPAddress.Parse("192.0.2.1"), 53);
        return new SocketTarget(new CheckKey(service, new DestinationKey(server.Address, server.Port), CheckId.Of([check])[0] with { Number = number }), server, timing) { Check = check };
    }
}
