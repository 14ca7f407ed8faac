namespace HaTools.Vrrp.Bfd;

/// <summary>What a session offers and asks for, in the wire's units (microseconds).</summary>
/// <param name="RequiredMinRx">The shortest interval at which it can receive; from 1.</param>
/// <param name="DesiredMinTx">The interval at which it wants to send while up.</param>
/// <param name="IdleTx">The interval at which it sends while not up; at least a second (RFC 5880 section 6.8.3).</param>
/// <param name="DetectMultiplier">1 to 255.</param>
/// <param name="Passive">Whether it waits for the neighbour to speak first (section 6.1).</param>
internal readonly record struct BfdTimers(uint RequiredMinRx, uint DesiredMinTx, uint IdleTx, byte DetectMultiplier, bool Passive)
{
    /// <summary>The least that a session that is not up may send at.</summary>
    public const uint SlowInterval = 1_000_000;

    public static BfdTimers Of(BfdSession session) => new(
        Microseconds(session.MinimumReceive),
        Microseconds(session.MinimumTransmit),
        Math.Max(Microseconds(session.IdleTransmit), SlowInterval),
        (byte)Math.Clamp(session.Multiplier, 1, 255),
        session.Passive);

    private static uint Microseconds(TimeSpan time) => (uint)Math.Clamp(time.TotalMicroseconds, 1, uint.MaxValue);
}
