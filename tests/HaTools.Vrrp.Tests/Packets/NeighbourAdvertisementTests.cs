using HaTools.Vrrp.Tests.Captures;

namespace HaTools.Vrrp.Tests.Packets;

public class NeighbourAdvertisementTests
{
    private static readonly byte[] Mac = [2, 0, 0, 0, 0, 1];

    /// <summary>Ten of each node in each file, of both virtual addresses.</summary>
    [Theory]
    [InlineData("v3-ipv6.pcap")]
    [InlineData("v3-ipv6-unicast.pcap")]
    public void Every_one_that_keepalived_sent_is_written_again_to_the_byte(string file)
    {
        List<byte[]> seen = [.. PcapFile.ReadFrames(file).Where(f => f is [0x33, 0x33, 0, 0, 0, 1, ..] && f[20] == 58)];
        Assert.Equal(20, seen.Count);
        byte[] frame = new byte[NeighbourAdvertisement.FrameLength];
        foreach (byte[] captured in seen)
        {
            NeighbourAdvertisement.Write(frame, captured.AsSpan(6, 6), WireAddress.Read(captured.AsSpan(22), 6), isRouter: false);
            Assert.Equal(captured, frame);
        }
    }

    [Fact]
    public void Rfc4861_4_4_field_by_field()
    {
        byte[] frame = new byte[NeighbourAdvertisement.FrameLength];
        NeighbourAdvertisement.Write(frame, Mac, Wire.Address6("2001:db8::10"), isRouter: true);
        const string Address = "20010DB8000000000000000000000010";
        Assert.Equal("333300000001" + "020000000001" + "86DD", Convert.ToHexString(frame[..14]));
        Assert.Equal("6000000000203AFF" + Address + "FF020000000000000000000000000001", Convert.ToHexString(frame[14..54]));
        Assert.Equal("8800", Convert.ToHexString(frame[54..56]));
        Assert.Equal("A0000000" + Address + "0201" + "020000000001", Convert.ToHexString(frame[58..]));
        uint pseudo = InternetChecksum.AddPseudoHeader6(Wire.Address6("2001:db8::10"), Wire.Address6("ff02::1"), 58, 32);
        Assert.True(InternetChecksum.IsValid(InternetChecksum.Add(frame.AsSpan(54), pseudo)));
    }

    [Fact]
    public void Rfc9568_8_2_2_the_router_flag_is_set_where_it_is_asked_for()
    {
        byte[] frame = new byte[NeighbourAdvertisement.FrameLength];
        NeighbourAdvertisement.Write(frame, Mac, 1, isRouter: false);
        Assert.Equal(0x20, frame[58]);
        NeighbourAdvertisement.Write(frame, Mac, 1, isRouter: true);
        Assert.Equal(0xa0, frame[58]);
    }
}
