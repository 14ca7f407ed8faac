using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit.Abstractions;
using Choice = HaTools.Vrrp.Tests.Simulation.ChosenLan.Choice;

namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>
/// All that can happen to two nodes, up to a number of events, from the start and from when one is master: each order of timers, deliveries, losses,
/// crashes, stops, starts, faults and changes of priority, for each pair of three priorities, with and without preemption, in both versions.
/// After each event the referee looks, and from each state that was not met before the nodes are left in calm, and the judge looks.
/// </summary>
public class ExhaustiveSearchTests(ITestOutputHelper output)
{
    private const int Depth = 4;
    private const int DepthOfLong = 6;

    private static readonly int[] priorities = [100, 110, 255];

    private static readonly Happening[] adverts =
    [
        Happening.StopHeard,
        Happening.LowerHeard,
        Happening.EqualHeardFromLowerAddress,
        Happening.EqualHeardFromHigherAddress,
        Happening.HigherHeard,
    ];

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Two_nodes_keep_what_they_promise_whatever_happens_in_whatever_order(int version)
    {
        int depth = TestLength.IsLong ? DepthOfLong : Depth;
        long states = 0, steps = 0;
        ConcurrentBag<string> failures = [];
        ConcurrentDictionary<Transition, bool> table = [];
        var watch = Stopwatch.StartNew();
        Parallel.ForEach(Models(version), (model, all) =>
        {
            var search = new Search(model, depth);
            if (search.Run() is { } failure)
            {
                failures.Add(failure);
                all.Stop();
            }

            Interlocked.Add(ref states, search.States);
            Interlocked.Add(ref steps, search.Steps);
            foreach (Transition t in search.Table) table.TryAdd(t, true);
        });
        if (failures.TryTake(out string? first)) Assert.Fail(first);
        output.WriteLine($"{depth} events deep: {states} states, {steps} events, {steps / watch.Elapsed.TotalSeconds:0} a second");
        Assert.Equal(Table.Order(), table.Keys.Order());
    }

    /// <summary>
    /// The states of RFC 3768 and RFC 9568 section 6.4, and FAULT, which is Initialize with a reason: what can happen in each, and where it
    /// leads. A node that is out hears nothing, and its timers do not run.
    /// </summary>
    private static IEnumerable<Transition> Table
    {
        get
        {
            // 6.4.1 Initialize; the owner of the addresses is master at once.
            yield return new(VrrpStateKind.Initialize, Happening.Startup, VrrpStateKind.Backup);
            yield return new(VrrpStateKind.Initialize, Happening.Startup, VrrpStateKind.Master);
            yield return new(VrrpStateKind.Initialize, Happening.Startup, VrrpStateKind.Fault);
            // 6.4.2 Backup: nothing that is heard makes another state of it.
            yield return new(VrrpStateKind.Backup, Happening.Shutdown, VrrpStateKind.Initialize);
            yield return new(VrrpStateKind.Backup, Happening.FaultArises, VrrpStateKind.Fault);
            yield return new(VrrpStateKind.Backup, Happening.TimerFires, VrrpStateKind.Master);
            foreach (Happening heard in adverts) yield return new(VrrpStateKind.Backup, heard, VrrpStateKind.Backup);
            // 6.4.3 Active: a higher priority, or the same from a higher address, makes it backup.
            yield return new(VrrpStateKind.Master, Happening.Shutdown, VrrpStateKind.Initialize);
            yield return new(VrrpStateKind.Master, Happening.FaultArises, VrrpStateKind.Fault);
            yield return new(VrrpStateKind.Master, Happening.TimerFires, VrrpStateKind.Master);
            yield return new(VrrpStateKind.Master, Happening.StopHeard, VrrpStateKind.Master);
            yield return new(VrrpStateKind.Master, Happening.LowerHeard, VrrpStateKind.Master);
            yield return new(VrrpStateKind.Master, Happening.EqualHeardFromLowerAddress, VrrpStateKind.Master);
            yield return new(VrrpStateKind.Master, Happening.EqualHeardFromHigherAddress, VrrpStateKind.Backup);
            yield return new(VrrpStateKind.Master, Happening.HigherHeard, VrrpStateKind.Backup);
            // A fault ends as a start-up does.
            // Who slept past what others wait steps down before it says anything, and who slept past its timer listens once before it takes over.
            yield return new(VrrpStateKind.Backup, Happening.TimerFires, VrrpStateKind.Backup);
            yield return new(VrrpStateKind.Master, Happening.TimerFires, VrrpStateKind.Backup);
            yield return new(VrrpStateKind.Master, Happening.StopHeard, VrrpStateKind.Backup);
            yield return new(VrrpStateKind.Master, Happening.LowerHeard, VrrpStateKind.Backup);
            yield return new(VrrpStateKind.Master, Happening.EqualHeardFromLowerAddress, VrrpStateKind.Backup);
            yield return new(VrrpStateKind.Fault, Happening.Shutdown, VrrpStateKind.Initialize);
            yield return new(VrrpStateKind.Fault, Happening.FaultEnds, VrrpStateKind.Backup);
            yield return new(VrrpStateKind.Fault, Happening.FaultEnds, VrrpStateKind.Master);
            foreach (Happening heard in adverts) yield return new(VrrpStateKind.Fault, heard, VrrpStateKind.Fault);
        }
    }

