using Xunit.Sdk;

namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>
/// What must hold for any routers on any LAN, whatever happens to them; and that a router with a fault in it is found out.
/// </summary>
public class SimulationTests
{
    private const int Rounds = 60;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 50)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void With_preemption_the_best_router_is_master_and_alone(int seed) => Preempting(seed, mutant: null);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Without_preemption_a_working_master_stays(int seed) => NotPreempting(seed, (lan, i, a) => new SimulatedRouter(lan, i, a));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void When_a_master_dies_the_best_backup_alone_takes_over_in_its_time(int seed) =>
        OneSuccessor(seed, (lan, i, a) => new SimulatedRouter(lan, i, a));

    [Fact]
    public void A_reversed_tie_break_is_found_out() => IsFoundOut(seed => Preempting(seed, (lan, i, a) => new ReversedTieBreak(lan, i, a)));

    [Fact]
    public void A_router_that_never_yields_is_found_out() =>
        IsFoundOut(seed => Preempting(seed, (lan, i, a) => new NeverYields(lan, i, a)));

    [Fact]
    public void A_forgotten_skew_is_found_out() => IsFoundOut(seed => OneSuccessor(seed, (lan, i, a) => new WithoutSkew(lan, i, a)));

    private delegate SimulatedRouter Maker(SimulatedLan lan, VrrpInstance instance, uint address);

    /// <summary>
    /// Routers of any priorities, equal ones among them, and any intervals, in a storm of troubles; after each a quiet time, then the look.
    /// </summary>
    private static void Preempting(int seed, Maker? mutant)
    {
        var lan = new SimulatedLan(seed);
        int version = 2 + seed % 2;
        int count = lan.Random.Next(2, 6);
        for (int n = 0; n < count; n++)
        {
            int priority = lan.Random.Next(3) == 0 ? 100 : lan.Random.Next(1, 255);
            double seconds = version == 2 ? 1 : new[] { 0.01, 0.1, 0.1, 1 }[lan.Random.Next(4)];
            // Two equals that are mostly the best, for the tie-break to matter.
            VrrpInstance instance = Configured(n < 2 ? 250 : priority, version, n < 2 && version == 3 ? 0.1 : seconds);
            lan.Add(mutant is not null && n == 0 ? mutant(lan, instance, AddressOf(n)) : new SimulatedRouter(lan, instance, AddressOf(n)));
        }

        foreach (SimulatedRouter router in lan.Routers) router.Start();
        for (int round = 0; round < Rounds; round++)
        {
            lan.Loss = lan.Random.Next(3) == 0 ? lan.Random.NextDouble() : 0;
            for (int troubles = lan.Random.Next(1, 4); troubles > 0; troubles--)
            {
                Trouble(lan, lan.Routers[lan.Random.Next(count)]);
                lan.Run(lan.Random.NextInt64(2 * Wire.Second));
            }

            lan.Loss = 0;
            lan.Run(QuietTime(lan));
            LookForOneMaster(lan, $"seed {seed} round {round}");
            if (lan.Masters.SingleOrDefault() is { } master)
                Expect(master.Priority == Candidates(lan).Max(r => r.Priority), $"seed {seed} round {round}: not the best is master");
        }
    }

    private static void NotPreempting(int seed, Maker make)
    {
        var lan = new SimulatedLan(seed);
        int count = lan.Random.Next(2, 6);
        for (int n = 0; n < count; n++)
            lan.Add(make(lan, Configured(lan.Random.Next(1, 255), 2 + seed % 2, 1) with { NoPreempt = true }, AddressOf(n)));
        foreach (SimulatedRouter router in lan.Routers) router.Start();
        lan.Run(QuietTime(lan));
        for (int round = 0; round < Rounds; round++)
        {
            SimulatedRouter? master = lan.Masters.SingleOrDefault();
            SimulatedRouter struck = lan.Routers[lan.Random.Next(count)];
            int takeovers = lan.Routers.Sum(r => r.Takeovers);
            // A script's weight moves the priorities about, which must not move the master either.
            foreach (SimulatedRouter router in lan.Routers) router.SetScript(lan.Random.Next(2) == 0);
            Trouble(lan, struck);
            lan.Run(QuietTime(lan));
            LookForOneMaster(lan, $"seed {seed} round {round}");
            if (master is null || master == struck) continue;
            Expect(master.State == VrrpStateKind.Master, $"seed {seed} round {round}: the master was moved");
            Expect(lan.Routers.Sum(r => r.Takeovers) == takeovers, $"seed {seed} round {round}: somebody took over beside the master");
        }
    }

    private static void OneSuccessor(int seed, Maker make)
    {
        var lan = new SimulatedLan(seed);
        int version = 2 + seed % 2;
        // 20 apart, so that one's skew ends, and its advert is heard, well before the next one's.
        int[] priorities = [240, 220, 200, 180, 160];
        lan.Random.Shuffle(priorities);
        for (int n = 0; n < priorities.Length; n++)
            lan.Add(make(lan, Configured(priorities[n], version, version == 2 ? 1 : 0.1), AddressOf(n)));
        foreach (SimulatedRouter router in lan.Routers) router.Start();
        lan.Run(QuietTime(lan));
        for (int round = 0; round < priorities.Length - 1; round++)
        {
            string where = $"seed {seed} round {round}";
            LookForOneMaster(lan, where);
            SimulatedRouter master = lan.Masters.Single();
            int takeovers = lan.Routers.Sum(r => r.Takeovers);
            lan.Run(lan.Random.NextInt64(2 * Wire.Second));
            if (lan.Random.Next(2) == 0) master.Crash();
            else master.Stop();
            SimulatedRouter best = Candidates(lan).MaxBy(r => r.Priority)!;
            long interval = best.Instance.AdvertisementInterval.Ticks * 100;
            lan.Run(VrrpTiming.MasterDownInterval(version, best.Priority, interval) + lan.MaxDelay);
            Expect(best.State == VrrpStateKind.Master, $"{where}: the best backup is {best.State}");
            lan.Run(QuietTime(lan));
            Expect(lan.Routers.Sum(r => r.Takeovers) == takeovers + 1, $"{where}: more than one took over");
        }
    }

    private static void Trouble(SimulatedLan lan, SimulatedRouter router)
    {
        if (!router.Running)
        {
            router.Start();
            return;
        }

        switch (lan.Random.Next(6))
        {
            case 0:
                router.Crash();
                break;
            case 1:
                router.Stop();
                break;
            case 2:
            case 3:
                router.SetLink(!router.LinkUp);
                break;
            case 4:
                router.SetScript(!router.ScriptUp);
                break;
            default:
                router.Freeze(lan.Now + lan.Random.NextInt64(5 * Wire.Second));
                break;
        }
    }

    private static void LookForOneMaster(SimulatedLan lan, string where)
    {
        int expected = Candidates(lan).Any() ? 1 : 0;
        Expect(lan.Masters.Count() == expected, $"{where}: {lan.Masters.Count()} masters instead of {expected}");
        foreach (SimulatedRouter router in lan.Routers)
        {
            bool isMaster = router.State == VrrpStateKind.Master;
            Expect(router.HoldsAddresses == isMaster, $"{where}: {router.State} holds addresses: {router.HoldsAddresses}");
        }
    }

    private static IEnumerable<SimulatedRouter> Candidates(SimulatedLan lan) => lan.Routers.Where(r => r.IsCandidate);

    /// <summary>
    /// Enough for anyone frozen to wake, the longest down interval (4 intervals at most), and for a preemption after that.
    /// </summary>
    private static long QuietTime(SimulatedLan lan) =>
        lan.Routers.Max(r => Math.Max(0, r.FrozenUntil - lan.Now))
        + 8 * lan.Routers.Max(r => r.Instance.AdvertisementInterval.Ticks * TimeSpan.NanosecondsPerTick)
        + 100 * Wire.Ms;

    private static VrrpInstance Configured(int priority, int version, double seconds) =>
        Wire.Instance(priority, version, seconds) with { TrackScripts = [new Tracked("chk", -15)] };

    private static uint AddressOf(int n) => Wire.Address("10.0.0.1") + (uint)n;

    private static void Expect(bool condition, string otherwise) => Assert.True(condition, otherwise);

    private static void IsFoundOut(Action<int> run)
    {
        int found = 0;
        for (int seed = 1; seed <= 20; seed++)
        {
            try
            {
                run(seed);
            }
            catch (TrueException)
            {
                found++;
            }
        }

        Assert.True(found >= 10, $"Only {found} of 20 seeds found the fault.");
    }
}
