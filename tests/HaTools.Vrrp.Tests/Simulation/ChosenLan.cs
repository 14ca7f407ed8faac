namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>
/// Two nodes of one virtual router, with nothing left to chance: what happens next is chosen from what can. Time passes only when a timer is
/// chosen, whoever's; a datagram takes as long as it is not chosen.
/// </summary>
internal sealed class ChosenLan : SimulatedLan
{
    /// <summary>As many datagrams are underway at most; the oldest is lost for one more.</summary>
    private const int Room = 3;

    private readonly List<(SimulatedHost From, SimulatedHost To, Packet Packet)> underway = [];
    private bool calm;

    public ChosenLan(LanPlan plan, NodePlan[] nodes)
        : base(plan, nodes)
    {
        foreach (SimulatedHost host in Hosts) host.Start();
    }

    /// <summary>What can happen.</summary>
    public enum Event
    {
        Deliver,
        Lose,
        Timer,
        Start,
        Stop,
        Crash,
        Vital,
        Weigh,
    }

    /// <summary>The index of a datagram or a node that something happens to.</summary>
    public readonly record struct Choice(Event Event, int Index);

    public override bool OnceIn(int times) => false;

    /// <summary>All that can happen now.</summary>
    public void AddChoices(List<Choice> choices)
    {
        for (int i = 0; i < underway.Count; i++)
        {
            choices.Add(new Choice(Event.Deliver, i));
            choices.Add(new Choice(Event.Lose, i));
        }

        for (int n = 0; n < Hosts.Length; n++)
        {
            choices.Add(new Choice(Event.Vital, n));
            choices.Add(new Choice(Event.Weigh, n));
            if (!Hosts[n].IsRunning)
            {
                choices.Add(new Choice(Event.Start, n));
                continue;
            }

            choices.Add(new Choice(Event.Stop, n));
            choices.Add(new Choice(Event.Crash, n));
            if (Hosts[n].NextWake != long.MaxValue) choices.Add(new Choice(Event.Timer, n));
        }
    }

    public void Do(Choice choice)
    {
        SimulatedHost host = Hosts[choice.Event is Event.Deliver or Event.Lose ? 0 : choice.Index];
        switch (choice.Event)
        {
            case Event.Deliver:
                (_, SimulatedHost to, Packet packet) = underway[choice.Index];
                underway.RemoveAt(choice.Index);
                to.Deliver(packet);
                if (to.IsRunning) to.Read();
                break;
            case Event.Lose:
                Return(underway[choice.Index].Packet);
                underway.RemoveAt(choice.Index);
                break;
            case Event.Timer:
                Now = Math.Max(Now, host.NextWake);
                host.Wake();
                break;
            case Event.Start:
                host.Start();
                break;
            case Event.Stop:
                host.Stop();
                break;
            case Event.Crash:
                host.Crash();
                break;
            case Event.Vital:
                host.SetTrackers(host.Weigh, Other(host.Vital));
                break;
            case Event.Weigh:
                host.SetTrackers(Other(host.Weigh), host.Vital);
                break;
        }
    }

    /// <summary>The state of everything.</summary>
    public ulong Digest()
    {
        var digest = new StateDigest();
        foreach (SimulatedHost host in Hosts) host.AddTo(digest);
        // Underway in whatever order: any can be next.
        ulong sum = 0;
        foreach ((_, SimulatedHost to, Packet packet) in underway)
        {
            var one = new StateDigest();
            one.Add((ulong)to.Index);
            foreach (byte b in packet.Datagram) one.Add(b);
            sum += one.Value;
        }

        digest.Add(sum);
        return digest.Value;
    }

    /// <summary>Lets everything take its course until the better node, or the first of equals, is master and the other has heard of it.</summary>
    public void Settle()
    {
        for (int rounds = 0; rounds < 3; rounds++)
        {
            while (underway.Count > 0) Do(new Choice(Event.Deliver, 0));
            Do(new Choice(Event.Timer, Hosts[0].NextWake <= Hosts[1].NextWake ? 0 : 1));
        }

        while (underway.Count > 0) Do(new Choice(Event.Deliver, 0));
    }

    /// <summary>From here on nothing bad happens, time passes by itself, and the judge looks.</summary>
    public void CalmDown()
    {
        calm = true;
        foreach ((SimulatedHost from, SimulatedHost to, Packet packet) in underway)
        {
            base.Underway(from, to, packet);
            packet.Uses--;
        }

        underway.Clear();
        RunUntil(Math.Max(Now + Plan.CalmDelay, LastArrival) + 1);
        Judge.Calm();
    }

    protected override void Underway(SimulatedHost from, SimulatedHost to, Packet packet)
    {
        if (calm)
        {
            base.Underway(from, to, packet);
            return;
        }

        packet.Uses++;
        underway.Add((from, to, packet));
        if (underway.Count <= Room) return;
        Return(underway[0].Packet);
        underway.RemoveAt(0);
    }

    private static TrackerState Other(TrackerState state) => state == TrackerState.Up ? TrackerState.Down : TrackerState.Up;
}
