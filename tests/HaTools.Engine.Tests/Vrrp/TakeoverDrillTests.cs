using System.Net;
using HaTools.Engine.Vrrp;

namespace HaTools.Engine.Tests.Vrrp;

public class TakeoverDrillTests
{
    public static TheoryData<string> Kinds => new(instances.Keys);

    private static readonly Dictionary<string, VrrpInstance> instances = new()
    {
        ["version 3"] = TestHost.Instance(100),
        ["version 2"] = TestHost.Instance(100) with { Version = 2, AdvertisementInterval = TimeSpan.FromSeconds(1) },
        ["both versions"] = TestHost.Instance(100) with { AlsoVersion2 = true, AdvertisementInterval = TimeSpan.FromSeconds(1) },
        ["password"] = TestHost.Instance(100) with
        {
            Version = 2,
            AdvertisementInterval = TimeSpan.FromSeconds(1),
            Authentication = new VrrpAuthentication(VrrpAuthenticationType.SimplePassword, "secret"),
        },
        ["authentication header"] = TestHost.Instance(100) with
        {
            Version = 2,
            AdvertisementInterval = TimeSpan.FromSeconds(1),
            Authentication = new VrrpAuthentication(VrrpAuthenticationType.AuthenticationHeader, "secret"),
        },
        ["owner"] = TestHost.Instance(255),
        ["nopreempt"] = TestHost.Instance(100) with { NoPreempt = true },
        ["hmac"] = TestHost.Instance(100) with { Hmac = new VrrpHmac { Keys = [new VrrpHmacKey(1, "0123456789abcdef0123456789abcdef")], ActiveKey = 1 } },
        ["version 3 over IPv6"] = TestHost.Instance(100, "fe80::100/64", "fd00::100/64"),
        ["unicast"] = TestHost.Instance(100) with { UnicastPeers = [new UnicastPeer(IPAddress.Parse("10.9.0.2"))] },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryPassIsATakeoverWithItsAdvertAndAllocatesNothing(string kind)
    {
        TakeoverDrill drill = Assert.Single(TakeoverDrill.Of(TestHost.Configuration(instances[kind])));
        int length = drill.Play();
        Assert.InRange(length, 16, 200);
        Assert.Equal(length, drill.Play());
        int again = 0;
        Allocations.None(() => again = drill.Play());
        Assert.Equal(length, again);
    }

    [Fact]
    public void OneIsEnoughForInstancesOfOneKind()
    {
        VrrpInstance[] many = [.. Enumerable.Range(1, 20).Select(i => TestHost.Instance(100) with { Name = $"VI_{i}", VirtualRouterId = i })];
        Assert.Single(TakeoverDrill.Of(TestHost.Configuration(many)));
        Assert.Equal(2, TakeoverDrill.Of(TestHost.Configuration(many[0], many[1] with { Version = 2, AdvertisementInterval = TimeSpan.FromSeconds(1) })).Length);
    }

    [NamespaceFact]
    public async Task ItIsPlayedBeforeATakeoverAndNotWhileAMasterIsHeard()
    {
        using var network = new TestNetwork(2);
        await using TestHost backup = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(TestHost.Instance(100)));
        await backup.Becomes(VrrpStateKind.Master);

        // On a busy machine the thread may be woken after the deadline, and then there is nothing left to drill for; or an advert comes so late
        // that there is.
        for (int i = 0; i < 20; i++)
        {
            await using TestHost master = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(TestHost.Instance(150)));
            await backup.Becomes(VrrpStateKind.Backup);
            long drills = backup.Host.TakeoverDrills;
            long heard = (await backup.StateAsync()).Statistic.AdvertsReceived;
            await Eventually.True(() => backup.StateAsync().Result.Statistic.AdvertsReceived > heard + 5);
            bool wasIdle = backup.Host.TakeoverDrills == drills;
            await master.Host.StopAsync();
            await backup.Becomes(VrrpStateKind.Master);
            if (wasIdle && backup.Host.TakeoverDrills > drills) return;
        }

        Assert.Fail("no takeover was drilled, or every advert");
    }
}
