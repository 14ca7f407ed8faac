using System.Net;
using HaTools.Netlink.Ipvs.Save;

namespace HaTools.Netlink.Tests.Ipvs.Save;

/// <summary>Addresses as glibc's functions take and write them; the cases were put to it.</summary>
public class SaveAddressTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.513", "192.0.2.1")]
    [InlineData("192.513", "192.0.2.1")]
    [InlineData("3221225985", "192.0.2.1")]
    [InlineData("0xC0000201", "192.0.2.1")]
    [InlineData("0300.00.02.01", "192.0.2.1")]
    [InlineData("0", "0.0.0.0")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("255.255.65535", "255.255.255.255")]
    [InlineData("192.0.2.256", null)]
    [InlineData("192.0.65536", null)]
    [InlineData("192.16777216", null)]
    [InlineData("256.0.0.1", null)]
    [InlineData("4294967296", null)]
    [InlineData("192.0.2", "192.0.0.2")]
    [InlineData("192.0.2.", null)]
    [InlineData(".192.0.2", null)]
    [InlineData("192..0.2", null)]
    [InlineData("192.0.2.1.", null)]
    [InlineData("192.0.2.08", null)]
    [InlineData("192.0.2.0x", null)]
    [InlineData("192.0.2.-1", null)]
    [InlineData("192.0.2.1/24", null)]
    [InlineData("", null)]
    public void Inet_aton(string text, string? address) => Assert.Equal(address, SaveAddress.ReadIpv4(text)?.ToString());

    [Theory]
    [InlineData("::", "::")]
    [InlineData("2001:DB8::1", "2001:db8::1")]
    [InlineData("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0")]
    [InlineData("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8")]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.1")]
    [InlineData("64:ff9b::192.0.2.1", "64:ff9b::c000:201")]
    [InlineData("fe80::1%lo", null)]
    [InlineData("[::1]", null)]
    [InlineData("::1/64", null)]
    [InlineData("1:2:3:4:5:6:7", null)]
    [InlineData("1:2:3:4:5:6:7:8:9", null)]
    [InlineData("1::2::3", null)]
    [InlineData(":::1", null)]
    [InlineData("00001::", null)]
    [InlineData("::192.0.2", null)]
    [InlineData("::192.0.02.1", null)]
    [InlineData("::1:", null)]
    [InlineData("192.0.2.1", null)]
    [InlineData("", null)]
    public void Inet_pton(string text, string? address) =>
        Assert.Equal(address, SaveAddress.ReadIpv6(text) is { } read ? SaveAddress.Write(read) : null);

    [Theory]
    [InlineData("00000000000000000000000000000001", "::1")]
    [InlineData("00000000000000000000000000010002", "::0.1.0.2")]
    [InlineData("000000000000000000000001c0000201", "::1:c000:201")]
    [InlineData("00000000000000000000ffffc0000201", "::ffff:192.0.2.1")]
    [InlineData("0000000000000000ffff0000c0000201", "::ffff:0:c000:201")]
    [InlineData("fe8000000000000000005efec0000201", "fe80::5efe:c000:201")]
    [InlineData("20010db8000000010000000000000001", "2001:db8:0:1::1")]
    [InlineData("20010000000000010000000000000001", "2001:0:0:1::1")]
    [InlineData("20010000000000010000000100010001", "2001::1:0:1:1:1")]
    [InlineData("20010001000100010001000100010000", "2001:1:1:1:1:1:1:0")]
    [InlineData("20010001000100010001000100000000", "2001:1:1:1:1:1::")]
    public void Inet_ntop(string bytes, string text) => Assert.Equal(text, SaveAddress.Write(new IPAddress(Convert.FromHexString(bytes))));
}
