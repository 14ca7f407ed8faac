namespace HaTools.Engine.Tests.Vrrp;

/// <summary>The interface that carries the addresses is not the one that adverts use, and goes away.</summary>
public class VanishedDeviceTests
{
    private const string Vip = "10.77.0.100/24";

    [NamespaceFact]
    public async Task MasterWhoseAddressesInterfaceVanishesGoesOnAndPutsThemBackWhenItReturns()
    {
        using var network = new TestNetwork(1);
        TestNode a = network.Nodes[0];
        a.AddInterface("lan0");
        VrrpInstance instance = TestHost.Instance(100) with { VirtualAddresses = [TestHost.Address(Vip) with { Device = "lan0" }] };
        await using TestHost host = await TestHost.StartAsync(a, TestHost.Configuration(instance));
        await host.Becomes(VrrpStateKind.Master);
        Assert.True(a.Has(Vip, "lan0"));

        a.Ip("link del lan0");
        await Eventually.True(() => host.Messages.Contains("Netlink reports that interface lan0 no longer exists"));

        // Several renewals and retries, of a second or less each.
        await Task.Delay(2500);
        Assert.False(host.Host.Completion.IsCompleted, host.Host.Completion.Exception?.ToString());
        a.AddInterface("lan0");
        await Eventually.True(() => a.Has(Vip, "lan0"));
        Assert.Equal(1, (await host.StateAsync()).Statistic.BecameMaster);

        a.Ip("link del lan0");
        await host.Host.StopAsync();
    }
}
