namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>A node of the simulated LAN: the real router machine with one instance, and a host that is as simple as can be.</summary>
internal class SimulatedRouter(SimulatedLan lan, VrrpInstance instance, uint address)
{
    private readonly RouterActions actions = new();
    private readonly Queue<byte[]> waiting = new();
    private readonly byte[] buffer = new byte[VrrpRouter.MaxAdvertLength];
    private VrrpRouter? router;

    public VrrpInstance Instance { get; } = instance;

    public uint Address { get; } = address;

    /// <summary>Whether the virtual addresses stand on this node.</summary>
    public bool HoldsAddresses { get; private set; }

    /// <summary>How often the node became master.</summary>
    public int Takeovers { get; private set; }

    public bool Running => router is not null;

    public bool LinkUp { get; private set; } = true;

    public bool ScriptUp { get; private set; } = true;

    /// <summary>Whether the node ought to take part in the election.</summary>
    public bool IsCandidate => Running && LinkUp;

    public VrrpStateKind State => router is null ? VrrpStateKind.Initialize : View.State;

    public int Priority => View.Priority;

    /// <summary>Until when the host does nothing at all: its timers and its socket wait.</summary>
    public long FrozenUntil { get; private set; }

    /// <summary>When the node has to do something next.</summary>
    public long NextWake => router is null ? long.MaxValue : Math.Max(FrozenUntil, waiting.Count > 0 ? 0 : Deadline);

    protected virtual long Deadline => router!.NextDeadline;

    protected virtual uint OwnAddress => Address;

    protected InstanceView View => router![0];

    public void Start()
    {
        router = new VrrpRouter(Wire.Configuration([Instance], new ScriptTracker { Name = "chk", Command = "x" }));
        router.OnTracker(0, TrackerReading.Of(ScriptUp), lan.Now, actions);
        router.OnInterface(0, new InterfaceReading(LinkUp, OwnAddress), lan.Now, actions);
        router.Start(lan.Now, long.MaxValue, actions);
        CarryOut();
    }

    /// <summary>The node is gone without a word; its addresses go with it (self-fencing, or the power).</summary>
    public void Crash()
    {
        router = null;
        HoldsAddresses = false;
        waiting.Clear();
    }

    public void Stop()
    {
        router!.Stop(lan.Now, actions);
        CarryOut();
        Assert.False(HoldsAddresses);
        Crash();
    }

    public void SetLink(bool up)
    {
        LinkUp = up;
        router?.OnInterface(0, new InterfaceReading(up, OwnAddress), lan.Now, actions);
        CarryOut();
    }

    public void SetScript(bool up)
    {
        ScriptUp = up;
        router?.OnTracker(0, TrackerReading.Of(up), lan.Now, actions);
        CarryOut();
    }

    public void Freeze(long until) => FrozenUntil = until;

    /// <summary>A datagram reaches the node's socket.</summary>
    public void Deliver(byte[] datagram)
    {
        if (Running && LinkUp) waiting.Enqueue(datagram);
    }

    /// <summary>The host's loop, once: what waits in the socket comes before the timers.</summary>
    public void Wake()
    {
        while (waiting.TryDequeue(out byte[]? datagram)) router!.OnAdvert(0, Incoming(datagram), new ReceiveTime(lan.Now, 0), actions);
        CarryOut();
        if (Deadline <= lan.Now) router!.OnTimer(Math.Max(lan.Now, router.NextDeadline), actions);
        CarryOut();
    }

    protected virtual byte[] Incoming(byte[] datagram) => datagram;

    protected virtual byte[] Outgoing(byte[] datagram) => datagram;

    private void CarryOut()
    {
        foreach (RouterAction action in actions.AsSpan())
        {
            switch (action.Kind)
            {
                case RouterActionKind.SendAdvert:
                    int length = router!.EncodeAdvert(action, router.Destination(0, 0), 1, 0, buffer);
                    if (LinkUp) lan.Broadcast(this, Outgoing(buffer[..length]));
                    break;
                case RouterActionKind.AddAddresses:
                    HoldsAddresses = true;
                    break;
                case RouterActionKind.RemoveAddresses:
                    HoldsAddresses = false;
                    break;
                case RouterActionKind.StateChanged when action.To == VrrpStateKind.Master:
                    Takeovers++;
                    break;
            }
        }

        actions.Clear();
    }
}
