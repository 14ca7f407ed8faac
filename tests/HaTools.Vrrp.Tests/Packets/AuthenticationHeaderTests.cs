using System.Buffers.Binary;

namespace HaTools.Vrrp.Tests.Packets;

/// <summary>RFC 2402 as keepalived has it. That captures are understood is shown with them.</summary>
public class AuthenticationHeaderTests
{
    private static readonly byte[] Key = "s3cret12"u8.ToArray();

    [Fact]
    public void Rfc2402_2_the_header_field_by_field()
    {
        byte[] datagram = Write("224.0.0.18");
        Assert.Equal(51, datagram[9]);
        Assert.Equal(20 + 24 + 20, BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(2)));
        Assert.Equal(Convert.FromHexString("70040000" + "0A460001" + "00000007"), datagram[20..32]);
        Assert.Equal(2, datagram[48]);
        Assert.Equal(new byte[8], datagram[^8..]); // the key does not go out
        Assert.Equal(51, VrrpRouter.PeekVirtualRouterId(datagram));
    }

    [Theory]
    [InlineData("224.0.0.18")]
    [InlineData("10.70.0.2")]
    public void Rfc2402_3_3_3_what_routers_may_change_is_not_covered_and_the_rest_is(string destination)
    {
        byte[] datagram = Write(destination);
        Assert.True(IsAuthentic(datagram));
        for (int i = 0; i < datagram.Length; i++)
        {
            byte[] changed = [.. datagram];
            changed[i] ^= 0x10;
            bool mutable = i is 1 or 10 or 11 // TOS, checksum
                || (i == 8 && destination != "224.0.0.18"); // TTL
            if (i is 0 or 2 or 3 or 6 or 7 or 9 or 20 or 21 or 44 or 47 or 48) continue; // not decoded at all, or what the decoder looks at
            VrrpAdvert.TryDecode(Wire.FixHeader(changed), VrrpVersions.Two, 0, out VrrpAdvert advert);
            bool decoded = !advert.Datagram.IsEmpty;
            if (i >= 44) Assert.False(decoded); // the message's own checksum is first
            else Assert.Equal(mutable, decoded && AuthenticationHeader.IsAuthentic(advert, Key));
        }
    }

    [Fact]
    public void Rfc2402_3_4_4_a_code_of_another_key_MUST_be_refused() => Assert.False(IsAuthentic(Write("224.0.0.18"), "s3cret13"u8.ToArray()));

    [Fact]
    public void Rfc2402_3_4_2_an_SPI_that_is_not_the_senders_address_MUST_be_refused()
    {
        byte[] datagram = Write("224.0.0.18");
        datagram[27] = 9;
        Resign(datagram);
        Assert.False(IsAuthentic(datagram));
    }

    [Fact]
    public void Rfc2402_2_1_other_protocols_behind_the_header_and_other_lengths_are_refused()
    {
        byte[] datagram = Write("224.0.0.18");
        datagram[20] = 6;
        Assert.Equal(-1, VrrpRouter.PeekVirtualRouterId(datagram));
        Assert.Equal(AdvertRejection.AuthenticationType, Decode(datagram));
        datagram[20] = 112;
        datagram[21] = 5;
        Assert.Equal(AdvertRejection.AuthenticationType, Decode(datagram));
    }

    [Fact]
    public void Rfc2338_5_3_6_3_the_type_and_the_header_need_each_other()
    {
        byte[] with = Write("224.0.0.18", type: 1);
        Assert.Equal(AdvertRejection.None, Decode(with)); // type 1 is a password in the clear
        byte[] inside = Write("224.0.0.18");
        byte[] without = [.. inside[..20], .. inside[44..]];
        without[9] = 112;
        BinaryPrimitives.WriteUInt16BigEndian(without.AsSpan(2), (ushort)without.Length);
        Assert.Equal(AdvertRejection.AuthenticationType, Decode(Wire.FixHeader(without)));
        inside[48] = 1;
        Wire.FixMessage(inside, 44);
        Assert.Equal(AdvertRejection.AuthenticationType, Decode(inside));
    }

    [Fact]
    public void Two_masters_in_step_hear_each_other_and_no_advert_twice()
    {
        var sequence = default(AuthenticationHeaderSequence);
        uint sent = sequence.Next();
        Assert.True(sequence.TryAccept(sent));
        Assert.False(sequence.TryAccept(sent));
        Assert.Equal(sent + 1, sequence.Next());
    }

    [Fact]
    public void Rfc2402_3_4_3_a_number_that_is_not_above_the_last_is_a_replay_and_who_hears_goes_on_from_it()
    {
        var sequence = default(AuthenticationHeaderSequence);
        Assert.Equal(1u, sequence.Next());
        Assert.False(sequence.TryAccept(0));
        Assert.True(sequence.TryAccept(5));
        Assert.False(sequence.TryAccept(5));
        Assert.Equal(6u, sequence.Next());
    }

    [Fact]
    public void Rfc2402_3_3_2_the_number_MUST_NOT_cycle()
    {
        var sequence = default(AuthenticationHeaderSequence);
        Assert.True(sequence.TryAccept(uint.MaxValue));
        Assert.Equal(uint.MaxValue, sequence.Next());
        Assert.Equal(uint.MaxValue, sequence.Next());
    }

    [Theory]
    [InlineData(0x20, 0)] // more fragments
    [InlineData(0, 1)] // an offset
    public void Rfc2402_3_4_1_a_fragment_MUST_be_refused(byte flags, byte offset)
    {
        byte[] datagram = Write("224.0.0.18");
        (datagram[6], datagram[7]) = (flags, offset);
        Assert.Equal(AdvertRejection.IpHeader, Decode(Wire.FixHeader(datagram)));
        (datagram[6], datagram[7]) = (0x40, 0); // "do not fragment" is no fragment, and not in the code
        Assert.True(IsAuthentic(Wire.FixHeader(datagram)));
    }

    [Fact]
    public void Rfc2402_3_3_3_1_1_1_a_code_with_the_TTL_as_zero_is_right_over_multicast_too()
    {
        byte[] datagram = Write("224.0.0.18");
        byte[] asKeepalived = datagram[32..44];
        Resign(datagram);
        Assert.NotEqual(asKeepalived, datagram[32..44]);
        Assert.True(IsAuthentic(datagram));
    }

    [Fact]
    public void Rfc2338_5_3_6_3_the_authentication_data_is_ignored()
    {
        byte[] datagram = Write("224.0.0.18");
        datagram[^1] = 0x55;
        Wire.FixMessage(datagram, 44);
        Resign(datagram);
        Assert.True(IsAuthentic(datagram));
    }

    /// <summary>Makes the code right again, by the letter of section 3.3.3.1.1.1.</summary>
    private static void Resign(byte[] datagram)
    {
        byte[] text = [.. datagram];
        text[1] = text[8] = 0;
        text.AsSpan(6, 2).Clear();
        text.AsSpan(10, 2).Clear();
        text.AsSpan(32, 12).Clear();
#pragma warning disable CA5351 // what is tested
        System.Security.Cryptography.HMACMD5.HashData(Key, text).AsSpan(0, 12).CopyTo(datagram.AsSpan(32));
#pragma warning restore CA5351
    }

    private static byte[] Write(string destination, int type = 2)
    {
        var fields = new VrrpAdvertFields
        {
            Version = 2,
            VirtualRouterId = 51,
            Priority = 150,
            IntervalUnits = 1,
            AuthenticationType = type,
            AuthenticationSequence = 7,
            Source = Wire.Address("10.70.0.1"),
            Destination = Wire.Address(destination),
            Identification = 3,
        };
        byte[] buffer = new byte[VrrpAdvertWriter.MaxLength];
        return buffer[..VrrpAdvertWriter.Write(fields, [Wire.Address("10.70.9.1")], Key, buffer)];
    }

    private static AdvertRejection Decode(byte[] datagram) => VrrpAdvert.TryDecode(datagram, VrrpVersions.Two, 0, out _);

    private static bool IsAuthentic(byte[] datagram, byte[]? key = null)
    {
        Assert.Equal(AdvertRejection.None, VrrpAdvert.TryDecode(datagram, VrrpVersions.Two, 0, out VrrpAdvert advert));
        Assert.Equal(7u, AuthenticationHeader.SequenceOf(advert));
        return AuthenticationHeader.IsAuthentic(advert, key ?? Key);
    }
}
