namespace HaTools;

/// <summary>
/// keepalived 2.4.3's authentication of adverts (<c>auth_hmac</c>; draft-cassen-vrrp-auth-hmac): a trailer of 28 bytes with a sequence number and
/// HMAC-SHA256 cut to 128 bits. For versions 2 and 3, both families, multicast and unicast.
/// </summary>
public sealed record VrrpHmac
{
    /// <summary>The keys; ids are unique.</summary>
    public required ValueList<VrrpHmacKey> Keys { get; init; }

    /// <summary>The id of the key that adverts are signed with.</summary>
    public required int ActiveKey { get; init; }

    /// <summary>How replayed adverts are told.</summary>
    public VrrpAntiReplay AntiReplay { get; init; } = VrrpAntiReplay.Time;

    /// <summary>
    /// With <see cref="VrrpAntiReplay.Time"/>: how far an advert's clock may be from ours, 1 s to 300 s; null: three intervals, at least 5 s.
    /// </summary>
    public TimeSpan? TimeWindow { get; init; }

    /// <summary>How strict it is.</summary>
    public VrrpHmacMode Mode { get; init; } = VrrpHmacMode.Enforce;
}

/// <summary>A key.</summary>
/// <param name="Id">1 to 255.</param>
/// <param name="Secret">32 to 64 bytes: as text, or after <c>hex:</c> in hexadecimal, or after <c>file:</c> the file that holds either.</param>
public sealed record VrrpHmacKey(int Id, string Secret)
{
    /// <summary>Does not print the secret.</summary>
    public override string ToString() => $"{Id} ********";
}

/// <summary>Ways to tell a replayed advert.</summary>
public enum VrrpAntiReplay
{
    /// <summary>By the clock, which must be right on all routers.</summary>
    Time,

    /// <summary>By numbers that must grow.</summary>
    Monotonic,
}

/// <summary>Steps of a migration.</summary>
public enum VrrpHmacMode
{
    /// <summary>Signs, and refuses adverts without a trailer.</summary>
    Enforce,

    /// <summary>Signs, and takes adverts without a trailer too.</summary>
    Permissive,

    /// <summary>Does not sign, and takes adverts without a trailer too.</summary>
    ReceiveOnly,
}
