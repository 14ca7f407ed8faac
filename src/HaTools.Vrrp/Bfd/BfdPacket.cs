using System.Buffers.Binary;

namespace HaTools.Vrrp.Bfd;

/// <summary>The state of a session; the numbers are the wire's (RFC 5880 section 4.1).</summary>
internal enum BfdState
{
    AdminDown,
    Down,
    Init,
    Up,
}

/// <summary>Why a session's state changed last; the numbers are the wire's.</summary>
internal enum BfdDiagnostic
{
    None,
    ControlDetectionTimeExpired,
    EchoFunctionFailed,
    NeighbourSignalledSessionDown,
    ForwardingPlaneReset,
    PathDown,
    ConcatenatedPathDown,
    AdministrativelyDown,
    ReverseConcatenatedPathDown,
}

/// <summary>Why a packet was refused (RFC 5880 section 6.8.6, RFC 5881 section 5).</summary>
internal enum BfdRejection
{
    None,
    TooShort,
    Version,
    Length,
    DetectMultiplier,
    Multipoint,
    Discriminator,
    State,

    /// <summary>It is authenticated, and no authentication is in use.</summary>
    Authentication,

    /// <summary>No session has its discriminator, or its addresses.</summary>
    UnknownSession,

    /// <summary>It has come further than is allowed (GTSM, RFC 5082).</summary>
    Ttl,
}

/// <summary>A control packet without authentication (RFC 5880 section 4.1). Intervals are in microseconds.</summary>
internal readonly record struct BfdPacket
{
    /// <summary>The length without authentication.</summary>
    public const int Length = 24;

    private const int ThisVersion = 1;
    private const byte PollFlag = 0x20;
    private const byte FinalFlag = 0x10;
    private const byte AuthenticationFlag = 0x04;
    private const byte DemandFlag = 0x02;
    private const byte MultipointFlag = 0x01;

    // The shortest authentication section has two bytes.
    private const int LengthWithAuthentication = Length + 2;

    public BfdDiagnostic Diagnostic { get; init; }

    public BfdState State { get; init; }

    public bool Poll { get; init; }

    public bool Final { get; init; }

    public bool Demand { get; init; }

    public byte DetectMultiplier { get; init; }

    public uint MyDiscriminator { get; init; }

    public uint YourDiscriminator { get; init; }

    public uint DesiredMinTx { get; init; }

    public uint RequiredMinRx { get; init; }

    public uint RequiredMinEchoRx { get; init; }

    /// <summary>Reads a packet, with the checks of RFC 5880 section 6.8.6 that need no session.</summary>
    /// <param name="payload">The UDP payload.</param>
    /// <param name="packet">The packet, when None is returned.</param>
    public static BfdRejection TryDecode(ReadOnlySpan<byte> payload, out BfdPacket packet)
    {
        packet = default;
        if (payload.Length < Length) return BfdRejection.TooShort;
        if (payload[0] >> 5 != ThisVersion) return BfdRejection.Version;
        bool authenticated = (payload[1] & AuthenticationFlag) != 0;
        int length = payload[3];
        if (length < (authenticated ? LengthWithAuthentication : Length) || length > payload.Length) return BfdRejection.Length;
        if (payload[2] == 0) return BfdRejection.DetectMultiplier;
        if ((payload[1] & MultipointFlag) != 0) return BfdRejection.Multipoint;
        packet = new BfdPacket
        {
            Diagnostic = (BfdDiagnostic)(payload[0] & 0x1f),
            State = (BfdState)(payload[1] >> 6),
            Poll = (payload[1] & PollFlag) != 0,
            Final = (payload[1] & FinalFlag) != 0,
            Demand = (payload[1] & DemandFlag) != 0,
            DetectMultiplier = payload[2],
            MyDiscriminator = BinaryPrimitives.ReadUInt32BigEndian(payload[4..]),
            YourDiscriminator = BinaryPrimitives.ReadUInt32BigEndian(payload[8..]),
            DesiredMinTx = BinaryPrimitives.ReadUInt32BigEndian(payload[12..]),
            RequiredMinRx = BinaryPrimitives.ReadUInt32BigEndian(payload[16..]),
            RequiredMinEchoRx = BinaryPrimitives.ReadUInt32BigEndian(payload[20..]),
        };
        if (packet.MyDiscriminator == 0) return BfdRejection.Discriminator;
        // Without a discriminator it can only be a beginning.
        if (packet.YourDiscriminator == 0 && packet.State > BfdState.Down) return BfdRejection.State;
        return authenticated ? BfdRejection.Authentication : BfdRejection.None;
    }

    /// <summary>Writes the packet.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    public void Write(Span<byte> destination)
    {
        destination[0] = (byte)((ThisVersion << 5) | (int)Diagnostic);
        destination[1] = (byte)(((int)State << 6) | (Poll ? PollFlag : 0) | (Final ? FinalFlag : 0) | (Demand ? DemandFlag : 0));
        destination[2] = DetectMultiplier;
        destination[3] = Length;
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], MyDiscriminator);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], YourDiscriminator);
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], DesiredMinTx);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], RequiredMinRx);
        BinaryPrimitives.WriteUInt32BigEndian(destination[20..], RequiredMinEchoRx);
    }
}
