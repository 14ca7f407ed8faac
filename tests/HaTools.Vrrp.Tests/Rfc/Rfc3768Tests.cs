using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Rfc;

/// <summary>RFC 3768, version 2, where it differs from RFC 9568: fields, timers, what is discarded, and where we do as keepalived does.</summary>
/// <remarks>
/// Its sections 8.1 to 8.4 are RFC 9568's 8.1 and 8.3 for IPv4 (<see cref="Rfc9568Section8Tests"/>); 9 (FDDI, token ring, ATM) is not built: Linux has no such
/// interfaces any more. Further cells, by the section's number, are in Packets/VrrpAdvertTests, Machine/TimingTests and Machine/ElectionTests.
/// </remarks>
public class Rfc3768Tests
{
    private const string Other = "10.70.0.3";

    private static byte[] Sent(VrrpInstance instance) => Advert(Scenario.Running(instance).Router, 0, instance.Priority, version: 2);

    [Fact]
    public void S5_3_the_message_has_authentication_type_interval_in_seconds_and_8_bytes_at_its_end()
    {
        byte[] message = Sent(Instance(100, version: 2, seconds: 3))[20..];
        Assert.Equal((0x21, 51, 100, 1, 0, 3), (message[0], message[1], message[2], message[3], message[4], message[5]));
        Assert.Equal(8 + 4 + 8, message.Length);
        // 5.3.10: zero on transmission.
        Assert.Equal(new byte[8], message[^8..]);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1.5)]
    [InlineData(256)]
    public void S5_3_7_the_interval_is_of_whole_seconds_1_to_255(double seconds)
    {
        Assert.Throws<ArgumentException>(() => new Scenario([Instance(100, version: 2, seconds)]));
        Assert.Equal(255, Sent(Instance(100, version: 2, seconds: 255))[25]);
    }

    [Fact]
    public void S5_3_8_the_checksum_covers_the_message_alone()
    {
        byte[] datagram = Sent(Instance(100, version: 2));
        Assert.Equal(0, InternetChecksum.Finish(InternetChecksum.Add(datagram.AsSpan(20))));
        // Another source is no other sum: there is no pseudo-header.
        Assert.Equal(datagram[26..28], Advert(Instance(100, version: 2), "10.70.0.77")[26..28]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(255)]
    public void S5_3_6_a_type_of_authentication_that_is_unknown_or_not_ours_MUST_be_discarded(byte type)
    {
        Scenario s = Scenario.Master(Instance(100, version: 2));
        byte[] datagram = Advert(Instance(200, version: 2), Other);
        datagram[24] = type;
        s.Hear(FixMessage(datagram));
        Assert.StartsWith("rejected Authentication", Assert.Single(s.Take()), StringComparison.Ordinal);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
    }

    [Fact]
    public void S6_1_the_skew_is_of_a_second_and_not_of_the_interval()
    {
        Scenario s = Scenario.Running(Instance(100, version: 2, seconds: 10));
        Assert.Equal(30 * Second + 156 * Second / 256, s.View.MasterDownInterval);
        s.Hear(Instance(200, version: 2, seconds: 10), Other, priority: 0);
        Assert.Equal(s.Now + 156 * Second / 256, s.Router.NextDeadline);
    }

    [Theory]
    [InlineData("ttl", "Ttl")]
    [InlineData("version", "Version")]
    [InlineData("type", "PacketType")]
    [InlineData("short", "TooShort")]
    [InlineData("checksum", "Checksum")]
    [InlineData("virtual router id", "VirtualRouterId")]
    [InlineData("interval 0", "Interval")]
    [InlineData("group", "Destination")]
    [InlineData("own address", "OwnAddress")]
    public void S7_1_what_fails_a_check_MUST_be_discarded_and_is_told(string wrong, string reason)
    {
        Scenario backup = Scenario.Running(Instance(100, version: 2)), master = Scenario.Master(Instance(100, version: 2));
        long due = backup.Router.NextDeadline;
        foreach (Scenario s in new[] { backup, master })
        {
            s.Hear(Rfc9568Section7Tests.Make(wrong, version: 2));
            Assert.Equal([$"rejected {reason}"], s.Take());
            Assert.Equal((0L, 1L), (s.View.Counters.AdvertsReceived, s.View.Counters.Rejected.Of(Enum.Parse<AdvertRejection>(reason))));
        }

        Assert.Equal((due, VrrpStateKind.Master), (backup.Router.NextDeadline, master.View.State));
        master.Hear(Rfc9568Section7Tests.Make("nothing", version: 2));
        Assert.Equal(VrrpStateKind.Backup, master.View.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void S7_1_another_interval_MUST_be_discarded_and_is_not_learned(bool isMaster)
    {
        Scenario s = isMaster ? Scenario.Master(Instance(100, version: 2)) : Scenario.Running(Instance(100, version: 2));
        long due = s.Router.NextDeadline;
        s.Hear(Instance(200, version: 2, seconds: 2), Other);
        Assert.Equal(["rejected Interval"], s.Take());
        Assert.Equal((due, Second), (s.Router.NextDeadline, s.View.AdvertInterval));
        // Also that of a master that stops.
        s.Hear(Instance(200, version: 2, seconds: 2), Other, priority: 0);
        Assert.Equal(["rejected Interval"], s.Take());
    }

    [Fact]
    public void S7_1_the_other_version_MUST_be_discarded()
    {
        Scenario s = Scenario.Running(Instance(100, version: 2));
        s.Hear(Instance(200, version: 3), Other);
        Assert.Equal(["rejected Version"], s.Take());
    }

    [Fact]
    public void S7_1_a_message_without_its_authentication_data_is_not_complete()
    {
        Scenario s = Scenario.Running(Instance(100, version: 2));
        byte[] datagram = Advert(Instance(200, version: 2), Other)[..^8];
        datagram[3] -= 8;
        s.Hear(FixHeader(FixMessage(datagram)));
        Assert.Equal(["rejected TooShort"], s.Take());
    }

    /// <summary>It wants an owner to be deaf; erratum 8298 of RFC 9568 says why that makes two masters, and strict mode is as it was.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void S7_1_the_owner_discards_adverts_in_strict_mode(bool strict)
    {
        Scenario s = Scenario.Master(Instance(255, version: 2) with { Strict = strict });
        s.Hear(Instance(255, version: 2), Other);
        Assert.Equal(strict, s.Take().Contains("rejected Owner"));
        Assert.Equal(strict ? VrrpStateKind.Master : VrrpStateKind.Backup, s.View.State);
    }

    /// <summary>It has a losing advert discarded in silence; RFC 9568 and keepalived, in both versions, answer it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void S6_4_3_a_lower_advert_is_discarded_and_answered_unless_that_is_switched_off(bool silent)
    {
        Scenario s = Scenario.Master(Instance(100, version: 2) with { LowerPriorityNoAdvert = silent });
        s.Hear(Instance(99, version: 2), Other);
        Assert.Equal(!silent, s.Take().Contains("advert 100"));
        Assert.Equal(VrrpStateKind.Master, s.View.State);
    }
}
