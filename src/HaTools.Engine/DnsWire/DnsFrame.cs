using System.Buffers;

namespace HaTools.Engine.DnsWire;

/// <summary>Takes a message out of a stream, where its length, two bytes, stands before it (RFC 1035 section 4.2.2). Its memory is borrowed for the time of a try.</summary>
internal sealed class DnsFrame
{
    public const int PrefixLength = 2;

    private byte[] kept = [];
    private int prefix;
    private int length;
    private int have;

    /// <summary>Whether anything has come.</summary>
    public bool HasBegun => prefix > 0;

    /// <summary>Takes the next part in; what comes behind the message is left.</summary>
    /// <param name="bytes">What has come.</param>
    /// <param name="message">The message, once it is whole; valid until the next call.</param>
    /// <returns>Whether it is whole.</returns>
    public bool TryTake(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> message)
    {
        for (; prefix < PrefixLength && !bytes.IsEmpty; prefix++, bytes = bytes[1..]) length = (length << 8) | bytes[0];
        message = default;
        if (prefix < PrefixLength) return false;
        if (have == 0 && bytes.Length >= length)
        {
            message = bytes[..length];
            return true;
        }

        if (kept.Length == 0) kept = ArrayPool<byte>.Shared.Rent(length);
        int part = Math.Min(bytes.Length, length - have);
        bytes[..part].CopyTo(kept.AsSpan(have));
        have += part;
        if (have < length) return false;
        message = kept.AsSpan(0, length);
        return true;
    }

    public void End()
    {
        if (kept.Length > 0) ArrayPool<byte>.Shared.Return(kept);
        (kept, prefix, length, have) = ([], 0, 0, 0);
    }
}
