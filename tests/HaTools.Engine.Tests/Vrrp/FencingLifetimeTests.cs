using HaTools.Engine.Vrrp;

namespace HaTools.Engine.Tests.Vrrp;

public class FencingLifetimeTests
{
    [Theory]
    [InlineData(2, 1000, 4)]
    [InlineData(2, 3000, 10)]
    [InlineData(3, 1000, 4)]
    [InlineData(3, 3000, 12)]
    [InlineData(3, 100, 2)]
    [InlineData(3, 10, 2)]
    [InlineData(3, 40950, 164)]
    public void AutomaticIsTheLongestDownIntervalInWholeSeconds(int version, int intervalMs, int seconds) =>
        Assert.Equal((uint)seconds, FencingLifetime.Seconds(Instance(version, intervalMs), SelfFencing.Automatic));

    [Fact]
    public void InstanceOverridesNode()
    {
        VrrpInstance instance = Instance(3, 1000);
        Assert.Null(FencingLifetime.Seconds(instance, SelfFencing.Off));
        SelfFencing thirty = SelfFencing.After(TimeSpan.FromSeconds(30));
        Assert.Equal(30u, FencingLifetime.Seconds(instance, thirty));
        Assert.Equal(30u, FencingLifetime.Seconds(instance with { SelfFencing = thirty }, SelfFencing.Off));
        Assert.Null(FencingLifetime.Seconds(instance with { SelfFencing = SelfFencing.Off }, SelfFencing.Automatic));
    }

    private static VrrpInstance Instance(int version, int intervalMs) => new()
    {
        Name = "VI_1",
        Interface = "eth0",
        VirtualRouterId = 1,
        Version = version,
        AdvertisementInterval = TimeSpan.FromMilliseconds(intervalMs),
    };
}
