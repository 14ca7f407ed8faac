using HaTools.Engine.Control;

namespace HaTools.Engine.Tests.Control;

public sealed class SpokenNamesTests
{
    private static readonly string[] Servers = ["10.0.0.11:80", "10.0.0.11:81", "10.0.0.12:80", "[2001:db8::1]:80"];

    [Theory]
    [InlineData("192.0.2.1:80", "tcp 192.0.2.1:80")]
    [InlineData("[2001:DB8::1]:80", "tcp [2001:db8::1]:80")]
    [InlineData("UDP 192.0.2.1:53", "udp 192.0.2.1:53")]
    [InlineData("fwmark 7 ipv6", "fwmark 7 ipv6")]
    public void A_service_without_a_protocol_is_a_TCP_one(string said, string identity) => Assert.Equal(identity, SpokenNames.Service(said));

    [Theory]
    [InlineData("10.0.0.11:81", "10.0.0.11:81")]
    [InlineData("10.0.0.12", "10.0.0.12:80")]
    [InlineData("10.0.0.11", "10.0.0.11:80", "10.0.0.11:81")]
    [InlineData("10.0.0.1")]
    [InlineData("2001:DB8:0::1", "[2001:db8::1]:80")]
    [InlineData("[2001:DB8::1]:80", "[2001:db8::1]:80")]
    [InlineData("nobody")]
    public void A_server_is_meant_by_its_identity_or_its_address(string said, params string[] meant) =>
        Assert.Equal(meant, SpokenNames.RealServers(Servers, s => s, said));
}
