using System.Buffers.Binary;
using HaTools.Engine.DnsWire;

namespace HaTools.Engine.Tests.DnsWire;

/// <summary>Queries and responses as bytes (RFC 1035 section 4).</summary>
public sealed class DnsMessageTests
{
    private static readonly byte[] Query = Asked();

    [Theory]
    [InlineData(".", DnsRecordType.Soa, "00 00 01 00 00 01 00 00 00 00 00 00 00 00 06 00 01")]
    [InlineData("a.example", DnsRecordType.A, "00 00 01 00 00 01 00 00 00 00 00 00 01 61 07 65 78 61 6D 70 6C 65 00 00 01 00 01")]
    [InlineData("a.example.", DnsRecordType.Dnskey, "00 00 01 00 00 01 00 00 00 00 00 00 01 61 07 65 78 61 6D 70 6C 65 00 00 30 00 01")]
    public void A_query_is_keepalived_s(string name, DnsRecordType type, string bytes) => Assert.Equal(Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal)), DnsQuery.Of(name, type));

    [Theory]
    [InlineData(DnsRecordType.A, 1)]
    [InlineData(DnsRecordType.Ns, 2)]
    [InlineData(DnsRecordType.Cname, 5)]
    [InlineData(DnsRecordType.Soa, 6)]
    [InlineData(DnsRecordType.Mx, 15)]
    [InlineData(DnsRecordType.Txt, 16)]
    [InlineData(DnsRecordType.Aaaa, 28)]
    [InlineData(DnsRecordType.Rrsig, 46)]
    [InlineData(DnsRecordType.Dnskey, 48)]
    public void Every_type_has_its_number(DnsRecordType type, int number) => Assert.Equal(number, BinaryPrimitives.ReadUInt16BigEndian(DnsQuery.Of(".", type).AsSpan(13)));

    [Fact]
    public void The_longest_name_has_255_bytes()
    {
        string label = new('x', 63);
        byte[] query = DnsQuery.Of($"{label}.{label}.{label}.{new string('x', 61)}", DnsRecordType.A);
        Assert.Equal(12 + 255 + 4, query.Length);
        Assert.True(Answers(DnsReply.To(query), query));
        Assert.True(Whole(DnsReply.To(query, 0, 0, DnsReply.Record(DnsReply.SameName, 1, 1, 2, 3, 4)), query));
        Assert.False(Whole(DnsReply.To(query, 0, 0, DnsReply.Record([1, (byte)'x', .. DnsReply.SameName], 1, 1, 2, 3, 4)), query));
    }

    [Fact]
    public void A_response_has_the_query_s_id_and_question_and_says_that_it_is_one()
    {
        byte[] reply = DnsReply.To(Query);
        Assert.True(Answers(reply, Query));
        Assert.True(Answers(Changed(reply, 13, (byte)'W'), Query));
        Assert.False(Answers(Changed(reply, 0, 0xFF), Query));
        Assert.False(Answers(Changed(reply, 1, 0xFF), Query));
        Assert.False(Answers(Changed(reply, 2, 0x01), Query));
        Assert.False(Answers(Changed(reply, 2, 0xA1), Query));
        Assert.False(Answers(Changed(reply, 5, 2), Query));
        Assert.False(Answers(Changed(reply, 13, (byte)'v'), Query));
        Assert.False(Answers(Changed(reply, reply.Length - 3, 28), Query));
        Assert.False(Answers(Changed(reply, reply.Length - 1, 3), Query));
        for (int length = 0; length < reply.Length; length++) Assert.False(Answers(reply[..length], Query));
    }

    [Fact]
    public void Only_one_that_says_what_is_wrong_may_lack_the_question()
    {
        byte[] head = [.. Query[..2], 0x80, 0x01, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.True(Answers(head, Query));
        Assert.False(Answers(Changed(head, 3, 0), Query));
    }

    [Fact]
    public void Records_are_passed_over_whatever_their_section_and_names()
    {
        byte[] reply = DnsReply.To(Query, 0, 0, DnsReply.Record(DnsReply.SameName, 1, 192, 0, 2, 1), DnsReply.Record([4, .. "mail"u8, 0xC0, 16], 28, new byte[16]), DnsReply.Record([0], 41));
        Assert.True(Whole(reply, Query));
        byte[] sections = Changed(Changed(Changed(reply, 7, 1), 9, 1), 11, 1);
        Assert.True(Whole(sections, Query));
        for (int length = Query.Length; length < reply.Length; length++) Assert.False(Whole(reply[..length], Query));
        Assert.False(Whole(Changed(reply, 7, 4), Query));
    }

    public static TheoryData<string, byte[]> BrokenNames => new()
    {
        { "a pointer to itself", [0xC0, (byte)Query.Length] },
        { "a pointer behind itself", [0xC0, (byte)(Query.Length + 2), 0] },
        { "a pointer behind itself, to a name, in a record that is whole but for that", [0xC0, (byte)(Query.Length + 2), 0, 0, 1, 0, 1, 0, 0, 0, 0, 0] },
        { "a label that leads to itself", [1, (byte)'x', 0xC0, (byte)Query.Length] },
        { "a pointer into the header", [0xC0, 0] },
        { "a pointer beyond the end", [0xFF, 0xFF] },
        { "half a pointer", [0xC0] },
        { "a kind of label that is none", [0x40, (byte)'x', 0] },
        { "another kind of label that is none", [0x80, (byte)'x', 0] },
        { "a label without an end", [63, (byte)'x'] },
        { "no end", [1, (byte)'x'] },
    };

    [Theory]
    [MemberData(nameof(BrokenNames))]
    public void What_is_no_name_is_seen(string what, byte[] name)
    {
        byte[] reply = DnsReply.To(Query, 0, 0, name);
        Assert.False(Whole(reply, Query), what);
        reply = DnsReply.To(Query, 0, 0, DnsReply.Record(name, 1, 192, 0, 2, 1));
        Assert.False(Whole(reply, Query), what);
    }

    [Fact]
    public void Pointers_that_lead_in_a_circle_are_seen_wherever_they_stand()
    {
        // The data of the first record holds the second half of the circle.
        int data = Query.Length + 2 + 10;
        byte[] second = [0xC0, (byte)(data + 2)];
        Assert.False(Whole(DnsReply.To(Query, 0, 0, DnsReply.Record(DnsReply.SameName, 16, [.. second, 0xC0, (byte)data]), DnsReply.Record([0xC0, (byte)data], 1)), Query));
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(200, false)]
    public void A_name_has_no_more_pointers_than_it_could_need(int pointers, bool isName)
    {
        var data = new byte[2 * pointers];
        int at = Query.Length + 2 + 10;
        for (int i = 0; i < pointers; i++) BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(2 * i), (ushort)(0xC000 | (i == 0 ? 12 : at + (2 * (i - 1)))));
        int last = at + (2 * (pointers - 1));
        Assert.Equal(isName, Whole(DnsReply.To(Query, 0, 0, DnsReply.Record(DnsReply.SameName, 16, data), DnsReply.Record([(byte)(0xC0 | (last >> 8)), (byte)last], 1)), Query));
    }

    private static byte[] Asked()
    {
        byte[] query = DnsQuery.Of("www.example", DnsRecordType.A);
        (query[0], query[1]) = (0x12, 0x34);
        return query;
    }

    private static bool Answers(byte[] message, byte[] query) => new DnsMessage(message).Answers(query);

    private static bool Whole(byte[] message, byte[] query) => new DnsMessage(message).IsWhole(query);

    private static byte[] Changed(byte[] message, int at, byte value)
    {
        byte[] copy = [.. message];
        copy[at] = value;
        return copy;
    }
}
