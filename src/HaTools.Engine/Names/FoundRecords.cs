using System.Buffers.Binary;
using System.Net;
using System.Text;
using HaTools.Engine.DnsWire;

namespace HaTools.Engine.Names;

/// <summary>The records of a name, as they are found.</summary>
/// <param name="type">Their type.</param>
internal sealed class FoundRecords(int type)
{
    private const int ServiceHeadLength = 6;

    private readonly List<IPAddress> addresses = [];
    private readonly List<ServiceRecord> services = [];

    public int Type => type;

    /// <summary>How many there were, usable or not.</summary>
    public int Count { get; private set; }

    public NameAnswer Answer => type == NameQuestion.Srv ? NameAnswer.Of(services) : NameAnswer.Of(addresses);

    /// <summary>Takes one more; false: it is malformed.</summary>
    public bool TryAdd(DnsMessage message, in DnsRecord record)
    {
        Count++;
        ReadOnlySpan<byte> data = message.Bytes.Slice(record.Data, record.DataLength);
        if (type == NameQuestion.Srv) return TryAddService(message, record, data);
        if (data.Length != (type == NameQuestion.A ? 4 : 16)) return false;
        addresses.Add(new IPAddress(data));
        return true;
    }

    private bool TryAddService(DnsMessage message, in DnsRecord record, ReadOnlySpan<byte> data)
    {
        int at = record.Data + ServiceHeadLength;
        Span<byte> target = stackalloc byte[DnsName.Longest];
        if (data.Length <= ServiceHeadLength || !DnsName.TryRead(message.Bytes, ref at, target, out int length) || at != record.Data + data.Length) return false;

        // The root says that there is no such service (RFC 2782); a name that cannot be written out is nobody's.
        if (TextOf(target[..length]) is { Length: > 0 } name) services.Add(new ServiceRecord(Number(data), Number(data[2..]), Number(data[4..]), name));
        return true;
    }

    private static int Number(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt16BigEndian(data);

    private static string? TextOf(ReadOnlySpan<byte> name)
    {
        var text = new StringBuilder(name.Length);
        for (int at = 0; name[at] != 0; at += 1 + name[at])
        {
            if (at > 0) _ = text.Append('.');
            foreach (byte b in name.Slice(at + 1, name[at]))
            {
                if (b is <= (byte)' ' or > (byte)'~' or (byte)'.' or (byte)'\\') return null;
                _ = text.Append((char)b);
            }
        }

        return text.ToString();
    }
}
