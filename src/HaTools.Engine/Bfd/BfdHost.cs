using HaTools.Engine.Threading;
using HaTools.Engine.Trackers;
using HaTools.Linux;
using HaTools.Vrrp;
using HaTools.Vrrp.Bfd;

namespace HaTools.Engine.Bfd;

/// <summary>
/// Runs the BFD sessions on a thread of their own, in the network namespace of the thread that makes this, and tells the tracker sink
/// whether each is up. A node that stops falls silent, as keepalived does: its neighbours see it gone. A session that a new configuration
/// takes away says AdminDown for a while, so that nobody takes that for a failure.
/// </summary>
internal sealed class BfdHost : IDisposable
{
    // Below VRRP and its renewals.
    private const int RealtimePriority = 48;

    /// <summary>Packets from one socket in one go, so that a flood does not keep the thread from its timers.</summary>
    private const int MostPackets = 256;

    private readonly WorkThread thread = new("hatools-bfd");
    private readonly ITrackerSink sink;
    private readonly BfdRouter router = new(Random.Shared);
    private readonly BfdActions actions = new();
    private readonly Dictionary<(int Family, bool Multihop), BfdSocket> listening = [];
    private readonly byte[] buffer = new byte[512];
    private readonly Action onTimer;
    private HostedBfd[] sessions = [];

    /// <summary>Sessions that are no more, by the router's index, as long as they have something to say.</summary>
    private readonly Dictionary<int, HostedBfd> parting = [];
    private long armed = long.MaxValue;

    /// <param name="sink">Hears of the sessions.</param>
    /// <param name="realtime">Whether the thread asks for SCHED_RR.</param>
    public BfdHost(ITrackerSink sink, bool realtime)
    {
        this.sink = sink;
        onTimer = OnTimer;
        // Without the privilege it runs as any other thread; VRRP's note says so for both.
        if (realtime) thread.Post(() => Scheduling.TrySetRoundRobin(RealtimePriority, out _));
    }

    /// <summary>Ends when the thread ends; faulted when it could not go on.</summary>
    public Task Completion => thread.Completion;

    /// <summary>Goes over to other sessions, and tells all readings. A session that is up stays up, whatever its timers become.</summary>
    /// <exception cref="LinuxException">The port is taken, or there is no IPv6; everything is as before then.</exception>
    public Task ConfigureAsync(ValueList<BfdSession> wanted) => thread.RunAsync(() => Configure(wanted));

    /// <summary>The states, in the configuration's order.</summary>
    public Task<IReadOnlyList<HaTrackerState>> GetStatesAsync() =>
        thread.RunAsync<IReadOnlyList<HaTrackerState>>(() => [.. sessions.Select((s, i) => s.State(router[i]))]);

    public void Dispose()
    {
        thread.Post(() =>
        {
            foreach (BfdSocket socket in listening.Values)
            {
                thread.Unwatch(socket.Handle);
                socket.Dispose();
            }

            foreach (HostedBfd session in sessions.Concat(parting.Values)) session.Dispose();
        });
        thread.Dispose();
    }

    private void Configure(ValueList<BfdSession> wanted)
    {
        HashSet<(int Family, bool Multihop)> needed = [.. wanted.Select(s => (WireAddress.FamilyOf(s.Neighbour), s.Multihop))];
        Listen(needed);
        foreach ((int Family, bool Multihop) key in listening.Keys.Except(needed).ToArray())
        {
            thread.Unwatch(listening[key].Handle);
            listening[key].Dispose();
            listening.Remove(key);
        }

        long now = MonotonicClock.Now;
        var ending = new BfdActions();
        HostedBfd[] former = sessions;
        int[] from = router.Configure(wanted, now, ending, actions);
        Execute(ending);
        sessions = [.. wanted.Select((s, i) => from[i] >= 0 ? former[from[i]] : new HostedBfd(s, sink))];
        for (int i = 0; i < wanted.Count; i++) sessions[i].Session = wanted[i];
        foreach (HostedBfd gone in former.Except(sessions))
        {
            gone.IsParting = true;
            if (router.PartingIndex(gone.Session) is { } index) parting.Add(index, gone);
            else gone.Dispose();
        }

        Execute(actions);
        foreach (HostedBfd session in sessions)
        {
            session.TellReading();
            if (!former.Contains(session)) thread.At(now + HostedBfd.PatienceOf(session.Session), () => Settle(session));
        }

        Arm();
    }

    private void Settle(HostedBfd session)
    {
        if (sessions.Contains(session)) session.Settle();
    }

    /// <summary>Opens what is missing, all or nothing.</summary>
    private void Listen(HashSet<(int Family, bool Multihop)> needed)
    {
        Dictionary<(int Family, bool Multihop), BfdSocket> opened = [];
        try
        {
            foreach ((int Family, bool Multihop) key in needed.Except(listening.Keys))
                opened.Add(key, BfdSocket.Listen(key.Family, PortOf(key.Multihop)));
        }
        catch
        {
            foreach (BfdSocket socket in opened.Values) socket.Dispose();
            throw;
        }

        foreach (((int Family, bool Multihop) key, BfdSocket socket) in opened)
        {
            listening.Add(key, socket);
            thread.Watch(socket.Handle, () =>
            {
                Receive(key.Family, key.Multihop, socket);
                Arm();
            });
        }
    }

    private void Receive(int family, bool multihop, BfdSocket socket)
    {
        for (int i = 0; i < MostPackets; i++)
        {
            int length = socket.Receive(buffer, out PacketEnvelope from, out _);
            if (length < 0) break;
            var envelope = new BfdEnvelope(family, from.Source, from.Destination, from.HopLimit, multihop);
            router.OnPacket(envelope, buffer.AsSpan(0, length), MonotonicClock.Now, actions);
        }

        Execute(actions);
    }

    private void OnTimer()
    {
        armed = long.MaxValue;
        // A thread that stood still hears what came meanwhile before it judges who is silent.
        foreach (((int family, bool multihop), BfdSocket socket) in listening) Receive(family, multihop, socket);
        router.OnTimer(MonotonicClock.Now, actions);
        Execute(actions);
        Arm();
    }

    /// <summary>A deadline that moves away is found out when its timer comes; only an earlier one needs another.</summary>
    private void Arm()
    {
        long next = router.NextDeadline;
        if (next >= armed) return;
        armed = next;
        thread.At(next, onTimer);
    }

    private void Execute(BfdActions todo)
    {
        Span<byte> payload = stackalloc byte[BfdPacket.Length];
        for (int i = 0; i < todo.Count; i++)
        {
            BfdAction action = todo[i];
            HostedBfd session = action.Session < 0 ? parting[action.Session] : sessions[action.Session];
            if (action.Kind == BfdActionKind.StateChanged)
            {
                session.OnStateChanged(action);
                continue;
            }

            action.Packet.Write(payload);
            session.Send(payload, PortOf(session.Session.Multihop));
        }

        todo.Clear();
        foreach ((int index, HostedBfd gone) in parting)
        {
            if (router.PartingIndex(gone.Session) is not null) continue;
            gone.Dispose();
            parting.Remove(index);
        }
    }

    private static int PortOf(bool multihop) => multihop ? BfdSocket.MultihopPort : BfdSocket.SingleHopPort;
}