    private static IEnumerable<Model> Models(int version)
    {
        foreach (int a in priorities)
        {
            foreach (int b in priorities)
            {
                foreach (bool noPreempt in (bool[])[false, true])
                {
                    yield return new Model(version, a, b, noPreempt, FromMaster: false);
                    yield return new Model(version, a, b, noPreempt, FromMaster: true);
                }
            }
        }
    }

    private sealed record Model(int Version, int First, int Second, bool NoPreempt, bool FromMaster)
    {
        private readonly LanPlan plan = new()
        {
            Version = Version,
            Nodes = 2,
            Interval = Version == 2 ? Wire.Second : 100 * Wire.Ms,
            // Version 3: the second node's is longer.
            OtherInterval = Version == 2 ? Wire.Second : 300 * Wire.Ms,
            GarpDelay = 0,
        };

        private NodePlan[]? nodes;

        public ChosenLan Make()
        {
            nodes ??= [Node(First, plan.Interval), Node(Second, plan.OtherInterval)];
            var lan = new ChosenLan(plan, nodes);
            if (FromMaster) lan.Settle();
            return lan;
        }

        private NodePlan Node(int priority, long interval) =>
            new([new RouterPlan { Priority = priority, Interval = interval, NoPreempt = NoPreempt, StartsAsMaster = true, Weight = -10 }]);
    }

    /// <summary>A search in breadth. A state is what leads to it: the machine cannot be copied, but it can be led there again.</summary>
    private sealed class Search(Model model, int depth)
    {
        private readonly HashSet<ulong> met = [];
        private readonly List<Choice> choices = [];

        public long States => met.Count;

        public long Steps { get; private set; }

        public HashSet<Transition> Table { get; } = [];

        /// <returns>What went wrong, and what led to it; null: nothing.</returns>
        public string? Run()
        {
            List<Choice[]> layer = [[]];
            for (int d = 0; d < depth; d++)
            {
                List<Choice[]> next = [];
                foreach (Choice[] path in layer)
                {
                    choices.Clear();
                    Lead(path).AddChoices(choices);
                    foreach (Choice choice in choices)
                    {
                        Choice[] longer = [.. path, choice];
                        if (Try(longer, out bool isNew) is { } failure) return failure;
                        if (isNew) next.Add(longer);
                    }
                }

                layer = next;
            }

            return null;
        }

        private string? Try(Choice[] path, out bool isNew)
        {
            isNew = false;
            ChosenLan? lan = null;
            try
            {
                lan = Lead(path.AsSpan()[..^1]);
                lan.Table = Table;
                lan.Do(path[^1]);
                lan.Table = null;
                Steps++;
                isNew = met.Add(lan.Digest());
                if (isNew) lan.CalmDown();
                return null;
            }
            catch (Exception e)
            {
                string what = e is BrokenPromiseException ? e.Message : e.ToString();
                return $"{model}: {what}\nafter {string.Join(", ", path.Select(c => $"{c.Event} {c.Index}"))}\n{lan?.Trace}";
            }
        }

        private ChosenLan Lead(ReadOnlySpan<Choice> path)
        {
            ChosenLan lan = model.Make();
            foreach (Choice choice in path) lan.Do(choice);
            return lan;
        }
    }
}
