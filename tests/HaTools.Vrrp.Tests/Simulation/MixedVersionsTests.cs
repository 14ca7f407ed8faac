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

    /// <summary>In strict mode the owner of the addresses is deaf, and who does not hear it stays.</summary>
    [Theory]
    [InlineData(nameof(Speech.Both), nameof(Speech.OnlyVersion2), nameof(Speech.OnlyVersion3), "both")]
    [InlineData(nameof(Speech.Both), nameof(Speech.Both), nameof(Speech.OnlyVersion3), "both")]
    [InlineData(nameof(Speech.OnlyVersion2), nameof(Speech.Both), nameof(Speech.OnlyVersion3), "version 2 and version 3")]
    [InlineData(nameof(Speech.OnlyVersion3), nameof(Speech.Both), nameof(Speech.OnlyVersion2), "version 3 and version 2")]
    [InlineData(nameof(Speech.OnlyVersion2), nameof(Speech.Both), nameof(Speech.Both), "version 2")]
    public void The_deaf_owner_of_strict_mode_is_master_of_all_who_hear_it(string owner, string one, string other, string masters) =>
        Assert.Equal(masters, MastersOf(isStrict: true, Node(Enum.Parse<Speech>(owner), 255), Node(Enum.Parse<Speech>(one), 150), Node(Enum.Parse<Speech>(other), 100)));

    private static NodePlan Node(Speech speech, int priority, long preemptDelay = 0) =>
        new([new RouterPlan { Priority = priority, Interval = Interval, Weight = -10, PreemptDelay = preemptDelay }]) { Speech = speech };

    private static string MastersOf(params NodePlan[] nodes) => MastersOf(isStrict: false, nodes);

    private static string MastersOf(bool isStrict, params NodePlan[] nodes)
    {
        var plan = new LanPlan
        {
            Version = 3,
            AlsoVersion2 = true,
            IsMixed = true,
            Nodes = nodes.Length,
            Interval = Interval,
            OtherInterval = Interval,
            PreemptDelay = nodes.Max(n => n.Routers[0].PreemptDelay),
        };
        var lan = new GivenLan(isStrict ? plan.Stricter() : plan, nodes);
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
