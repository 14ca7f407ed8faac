namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>Routers on one LAN in virtual time. Everything random comes from one seed, so that a run can be repeated.</summary>
internal sealed class SimulatedLan(int seed)
{
    private readonly PriorityQueue<(SimulatedRouter To, byte[] Datagram), (long At, long Order)> underway = new();
    private readonly Dictionary<(SimulatedRouter From, SimulatedRouter To), long> lastArrival = [];
    private readonly List<SimulatedRouter> routers = [];
    private long sent;

    public Random Random { get; } = new(seed);

    public long Now { get; private set; } = 1000 * Wire.Second;

    /// <summary>The part of the datagrams that is lost, for each receiver by itself.</summary>
    public double Loss { get; set; }

    /// <summary>
    /// The longest time that a datagram takes; each takes its own, but as on a real LAN those of one sender do not overtake one another.
    /// </summary>
    public long MaxDelay { get; set; } = Wire.Ms;

    public IReadOnlyList<SimulatedRouter> Routers => routers;

    public IEnumerable<SimulatedRouter> Masters => routers.Where(r => r.State == VrrpStateKind.Master);

    public T Add<T>(T router)
        where T : SimulatedRouter
    {
        routers.Add(router);
        return router;
    }

    public void Broadcast(SimulatedRouter from, byte[] datagram)
    {
        foreach (SimulatedRouter to in routers)
        {
            if (to == from || Random.NextDouble() < Loss) continue;
            long arrival = Math.Max(Now + Random.NextInt64(MaxDelay), lastArrival.GetValueOrDefault((from, to)));
            lastArrival[(from, to)] = arrival;
            underway.Enqueue((to, datagram), (arrival, sent++));
        }
    }

    public void Run(long nanoseconds)
    {
        long end = Now + nanoseconds;
        while (true)
        {
            SimulatedRouter? next = routers.MinBy(r => r.NextWake);
            long wake = next?.NextWake ?? long.MaxValue;
            long delivery = underway.TryPeek(out _, out (long At, long) head) ? head.At : long.MaxValue;
            if (Math.Min(wake, delivery) > end) break;
            Now = Math.Max(Now, Math.Min(wake, delivery));
            if (delivery <= wake)
            {
                (SimulatedRouter to, byte[] datagram) = underway.Dequeue();
                to.Deliver(datagram);
            }
            else
            {
                next!.Wake();
            }
        }

        Now = end;
    }
}
