using System.Text;
using HaTools.Engine.Checks;
using HaTools.Engine.Checks.Datagrams;

namespace HaTools.Engine.Tests.Checks.Datagrams;

/// <summary>What a UDP check sends, and how it judges the reply: without a socket.</summary>
public sealed class UdpProbeTests
{
    [Fact]
    public void It_sends_what_it_is_told_and_else_as_much_text_as_keepalived()
    {
        Assert.Equal([0x00, 0x1a, 0xff], Sent(new UdpCheck { Payload = "00 1aff" }));
        Assert.Equal("HaTools check - HaTools check - ", Encoding.ASCII.GetString(Sent(new UdpCheck())));
    }

    [Fact]
    public void Silence_is_good_where_no_reply_is_required()
    {
        Assert.True(new UdpProbe(new UdpCheck()).IsSilenceGood);
        Assert.False(new UdpProbe(new UdpCheck { RequireReply = true }).IsSilenceGood);
        Assert.False(new UdpProbe(new UdpCheck { Reply = "00" }).IsSilenceGood);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("00", null)]
    public void Any_reply_is_good_where_none_is_required(string reply, string? why) => Assert.Equal(why, Judge(new UdpCheck { MinimumReplyLength = 5, MaximumReplyLength = 6 }, reply));

    [Theory]
    [InlineData(0, null, 0, true)]
    [InlineData(0, null, 65507, true)]
    [InlineData(2, null, 1, false)]
    [InlineData(2, null, 2, true)]
    [InlineData(0, 3, 3, true)]
    [InlineData(0, 3, 4, false)]
    public void Without_a_pattern_a_reply_has_a_length_that_is_said(int least, int? most, int length, bool good)
    {
        var check = new UdpCheck { RequireReply = true, MinimumReplyLength = least, MaximumReplyLength = most };
        Assert.Equal(good, Judge(check, new string('0', 2 * length)) is null);
    }

    [Theory]
    [InlineData("0102", "0102ff", null)]
    [InlineData("0102", "01", null)]
    [InlineData("0102", "", null)]
    [InlineData("0102", "0103", "octet 2 of its reply is 03, and not 02")]
    [InlineData("x1", "f2", "octet 1 of its reply is f2, and not x1")]
    [InlineData("x1 1x", "f11f", null)]
    public void A_reply_begins_as_the_pattern_says_as_far_as_it_goes(string pattern, string reply, string? why) => Assert.Equal(why, Judge(new UdpCheck { Reply = pattern }, reply));

    [Fact]
    public void With_a_pattern_a_reply_has_255_octets_at_most_unless_it_is_said()
    {
        Assert.Null(Judge(new UdpCheck { Reply = "xx" }, new string('0', 2 * 255)));
        Assert.Equal("its reply has 256 octets, and not 255 or fewer", Judge(new UdpCheck { Reply = "xx" }, new string('0', 2 * 256)));
        Assert.Null(Judge(new UdpCheck { Reply = "xx", MaximumReplyLength = 256 }, new string('0', 2 * 256)));
        Assert.Equal("its reply has 1 octets, and not 2 or more", Judge(new UdpCheck { Reply = "0102", MinimumReplyLength = 2 }, "01"));
    }

    [Fact]
    public void Whatever_comes_is_judged_as_it_is_written_down()
    {
        var random = new Random(14);
        var check = new UdpCheck { Reply = "0x x1 ff", MinimumReplyLength = 1, MaximumReplyLength = 5 };
        var probe = new UdpProbe(check);
        int good = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] reply = new byte[random.Next(8)];
            random.NextBytes(reply);
            if (random.Next(2) == 0) new byte[] { (byte)random.Next(16), (byte)((random.Next(16) << 4) | 1), 0xff }.AsSpan(0, Math.Min(3, reply.Length)).CopyTo(reply);
            bool isAsItShould = reply.Length is >= 1 and <= 5 && reply[0] < 16 && (reply.Length < 2 || (reply[1] & 0xf) == 1) && (reply.Length < 3 || reply[2] == 0xff);
            Assert.Equal(ProbeStep.Write, probe.Begin(0));
            Assert.Equal(isAsItShould ? ProbeStep.Good : ProbeStep.Bad, probe.Received(reply));
            probe.End();
            if (isAsItShould) good++;
            else Assert.NotEmpty(probe.Reason);
        }

        Assert.InRange(good, 1000, 19_000);
    }

    [Fact]
    public void A_try_allocates_nothing()
    {
        var probe = new UdpProbe(new UdpCheck { Payload = "00", Reply = "01 x2" });
        byte[] right = [1, 0xf2], wrong = [1, 0xf3];
        Allocations.None(() =>
        {
            _ = probe.Begin(0);
            bool isGood = probe.Received(right) == ProbeStep.Good;
            probe.End();
            _ = probe.Begin(0);
            bool isBad = probe.Received(wrong) == ProbeStep.Bad;
            probe.End();
            Assert.True(isGood && isBad);
        });
    }

    private static byte[] Sent(UdpCheck check)
    {
        var probe = new UdpProbe(check);
        Assert.Equal(ProbeStep.Write, probe.Begin(0));
        return probe.Output.ToArray();
    }

    private static string? Judge(UdpCheck check, string reply)
    {
        var probe = new UdpProbe(check);
        Assert.Equal(ProbeStep.Write, probe.Begin(0));
        return probe.Received(Convert.FromHexString(reply)) == ProbeStep.Good ? null : probe.Reason;
    }
}
