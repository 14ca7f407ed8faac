using System.Net;
using HaTools.Engine.Tests.Node;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.VirtualInterfaces;

/// <summary>
/// Two routers of one virtual MAC address of which one or both send their adverts on the interface below it (<c>vmac_xmit_base</c>). A frame from the
/// virtual MAC address reaches no more than the macvlan of the same address (drivers/net/macvlan.c, macvlan_handle_frame), so that who listens on the
/// interface alone hears nothing of one who sends with it.
/// </summary>
public sealed class TransmitOnBaseTests
{
    private static readonly string[] Names = ["VI_1", "VI_6"];

    [NftFact]
    public Task Who_sends_on_the_base_hears_who_sends_with_the_virtual_mac() => ElectAsync(masterOnBase: false, backupOnBase: true);

    [NftFact]
    public Task Who_sends_with_the_virtual_mac_hears_who_sends_on_the_base() => ElectAsync(masterOnBase: true, backupOnBase: false);

    [NftFact]
    public Task Both_on_the_base_hear_each_advert_once() => ElectAsync(masterOnBase: true, backupOnBase: true);

    private static async Task ElectAsync(bool masterOnBase, bool backupOnBase)
    {
        using var network = new TestNetwork(2);
        (TestNode a, TestNode b) = (network.Nodes[0], network.Nodes[1]);
        await using var stageA = new NodeStage();
        await using var stageB = new NodeStage();
        await using HaNode master = await stageA.StartAsync(a, Both(150, masterOnBase));
        await Eventually.True(() => a.Has("10.9.0.100/32", "vrrp.51") && a.Has("fd09::100/128", "vrrp.52"));
        Dictionary<string, VrrpState> before = States(master);
        await using HaNode backup = await stageB.StartAsync(b, Both(100, backupOnBase));

        // Longer than a backup waits: 3.6 s. (On a machine so busy that the master stands still for that time it rightly steps down.)
        await Eventually.True(() => States(backup).Values.All(s => s.Statistic.AdvertsReceived > 5), () => string.Join('\n', stageB.Messages(backup)));
        foreach (string name in Names)
        {
            VrrpState heard = States(backup)[name], sent = States(master)[name];
            Assert.Equal((VrrpStateKind.Backup, 0), (heard.State, heard.Statistic.BecameMaster));
            Assert.InRange(heard.Statistic.AdvertsReceived, 6, sent.Statistic.AdvertsSent - before[name].Statistic.AdvertsSent);
            Assert.Empty(heard.Statistic.Rejected);
            Assert.Equal(0, sent.Statistic.AdvertsReceived);
        }

        await master.DisposeAsync();
        await Eventually.True(() => b.Has("10.9.0.100/32", "vrrp.51") && b.Has("fd09::100/128", "vrrp.52"));
    }

    private static Dictionary<string, VrrpState> States(HaNode node) =>
        node.GetStatusAsync().GetAwaiter().GetResult().Instances.ToDictionary(i => i.Name);

    private static HaConfiguration Both(int priority, bool onBase)
    {
        var four = new VrrpInstance
        {
            Name = Names[0],
            Interface = "eth0",
            VirtualRouterId = 51,
            Priority = priority,
            AdvertisementInterval = TimeSpan.FromSeconds(1),
            VirtualAddresses = [new() { Address = IPAddress.Parse("10.9.0.100") }],
            VirtualInterface = new() { TransmitOnBase = onBase },
        };
        VrrpInstance six = four with
        {
            Name = Names[1],
            VirtualRouterId = 52,
            VirtualAddresses = [new() { Address = IPAddress.Parse("fe80::100"), PrefixLength = 128 }, new() { Address = IPAddress.Parse("fd09::100"), PrefixLength = 128 }],
        };
        return new() { VrrpInstances = [four, six] };
    }
}
