using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Machine;

public class AllocationTests
{
    private const int Instances = 100;

    [Fact]
    public void The_steady_state_and_every_kind_of_step_allocate_nothing()
    {
        VrrpInstance[] configured =
        [
            .. Enumerable.Range(1, Instances).Select(i => Instance(100, version: 2 + i % 2) with
            {
                Name = $"VI_{i}",
                VirtualRouterId = i,
                TrackScripts = [new Tracked("chk", i % 3 == 0 ? 0 : -10)],
            }),
        ];
        var router = new VrrpRouter(Configuration([.. configured], new ScriptTracker { Name = "chk", Command = "x" }));
        byte[][] better = [.. configured.Select(c => Advert(c, "10.70.0.3", 200))];
        byte[][] worse = [.. configured.Select(c => Advert(c with { ChecksumForm = VrrpChecksumForm.PseudoHeader }, "10.70.0.1", 50))];
        byte[][] stopping = [.. configured.Select(c => Advert(c, "10.70.0.3", 0))];
        byte[][] refused = [.. configured.Select(c => Advert(c, "10.70.0.3")[..27])];
        var actions = new RouterActions();
        byte[] buffer = new byte[VrrpRouter.MaxAdvertLength];
        for (int i = 0; i < Instances; i++) router.OnInterface(i, new InterfaceReading(true, Scenario.Own), 0, actions);
        router.OnTracker(0, TrackerReading.Up, 0, actions);
        router.Start(0, long.MaxValue, actions);

        var random = new Random(1);
        long now = 0, transitions = 0;
        Run(20_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(100_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(transitions > 1000, $"only {transitions} transitions");

        void Run(int steps)
        {
            for (int step = 0; step < steps; step++)
            {
                actions.Clear();
                int instance = random.Next(Instances);
                switch (random.Next(100))
                {
                    case < 60:
                        now = Math.Max(now, router.NextDeadline == long.MaxValue ? now : router.NextDeadline);
                        router.OnTimer(now, actions);
                        break;
                    case < 75:
                        router.OnAdvert(instance, better[instance], new ReceiveTime(now, 0), actions);
                        break;
                    case < 85:
                        router.OnAdvert(instance, worse[instance], new ReceiveTime(now, 0), actions);
                        break;
                    case < 90:
                        router.OnAdvert(instance, stopping[instance], new ReceiveTime(now, 0), actions);
                        break;
                    case < 95:
                        router.OnAdvert(instance, refused[instance], new ReceiveTime(now, 0), actions);
                        break;
                    case < 97:
                        router.OnInterface(instance, new InterfaceReading(random.Next(2) == 0, Scenario.Own), now, actions);
                        break;
                    default:
                        router.OnTracker(0, TrackerReading.Of(random.Next(4) != 0), now, actions);
                        break;
                }

                foreach (RouterAction action in actions.AsSpan())
                {
                    if (action.Kind == RouterActionKind.SendAdvert)
                        router.EncodeAdvert(action, router.Destination(action.Instance, 0), 1, 0, buffer);
                    if (action.Kind == RouterActionKind.StateChanged) transitions++;
                }
            }
        }
    }
}
