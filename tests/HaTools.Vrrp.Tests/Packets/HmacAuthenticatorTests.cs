namespace HaTools.Vrrp.Tests.Packets;

/// <summary>auth_hmac: the images of draft-cassen-vrrp-auth-hmac's appendix, and the rules of its sequence numbers.</summary>
public class HmacAuthenticatorTests
{
    private const string Key = "hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private const long Now = 1_785_000_000 * Wire.Second;

    /// <summary>Key 1, virtual router id 51, priority 200, sequence number 0x6800000080000000.</summary>
    private const string Ipv4Image = "3133c80100644402c0000264" + "010100006800000080000000" + "1b84bc4e8e43892dc6d98448f8ee2265";

    private const string Ipv6Image =
        "3133c8010064a2e9" + "fe800000000000000000000000000100" + "010100006800000080000000" + "c8c56146ebfd66ee10ec4d8186461b78";

    private static readonly AddressBits Source6 = Wire.Address6("fe80::10");

    [Fact]
    public void Appendix_ipv4_image_is_authentic() => Assert.Equal(AdvertRejection.None, Verify(Monotonic(), Image4()));

    [Fact]
    public void Appendix_ipv6_image_is_authentic() => Assert.Equal(AdvertRejection.None, Verify6(Monotonic(), Image6()));

    [Fact]
    public void Appendix_images_are_what_we_write()
    {
        long time = 0x68000000 * Wire.Second + Wire.Second / 2;
        byte[] buffer = new byte[VrrpAdvertWriter.MaxLength];
        int length = VrrpAdvertWriter.Write(Fields(4), [Wire.Address("192.0.2.100")], [], buffer, Monotonic(), time);
        Assert.Equal(Ipv4Image, Convert.ToHexStringLower(buffer.AsSpan(20, length - 20)));
        length = VrrpAdvertWriter.Write(Fields(6), [Wire.Address6("fe80::100")], [], buffer, Monotonic(), time);
        Assert.Equal(Ipv6Image, Convert.ToHexStringLower(buffer.AsSpan(0, length)));
    }

    /// <summary>Every byte of the image changed in turn; the checksum is repaired, since it is not what guards here.</summary>
    [Fact]
    public void A_changed_byte_anywhere_is_found()
    {
        for (int i = 0; i < Image6().Length; i++)
        {
            byte[] image = Image6();
            image[i] ^= 1;
            if (i is 3 or 6 or 7) continue; // the count of addresses, which moves the trailer, and the checksum
            AdvertRejection expected = i switch
            {
                0 => AdvertRejection.PacketType,
                24 or 26 or 27 => AdvertRejection.AuthenticationType,
                25 => AdvertRejection.AuthenticationKey,
                _ => AdvertRejection.AuthenticationFailure,
            };
            Assert.Equal(expected, Verify6(Monotonic(), Wire.FixMessage6(image, Source6, Wire.Address6("fe80::20"))));
        }
    }

    [Fact]
    public void The_source_is_bound_and_the_destination_is_not()
    {
        byte[] image = Wire.FixMessage6(Image6(), Wire.Address6("fe80::11"), Wire.Address6("fe80::20"));
        Assert.Equal(AdvertRejection.AuthenticationFailure, Verify6(Monotonic(), image, source: "fe80::11"));
        image = Wire.FixMessage6(Image6(), Source6, Wire.Address6("ff02::12"));
        Assert.Equal(AdvertRejection.None, Verify6(Monotonic(), image, destination: "ff02::12"));
    }

    [Fact]
    public void The_same_advert_twice_is_a_replay_and_from_another_authenticator_it_is_not()
    {
        HmacAuthenticator receiver = Monotonic();
        Assert.Equal(AdvertRejection.None, Verify(receiver, Image4()));
        Assert.Equal(AdvertRejection.AuthenticationReplay, Verify(receiver, Image4()));
        Assert.Equal(AdvertRejection.None, Verify(Monotonic(), Image4()));
    }

    [Theory]
    [InlineData(0, AdvertRejection.None)]
    [InlineData(5, AdvertRejection.None)]
    [InlineData(-5, AdvertRejection.None)]
    [InlineData(6, AdvertRejection.AuthenticationStale)]
    [InlineData(-6, AdvertRejection.AuthenticationStale)]
    internal void An_advert_outside_of_the_window_is_stale(int seconds, AdvertRejection expected)
    {
        HmacAuthenticator receiver = Timed();
        Assert.Equal(expected, Verify(receiver, Signed(Timed(), Now), Now + seconds * Wire.Second));
        if (expected != AdvertRejection.None) return;
        Assert.Equal(seconds, receiver.ClockSkew);
        Assert.Equal(Math.Abs(seconds) > 2, receiver.IsClockSkewed);
    }

