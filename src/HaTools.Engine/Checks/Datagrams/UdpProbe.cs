using HaTools.Configuration;

namespace HaTools.Engine.Checks.Datagrams;

/// <summary>Sends a datagram and judges the reply, or the silence, as <c>UDP_CHECK</c> does.</summary>
internal sealed class UdpProbe : Probe
{
    /// <summary>What is sent where the check names nothing, in bytes: as many as keepalived sends.</summary>
    private const int UsualLength = 32;

    private readonly byte[] payload;
    private readonly OctetPattern? wanted;
    private readonly bool needsReply;
    private readonly int least, most;
    private int length;
    private int mismatch;
    private byte found;

    public UdpProbe(UdpCheck check)
    {
        payload = check.Payload is { } text ? OctetPattern.Parse(text, wildcards: false)!.Octets.ToArray() : Usual();
        wanted = check.Reply is { } reply ? OctetPattern.Parse(reply, wildcards: true) : null;
        needsReply = UdpCheckRules.NeedsReply(check);
        (least, most) = (check.MinimumReplyLength, UdpCheckRules.MaximumReplyLength(check) ?? int.MaxValue);
    }

    public override ReadOnlySpan<byte> Output => payload;

    public override string Reason => length < least ? $"its reply has {length} octets, and not {least} or more"
        : length > most ? $"its reply has {length} octets, and not {most} or fewer"
        : $"octet {mismatch + 1} of its reply is {found:x2}, and not {wanted!.At(mismatch)}";

    public override string Question => $"a datagram of {payload.Length} octets";

    /// <summary>Silence is what a good server answers that was sent nonsense, and one that is not there is told of by ICMP.</summary>
    public override bool IsSilenceGood => !needsReply;

    public override ProbeStep Begin(int part) => ProbeStep.Write;

    public override ProbeStep Received(ReadOnlySpan<byte> bytes)
    {
        if (!needsReply) return ProbeStep.Good;
        length = bytes.Length;
        if (length < least || length > most) return ProbeStep.Bad;
        mismatch = wanted?.Mismatch(bytes) ?? -1;
        if (mismatch < 0) return ProbeStep.Good;
        found = bytes[mismatch];
        return ProbeStep.Bad;
    }

    public override ProbeStep Closed() => throw new InvalidOperationException("No datagram is an end.");

    public override void End()
    {
    }

    private static byte[] Usual()
    {
        byte[] text = new byte[UsualLength];
        CheckText.Fill(text);
        return text;
    }
}
