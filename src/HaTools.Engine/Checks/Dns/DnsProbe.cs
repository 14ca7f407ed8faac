using System.Buffers.Binary;
using HaTools.Engine.DnsWire;

namespace HaTools.Engine.Checks.Dns;

/// <summary>
/// Asks a name server one question and judges the response by its code, as <c>DNS_CHECK</c> does. Over UDP what is no answer to the question is passed over, since anybody may have sent
/// it; over TCP the server itself has said it.
/// </summary>
internal sealed class DnsProbe : Probe
{
    private readonly string words;
    private readonly byte[] output;
    private readonly int prefix;
    private readonly DnsFrame? frame;
    private string? fault;
    private int responseCode;
    private int passedOver;

    public DnsProbe(DnsCheck check)
    {
        words = $"{check.RecordType.ToString().ToUpperInvariant()} of {check.Name}";
        byte[] query = DnsQuery.Of(check.Name, check.RecordType);
        if (check.Transport == DnsTransport.Tcp)
        {
            frame = new DnsFrame();
            prefix = DnsFrame.PrefixLength;
        }

        output = new byte[prefix + query.Length];
        if (prefix > 0) BinaryPrimitives.WriteUInt16BigEndian(output, (ushort)query.Length);
        query.CopyTo(output, prefix);
    }

    public override ReadOnlySpan<byte> Output => output;

    public override string Reason => $"{fault ?? $"it answers with {DnsResponseCode.NameOf(responseCode)}"} ({words})";

    public override string Question => passedOver == 0 ? words : $"{words}; {passedOver} messages came that do not answer it";

    private Span<byte> Query => output.AsSpan(prefix);

    public override ProbeStep Begin(int part)
    {
        (fault, responseCode, passedOver) = (null, 0, 0);
        frame?.End();
        BinaryPrimitives.WriteUInt16BigEndian(Query, (ushort)Random.Shared.Next(1 << 16));
        return ProbeStep.Write;
    }

    public override ProbeStep Received(ReadOnlySpan<byte> bytes)
    {
        if (frame is null) return Judge(bytes);
        return frame.TryTake(bytes, out ReadOnlySpan<byte> message) ? Judge(message) : ProbeStep.Read;
    }

    public override ProbeStep Closed()
    {
        fault = frame?.HasBegun == true ? "it closed the connection before its answer was whole" : "it closed the connection without an answer";
        return ProbeStep.Bad;
    }

    public override void End() => frame?.End();

    private ProbeStep Judge(ReadOnlySpan<byte> bytes)
    {
        var message = new DnsMessage(bytes);
        if (!message.Answers(Query))
        {
            if (frame is null)
            {
                passedOver++;
                return ProbeStep.Read;
            }

            fault = "it sends what does not answer the question";
            return ProbeStep.Bad;
        }

        responseCode = message.ResponseCode;
        if (responseCode != 0) return ProbeStep.Bad;

        // What a truncated answer counts may be what it would have held.
        if (message.IsTruncated || message.IsWhole(Query)) return ProbeStep.Good;
        fault = "its answer is malformed";
        return ProbeStep.Bad;
    }
}
