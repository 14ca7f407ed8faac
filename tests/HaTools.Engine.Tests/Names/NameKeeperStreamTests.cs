using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using HaTools.Engine.Names;
using HaTools.Engine.Tests.Checks;
using HaTools.Engine.Tests.Checks.Http;
using HaTools.Engine.Tests.DnsWire;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Names;

/// <summary>Name servers that say by UDP that they have more to say, and by TCP do not get to it: it is told why, and the next one is asked.</summary>
public sealed class NameKeeperStreamTests : INameSink, IDisposable
{
    private static readonly byte[] Address = DnsReply.Record(DnsReply.SameName, NameQuestion.A, 192, 0, 2, 7);

    private readonly DirectoryInfo place = Directory.CreateTempSubdirectory("hatools-names");
    private readonly ConcurrentQueue<string> told = new();
    private readonly NameKeeper keeper;

    public NameKeeperStreamTests() => keeper = new NameKeeper(this, Path.Combine(place.FullName, "n.names.json"), "/nonexistent");

    [Fact]
    public Task One_that_hangs_has_the_time_out() => FailsAsync((_, _) => Task.CompletedTask, "it does not answer within 0.3 s");

    [Fact]
    public async Task One_that_answers_no_SYN_has_the_time_out()
    {
        using var deaf = new DeafServer();
        await FailsAsync(deaf.EndPoint, "it does not answer within 0.3 s");
    }

    [Fact]
    public async Task One_that_refuses_is_told_so()
    {
        var gone = new TestServer(_ => Task.CompletedTask);
        IPEndPoint nobody = gone.EndPoint;
        gone.Dispose();
        await FailsAsync(nobody, "ECONNREFUSED (connection refused) connecting to it");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    public Task One_that_resets_is_told_so_wherever_it_does(int length) => FailsAsync(
        async (call, query) =>
        {
            await call.SendAsync(Good(query).AsMemory(0, length));
            call.LingerState = new LingerOption(true, 0);
            call.Dispose();
        },
        "ECONNRESET (connection reset by peer) reading from it");

    [Theory]
    [InlineData(0, "it closed the connection without an answer")]
    [InlineData(1, "it closed the connection before its answer was whole")]
    [InlineData(20, "it closed the connection before its answer was whole")]
    public Task One_that_hangs_up_is_told_so_wherever_it_does(int length, string why) => FailsAsync(
        async (call, query) =>
        {
            await call.SendAsync(Good(query).AsMemory(0, length));
            call.Dispose();
        },
        why);

    [Fact]
    public Task One_that_answers_byte_by_byte_has_the_time_out_as_a_whole() => FailsAsync(
        async (call, query) =>
        {
            // The longest message that there can be.
            await call.SendAsync(new byte[] { 0xFF, 0xFF, query[0], query[1] });
            while (true)
            {
                await call.SendAsync(new byte[1]);
                await Task.Delay(20);
            }
        },
        "it does not answer within 0.3 s");

    [Theory]
    [InlineData(0x00)]
    [InlineData(0xFF)]
    public Task One_that_sends_without_end_is_hung_up_on(byte octet) => FailsAsync(
        async (call, _) =>
        {
            byte[] more = new byte[30_000];
            more.AsSpan().Fill(octet);
            while (true) await call.SendAsync(more);
        },
        "it sends what does not answer the question");

    [Fact]
    public Task One_that_has_more_to_say_by_TCP_too_is_told_so() => FailsAsync(
        async (call, query) => await call.SendAsync(DnsReply.Framed(DnsReply.To(DnsReply.Plain(query), 0, DnsReply.Truncated))), "its answer by TCP is truncated");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_comes_byte_by_byte_within_the_time_counts_and_what_follows_it_does_not(bool isEndless)
    {
        using var stream = new TestServer(async call =>
        {
            call.NoDelay = true;
            foreach (byte b in Good(await QueryAsync(call))) await call.SendAsync(new[] { b });
            while (isEndless) await call.SendAsync(new byte[30_000]);
        });
        using UdpPeer first = Truncating(stream.EndPoint);
        await keeper.ConfigureAsync(With(TimeSpan.FromMinutes(1), $"{stream.EndPoint}"));
        await Eventually.True(() => Known() == "192.0.2.7", Told);
        Assert.Equal([$"app.example has 192.0.2.7 (A, from {stream.EndPoint})"], told);
    }

    void INameSink.OnAnswers()
    {
    }

    void INameSink.OnName(string kind, string? subject, string message, string? state) => told.Enqueue(message);

    public void Dispose()
    {
        keeper.Dispose();
        place.Delete(recursive: true);
    }

    private static UdpPeer Truncating(IPEndPoint place) => UdpPeer.Answering(query => [DnsReply.To(DnsReply.Plain(query), 0, DnsReply.Truncated)], place);

    private static byte[] Good(byte[] query) => DnsReply.Framed(DnsReply.To(DnsReply.Plain(query), 0, 0, Address));

    private static async Task<byte[]> QueryAsync(Socket call)
    {
        byte[] buffer = new byte[512];
        for (int have = 0; ;)
        {
            int count = await call.ReceiveAsync(buffer.AsMemory(have));
            if (count == 0) throw new SocketException((int)SocketError.ConnectionReset);
            have += count;
            if (have >= 2 && have == 2 + ((buffer[0] << 8) | buffer[1])) return buffer[2..have];
        }
    }

    private static HaConfiguration With(TimeSpan timeout, params string[] nameServers) => new()
    {
        VirtualServers = [new VirtualServer { Address = IPAddress.Parse("192.0.2.100"), Port = 80, RealServers = [new() { HostName = "app.example", Port = 80 }] }],
        Resolver = new() { NameServers = [.. nameServers], Timeout = timeout },
    };

    private async Task FailsAsync(Func<Socket, byte[], Task> answer, string why)
    {
        using var stream = new TestServer(async call => await answer(call, await QueryAsync(call)));
        await FailsAsync(stream.EndPoint, why);
    }

    private async Task FailsAsync(IPEndPoint server, string why)
    {
        using UdpPeer first = Truncating(server);
        using var second = new TestNameServer();
        second.Has("app.example", "192.0.2.9");
        await keeper.ConfigureAsync(With(TimeSpan.FromMilliseconds(300), $"{server}"));
        await Eventually.True(() => told.Any(t => t.StartsWith($"app.example (A): {server}: {why}", StringComparison.Ordinal)), Told);
        Assert.Null(Known());
        await keeper.ConfigureAsync(With(TimeSpan.FromMilliseconds(300), $"{server}", second.Place));
        await Eventually.True(() => Known() == "192.0.2.9", Told);
        Assert.Equal($"app.example has 192.0.2.9 (A, from {second.Place})", told.Last());
        Assert.False(keeper.Completion.IsCompleted);
    }

    private string? Known() => keeper.Answers.GetValueOrDefault(NameQuestion.Addresses("app.example", 4))?.ToString();

    private string Told() => string.Join('\n', told);
}