    [Theory]
    [InlineData(1.0, 5)]
    [InlineData(2.0, 6)]
    [InlineData(0.01, 5)]
    public void The_window_is_three_intervals_and_at_least_5_s(double interval, int window)
    {
        var receiver = new HmacAuthenticator(Settings(), TimeSpan.FromSeconds(interval));
        byte[] advert = Signed(Timed(), Now);
        Assert.Equal(AdvertRejection.AuthenticationStale, Verify(receiver, advert, Now + (window + 1) * Wire.Second));
        Assert.Equal(AdvertRejection.None, Verify(receiver, advert, Now + window * Wire.Second));
    }

    [Fact]
    public void Numbers_grow_within_one_tick_of_the_clock_and_over_its_carry()
    {
        HmacAuthenticator sender = Timed(), receiver = Timed();
        for (int i = 0; i < 70_000; i++) Assert.Equal(AdvertRejection.None, Verify(receiver, Signed(sender, Now)));
    }

    [Fact]
    public void A_clock_set_back_is_followed_in_time_mode_and_the_receiver_forgets_a_mark_of_the_future()
    {
        HmacAuthenticator sender = Timed(), receiver = Timed();
        long future = Now + 3600 * Wire.Second;
        Assert.Equal(AdvertRejection.None, Verify(receiver, Signed(sender, future), future));
        byte[] afterwards = Signed(sender, Now);
        Assert.Equal(AdvertRejection.None, Verify(receiver, afterwards));
        Assert.Equal(AdvertRejection.AuthenticationReplay, Verify(receiver, afterwards));
    }

    [Fact]
    public void In_monotonic_mode_numbers_only_grow_and_the_clock_does_not_matter()
    {
        HmacAuthenticator sender = Monotonic(), receiver = Monotonic();
        byte[] old = Signed(sender, Now);
        Assert.Equal(AdvertRejection.None, Verify(receiver, Signed(sender, Now + 3600 * Wire.Second), 0));
        Assert.Equal(AdvertRejection.None, Verify(receiver, Signed(sender, Now), 0));
        Assert.Equal(AdvertRejection.AuthenticationReplay, Verify(receiver, old));
    }

    [Fact]
    public void After_a_reload_an_old_advert_is_still_a_replay_and_numbers_still_grow()
    {
        HmacAuthenticator sender = Monotonic(), receiver = Monotonic();
        byte[] heard = Signed(sender, Now);
        Assert.Equal(AdvertRejection.None, Verify(receiver, heard));
        HmacAuthenticator nextSender = Monotonic(), nextReceiver = Monotonic();
        nextSender.CarryOver(sender);
        nextReceiver.CarryOver(receiver);
        Assert.Equal(AdvertRejection.AuthenticationReplay, Verify(nextReceiver, heard));
        Assert.Equal(AdvertRejection.None, Verify(nextReceiver, Signed(nextSender, Now - Wire.Second)));
    }

    [Theory]
    [InlineData(VrrpHmacMode.Enforce, 28, AdvertRejection.AuthenticationMismatch)]
    [InlineData(VrrpHmacMode.Permissive, 28, AdvertRejection.None)]
    [InlineData(VrrpHmacMode.ReceiveOnly, 0, AdvertRejection.None)]
    internal void Modes_say_who_signs_and_whether_a_trailer_is_demanded(VrrpHmacMode mode, int trailer, AdvertRejection unsigned)
    {
        var authenticator = new HmacAuthenticator(Settings() with { Mode = mode }, TimeSpan.FromSeconds(1));
        byte[] buffer = new byte[VrrpAdvertWriter.MaxLength];
        Assert.Equal(32 + trailer, VrrpAdvertWriter.Write(Fields(4), [1], [], buffer, authenticator, Now));
        int length = VrrpAdvertWriter.Write(Fields(4), [1], [], buffer);
        Assert.Equal(unsigned, Verify(authenticator, buffer[..length]));
        // What is signed is verified in every mode.
        var stranger = new HmacAuthenticator(Settings(Key.Replace('f', 'e')), TimeSpan.FromSeconds(1));
        Assert.Equal(AdvertRejection.AuthenticationFailure, Verify(authenticator, Signed(stranger, Now)));
    }

    [Fact]
    public void A_key_is_replaced_without_losing_an_advert()
    {
        const string Second = "another secret, thirty-two bytes or more";
        VrrpHmac both = Settings() with { Keys = [new VrrpHmacKey(1, Key), new VrrpHmacKey(2, Second)] };
        HmacAuthenticator Make(int active) => new(both with { ActiveKey = active }, TimeSpan.FromSeconds(1));
        Assert.Equal(AdvertRejection.None, Verify(Make(1), Signed(Make(2), Now)));
        Assert.Equal(AdvertRejection.None, Verify(Make(2), Signed(Make(1), Now)));
        Assert.Equal(AdvertRejection.AuthenticationKey, Verify(Timed(), Signed(Make(2), Now)));
    }

