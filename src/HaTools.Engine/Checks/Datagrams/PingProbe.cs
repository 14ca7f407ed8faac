using System.Security.Cryptography;
using HaTools.Linux;

namespace HaTools.Engine.Checks.Datagrams;

/// <summary>
/// Sends an echo request and waits for its reply, as <c>PING_CHECK</c> does. What is no reply to this very request (that of an earlier try which was given up, another's, one that is broken) is passed over.
/// </summary>
/// <param name="family">AF_INET or AF_INET6.</param>
internal sealed class PingProbe(int family) : Probe
{
    /// <summary>How much a request carries, in bytes: as much as keepalived's.</summary>
    private const int DataLength = 128;

    private readonly byte[] request = MakeRequest();
    private readonly ushort identifier = (ushort)RandomNumberGenerator.GetInt32(0x10000);
    private ushort sequence;
    private bool isRaw;

    public override ReadOnlySpan<byte> Output => request;

    public override string Reason => throw new InvalidOperationException("A reply is good, or it is none.");

    public override string Question => "echo request";

    public override void Open(int socketType) => isRaw = socketType == Libc.SOCK_RAW;

    public override ProbeStep Begin(int part)
    {
        IcmpEcho.WriteRequest(request, family, identifier, ++sequence);
        return ProbeStep.Write;
    }

    public override ProbeStep Received(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> message = isRaw && family == Libc.AF_INET ? IcmpEcho.Unwrap(bytes) : bytes;
        if (!IcmpEcho.TryReadReply(message, family, out ushort asked, out ushort number) || number != sequence) return ProbeStep.Read;

        // A socket of type SOCK_DGRAM hears replies to its own identifier alone.
        return isRaw && asked != identifier ? ProbeStep.Read : ProbeStep.Good;
    }

    public override ProbeStep Closed() => throw new InvalidOperationException("No datagram is an end.");

    public override void End()
    {
    }

    private static byte[] MakeRequest()
    {
        byte[] request = new byte[IcmpEcho.HeaderLength + DataLength];
        CheckText.Fill(request.AsSpan(IcmpEcho.HeaderLength));
        return request;
    }
}
