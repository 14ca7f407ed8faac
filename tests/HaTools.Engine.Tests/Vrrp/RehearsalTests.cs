using HaTools.Engine.Vrrp;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Vrrp;

public class RehearsalTests
{
    [NamespaceFact]
    public void EachKindIsPlayedOnceInAProcess()
    {
        // A kind that no other test of this process has.
        VrrpInstance rare = TestHost.Instance(100) with { UnicastPeers = [new UnicastPeer(System.Net.IPAddress.Parse("10.9.0.2"))], AlsoVersion2 = true };
        HaConfiguration configuration = TestHost.Configuration(rare, rare with { Name = "another", VirtualRouterId = 9 });
        using var arp = new ArpSocket();
        Assert.Equal(1, Rehearsal.Run(configuration, arp));
        Assert.Equal(0, Rehearsal.Run(configuration, arp));
    }
}
