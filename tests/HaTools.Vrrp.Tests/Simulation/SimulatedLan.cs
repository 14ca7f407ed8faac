namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>Nodes on a LAN in virtual time. Everything random comes from one seed, so that a run can be repeated.</summary>
internal class SimulatedLan
{
    private readonly PriorityQueue<(SimulatedHost To, Packet Packet), long> underway = new();
    private readonly Stack<Packet> idle = [];
    private readonly bool[,] cut;
    private readonly long[,] lastArrival;

    public SimulatedLan(int seed, Maker? mutant = null)
        : this(new Random(seed), seed, mutant)
    {
    }

    /// <summary>A LAN that was not drawn.</summary>
    protected SimulatedLan(LanPlan plan, NodePlan[] nodes)
        : this(new Random(1), plan)
    {
        for (int n = 0; n < plan.Nodes; n++) Hosts[n] = new SimulatedHost(this, n, nodes[n], new SimulatedClock(1_000_000 * Wire.Second, 0));
    }

    private SimulatedLan(Random random, int seed, Maker? mutant)
        : this(random, DrawPlan(random, seed, isPlain: mutant is not null))
    {
        Seed = seed;
        if (seed % 3 == 0) Holds = new Random(~seed);
        // A broken machine among good ones, or among its like.
        int broken = Random.Next(Plan.Nodes);
        bool all = Random.Next(2) == 0;
        for (int n = 0; n < Plan.Nodes; n++)
        {
            NodePlan plan = NodePlan.Draw(Plan, Random);
            SimulatedClock clock = SimulatedClock.Draw(Random);
            Hosts[n] = mutant is not null && (all || n == broken) ? mutant(this, n, plan, clock) : new SimulatedHost(this, n, plan, clock);
        }
    }

    /// <summary>What came in later has draws of its own, by the seed, so that the others keep the meaning that they had.</summary>
    private static LanPlan DrawPlan(Random random, int seed, bool isPlain)
    {
        LanPlan plan = LanPlan.Draw(random, isPlain);
        if (seed % 4 == 0) plan = plan.Stricter();
        return (seed % 16) switch
        {
            2 or 10 => plan.WithVersion2(),
            6 or 14 => plan.Mixed(),
            // Both in one.
            4 => plan.WithVersion2(),
            12 => plan.Mixed(),
            _ => plan,
        };
    }

    private SimulatedLan(Random random, LanPlan plan)
    {
        Random = random;
        Plan = plan;
        Judge = new Judge(this);
        cut = new bool[Plan.Nodes * Plan.Segments, Plan.Nodes];
        lastArrival = new long[Plan.Nodes, Plan.Nodes];
        MaxDelay = Plan.CalmDelay;
        Hosts = new SimulatedHost[Plan.Nodes];
    }

    public int Seed { get; }

    /// <summary>On a LAN where hosts are not always ready to take over from a master that lives: what decides when; null: they are.</summary>
    public Random? Holds { get; }

    public delegate SimulatedHost Maker(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock);

    public LanPlan Plan { get; }

    public Random Random { get; }

    public Judge Judge { get; }

    public Trace Trace { get; } = new();

    public SimulatedHost[] Hosts { get; }

    /// <summary>Where the transitions are noted, if somebody wants them.</summary>
    public HashSet<Transition>? Table { get; set; }

    public long Now { get; protected set; } = Wire.Second;

    /// <summary>The wall clock, which is right on all nodes, in nanoseconds since 1970.</summary>
    public long WallClock => 1_700_000_000 * Wire.Second + Now;

    /// <summary>What was done so far: datagrams delivered, timers run, troubles made.</summary>
    public long Steps { get; set; }

    /// <summary>When the last datagram that is underway arrives.</summary>
    public long LastArrival { get; private set; }

    /// <summary>The part of the datagrams that is lost, for each receiver by itself.</summary>
    public double Loss { get; set; }

    /// <summary>The part that arrives twice.</summary>
    public double Duplication { get; set; }

    /// <summary>The longest time that a datagram takes; each takes its own.</summary>
    public long MaxDelay { get; set; }

    /// <summary>Whether datagrams of one sender may overtake one another.</summary>
    public bool Reorders { get; set; }

    /// <summary>Cuts or mends what leads from one node to another on a network, in this direction only.</summary>
    public void Cut(int segment, int from, int to, bool isCut) => cut[segment * Plan.Nodes + from, to] = isCut;

    public void MendAll() => Array.Clear(cut);

    public Packet Rent() => idle.TryPop(out Packet? packet) ? packet : new Packet();

    public void Return(Packet packet)
    {
        if (--packet.Uses <= 0) idle.Push(packet);
    }

    /// <summary>A packet of a node to all others on a network, or to the one that it is addressed to.</summary>
    public void Send(SimulatedHost from, int segment, Packet packet)
    {
        packet.Uses = 1;
        foreach (SimulatedHost to in Hosts)
        {
            if (to == from || cut[segment * Plan.Nodes + from.Index, to.Index]) continue;
            if (Plan.IsUnicast && packet.Destination != to.Address) continue;
            if (Loss > 0 && Random.NextDouble() < Loss) continue;
            Underway(from, to, packet);
            if (Duplication > 0 && Random.NextDouble() < Duplication) Underway(from, to, packet);
        }

        Return(packet);
    }

    /// <summary>Lets time pass until then.</summary>
    public void RunUntil(long end)
    {
        while (true)
        {
            SimulatedHost? next = null;
            long wake = long.MaxValue;
            foreach (SimulatedHost host in Hosts)
            {
                if (host.NextWake < wake) wake = (next = host).NextWake;
            }

            long delivery = underway.TryPeek(out _, out long at) ? at : long.MaxValue;
            if (Math.Min(wake, delivery) > end) break;
            Steps++;
            if (delivery <= wake)
            {
                Now = Math.Max(Now, delivery);
                (SimulatedHost to, Packet packet) = underway.Dequeue();
                to.Deliver(packet);
            }
            else
            {
                Now = Math.Max(Now, wake);
                next!.Wake();
            }
        }

        Now = Math.Max(Now, end);
    }

    /// <summary>Whether something happens that happens once in so many times.</summary>
    public virtual bool OnceIn(int times) => Random.Next(times) == 0;

    protected virtual void Underway(SimulatedHost from, SimulatedHost to, Packet packet)
    {
        long arrival = Now + 1 + Random.NextInt64(MaxDelay);
        if (!Reorders)
        {
            ref long last = ref lastArrival[from.Index, to.Index];
            last = arrival = Math.Max(arrival, last + 1);
        }

        LastArrival = Math.Max(LastArrival, arrival);
        packet.Uses++;
        underway.Enqueue((to, packet), arrival);
    }
}
