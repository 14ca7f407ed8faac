namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>
/// Routers of version 2 alone, of version 3 alone and of both on one LAN: who is master for whom, in words. (Storms over such LANs are among
/// those of <see cref="SimulationTests"/>.) The first two are deaf to each other, so a better router of either is beside whoever is best of the rest.
/// </summary>
public class MixedVersionsTests
{
    private const long Interval = 100 * Wire.Ms;

    [Theory]
    [InlineData(100, 200, 150, "both")]
    [InlineData(150, 200, 100, "both")]
    [InlineData(200, 150, 100, "version 2 and version 3")]
    [InlineData(100, 150, 200, "version 2 and version 3")]
    [InlineData(200, 100, 150, "version 2 and version 3")]
    public void Each_router_has_the_best_master_that_it_hears(int version2, int both, int version3, string masters) =>
        Assert.Equal(masters, MastersOf(Node(Speech.OnlyVersion2, version2), Node(Speech.Both, both), Node(Speech.OnlyVersion3, version3)));

    [Fact]
    public void Without_a_router_of_both_versions_there_is_an_election_for_each() =>
        Assert.Equal("version 2 and version 3", MastersOf(Node(Speech.OnlyVersion2, 100), Node(Speech.OnlyVersion3, 200)));

    [Theory]
    [InlineData(200, 100)]
    [InlineData(100, 200)]
    public void Between_a_better_master_and_a_lower_one_a_delayed_router_stays_backup(int version2, int version3)
    {
        NodePlan between = Node(Speech.Both, 150, 300 * Wire.Ms);
        Assert.Equal("version 2 and version 3", MastersOf(Node(Speech.OnlyVersion2, version2), between, Node(Speech.OnlyVersion3, version3)));
    }

    private static NodePlan Node(Speech speech, int priority, long preemptDelay = 0) =>
        new([new RouterPlan { Priority = priority, Interval = Interval, Weight = -10, PreemptDelay = preemptDelay }]) { Speech = speech };

    private static string MastersOf(params NodePlan[] nodes)
    {
        var lan = new GivenLan(
            new LanPlan
            {
                Version = 3,
                AlsoVersion2 = true,
                IsMixed = true,
                Nodes = nodes.Length,
                Interval = Interval,
                OtherInterval = Interval,
                PreemptDelay = nodes.Max(n => n.Routers[0].PreemptDelay),
            },
            nodes);
        foreach (SimulatedHost host in lan.Hosts) host.Start();
        // Once with everybody new, and once more with what came of it.
        for (int calms = 0; calms < 2; calms++) lan.Judge.Calm();
        return string.Join(" and ", lan.Hosts.SelectMany(h => h.Seats).Where(s => s.State == VrrpStateKind.Master).Select(NameOf));
    }

    private static string NameOf(Seat seat) => seat.AlsoVersion2 ? "both" : $"version {seat.Version}";

    private sealed class GivenLan(LanPlan plan, NodePlan[] nodes) : SimulatedLan(plan, nodes)
    {
        public override bool OnceIn(int times) => false;
    }
}
