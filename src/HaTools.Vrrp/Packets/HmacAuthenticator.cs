using System.Buffers.Binary;
using System.Security.Cryptography;

namespace HaTools.Vrrp;

/// <summary>
/// <c>auth_hmac</c> of one instance (draft-cassen-vrrp-auth-hmac as of keepalived 2.4.2): signs its adverts and verifies those of others.
/// The trailer of 28 bytes that follows the message holds the kind, the key's id, a sequence number, and HMAC-SHA256 cut to 16 bytes, made
/// of: family, version, virtual router id, a zero, the source address in 16 bytes; then the message with its checksum as zero; then the
/// trailer with its code as zero. The destination is not in it. Nothing is allocated after construction.
/// </summary>
internal sealed class HmacAuthenticator
{
    /// <summary>The length of the trailer.</summary>
    public const int TrailerLength = 28;

    private const byte Sha256 = 1;
    private const int SequenceOffset = 4;
    private const int CodeOffset = 12;
    private const int CodeLength = 16;
    private const int BindingLength = 20;
    private const int DefaultWindowFloor = 5;

    private const int MaxInput = BindingLength + TrailerLength + VrrpProtocol.HeaderLength
        + VrrpProtocol.MaxAddresses * 16 + VrrpProtocol.AuthenticationDataLength;

    private readonly HmacKeys keys;
    private readonly byte activeKey;
    private readonly int window;
    private readonly byte[] input = new byte[MaxInput];
    private HmacSequence sent;
    private HmacReplay heard;

    /// <param name="settings">The settings; no key is a <c>file:</c> any more.</param>
    /// <param name="interval">The instance's interval, which the default window is made of.</param>
    /// <exception cref="ArgumentException">A key is not usable, the active one is not there, or the window is out of range.</exception>
    public HmacAuthenticator(VrrpHmac settings, TimeSpan interval)
    {
        keys = new HmacKeys(settings.Keys);
        activeKey = (byte)settings.ActiveKey;
        if (settings.ActiveKey is < 1 or > 255 || keys[activeKey].IsEmpty)
            throw new ArgumentException($"The active key {settings.ActiveKey} is not among the keys.", nameof(settings));
        if (settings.TimeWindow is { TotalSeconds: < 1 or > 300 } wrong)
            throw new ArgumentException($"The time window of {wrong.TotalSeconds} s is not in 1 s to 300 s.", nameof(settings));
        TimeSpan time = settings.TimeWindow ?? interval * 3;
        window = settings.AntiReplay == VrrpAntiReplay.Monotonic ? 0
            : Math.Max((int)time.TotalSeconds, settings.TimeWindow is null ? DefaultWindowFloor : 1);
        Mode = settings.Mode;
    }

    public VrrpHmacMode Mode { get; }

    /// <summary>Whether adverts get a trailer.</summary>
    public bool Signs => Mode != VrrpHmacMode.ReceiveOnly;

    /// <summary>
    /// By how many seconds the sender's clock was behind ours in the advert that was verified last; beyond half the window it is worth a word.
    /// </summary>
    public int ClockSkew { get; private set; }

    /// <summary>Whether <see cref="ClockSkew"/> is beyond half of the window.</summary>
    public bool IsClockSkewed => window > 0 && Math.Abs((long)ClockSkew) > window / 2;

    /// <summary>Whether <see cref="ClockSkew"/> is within a quarter of the window, or of no matter.</summary>
    public bool IsClockRight => window == 0 || Math.Abs((long)ClockSkew) <= window / 4;

    /// <summary>Takes over the sequence numbers of a predecessor, so that a reload does not open the door to a replay.</summary>
    public void CarryOver(HmacAuthenticator predecessor)
    {
        sent = predecessor.sent;
        heard = predecessor.heard;
    }

    /// <summary>Verifies an advert.</summary>
    /// <param name="advert">The advert; its virtual router id is the instance's.</param>
    /// <param name="unixNanoseconds">The wall clock.</param>
    /// <returns>
    /// None; AuthenticationMismatch (no trailer, where one is demanded), AuthenticationType (a malformed one or of another kind),
    /// AuthenticationKey (no such key), AuthenticationFailure, AuthenticationStale (outside the window) or AuthenticationReplay.
    /// </returns>
    public AdvertRejection Verify(in VrrpAdvert advert, long unixNanoseconds)
    {
        ReadOnlySpan<byte> trailer = advert.Trailer;
        if (trailer.IsEmpty) return Mode == VrrpHmacMode.Enforce ? AdvertRejection.AuthenticationMismatch : AdvertRejection.None;
        if (trailer.Length != TrailerLength || trailer[0] != Sha256 || trailer[2] != 0 || trailer[3] != 0)
            return AdvertRejection.AuthenticationType;

        ulong sequence = BinaryPrimitives.ReadUInt64BigEndian(trailer[SequenceOffset..]);
        uint now = (uint)(HmacSequence.Of(unixNanoseconds) >> 32);
        int skew = (int)(now - (uint)(sequence >> 32));
        // Before the code is computed, so that a flood of old adverts costs little.
        if (window > 0 && Math.Abs((long)skew) > window) return AdvertRejection.AuthenticationStale;
        ReadOnlySpan<byte> key = keys[trailer[1]];
        if (key.IsEmpty) return AdvertRejection.AuthenticationKey;

        Span<byte> code = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Compute(key, advert.Family, advert.Source, advert.Message, trailer, code);
        if (!CryptographicOperations.FixedTimeEquals(code[..CodeLength], trailer[CodeOffset..]))
            return AdvertRejection.AuthenticationFailure;
        ClockSkew = skew;
        return heard.TryAccept(advert.Source, sequence, now, window) ? AdvertRejection.None : AdvertRejection.AuthenticationReplay;
    }

    /// <summary>Writes the trailer of a message. The message's checksum may be there or not yet.</summary>
    /// <param name="messageAndTrailer">The message, and 28 bytes more.</param>
    /// <param name="family">4 or 6.</param>
    /// <param name="source">The source that the packet is going to have.</param>
    /// <param name="unixNanoseconds">The wall clock.</param>
    public void Sign(Span<byte> messageAndTrailer, int family, AddressBits source, long unixNanoseconds)
    {
        Span<byte> trailer = messageAndTrailer[^TrailerLength..];
        trailer.Clear();
        trailer[0] = Sha256;
        trailer[1] = activeKey;
        BinaryPrimitives.WriteUInt64BigEndian(trailer[SequenceOffset..], sent.Next(unixNanoseconds, window));
        Span<byte> code = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Compute(keys[activeKey], family, source, messageAndTrailer[..^TrailerLength], trailer, code);
        code[..CodeLength].CopyTo(trailer[CodeOffset..]);
    }

    private void Compute(
        ReadOnlySpan<byte> key, int family, AddressBits source, ReadOnlySpan<byte> message, ReadOnlySpan<byte> trailer, Span<byte> code)
    {
        Span<byte> text = input.AsSpan(0, BindingLength + message.Length + TrailerLength);
        text[..BindingLength].Clear();
        text[0] = (byte)family;
        text[1] = (byte)(message[0] >> 4);
        text[2] = message[1];
        WireAddress.Write(text[4..], source, family);
        Span<byte> body = text[BindingLength..];
        message.CopyTo(body);
        body.Slice(VrrpProtocol.ChecksumOffset, sizeof(ushort)).Clear();
        trailer[..CodeOffset].CopyTo(body[message.Length..]);
        body[^CodeLength..].Clear();
        HMACSHA256.HashData(key, text, code);
    }
}
