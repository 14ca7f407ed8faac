using HaTools.Engine.Vrrp;
using HaTools.Vrrp;

namespace HaTools.Engine.Tests.Vrrp;

public class DeliveryTests
{
    private const long Now = 5_000_000_000, Wall = 1_800_000_000_000_000_000;

    [Theory]
    [InlineData(60_000, 60_000)]
    [InlineData(10_000_000, 10_000_000)]
    [InlineData(10_000_001, 0)]
    [InlineData(3_600_000_000_000, 0)]
    [InlineData(Wall, 0)]
    [InlineData(0, 0)]
    [InlineData(-1_000_000, 0)]
    public void AgeCountsUnlessSomethingStoodStillOrAClockWasSet(long age, long counted) =>
        Assert.Equal(new ReceiveTime(Now, Wall) { Arrival = Now - counted }, Delivery.Time(Now, Wall, Wall - age));

    [Theory]
    [InlineData(0, true)]
    [InlineData(249_999, true)]
    [InlineData(250_000, false)]
    [InlineData(3_600_000_000_000, false)]
    [InlineData(Wall, false)]
    [InlineData(-1, false)]
    public void OnlyWhatHasJustComeIsFresh(long age, bool fresh) => Assert.Equal(fresh, Delivery.IsFresh(new ReceiveTime(Now, Wall), Wall - age));
}
