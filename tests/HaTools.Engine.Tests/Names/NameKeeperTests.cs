using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HaTools.Engine.Names;
using HaTools.Engine.Tests.Checks;
using HaTools.Engine.Tests.DnsWire;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Names;

/// <summary>Names on their thread, with name servers that are good and that are not.</summary>
public sealed class NameKeeperTests : INameSink, IDisposable
{
    private readonly DirectoryInfo place = Directory.CreateTempSubdirectory("hatools-names");
    private readonly ConcurrentQueue<string> told = new();
    private readonly List<NameKeeper> keepers = [];
    private int news;

    private string MemoryPath => Path.Combine(place.FullName, "n.names.json");

    [Fact]
    public async Task A_name_is_asked_for_again_and_again_and_its_changes_are_told()
    {
        using var server = new TestNameServer();
        server.Has("app.example", "192.0.2.2", "192.0.2.1");
        NameKeeper keeper = Keep();
        await keeper.ConfigureAsync(With(server, App));
        await Eventually.True(() => Of(keeper) == "192.0.2.1 192.0.2.2");
        await Eventually.True(() => server.Asked.Count >= 3);
        server.Has("app.example", "192.0.2.1", "192.0.2.2");
        int before = server.Asked.Count;
        await Eventually.True(() => server.Asked.Count >= before + 2);
        Assert.Equal([$"app.example has 192.0.2.1 192.0.2.2 (A, from {server.Place})"], told);
        Assert.Equal(1, news);

        server.Has("app.example", "192.0.2.3");
        await Eventually.True(() => Of(keeper) == "192.0.2.3");
        HaNameState state = Assert.Single(await keeper.GetStatesAsync());
        Assert.Equal(("app.example", "A", true, server.Place, null), (state.Name, state.RecordType, state.Answered, state.NameServer, state.Trouble));
        Assert.Equal(["192.0.2.3"], state.Records);
    }

    [Fact]
    public async Task Silence_keeps_what_was_known_and_the_next_server_is_asked()
    {
        using TestNameServer server = new(), second = new();
        server.Has("app.example", "192.0.2.1");
        NameKeeper keeper = Keep();
        await keeper.ConfigureAsync(With(server, App));
        await Eventually.True(() => Of(keeper) == "192.0.2.1");
        server.IsSilent = true;
        await Eventually.True(() => told.Any(t => t == $"app.example (A): {server.Place}: it does not answer within 0.5 s; what it had stays in force: 192.0.2.1"));
        int asked = server.Asked.Count;
        await Eventually.True(() => server.Asked.Count > asked + 3);
        Assert.Equal("192.0.2.1", Of(keeper));
        Assert.Single(told, t => t.Contains("stays in force", StringComparison.Ordinal));

        second.Has("app.example", "192.0.2.2");
        HaConfiguration both = With(server, App);
        await keeper.ConfigureAsync(both with { Resolver = TestNameServer.Settings(server, second) });
        await Eventually.True(() => Of(keeper) == "192.0.2.2");
        Assert.Null((await keeper.GetStatesAsync())[0].Trouble);
    }

    [Fact]
    public async Task That_a_name_has_nothing_counts_when_it_was_said_for_a_time()
    {
        using var server = new TestNameServer();
        server.Has("app.example", "192.0.2.1");
        NameKeeper keeper = Keep();
        await keeper.ConfigureAsync(With(server, App));
        await Eventually.True(() => Of(keeper) == "192.0.2.1");
        int asked = server.Asked.Count;
        server.Has("app.example");
        await Eventually.True(() => Of(keeper) == "nothing");
        Assert.True(server.Asked.Count >= asked + 3);
        Assert.Equal(
            [$"app.example (A): {server.Place} says that there is no such name; what it had stays in force: 192.0.2.1, unless that is said for 2 s (emptyHold)",
                $"app.example has nothing: {server.Place} says that there is no such name (A)"],
            told.Skip(1));
    }

