using HaTools.Vrrp.Bfd;

namespace HaTools.Vrrp.Tests.Bfd;

/// <summary>Two machines in virtual time on a line that loses and delays packets.</summary>
public class BfdSimulationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Two_routers_come_up_on_any_line_that_carries_something_and_stay_up_on_a_whole_one(int seed)
    {
        var line = new Line(seed, Timers(seed), Timers(seed + 100)) { Loss = 0.5 };
        line.Run(60 * Wire.Second);
        line.Loss = 0;
        line.Run(20 * Wire.Second);
        Assert.Equal((BfdState.Up, BfdState.Up), (line.A.State, line.B.State));
        int changes = line.Changes;
        line.Run(120 * Wire.Second);
        Assert.Equal((BfdState.Up, BfdState.Up), (line.A.State, line.B.State));
        Assert.Equal(changes, line.Changes);
        // Both have settled on the same intervals: what one sends at is what the other counts by.
        Assert.Equal(line.B.DetectionTime, line.Multiplier(line.A) * (long)line.A.TransmitInterval);
        Assert.Equal(line.A.DetectionTime, line.Multiplier(line.B) * (long)line.B.TransmitInterval);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_cut_line_is_known_within_the_detection_time_on_both_sides(int seed)
    {
        var line = new Line(seed, Timers(seed), Timers(seed + 100));
        line.Run(20 * Wire.Second);
        Assert.Equal((BfdState.Up, BfdState.Up), (line.A.State, line.B.State));
        long longest = Math.Max(line.A.DetectionTime, line.B.DetectionTime) * 1000;
        line.Loss = 1;
        line.Run(longest + Line.MaxDelay);
        Assert.Equal((BfdState.Down, BfdState.Down), (line.A.State, line.B.State));
        line.Loss = 0;
        line.Run(20 * Wire.Second);
        Assert.Equal((BfdState.Up, BfdState.Up), (line.A.State, line.B.State));
    }

    [Fact]
    public void A_line_that_carries_one_way_only_is_down_on_both_sides()
    {
        var line = new Line(7, BfdBench.Usual, BfdBench.Usual);
        line.Run(10 * Wire.Second);
        line.OneWay = true;
        line.Run(2 * Wire.Second);
        Assert.NotEqual(BfdState.Up, line.A.State);
        Assert.NotEqual(BfdState.Up, line.B.State);
    }

    [Fact]
    public void A_neighbour_that_starts_anew_is_found_again()
    {
        var line = new Line(8, BfdBench.Usual, BfdBench.Usual);
        line.Run(10 * Wire.Second);
        line.Restart();
        line.Run(10 * Wire.Second);
        Assert.Equal((BfdState.Up, BfdState.Up), (line.A.State, line.B.State));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Timers_that_change_again_before_the_neighbour_has_answered_never_bring_a_session_down(int seed)
    {
        var random = new Random(seed);
        // Far apart, so that who goes by the longer one alone is soon missed.
        BfdTimers Any() => new(random.Next(4) == 0 ? Interval() : 10_000, Interval(), 1_000_000, 20, Passive: false);
        uint Interval() => random.Next(2) == 0 ? 10_000u : 1_280_000u;
        // An old packet that overtakes a new one brings old timers back; the protocol has no word against that.
        var line = new Line(seed, Any(), Any()) { KeepsOrder = true };
        line.Run(20 * Wire.Second);
        Assert.Equal((BfdState.Up, BfdState.Up), (line.A.State, line.B.State));
        int changes = line.Changes;
        // Twenty packets in a row are never lost; the two that say what is new often are.
        line.Loss = 0.3;
        for (int i = 0; i < 600; i++)
        {
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                line.Reconfigure(random.Next(2), Any());
                line.Run(random.NextInt64(3 * Wire.Ms));
            }

            line.Run(random.NextInt64(4 * Wire.Second));
            Assert.Equal((i, changes), (i, line.Changes));
        }
    }

    private static BfdTimers Timers(int seed)
    {
        var random = new Random(seed);
        uint Interval() => (uint)random.Next(1, 300) * 1000;
        return new BfdTimers(Interval(), Interval(), 1_000_000, (byte)random.Next(3, 8), Passive: seed < 100 && seed % 4 == 0); // one of them has to begin
    }

    private sealed class Line
    {
        public const long MaxDelay = Wire.Ms;

        private readonly Random random;
        private readonly BfdTimers[] timers;
        private readonly BfdMachine[] ends;
        private readonly BfdActions actions = new();
        private readonly PriorityQueue<(int To, BfdPacket Packet), long> flying = new();
        private readonly long[] lastArrival = new long[2];
        private long now;

        public Line(int seed, BfdTimers a, BfdTimers b)
        {
            random = new Random(seed);
            timers = [a, b];
            ends = [new BfdMachine(0, a, 1, random), new BfdMachine(1, b, 2, random)];
            foreach (BfdMachine end in ends) Carry(() => end.Start(now, actions));
        }

        public BfdMachine A => ends[0];

        public BfdMachine B => ends[1];

        public double Loss { get; set; }

        /// <summary>Nothing arrives at the second end.</summary>
        public bool OneWay { get; set; }

        /// <summary>No packet overtakes another.</summary>
        public bool KeepsOrder { get; init; }

        public int Changes { get; private set; }

        public int Multiplier(BfdMachine end) => timers[end.Index].DetectMultiplier;

        public void Restart()
        {
            ends[1] = new BfdMachine(1, timers[1], 3, random);
            Carry(() => ends[1].Start(now, actions));
        }

        public void Reconfigure(int end, BfdTimers next)
        {
            timers[end] = next;
            Carry(() => ends[end].Reconfigure(next, now, actions));
        }

        public void Run(long nanoseconds)
        {
            long end = now + nanoseconds;
            while (true)
            {
                long next = Math.Min(A.NextDeadline, B.NextDeadline);
                if (flying.TryPeek(out _, out long arrival)) next = Math.Min(next, arrival);
                if (next > end) break;
                now = Math.Max(now, next);
                while (flying.TryPeek(out (int To, BfdPacket Packet) one, out arrival) && arrival <= now)
                {
                    flying.Dequeue();
                    // As a host finds the session.
                    uint asked = one.Packet.YourDiscriminator;
                    if (asked != 0 && asked != ends[one.To].LocalDiscriminator) continue;
                    Carry(() => ends[one.To].OnPacket(one.Packet, now, actions));
                }

                foreach (BfdMachine machine in ends)
                {
                    if (machine.NextDeadline <= now) Carry(() => machine.OnTimer(now, actions));
                }
            }

            now = end;
        }

        private void Carry(Action step)
        {
            actions.Clear();
            step();
            for (int i = 0; i < actions.Count; i++)
            {
                BfdAction action = actions[i];
                int to = 1 - action.Session;
                if (action.Kind == BfdActionKind.StateChanged) Changes++;
                else if (random.NextDouble() >= Loss && !(OneWay && to == 1))
                {
                    long arrival = now + random.NextInt64(MaxDelay);
                    if (KeepsOrder) arrival = lastArrival[to] = Math.Max(arrival, lastArrival[to] + 1);
                    flying.Enqueue((to, action.Packet), arrival);
                }
            }
        }
    }
}
