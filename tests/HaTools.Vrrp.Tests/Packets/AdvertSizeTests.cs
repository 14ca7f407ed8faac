using System.Net;
using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Packets;

public class AdvertSizeTests
{
    private static readonly VrrpHmac Hmac = new() { Keys = [new VrrpHmacKey(1, new string('k', 32))], ActiveKey = 1 };

    public static TheoryData<VrrpInstance> Instances => new(
        Instance(),
        Instance(version: 2),
        Instance(version: 2) with { Authentication = Password("x") },
        Instance(version: 2) with { Authentication = new VrrpAuthentication(VrrpAuthenticationType.AuthenticationHeader, "x") },
        Instance() with { Hmac = Hmac },
        Instance() with { Hmac = Hmac with { Mode = VrrpHmacMode.ReceiveOnly } },
        Instance() with { VirtualAddresses = Many(4, 255) },
        Instance() with { VirtualAddresses = Many(6, 1) },
        Instance() with { VirtualAddresses = Many(6, 255), Hmac = Hmac });

    [Theory]
    [MemberData(nameof(Instances))]
    public void The_size_is_that_of_the_datagram_on_the_wire(VrrpInstance instance)
    {
        var sender = new Advertiser(instance, instance.AddressFamily == 6 ? "fe80::1" : "10.70.0.1");
        int header = instance.AddressFamily == 6 ? 40 : 0; // which the kernel writes
        Assert.Equal(header + sender.Packet(0).Length, AdvertSize.Of(instance));
    }

    [Fact]
    public void Of_two_versions_the_longer_advert_counts() =>
        Assert.Equal(AdvertSize.Of(Instance(version: 2)), AdvertSize.Of(Instance() with { AlsoVersion2 = true }));

    [Theory]
    [InlineData(4, 1500, 255)]
    [InlineData(4, 576, 137)]
    [InlineData(6, 1500, 90)]
    [InlineData(6, 1280, 77)]
    [InlineData(6, 40, 0)]
    public void As_many_addresses_fit_as_the_MTU_has_room_for(int family, int mtu, int count)
    {
        VrrpInstance instance = Instance() with { VirtualAddresses = Many(family, 1) };
        Assert.Equal(count, AdvertSize.MostAddresses(instance, mtu));
        if (count is 0 or 255) return;
        Assert.InRange(AdvertSize.Of(instance with { VirtualAddresses = Many(family, count) }), 0, mtu);
        Assert.InRange(AdvertSize.Of(instance with { VirtualAddresses = Many(family, count + 1) }), mtu + 1, int.MaxValue);
    }

    private static ValueList<VirtualAddress> Many(int family, int count) => Enumerable.Range(0, count)
        .Select(i => new VirtualAddress { Address = IPAddress.Parse(family == 6 ? $"fe80::1:{i:x}" : $"10.71.0.{i}") })
        .ToValueList();
}
