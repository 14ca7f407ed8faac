namespace HaTools.Netlink.Tests.Messages;

public class AttributeTests
{
    [Fact]
    public void Values_are_written_with_length_type_and_padding()
    {
        var writer = new AttributeWriter(new byte[128]);
        writer.U8(1, 0xab);
        writer.U16(2, 0x1234);
        writer.U16BigEndian(3, 0x1234);
        writer.U32(4, 0x12345678);
        writer.U64(5, 0x0102030405060708);
        writer.String(6, "lo");

        Assert.Equal(
            Hex.Text(Hex.Bytes("""
                0500 0100 ab000000          # nla_len 5, nla_type 1, padded to 8
                0600 0200 34120000
                0600 0300 12340000          # network byte order
                0800 0400 78563412
                0c00 0500 0807060504030201
                0700 0600 6c6f0000          # "lo" and its NUL: 3 bytes
                """)),
            Hex.Text(writer.Written));
    }

    [Fact]
    public void A_nested_attribute_holds_what_is_written_inside()
    {
        var writer = new AttributeWriter(new byte[64]);
        int nest = writer.BeginNested(7);
        writer.U32(1, 1);
        writer.EndNested(nest);
        writer.U32(2, 2);

        Assert.Equal(Hex.Text(Hex.Bytes("0c00 0780  0800 0100 01000000  0800 0200 02000000")), Hex.Text(writer.Written));
    }

    [Fact]
    public void What_does_not_fit_is_remembered_and_stops_the_writing()
    {
        var writer = new AttributeWriter(new byte[10]);
        writer.U32(1, 1);
        Assert.False(writer.Overflowed);
        writer.U8(2, 1);
        writer.String(3, "x");
        writer.Header(7L);
        writer.EndNested(writer.BeginNested(4));
        Assert.True(writer.Overflowed);
        Assert.Equal(8, writer.Length);
    }

    [Fact]
    public void A_value_larger_than_an_attribute_can_be_is_refused()
    {
        var writer = new AttributeWriter(new byte[200_000]);
        writer.Bytes(1, new byte[70_000]);
        Assert.True(writer.Overflowed);

        var nested = new AttributeWriter(new byte[200_000]);
        int nest = nested.BeginNested(1);
        nested.Bytes(2, new byte[40_000]);
        nested.Bytes(2, new byte[40_000]);
        nested.EndNested(nest);
        Assert.True(nested.Overflowed);
    }

    [Fact]
    public void Values_are_read_as_they_were_written()
    {
        var reader = new AttributeReader(Hex.Bytes("""
            0500 0100 ab000000
            0600 0240 12340000              # NLA_F_NET_BYTEORDER
            0c00 0780 0800 0100 01000000    # nested
            0600 0300 6c6f0000              # a string without NUL
            0800 0400 78563412
            0c00 0500 0807060504030201
            """));
        Assert.True(reader.Next());
        Assert.Equal(0xab, reader.U8());
        Assert.True(reader.Next());
        Assert.Equal(2, reader.Type);
        Assert.Equal(0x1234, reader.U16BigEndian());
        Assert.True(reader.Next());
        Assert.Equal(7, reader.Type);
        AttributeReader.Place outer = reader.Enter();
        Assert.True(reader.Next());
        Assert.Equal(1u, reader.U32());
        Assert.False(reader.Next());
        reader.Leave(outer);
        Assert.True(reader.Next());
        Assert.Equal("lo", reader.String());
        Assert.True(reader.Next());
        Assert.Equal(0x12345678u, reader.U32OrU64());
        Assert.True(reader.Next());
        Assert.Equal(0x0102030405060708u, reader.U32OrU64());
        Assert.False(reader.Next());
        Assert.Equal(AttributeError.None, reader.Error);
        reader.ThrowIfMalformed("reading");
    }

    [Theory]
    [InlineData("0500 01", AttributeError.Truncated)]              // no room for a header
    [InlineData("0300 0100", AttributeError.Truncated)]            // shorter than its own header
    [InlineData("0900 0100 00000000", AttributeError.Truncated)]   // longer than the message
    [InlineData("0800 0100 00000000 00", AttributeError.Truncated)] // a byte left over
    [InlineData("0700 0100 00000000", AttributeError.WrongLength)] // three bytes for a u32
    public void What_is_malformed_is_remembered_and_ends_the_reading(string hex, AttributeError expected)
    {
        var reader = new AttributeReader(Hex.Bytes(hex));
        int read = 0;
        while (reader.Next())
        {
            reader.U32();
            read++;
        }

        Assert.Equal(expected, reader.Error);
        Assert.InRange(read, 0, 1);
        Assert.True(reader.Value.IsEmpty);
        Assert.Equal(0u, reader.U32());
        Assert.False(reader.Next());
        NetlinkException e = Caught(reader);
        Assert.Equal(0, e.Errno);
        Assert.Contains("malformed", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_inside_a_nested_attribute_is_the_whole_message_s()
    {
        var reader = new AttributeReader(Hex.Bytes("0c00 0780 0900 0100 01000000  0800 0200 02000000"));
        Assert.True(reader.Next());
        AttributeReader.Place outer = reader.Enter();
        Assert.False(reader.Next());
        reader.Leave(outer);
        Assert.False(reader.Next());
        Assert.Equal(AttributeError.Truncated, reader.Error);
    }

    private static NetlinkException Caught(AttributeReader reader)
    {
        try
        {
            reader.ThrowIfMalformed("reading a test");
        }
        catch (NetlinkException e)
        {
            return e;
        }

        throw new InvalidOperationException("It was not malformed.");
    }
}