    [Fact]
    public async Task A_successor_knows_what_names_had_while_nobody_answers()
    {
        using var server = new TestNameServer();
        server.Has("app.example", "192.0.2.1");
        server.Serves("http.example", new ServiceRecord(1, 5, 81, "app.example"));
        NameKeeper keeper = Keep();
        await keeper.ConfigureAsync(With(server, App, Http));
        await Eventually.True(() => Of(keeper) == "192.0.2.1" && keeper.Answers.Count == 2);
        keeper.Dispose();
        server.IsSilent = true;

        NameKeeper successor = Keep();
        await successor.ConfigureAsync(With(server, Http));
        Assert.Equal("192.0.2.1", Of(successor));
        Assert.Equal(["192.0.2.1:81"], NamedServers.Expand(With(server, Http), successor.Answers).VirtualServers[0].RealServers.Select(r => r.Id));
        await Eventually.True(() => told.Any(t => t.Contains("http.example (SRV): ", StringComparison.Ordinal) && t.Contains("what it had stays in force: app.example:81", StringComparison.Ordinal)));
        Assert.Null((await successor.GetStatesAsync())[0].NameServer);

        // What is not configured any more is forgotten.
        server.IsSilent = false;
        await successor.ConfigureAsync(With(server));
        Assert.Empty(successor.Answers);
        Assert.False(File.Exists(MemoryPath));
    }

    [Fact]
    public async Task Other_services_come_into_force_with_their_targets_addresses()
    {
        using var server = new TestNameServer();
        server.Has("a.example", "192.0.2.1");
        server.Serves("http.example", new ServiceRecord(1, 0, 81, "a.example"));
        NameKeeper keeper = Keep();
        HaConfiguration configuration = With(server, Http);
        await keeper.ConfigureAsync(configuration);
        await Eventually.True(() => Served() == "192.0.2.1:81");
        server.Serves("http.example", new ServiceRecord(1, 0, 82, "b.example"));
        await Eventually.True(() => server.Asked.Any(q => q.Name == "b.example"));
        int asked = server.Asked.Count;
        await Eventually.True(() => server.Asked.Count > asked + 2);
        Assert.Equal("192.0.2.1:81", Served());
        server.Has("b.example", "192.0.2.2");
        await Eventually.True(() => Served() == "192.0.2.2:82");

        // The former target is nobody's any more.
        await Eventually.True(() => !keeper.Answers.ContainsKey(NameQuestion.Addresses("a.example", 4)));

        string Served() => string.Join(' ', NamedServers.Expand(configuration, keeper.Answers).VirtualServers[0].RealServers.Select(r => r.Id));
    }

    [Fact]
    public async Task The_host_s_file_is_read_again()
    {
        string file = Path.Combine(place.FullName, "resolv.conf");
        await File.WriteAllTextAsync(file, "# none\nsearch example\nnameserver 127.9.9.1\n");
        NameKeeper keeper = Keep(file);
        await keeper.ConfigureAsync(With([], App));
        await Eventually.True(() => told.Any(t => t.StartsWith("app.example (A): 127.9.9.1:53: ", StringComparison.Ordinal)));
        await File.WriteAllTextAsync(file, "nameserver 127.9.9.2\n");
        string? trouble;
        do
        {
            await Task.Delay(50);
            trouble = (await keeper.GetStatesAsync())[0].Trouble;
        }
        while (trouble?.StartsWith("127.9.9.2:53: ", StringComparison.Ordinal) != true);
    }

