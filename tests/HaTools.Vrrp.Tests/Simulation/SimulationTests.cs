using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>
/// Any routers on any LAN, whatever happens to them: storms of troubles, and calm in between. A failure says its seed; that alone is run with
/// <c>HATOOLS_SEED=n dotnet test --filter Any_routers_on_any_LAN</c>. With <c>HATOOLS_LONG=1</c> (<c>./test.sh --long</c>) there are some hundred times as many steps. <c>HATOOLS_FIRST_SEED=n</c>
/// begins with other seeds, <c>HATOOLS_STEPS=n</c> says how many steps, and <c>HATOOLS_SEED_STRIDE=n</c> takes every n-th seed: with a stride of 16, from a
/// seed that divides by 16 the strict LANs, from 2 more those of both versions, from 6 more those on which the nodes' versions differ, from 4 and from
/// 12 more these two in strict mode.
/// </summary>
public class SimulationTests(ITestOutputHelper output)
{
    private const int StepsOfRun = 1000;
    private const long Steps = 200_000;
    private const long StepsForMutants = 100_000;
    private const long StepsOfLong = 100_000_000;

    [Fact]
    public void Any_routers_on_any_LAN_keep_what_they_promise()
    {
        if (Environment.GetEnvironmentVariable("HATOOLS_SEED") is { Length: > 0 } asked)
        {
            var lan = new SimulatedLan(int.Parse(asked, CultureInfo.InvariantCulture));
            string? failure = Run(lan);
            output.WriteLine(lan.Plan.ToString());
            output.WriteLine(lan.Trace.ToString());
            Assert.Null(failure);
            return;
        }

        long goal = Asked("HATOOLS_STEPS") ?? (TestLength.IsLong ? StepsOfLong : Steps), steps = 0, takeovers = 0;
        // Runs are seeded one after the other, from the first on.
        int first = (int)(Asked("HATOOLS_FIRST_SEED") ?? 1);
        int stride = (int)(Asked("HATOOLS_SEED_STRIDE") ?? 1);
        int seed = first - stride;
        ConcurrentBag<string> failures = [];
        var watch = Stopwatch.StartNew();
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            while (Interlocked.Read(ref steps) < goal && failures.IsEmpty)
            {
                var lan = new SimulatedLan(Interlocked.Add(ref seed, stride));
                if (Run(lan) is { } failure) failures.Add(failure);
                Interlocked.Add(ref steps, lan.Steps);
                Interlocked.Add(ref takeovers, lan.Judge.Takeovers);
            }
        });
        if (failures.TryTake(out string? failed)) Assert.Fail(failed);
        output.WriteLine($"{steps} steps in {(seed - first) / stride + 1} runs, {takeovers} takeovers, {steps / watch.Elapsed.TotalSeconds:0} steps a second");
        Assert.True(takeovers > goal / 400, $"only {takeovers} takeovers: the storms are too weak to prove anything");
    }

    /// <summary>
    /// Seeds that have found something: (51743) a member of a sync group that slept, and another that was awake and heard a better master; the
    /// referee took the group for asleep, and expected it to listen for an interval only; (1010678) a router of both versions with a delay of
    /// preemption, between a better master of version 2 alone and a lower one of version 3 alone, that took over again and again; (230) an instance
    /// in FAULT that a reload gave another version, which the referee took for another router; (1054) a backup of version 2 that a reload told to speak version 3 as well,
    /// at a shorter interval, and that took over from a master whose interval it forgot; (8522) a delay of preemption that a reload took away while it ran, which the referee
    /// went on to wait for.
    /// </summary>
    [Theory]
    [InlineData(8522)]
    [InlineData(1054)]
    [InlineData(230)]
    [InlineData(51743)]
    [InlineData(1010678)]
    public void What_has_gone_wrong_once_does_not_again(int seed) => Assert.Null(Run(new SimulatedLan(seed)));

    public static TheoryData<string> Broken => [.. makers.Keys];

    public static TheoryData<string> BrokenInStrictMode => [.. makersForStrictMode.Keys];

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_machine_broken_on_purpose_is_found_out(string mutant) => FindOut(makers[mutant], first: 1, stride: 1);

    /// <summary>These are right wherever there is no strict mode of both versions, so the LANs are those that may be of that.</summary>
    [Theory]
    [MemberData(nameof(BrokenInStrictMode))]
    public void A_machine_broken_on_purpose_in_strict_mode_of_both_versions_is_found_out(string mutant) =>
        FindOut(makersForStrictMode[mutant], first: 4, stride: 8);

    private void FindOut(SimulatedLan.Maker mutant, int first, int stride)
    {
        long steps = 0;
        for (int seed = first; steps < StepsForMutants; seed += stride)
        {
            var lan = new SimulatedLan(seed, mutant);
            try
            {
                Storms(lan);
            }
            catch (BrokenPromiseException broken)
            {
                output.WriteLine($"found after {steps + lan.Steps} steps, seed {seed}: {broken.Message}");
                return;
            }

            steps += lan.Steps;
        }

        Assert.Fail($"{steps} steps found nothing wrong");
    }

    private static readonly Dictionary<string, SimulatedLan.Maker> makers = new()
    {
        ["tie-break reversed"] = (l, i, p, c) => new Mutants.TieBreakReversed(l, i, p, c),
        ["skew left out"] = (l, i, p, c) => new Mutants.SkewLeftOut(l, i, p, c),
        ["priority 0 ignored"] = (l, i, p, c) => new Mutants.PriorityZeroIgnored(l, i, p, c),
        ["interval not learned"] = (l, i, p, c) => new Mutants.IntervalNotLearned(l, i, p, c),
        ["nopreempt ignored"] = (l, i, p, c) => new Mutants.NoPreemptIgnored(l, i, p, c),
        ["never yields"] = (l, i, p, c) => new Mutants.NeverYields(l, i, p, c),
        ["addresses kept after yielding"] = (l, i, p, c) => new Mutants.AddressesKept(l, i, p, c),
        ["sync group member left behind"] = (l, i, p, c) => new Mutants.SyncMemberLeftBehind(l, i, p, c),
        ["not ready, and preempts"] = (l, i, p, c) => new Mutants.HoldIgnored(l, i, p, c),
        ["not ready, and waits for a dead master"] = (l, i, p, c) => new Mutants.HoldForEver(l, i, p, c),
        ["preempt delay ignored"] = (l, i, p, c) => new Mutants.PreemptDelayIgnored(l, i, p, c),
        ["owner waits"] = (l, i, p, c) => new Mutants.OwnerWaits(l, i, p, c),
        ["owner of strict mode hears"] = (l, i, p, c) => new Mutants.StrictOwnerHears(l, i, p, c),
        ["heeds version 2 beside version 3"] = (l, i, p, c) => new Mutants.HeedsVersion2(l, i, p, c),
        ["deaf to version 2 alone"] = (l, i, p, c) => new Mutants.DeafToVersion2(l, i, p, c),
        ["says no version 2"] = (l, i, p, c) => new Mutants.WithoutVersion2(l, i, p, c),
        ["reload keeps the priority"] = (l, i, p, c) => new Mutants.ReloadKeepsPriority(l, i, p, c),
        ["reload keeps the password"] = (l, i, p, c) => new Mutants.ReloadKeepsPassword(l, i, p, c),
        ["reload keeps the interval"] = (l, i, p, c) => new Mutants.ReloadKeepsInterval(l, i, p, c),
        ["stale advert after a pause"] = (l, i, p, c) => new Mutants.StaleAdvertAfterPause(l, i, p, c),
    };

    private static readonly Dictionary<string, SimulatedLan.Maker> makersForStrictMode = new()
    {
        ["owner hears version 2"] = (l, i, p, c) => new Mutants.StrictOwnerHearsVersion2(l, i, p, c),
        ["says no version 2"] = (l, i, p, c) => new Mutants.StrictWithoutVersion2(l, i, p, c),
        ["yields with a word"] = (l, i, p, c) => new Mutants.StrictYieldsWithWord(l, i, p, c),
    };

    private static long? Asked(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } number ? long.Parse(number, CultureInfo.InvariantCulture) : null;

    /// <returns>What went wrong, and how to see it again; null: nothing.</returns>
    private static string? Run(SimulatedLan lan)
    {
        try
        {
            Storms(lan);
            return null;
        }
        catch (Exception e)
        {
            string what = e is BrokenPromiseException ? e.Message : e.ToString();
            return $"seed {lan.Seed}: {what}\nonce more: HATOOLS_SEED={lan.Seed} dotnet test tests/HaTools.Vrrp.Tests -c Release "
                + $"--filter Any_routers_on_any_LAN\nthe last events:\n{lan.Trace}";
        }
    }

    private static void Storms(SimulatedLan lan)
    {
        foreach (SimulatedHost host in lan.Hosts) host.Start();
        var storm = new Storm(lan);
        while (lan.Steps < StepsOfRun)
        {
            storm.Rage();
            storm.Abate();
            lan.Judge.Calm();
        }
    }
}