    [Theory]
    [InlineData("too short", "it has 9 bytes, not 32 to 64")]
    [InlineData("hex:00", "it has 1 bytes, not 32 to 64")]
    [InlineData("hex:000", "the number of hexadecimal digits is odd")]
    [InlineData("hex:0g", "it has others than hexadecimal digits")]
    [InlineData("file:/etc/key", "the file /etc/key has not been read")]
    public void A_bad_secret_is_told_without_showing_it(string secret, string why)
    {
        Assert.Equal(why, HmacKeys.TryParse(secret, out _));
        var failure = Assert.Throws<ArgumentException>(() => new HmacAuthenticator(Settings(secret), TimeSpan.FromSeconds(1)));
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_are_text_or_digits()
    {
        Assert.Null(HmacKeys.TryParse("0123456789abcdef0123456789abcdef", out byte[] text));
        Assert.Equal("0123456789abcdef0123456789abcdef"u8, text);
        Assert.Null(HmacKeys.TryParse(Key, out byte[] digits));
        Assert.Equal(Enumerable.Range(0, 32).Select(i => (byte)i), digits);
        Assert.NotNull(HmacKeys.TryParse(new string('x', 65), out _));
        Assert.Equal("/etc/key", HmacKeys.FileOf("file:/etc/key"));
        Assert.Null(HmacKeys.FileOf(Key));
    }

    [Fact]
    public void Settings_without_their_active_key_or_with_a_window_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new HmacAuthenticator(Settings() with { ActiveKey = 2 }, TimeSpan.FromSeconds(1)));
        VrrpHmac wide = Settings() with { TimeWindow = TimeSpan.FromSeconds(301) };
        Assert.Throws<ArgumentException>(() => new HmacAuthenticator(wide, TimeSpan.FromSeconds(1)));
        VrrpHmac twice = Settings() with { Keys = [new VrrpHmacKey(1, Key), new VrrpHmacKey(1, Key)] };
        Assert.Throws<ArgumentException>(() => new HmacAuthenticator(twice, TimeSpan.FromSeconds(1)));
    }

    private static VrrpHmac Settings(string secret = Key) => new() { Keys = [new VrrpHmacKey(1, secret)], ActiveKey = 1 };

    private static HmacAuthenticator Timed() => new(Settings(), TimeSpan.FromSeconds(1));

    private static HmacAuthenticator Monotonic() =>
        new(Settings() with { AntiReplay = VrrpAntiReplay.Monotonic }, TimeSpan.FromSeconds(1));

    private static VrrpAdvertFields Fields(int family) => new()
    {
        Family = family,
        Version = 3,
        VirtualRouterId = 51,
        Priority = 200,
        IntervalUnits = 100,
        Source = family == 4 ? Wire.Address("198.51.100.10") : Source6,
        Destination = family == 4 ? VrrpProtocol.MulticastAddress : Wire.Address6("fe80::20"),
        Identification = 1,
    };

    /// <summary>The draft's IPv4 image as a datagram.</summary>
    private static byte[] Image4()
    {
        byte[] datagram = [.. new byte[20], .. Convert.FromHexString(Ipv4Image)];
        new Ipv4Header
        {
            TotalLength = datagram.Length,
            Ttl = 255,
            Protocol = VrrpProtocol.Number,
            Source = (uint)Fields(4).Source,
            Destination = VrrpProtocol.MulticastAddress,
        }.Write(datagram);
        return datagram;
    }

    private static byte[] Image6() => Convert.FromHexString(Ipv6Image);

    private static byte[] Signed(HmacAuthenticator sender, long time)
    {
        byte[] buffer = new byte[VrrpAdvertWriter.MaxLength];
        return buffer[..VrrpAdvertWriter.Write(Fields(4), [Wire.Address("192.0.2.100")], [], buffer, sender, time)];
    }

    private static AdvertRejection Verify(HmacAuthenticator receiver, byte[] datagram, long time = Now)
    {
        AdvertRejection rejection =
            VrrpAdvert.TryDecode(datagram, VrrpVersions.Three, VrrpProtocol.MulticastAddress, out VrrpAdvert advert);
        return rejection != AdvertRejection.None ? rejection : receiver.Verify(advert, time);
    }

    private static AdvertRejection Verify6(
        HmacAuthenticator receiver, byte[] payload, string source = "fe80::10", string destination = "fe80::20")
    {
        var envelope = new Ipv6Envelope(Wire.Address6(source), Wire.Address6(destination), 255);
        AdvertRejection rejection = VrrpAdvert.TryDecode(envelope, payload, out VrrpAdvert advert);
        return rejection != AdvertRejection.None ? rejection : receiver.Verify(advert, Now);
    }
}
