using System.Buffers.Binary;
using System.Text;

namespace HaTools.Engine.DnsWire;

/// <summary>A message of the domain name system (RFC 1035 section 4.1), read where it stands. Whatever it holds, reading it ends and takes no memory.</summary>
internal readonly ref struct DnsMessage(ReadOnlySpan<byte> bytes)
{
    /// <summary>The length of the header: id, flags, and how many questions, answers, authorities and additional records follow; two bytes each.</summary>
    public const int HeaderLength = 12;

    private const int ResponseAndOpcode = 0xF800, Response = 0x8000, AuthoritativeAnswer = 0x0400, Truncation = 0x0200, RecursionAvailable = 0x0080;

    // Behind a record's name: type, class, time to live, and the length of its data.
    private const int RecordHeadLength = 10;

    private readonly ReadOnlySpan<byte> bytes = bytes;

    /// <summary>The response code; 0: no error.</summary>
    public int ResponseCode => Number(2) & 0xF;

    /// <summary>Whether there is more to say than it had room for.</summary>
    public bool IsTruncated => (Number(2) & Truncation) != 0;

    /// <summary>Whether the server is an authority for the question's name (of aliases behind it this says nothing).</summary>
    public bool IsAuthoritative => (Number(2) & AuthoritativeAnswer) != 0;

    /// <summary>Whether the server asks others what it does not know.</summary>
    public bool IsRecursionAvailable => (Number(2) & RecursionAvailable) != 0;

    /// <summary>The bytes of the message.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

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
        for (int left = AnswerCount + AuthorityCount + Number(10); left > 0; left--)
        {
            if (!TryRecord(ref at, out _)) return false;
        }

        return true;
    }

    /// <summary>How many records answer the question; they stand behind it.</summary>
    public int AnswerCount => Number(6);

    /// <summary>How many records behind those say who knows.</summary>
    public int AuthorityCount => Number(8);

    /// <summary>Reads a record.</summary>
    /// <param name="at">Where it begins; then: what follows it.</param>
    /// <param name="record">The record.</param>
    /// <returns>Whether it is one.</returns>
    public bool TryRecord(ref int at, out DnsRecord record)
    {
        record = default;
        int name = at;
        if (!DnsName.TryPass(bytes, ref at) || bytes.Length - at < RecordHeadLength) return false;
        int data = at + RecordHeadLength, length = Number(data - 2);
        if (length > bytes.Length - data) return false;
        record = new DnsRecord(name, Number(at), Number(at + 2), BinaryPrimitives.ReadUInt32BigEndian(bytes[(at + 4)..]), data, length);
        at = data + length;
        return true;
    }

    private int Number(int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
}
