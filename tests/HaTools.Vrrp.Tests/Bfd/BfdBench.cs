using HaTools.Vrrp.Bfd;

namespace HaTools.Vrrp.Tests.Bfd;

/// <summary>One machine, whose neighbour is the test.</summary>
internal sealed class BfdBench
{
    public const uint Ours = 0x11111111;
    public const uint Theirs = 0x22222222;
    public const long Start = 5 * Wire.Second;

    public static readonly BfdTimers Usual = new(10_000, 10_000, 1_000_000, 5, Passive: false);

    public BfdBench(BfdTimers? timers = null, int seed = 1)
    {
        Machine = new BfdMachine(0, timers ?? Usual, Ours, new Random(seed));
        Machine.Start(Now, Actions);
    }

    public BfdMachine Machine { get; }

    public BfdActions Actions { get; } = new();

    public long Now { get; set; } = Start;

    /// <summary>What was sent since this was asked last.</summary>
    public List<BfdPacket> Sent()
    {
        List<BfdPacket> sent = [];
        for (int i = 0; i < Actions.Count; i++)
        {
            if (Actions[i].Kind == BfdActionKind.Send) sent.Add(Actions[i].Packet);
        }

        Actions.Clear();
        return sent;
    }

    public void Hear(BfdState state, Func<BfdPacket, BfdPacket>? change = null)
    {
        var packet = new BfdPacket
        {
            State = state,
            MyDiscriminator = Theirs,
            YourDiscriminator = Ours,
            DetectMultiplier = 3,
            DesiredMinTx = 100_000,
            RequiredMinRx = 50_000,
        };
        Machine.OnPacket(change?.Invoke(packet) ?? packet, Now, Actions);
    }

    /// <summary>Brings the session to a state, and forgets what was sent.</summary>
    public BfdBench In(BfdState state)
    {
        if (state is BfdState.Init or BfdState.Up) Hear(BfdState.Down);
        if (state == BfdState.Up) Hear(BfdState.Up);
        Assert.Equal(state, Machine.State);
        Actions.Clear();
        return this;
    }

    /// <summary>Lets the time pass, deadline after deadline.</summary>
    public void Advance(long nanoseconds)
    {
        long end = Now + nanoseconds;
        while (Machine.NextDeadline <= end)
        {
            Now = Machine.NextDeadline;
            Machine.OnTimer(Now, Actions);
        }

        Now = end;
    }
}
