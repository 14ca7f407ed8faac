namespace HaTools.Vrrp.Bfd;

/// <summary>
/// One session in asynchronous mode (RFC 5880 section 6), pure: each call is a step in which something happened at <c>now</c>, in
/// nanoseconds of any monotonic clock, and what is to be done about it is added to the caller's actions. It neither authenticates nor
/// echoes, and does not ask for demand mode, though it heeds the neighbour's. Nothing is allocated after construction.
/// </summary>
internal sealed partial class BfdMachine
{
    private const long Never = long.MaxValue;
    private const long Microsecond = 1000;

    /// <summary>The session's index, which its actions carry.</summary>
    public int Index { get; set; }

    private readonly Random random;
    private BfdTimers timers;

    private uint remoteDesiredMinTx;
    private uint remoteMinRx = 1;
    private byte remoteMultiplier;
    private bool remoteDemand;

    private long nextTransmission = Never;
    private long lastTransmission;
    private long lastReception;
    private bool started;

    // Switched off: the neighbour is told until then.
    private long partsUntil;

    /// <param name="index">The session's index, which its actions carry.</param>
    /// <param name="timers">What it offers and asks for.</param>
    /// <param name="localDiscriminator">Not 0, and no other session's.</param>
    /// <param name="random">Decides the jitter.</param>
    public BfdMachine(int index, BfdTimers timers, uint localDiscriminator, Random random)
    {
        Index = index;
        this.timers = timers;
        this.random = random;
        LocalDiscriminator = localDiscriminator;
        desiredMinTx = usedMinTx = timers.IdleTx;
        usedMinRx = timers.RequiredMinRx;
    }

    public BfdState State { get; private set; } = BfdState.Down;

    public BfdState RemoteState { get; private set; } = BfdState.Down;

    /// <summary>Why <see cref="State"/> changed last.</summary>
    public BfdDiagnostic Diagnostic { get; private set; }

    /// <summary>What the neighbour said last.</summary>
    public BfdDiagnostic RemoteDiagnostic { get; private set; }

    public uint LocalDiscriminator { get; }

    /// <summary>0: not known.</summary>
    public uint RemoteDiscriminator { get; private set; }

    /// <summary>Section 6.8.2: the interval between our packets before jitter, in microseconds; 0: none are wanted.</summary>
    public uint TransmitInterval => remoteMinRx == 0 ? 0 : Math.Max(usedMinTx, remoteMinRx);

    /// <summary>Section 6.8.4: how long the neighbour may be silent, in microseconds; 0: nothing was heard.</summary>
    public long DetectionTime => remoteMultiplier * (long)Math.Max(usedMinRx, remoteDesiredMinTx);

    /// <summary>When <see cref="OnTimer"/> is to be called next.</summary>
    public long NextDeadline => Math.Min(nextTransmission, DetectionDeadline);

    public long PacketsSent { get; private set; }

    public long PacketsReceived { get; private set; }

    /// <summary>It was switched off, and has said so for long enough.</summary>
    public bool HasParted => State == BfdState.AdminDown && nextTransmission == Never;

    private long DetectionDeadline =>
        RemoteDiscriminator == 0 || State == BfdState.AdminDown ? Never : lastReception + DetectionTime * Microsecond;

    /// <summary>Section 6.8.7: when there is something to say by the clock.</summary>
    private bool Transmits =>
        started
        && remoteMinRx != 0
        && !(timers.Passive && RemoteDiscriminator == 0)
        && !(IsDemandActive && !polling);

    /// <summary>Section 6.6: the neighbour wants no packets while both of us are up.</summary>
    private bool IsDemandActive => remoteDemand && State == BfdState.Up && RemoteState == BfdState.Up;

    /// <summary>The session begins; an active one says so at once.</summary>
    public void Start(long now, BfdActions actions)
    {
        if (started && State != BfdState.AdminDown) return;
        started = true;
        if (State == BfdState.AdminDown)
        {
            State = BfdState.Down;
            RemoteDiscriminator = 0;
        }

        if (Transmits) SendNow(now, actions);
    }

    /// <summary>
    /// Section 6.8.16: the session is switched off. The neighbour is told, and must not take it for a failure; it is told again for as long as it
    /// waits for a packet of ours, since one may be lost.
    /// </summary>
    public void Disable(long now, BfdActions actions)
    {
        if (!started || State == BfdState.AdminDown) return;
        Enter(BfdState.AdminDown, BfdDiagnostic.AdministrativelyDown, actions);
        partsUntil = now + timers.DetectMultiplier * (TransmitInterval * Microsecond);
        if (Transmits) SendNow(now, actions);
        else nextTransmission = Never;
    }

    /// <summary>A timer has come.</summary>
    public void OnTimer(long now, BfdActions actions)
    {
        if (now >= DetectionDeadline)
        {
            // Section 6.8.1: the neighbour may be another when it is heard again.
            RemoteDiscriminator = 0;
            remoteMinRx = 1;
            remoteDemand = false;
            if (State is BfdState.Init or BfdState.Up)
            {
                Enter(BfdState.Down, BfdDiagnostic.ControlDetectionTimeExpired, actions);
                if (Transmits) SendNow(now, actions);
            }

            if (!Transmits) nextTransmission = Never;
            // Section 6.8.18: it wanted no packets, and is heard no more. What it wanted is forgotten.
            else if (nextTransmission == Never) SendNow(now, actions);
        }

        if (now >= nextTransmission) SendNow(now, actions);
        if (State == BfdState.AdminDown && now >= partsUntil) nextTransmission = Never;
    }

    private void Enter(BfdState next, BfdDiagnostic why, BfdActions actions)
    {
        BfdState from = State;
        State = next;
        Diagnostic = why;
        if (next == BfdState.Up)
        {
            // Section 6.8.3: from the slow interval to the wanted one; the neighbour has to be told, and to answer.
            SetDesiredMinTx(timers.DesiredMinTx);
            polling = true;
        }
        else
        {
            ForgetPoll();
            desiredMinTx = usedMinTx = timers.IdleTx;
            usedMinRx = timers.RequiredMinRx;
        }

        actions.Add(new BfdAction(BfdActionKind.StateChanged, Index)
        {
            From = from,
            To = next,
            Diagnostic = why,
            RemoteDiagnostic = RemoteDiagnostic,
            NeighbourIsAdminDown = RemoteState == BfdState.AdminDown,
        });
    }

    private void SendNow(long now, BfdActions actions)
    {
        Send(final: false, actions);
        lastTransmission = now;
        Schedule();
    }

    private void Send(bool final, BfdActions actions)
    {
        PacketsSent++;
        actions.Add(new BfdAction(BfdActionKind.Send, Index)
        {
            Packet = new BfdPacket
            {
                Diagnostic = Diagnostic,
                State = State,
                // Section 6.8.7: an answer asks nothing.
                Poll = polling && !final,
                Final = final,
                DetectMultiplier = timers.DetectMultiplier,
                MyDiscriminator = LocalDiscriminator,
                YourDiscriminator = RemoteDiscriminator,
                DesiredMinTx = desiredMinTx,
                RequiredMinRx = timers.RequiredMinRx,
            },
        });
    }

    /// <summary>Section 6.8.7: the next packet comes 0 to 25 % early, with a multiplier of 1 at least 10 %.</summary>
    private void Schedule()
    {
        if (!Transmits)
        {
            nextTransmission = Never;
            return;
        }

        long interval = TransmitInterval * Microsecond;
        long least = timers.DetectMultiplier == 1 ? interval / 10 : 0;
        nextTransmission = lastTransmission + interval - random.NextInt64(least, interval / 4 + 1);
    }
}