    [Fact]
    public async Task A_thousand_names_are_answered_a_few_at_a_time()
    {
        using var server = new TestNameServer();
        RealServer[] servers = [.. Enumerable.Range(0, 1000).Select(i => App with { HostName = $"s{i}.example" })];
        foreach (RealServer one in servers) server.Has(one.HostName!, "192.0.2.1");
        NameKeeper keeper = Keep();
        await keeper.ConfigureAsync(With(server, servers) with { Resolver = TestNameServer.Settings(server) with { LeastTtl = TimeSpan.FromMinutes(10) } });
        await Eventually.True(() => keeper.Answers.Count == 1000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Floods_of_what_answers_nothing_end_with_the_time(int kind)
    {
        using var flood = new UdpPeer(async (socket, from, query) =>
        {
            for (int i = 0; i < 2000; i++) await socket.SendToAsync(kind switch { 0 => [], 1 => query, _ => new byte[60_000] }, from);
        });
        NameKeeper keeper = Keep();
        await keeper.ConfigureAsync(new HaConfiguration
        {
            VirtualServers = [new VirtualServer { Address = IPAddress.Parse("192.0.2.100"), Port = 80, RealServers = [App] }],
            Resolver = new() { NameServers = [$"{flood.EndPoint}"], Timeout = TimeSpan.FromMilliseconds(300) },
        });
        await Eventually.True(() => told.Any(t => t.StartsWith($"app.example (A): {flood.EndPoint}: it does not answer within 0.3 s", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_one_answer_has_is_told_in_a_few_words()
    {
        using var server = new TestNameServer();
        server.Has("app.example", [.. Enumerable.Range(0, 50).Select(i => $"192.0.2.{i}"), .. Enumerable.Range(0, 50).Select(i => $"224.0.0.{i}")]);
        NameKeeper keeper = Keep();
        await keeper.ConfigureAsync(With(server, App));
        await Eventually.True(() => told.Any(t => t.StartsWith("and ", StringComparison.Ordinal)));
        Assert.Equal("and 34 more of what names have is left out, or is there already", told.Last());
        Assert.Equal(18, told.Count);
        string has = Assert.Single(told, t => t.StartsWith("app.example has 192.0.2.0 ", StringComparison.Ordinal));
        Assert.EndsWith($" 192.0.2.31 and 68 more (A, from {server.Place})", has, StringComparison.Ordinal);
        Assert.Equal(100, Assert.Single(await keeper.GetStatesAsync()).Records.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whatever_a_name_server_sends_it_is_asked_on_and_its_good_answer_counts(bool byTcp)
    {
        var random = new Random(11);
        bool isGood = false;
        using UdpPeer udp = UdpPeer.Answering(query => isGood || byTcp ? [isGood ? Good(query) : DnsReply.To(DnsReply.Plain(query), 0, DnsReply.Truncated)] : Enumerable.Range(0, 20).Select(_ => Broken(query)));
        using var tcp = new TcpListener(udp.EndPoint);
        int streams = 0;
        tcp.Start();
        Task serving = byTcp ? ServeAsync() : Task.CompletedTask;
        NameKeeper keeper = Keep();
        await keeper.ConfigureAsync(new HaConfiguration
        {
            VirtualServers = [new VirtualServer { Address = IPAddress.Parse("192.0.2.100"), Port = 80, RealServers = [.. Enumerable.Range(0, 40).Select(i => App with { HostName = $"s{i}.example" })] }],
            Resolver = new() { NameServers = [$"{udp.EndPoint}"], Timeout = TimeSpan.FromMilliseconds(300) },
        });
        await Eventually.True(() => udp.Received > 200 && (!byTcp || Volatile.Read(ref streams) > 100));
        Volatile.Write(ref isGood, true);
        await Eventually.True(() => Enumerable.Range(0, 40).All(i => Of(keeper, $"s{i}.example") == "192.0.2.77"));
        Assert.False(keeper.Completion.IsCompleted);
        tcp.Stop();
        await serving;

        byte[] Good(byte[] query) => DnsReply.To(DnsReply.Plain(query), 0, 0, DnsReply.Record(DnsReply.SameName, NameQuestion.A, 192, 0, 2, 77));

        // What follows the question is random, or what says how many records follow it, or all of it.
        byte[] Broken(byte[] query)
        {
            lock (random)
            {
                byte[] reply = DnsReply.To(DnsReply.Plain(query), 0, 0, DnsReply.Record(DnsReply.SameName, NameQuestion.Cname, 1, (byte)'b', 0), DnsReply.Record([1, (byte)'b', 0], NameQuestion.A, 192, 0, 2, 1));
                int from = random.Next(4) switch { 0 => 0, 1 => 2, 2 => 6, _ => DnsReply.Plain(query).Length };
                for (int changes = random.Next(1, 9); changes > 0; changes--) reply[random.Next(from, reply.Length)] = (byte)random.Next(256);
                return reply[..random.Next(reply.Length + 1)];
            }
        }

        // Lengths that are not so, nothing, parts, an end in the midst, and more than was announced.
        async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using Socket one = await tcp.AcceptSocketAsync();
                    _ = Interlocked.Increment(ref streams);
                    byte[] asked = new byte[512];
                    int count = await one.ReceiveAsync(asked);
                    if (count <= 2) continue;
                    byte[] reply = Broken(asked[2..count]);
                    int length = random.Next(3) switch { 0 => reply.Length, 1 => random.Next(reply.Length + 1), _ => random.Next(65536) };
                    byte[] stream = [(byte)(length >> 8), (byte)length, .. reply];
                    int split = random.Next(stream.Length + 1);
                    _ = await one.SendAsync(stream.AsMemory(0, split));
                    if (random.Next(2) == 0) _ = await one.SendAsync(stream.AsMemory(split));
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }

    [DnsmasqFact]
    public async Task Dnsmasq_is_understood()
    {
        using var node = new TestNode("names");
        node.Ip("link set lo up");
        string hosts = Path.Combine(place.FullName, "hosts"), configuration = Path.Combine(place.FullName, "dnsmasq.conf");
        await File.WriteAllTextAsync(hosts, "192.0.2.1 app.test\n192.0.2.2 app.test\n2001:db8::1 app.test\n");
        await File.WriteAllTextAsync(configuration, $"""
            no-resolv
            no-hosts
            bind-interfaces
            interface=lo
            user=root
            local=/test/
            local-ttl=1
            addn-hosts={hosts}
            cname=alias.test,app.test
            srv-host=_http._tcp.test,app.test,8080,10,5

            """);
        using Process dnsmasq = node.Namespace.Run(() => Process.Start(new ProcessStartInfo(DnsmasqFactAttribute.Program, ["--no-daemon", "--conf-file=" + configuration]) { RedirectStandardError = true })!);
        try
        {
            NameKeeper keeper = node.Namespace.Run(() => Keep(Path.Combine(place.FullName, "none")));
            RealServer alias = App with { HostName = "ALIAS.test" }, many = App with { HostName = "many.test" };
            RealServer service = Http with { HostName = "_http._tcp.test" }, six = App with { HostName = "app.test", Family = 6, Forwarding = ForwardingMethod.Tunnel };
            await keeper.ConfigureAsync(With([], alias, many, service, six) with { Resolver = new() { EmptyHold = TimeSpan.FromSeconds(2) } });
            await Eventually.True(() => Of(keeper, "alias.test") == "192.0.2.1 192.0.2.2", () => dnsmasq.HasExited ? dnsmasq.StandardError.ReadToEnd() : string.Join('\n', told));
            await Eventually.True(() => Of(keeper, "app.test") == "192.0.2.1 192.0.2.2" && keeper.Answers.GetValueOrDefault(NameQuestion.Addresses("app.test", 6))?.ToString() == "2001:db8::1");
            Assert.Equal("app.test:8080", keeper.Answers[new NameQuestion("_http._tcp.test", NameQuestion.Srv)].ToString());

            // More than a datagram holds: TCP.
            await File.WriteAllTextAsync(hosts, string.Concat(Enumerable.Range(1, 200).Select(i => $"192.0.2.{i} many.test\n")) + "192.0.2.3 app.test\n");
            Signal(dnsmasq);
            await Eventually.True(() => keeper.Answers.GetValueOrDefault(NameQuestion.Addresses("many.test", 4))?.Addresses.Count == 200, () => string.Join('\n', told));
            await Eventually.True(() => Of(keeper, "alias.test") == "192.0.2.3");

            await File.WriteAllTextAsync(hosts, "192.0.2.4 many.test\n");
            Signal(dnsmasq);
            await Eventually.True(() => Of(keeper, "many.test") == "192.0.2.4" && Of(keeper, "alias.test") == "nothing");
            dnsmasq.Kill();
            await dnsmasq.WaitForExitAsync();
            await Eventually.True(() => told.Any(t => t.StartsWith("many.test (A): 127.0.0.1:53: ECONNREFUSED", StringComparison.Ordinal)));
            Assert.Equal("192.0.2.4", Of(keeper, "many.test"));
        }
        finally
        {
            if (!dnsmasq.HasExited) dnsmasq.Kill();
            await dnsmasq.WaitForExitAsync();
        }

        static void Signal(Process process)
        {
            using var kill = Process.Start("kill", ["-HUP", $"{process.Id}"]);
            kill.WaitForExit();
        }
    }

    void INameSink.OnAnswers() => Interlocked.Increment(ref news);

    void INameSink.OnName(string kind, string? subject, string message, string? state) => told.Enqueue(message);

    public void Dispose()
    {
        foreach (NameKeeper keeper in keepers) keeper.Dispose();
        place.Delete(recursive: true);
    }

    private static readonly RealServer App = new() { HostName = "app.example", Port = 80 };

    private static readonly RealServer Http = new() { HostName = "http.example", Records = ServerRecords.Srv, Port = 0 };

    private static HaConfiguration With(TestNameServer server, params RealServer[] servers) => With([server], servers);

    private static HaConfiguration With(TestNameServer[] nameServers, params RealServer[] servers) => new()
    {
        VirtualServers = [new VirtualServer { Address = IPAddress.Parse("192.0.2.100"), Port = 80, RealServers = [.. servers] }],
        Resolver = TestNameServer.Settings(nameServers),
    };

    private static string? Of(NameKeeper keeper, string name = "app.example") => keeper.Answers.GetValueOrDefault(NameQuestion.Addresses(name, 4))?.ToString();

    private NameKeeper Keep(string hostFile = "/nonexistent")
    {
        var keeper = new NameKeeper(this, MemoryPath, hostFile);
        keepers.Add(keeper);
        return keeper;
    }
}
