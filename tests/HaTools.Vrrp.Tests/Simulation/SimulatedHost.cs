namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>
/// A node: the real router machine, and a host around it as simple as can be: a clock, a socket that holds datagrams while the node is
/// stopped, interfaces, two trackers, virtual addresses. Each call into the machine is watched by the referee of each virtual router. What
/// is virtual is where a wrong machine is made from the right one (<see cref="Mutants"/>).
/// </summary>
internal class SimulatedHost
{
    /// <summary>As many datagrams wait in the socket of a node that does not run; more are lost.</summary>
    private const int SocketRoom = 64;

    private readonly RouterActions actions = new();
    private readonly Queue<Packet> socket = new();
    private readonly List<Seat> order = [];
    private readonly SimulatedClock clock;
    private readonly bool[] interfaceUp;
    private NodePlan planned;
    private HaConfiguration? configuration;
    private long deadline = long.MaxValue;
    private long deadlineTrue = long.MaxValue;

    public SimulatedHost(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
    {
        (Lan, Index, planned, this.clock) = (lan, index, plan.FitFor(lan.Plan, index), clock);
        Address = lan.Plan.AddressOf(index);
        interfaceUp = new bool[lan.Plan.Segments];
        Array.Fill(interfaceUp, true);
        Seats = [.. Enumerable.Range(0, lan.Plan.Routers).Select(r => new Seat(this, r))];
    }

    public SimulatedLan Lan { get; }

    public int Index { get; }

    /// <summary>The places that the node has at the virtual routers, whether it takes them or not.</summary>
    public Seat[] Seats { get; }

    public AddressBits Address { get; }

    public bool IsRunning => Router is not null;

    /// <summary>Whether the machine was told to start.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>Until when the node waits because it has just started, by its clock.</summary>
    public long HeldUntil { get; private set; }

    public long HeldUntilTrue => Router is null ? 0 : clock.TrueTimeOf(HeldUntil);

    public TrackerState Weigh { get; private set; } = TrackerState.Up;

    public TrackerState Vital { get; private set; } = TrackerState.Up;

    /// <summary>Until when the node does nothing at all: its timers and its socket wait.</summary>
    public long FrozenUntil { get; private set; }

    /// <summary>When the node has to do something next, in true time.</summary>
    public long NextWake => Router is null ? long.MaxValue : Math.Max(FrozenUntil, socket.Count > 0 ? 0 : DeadlineTrue);

    /// <summary>What the node's clock shows.</summary>
    public long Local => clock.At(Lan.Now);

    protected VrrpRouter? Router { get; private set; }

    /// <summary>When the machine's timers are to be run.</summary>
    protected virtual long Deadline => Router!.NextDeadline;

    private long DeadlineTrue
    {
        get
        {
            long now = Deadline;
            if (now == deadline) return deadlineTrue;
            deadline = now;
            return deadlineTrue = clock.TrueTimeOf(now);
        }
    }

    /// <summary>Whether a better master's advert waits in the socket.</summary>
    public bool HasUnreadBetter(Seat seat)
    {
        if (socket.Count == 0) return false;
        foreach (Packet packet in socket)
        {
            if (seat.WouldYieldTo(packet)) return true;
        }

        return false;
    }

    public bool IsInterfaceUp(int segment) => interfaceUp[segment];

    public void Start()
    {
        Lan.Trace.Add(Lan.Now, Index, "starts");
        configuration = Lan.Plan.Configuration(planned, Index);
        Router = new VrrpRouter(Told(configuration));
        deadline = deadlineTrue = long.MaxValue;
        HeldUntil = Local + planned.StartupDelay;
        if (Lan.OnceIn(4)) Weigh = TrackerState.Unknown;
        if (Lan.OnceIn(4)) Vital = TrackerState.Unknown;
        Seat(planned);
        if (Lan.Holds is { } holds) foreach (Seat seat in Seats) seat.HoldsBack = holds.Next(2) == 0;
        TellHolds();
        TellTrackers();
        TellInterfaces();
        Router.Start(Local, long.MaxValue, actions);
        IsStarted = true;
        CarryOut(Step.Start);
    }

    /// <summary>The node's program is gone without a word. Its addresses stay until nobody has renewed them for their lifetime.</summary>
    public void Crash()
    {
        Lan.Trace.Add(Lan.Now, Index, "crashes");
        Vanish();
    }

    public void Stop()
    {
        Lan.Trace.Add(Lan.Now, Index, "stops");
        Router!.Stop(Local, actions);
        CarryOut(Step.Stop);
        foreach (Seat seat in order) seat.Expect(!seat.HoldsAddresses, "a node that stopped holds addresses");
        Vanish();
    }

    public void SetInterface(int segment, bool up)
    {
        Lan.Trace.Add(Lan.Now, Index, up ? "interface {0} up" : "interface {0} down", 0, segment);
        interfaceUp[segment] = up;
        if (Router is null) return;
        TellInterfaces();
        CarryOut(Step.Facts);
    }

    public void SetTrackers(TrackerState weigh, TrackerState vital)
    {
        Lan.Trace.Add(Lan.Now, Index, "weigh {0} vital {1} (1 down, 2 up)", 0, (long)weigh, (long)vital);
        (Weigh, Vital) = (weigh, vital);
        if (Router is null) return;
        TellTrackers();
        CarryOut(Step.Facts);
    }

    /// <summary>The host is ready for a virtual router, or is not any more.</summary>
    public void SetHold(Seat seat, bool holdsBack)
    {
        Lan.Trace.Add(Lan.Now, Index, holdsBack ? "is not ready" : "is ready", seat.VirtualRouterId);
        seat.HoldsBack = holdsBack;
        if (Router is null || seat.Instance < 0) return;
        TellHolds();
        CarryOut(Step.Facts);
    }

    public void Freeze(long until)
    {
        Lan.Trace.Add(Lan.Now, Index, "is stopped for {0} ns", 0, until - Lan.Now);
        FrozenUntil = until;
    }

    /// <summary>Goes on with another configuration; a node that does not run starts with it.</summary>
    public void Reconfigure(NodePlan next)
    {
        next = next.FitFor(Lan.Plan, Index);
        if (Router is null)
        {
            planned = next;
            return;
        }

        Lan.Trace.Add(Lan.Now, Index, "is reconfigured");
        HaConfiguration before = configuration!;
        HaConfiguration after = Lan.Plan.Configuration(next, Index);
        int[] carryOver = VrrpRouter.InstanceCarryOver(before, after);
        for (int i = 0; i < order.Count; i++)
        {
            if (carryOver.Contains(i)) continue;
            Router.RetireInstance(i, Local, actions);
            CarryOut(Step.Stop);
        }

        (configuration, planned) = (after, next);
        Seat(next);
        Router.Reconfigure(Told(after), carryOver, VrrpRouter.TrackerCarryOver(before, after), Local, actions);
        CarryOut(Step.Reconfigure);
        // As the host does: who is new has not heard of its interface yet.
        TellHolds();
        TellInterfaces();
        TellTrackers();
        CarryOut(Step.Facts);
    }

    public void Agree() => Reconfigure(planned.Agreeing(Lan.Plan));

    public void Change(Random random) => Reconfigure(planned.Changed(Lan.Plan, random));

    /// <summary>A datagram reaches the node's socket.</summary>
    public void Deliver(Packet packet)
    {
        int segment = (packet.VirtualRouterId - 1) % Lan.Plan.Segments;
        if (IsRunning && interfaceUp[segment] && socket.Count < SocketRoom) socket.Enqueue(packet);
        else Lan.Return(packet);
    }

    /// <summary>The host's loop, once.</summary>
    public void Wake()
    {
        Loop();
        foreach (Seat seat in order) seat.CheckTimers();
    }

    /// <summary>The socket alone; the timers wait.</summary>
    public void Read() => ReadSocket();

    public void AddTo(StateDigest digest)
    {
        digest.AddObject(interfaceUp, 0);
        digest.AddObject(Weigh, 0);
        digest.AddObject(Vital, 0);
        digest.AddObject(Router, Local);
        foreach (Seat seat in Seats) digest.AddObject(seat, Local);
    }

    /// <summary>What waits in the socket comes before the timers.</summary>
    protected virtual void Loop()
    {
        ReadSocket();
        RunTimers();
    }

    protected void ReadSocket()
    {
        while (socket.TryDequeue(out Packet? packet))
        {
            Hear(packet);
            Lan.Return(packet);
        }
    }

    protected void RunTimers()
    {
        long now = Local;
        if (Deadline > now) return;
        Router!.OnTimer(Shown(now), actions);
        CarryOut(Step.Timer);
    }

    /// <summary>Whether the machine is told that its host is not ready.</summary>
    protected virtual bool TellsHolds => true;

    /// <summary>What the machine is configured with.</summary>
    protected virtual HaConfiguration Told(HaConfiguration configuration) => configuration;

    /// <summary>The time that the machine is told with its timers.</summary>
    protected virtual long Shown(long now) => now;

    /// <summary>What the machine hears of a datagram.</summary>
    /// <returns>Whether it hears it at all.</returns>
    protected virtual bool Incoming(Seat seat, Packet packet) => true;

    protected virtual void Outgoing(Packet packet)
    {
    }

    /// <summary>Whether the host does what the machine asks for.</summary>
    protected virtual bool Heeds(ReadOnlySpan<RouterAction> all, in RouterAction action) => true;

    /// <summary>The source that the machine believes to have.</summary>
    protected virtual AddressBits Source => Address;

    private void TellHolds()
    {
        if (!TellsHolds) return;
        foreach (Seat seat in order) Router!.OnHold(seat.Instance, seat.HoldsBack, Local);
    }

    private void Hear(Packet packet)
    {
        Seat seat = Seats[packet.VirtualRouterId - 1];
        if (seat.Instance < 0) return;
        Lan.Trace.Add(Lan.Now, Index, "hears priority {0} of node {1}", seat.VirtualRouterId, packet.Priority, Lan.Plan.NodeOf(packet.Source));
        seat.Hears(packet);
        Packet heard = Lan.Rent();
        heard.CopyFrom(packet);
        heard.Uses = 1;
        var time = new ReceiveTime(Local, Lan.WallClock);
        if (!Incoming(seat, heard))
        {
            // The machine never hears of it.
        }
        else if (heard.Family == 4)
        {
            Router!.OnAdvert(seat.Instance, heard.Datagram, time, actions);
        }
        else
        {
            Router!.OnAdvert(seat.Instance, new Ipv6Envelope(heard.Source, heard.Destination, VrrpProtocol.Ttl), heard.Datagram, time, actions);
        }

        Lan.Return(heard);
        CarryOut(Step.Advert);
    }

    /// <summary>The virtual routers of a plan take their places.</summary>
    private void Seat(NodePlan plan)
    {
        order.Clear();
        foreach (Seat seat in Seats)
        {
            bool present = plan.Routers[seat.Number].Present;
            seat.Take(plan, present ? order.Count : -1);
            if (!present) continue;
            order.Add(seat);
            if (Lan.Plan.IsMixed)
                Lan.Trace.Add(Lan.Now, Index, seat.AlsoVersion2 ? "version {0}, and 2" : "version {0} alone", seat.VirtualRouterId, seat.Version);
            Lan.Trace.Add(Lan.Now, Index, seat.Plan.Preempts ? "priority {0} interval {1} ns" : "priority {0} interval {1} ns nopreempt",
                seat.VirtualRouterId, seat.Plan.Priority, seat.Interval);
        }

        foreach (Seat seat in order) seat.Unit = Lan.Plan.IsGroup ? [.. order] : [seat];
    }

    private void TellInterfaces()
    {
        foreach (Seat seat in order)
        {
            Router!.OnInterface(seat.Instance, new InterfaceReading(seat.IsInterfaceUp, Source), Local, actions);
        }
    }

    private void TellTrackers()
    {
        IReadOnlyList<TrackerKey> keys = VrrpRouter.TrackersOf(configuration!);
        for (int t = 0; t < keys.Count; t++)
        {
            TrackerState state = keys[t].Name == "weigh" ? Weigh : Vital;
            if (state == TrackerState.Unknown) continue;
            Router!.OnTracker(t, TrackerReading.Of(state == TrackerState.Up), Local, actions);
        }
    }

    private void Vanish()
    {
        foreach (Seat seat in Seats) seat.Vanish();
        Router = null;
        IsStarted = false;
        configuration = null;
        order.Clear();
        while (socket.TryDequeue(out Packet? packet)) Lan.Return(packet);
    }

    private void CarryOut(Step step)
    {
        ReadOnlySpan<RouterAction> all = actions.AsSpan();
        foreach (ref readonly RouterAction action in all)
        {
            if (action.Instance < 0 || !Heeds(all, action)) continue;
            Seat seat = order[action.Instance];
            switch (action.Kind)
            {
                case RouterActionKind.SendAdvert:
                    Send(step, seat, action);
                    break;
                case RouterActionKind.AddAddresses:
                    seat.HoldsAddresses = true;
                    break;
                case RouterActionKind.RemoveAddresses:
                    seat.HoldsAddresses = false;
                    break;
                case RouterActionKind.StateChanged:
                    seat.Enters(action.To);
                    break;
                case RouterActionKind.AdvertRejected:
                    seat.Rejects();
                    break;
            }
        }

        actions.Clear();
        foreach (Seat seat in order) seat.Observe(step, Router![seat.Instance].Priority);
        foreach (Seat seat in order) seat.Decide();
        foreach (Seat seat in order) seat.Check(step);
        foreach (Seat seat in order) seat.EndStep(step);
    }

    private void Send(Step step, Seat seat, in RouterAction action)
    {
        int destinations = Router!.DestinationCount(action.Instance);
        for (int d = 0; d < destinations; d++)
        {
            Packet packet = Lan.Rent();
            packet.Family = Lan.Plan.Family;
            packet.Source = Source;
            packet.Destination = Router.Destination(action.Instance, d);
            packet.Length = Router.EncodeAdvert(action, packet.Destination, 1, Lan.WallClock, packet.Bytes);
            Outgoing(packet);
            if (d == 0)
            {
                seat.Sends(step, packet);
                Lan.Trace.Add(Lan.Now, Index, "sends priority {0}", seat.VirtualRouterId, packet.Priority);
            }

            if (seat.IsInterfaceUp)
            {
                Lan.Send(this, seat.Segment, packet);
            }
            else
            {
                packet.Uses = 1;
                Lan.Return(packet);
            }
        }
    }
}
