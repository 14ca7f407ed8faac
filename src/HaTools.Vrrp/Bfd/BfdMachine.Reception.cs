namespace HaTools.Vrrp.Bfd;

/// <summary>RFC 5880 section 6.8.6: a packet of the session's neighbour, which has passed the checks that need no session.</summary>
internal sealed partial class BfdMachine
{
    /// <summary>A packet arrived.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="now">When.</param>
    /// <param name="actions">What is to be done.</param>
    public void OnPacket(in BfdPacket packet, long now, BfdActions actions)
    {
        if (!started || State == BfdState.AdminDown) return;
        PacketsReceived++;
        long formerInterval = TransmitInterval;
        RemoteDiscriminator = packet.MyDiscriminator;
        RemoteState = packet.State;
        RemoteDiagnostic = packet.Diagnostic;
        remoteDemand = packet.Demand;
        remoteMinRx = packet.RequiredMinRx;
        remoteDesiredMinTx = packet.DesiredMinTx;
        remoteMultiplier = packet.DetectMultiplier;
        lastReception = now;
        Heed(packet.Final);
        BfdState former = State;
        Follow(packet.State, actions);
        if (!packet.Final) AdoptWaiting(now, actions);
        if (packet.Poll) Send(final: true, actions);
        // Section 6.8.7: a change is told at once.
        if (State != former && Transmits) SendNow(now, actions);
        else if (!Transmits) nextTransmission = Never;
        else if (nextTransmission == Never || TransmitInterval != formerInterval) Reschedule(now, actions);
    }

    private void Follow(BfdState remote, BfdActions actions)
    {
        switch (State, remote)
        {
            case (BfdState.Down, BfdState.Down):
                Enter(BfdState.Init, BfdDiagnostic.None, actions);
                break;
            case (BfdState.Down, BfdState.Init):
            case (BfdState.Init, BfdState.Init or BfdState.Up):
                Enter(BfdState.Up, BfdDiagnostic.None, actions);
                break;
            case (BfdState.Init, BfdState.AdminDown):
            case (BfdState.Up, BfdState.Down or BfdState.AdminDown):
                Enter(BfdState.Down, BfdDiagnostic.NeighbourSignalledSessionDown, actions);
                break;
        }
    }

    /// <summary>
    /// Sections 6.8.3 and 6.8.7: another interval counts from the last packet, not only from the next. A neighbour that asks for fewer is not sent
    /// one more at the old pace.
    /// </summary>
    private void Reschedule(long now, BfdActions actions)
    {
        Schedule();
        if (nextTransmission <= now) SendNow(now, actions);
    }
}
