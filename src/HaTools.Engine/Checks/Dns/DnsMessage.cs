using System.Buffers.Binary;
using System.Text;

namespace HaTools.Engine.Checks.Dns;

/// <summary>A message of the domain name system (RFC 1035 section 4.1), read where it stands. Whatever it holds, reading it ends and takes no memory.</summary>
internal readonly ref struct DnsMessage(ReadOnlySpan<byte> bytes)
{
    /// <summary>The length of the header: id, flags, and how many questions, answers, authorities and additional records follow; two bytes each.</summary>
    public const int HeaderLength = 12;

    private const int ResponseAndOpcode = 0xF800, Response = 0x8000, Truncation = 0x0200;

    // Behind a record's name: type, class, time to live, and the length of its data.
    private const int RecordHeadLength = 10;

    private readonly ReadOnlySpan<byte> bytes = bytes;

    /// <summary>The response code; 0: no error.</summary>
    public int ResponseCode => Number(2) & 0xF;

    /// <summary>Whether there is more to say than it had room for.</summary>
    public bool IsTruncated => (Number(2) & Truncation) != 0;

    /// <summary>
    /// Whether it is a response to a query: with its id, and its question, letters of either case. A server that says with a response code that it could not read the question may leave it
    /// out.
    /// </summary>
    public bool Answers(ReadOnlySpan<byte> query)
    {
        if (bytes.Length < HeaderLength || Number(0) != BinaryPrimitives.ReadUInt16BigEndian(query) || (Number(2) & ResponseAndOpcode) != Response) return false;
        if (Number(4) == 0) return ResponseCode != 0;
        ReadOnlySpan<byte> question = query[HeaderLength..];

        // No letter is among the lengths of labels, the types and the classes: they are below 64.
        return Number(4) == 1 && bytes.Length >= query.Length && Ascii.EqualsIgnoreCase(bytes.Slice(HeaderLength, question.Length), question);
    }

    /// <summary>Whether the records behind the question are records, as many as it says. Only of a message that answers.</summary>
    /// <param name="query">What it answers.</param>
    public bool IsWhole(ReadOnlySpan<byte> query)
    {
        int at = query.Length;
        for (int left = Number(6) + Number(8) + Number(10); left > 0; left--)
        {
            if (!DnsName.TryPass(bytes, ref at) || bytes.Length - at < RecordHeadLength) return false;
            at += RecordHeadLength + Number(at + RecordHeadLength - 2);
            if (at > bytes.Length) return false;
        }

        return true;
    }

    private int Number(int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
}
