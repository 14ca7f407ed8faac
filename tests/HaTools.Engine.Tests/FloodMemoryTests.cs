using System.Net;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Notify.Deliveries;
using HaTools.Engine.Notify.Webhooks;
using HaTools.Engine.Tests.Checks.Datagrams;
using HaTools.Engine.Tests.Checks.Http;
using HaTools.Engine.Tests.Checks.Tls;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Scripts;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests;

/// <summary>What others send without end is not kept. Its reading is shared by several threads, so that what the whole process holds is looked at, before and after a part that is longer than the bound.</summary>
[Collection(nameof(Alone))]
public sealed class FloodMemoryTests
{
    private const long Bound = 20_000_000, Part = 60_000_000;

    [Fact]
    public async Task What_a_program_prints_that_is_a_check()
    {
        await using var stage = new NodeStage();
        using var thread = new WorkThread("test-flood");
        string log = Path.Combine(stage.RunDirectory, "log");
        var runner = new MiscRunner(thread, new VerdictSink());
        var check = new MiscCheck { Command = $"sh -c 'while :; do head -c 1000000 /dev/zero; echo >> {log}; done'" };
        var key = new CheckKey(new ServiceKey(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 80), new DestinationKey(IPAddress.Parse("192.0.2.11"), 80), new CheckId(check, 0));
        await runner.ConfigureAsync([new MiscTarget(key, VerdictSink.Patient with { Timeout = long.MaxValue / 4 }, check.Command, null, SaysWeight: false)], Policies.Own);
        await AssertHoldsNoneAsync(() => File.Exists(log) ? new FileInfo(log).Length * 1_000_000 : 0);
        await runner.ConfigureAsync([], Policies.Own);
    }

    [Fact]
    public async Task A_handshake_of_TLS_of_a_webhook()
    {
        long sent = 0;
        using var server = new TestServer(call => TlsFlood.SendAsync(call, count => Interlocked.Add(ref sent, count)));
        var hook = new Webhook { Name = "chat", Url = $"https://{server.EndPoint}/", Timeout = TimeSpan.FromHours(1) };
        using var delivery = new WebhookDelivery(new WebhookPlan(hook, null), ["{}"u8.ToArray()]);
        Task<DeliveryReport> running = Task.Run(delivery.Run);
        await AssertHoldsNoneAsync(() => Interlocked.Read(ref sent));
        delivery.Abort();
        Assert.Equal("webhook chat: it was given up", (await running).Trouble);
    }

    private static async Task AssertHoldsNoneAsync(Func<long> sent)
    {
        await Eventually.True(() => sent() > 1_000_000);
        long before = GC.GetTotalMemory(forceFullCollection: true), from = sent();
        await Eventually.True(() => sent() > from + Part, () => $"{sent() - from} bytes");
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, Bound);
    }
}

/// <summary>Not beside others: what the process holds is looked at.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
