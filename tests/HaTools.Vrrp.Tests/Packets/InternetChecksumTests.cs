namespace HaTools.Vrrp.Tests.Packets;

public class InternetChecksumTests
{
    [Fact]
    public void Rfc1071_section_3_the_worked_example()
    {
        uint sum = InternetChecksum.Add([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]);
        Assert.Equal(0x2ddf0u, sum);
        Assert.Equal(0x220d, InternetChecksum.Finish(sum));
    }

    [Fact]
    public void An_odd_last_byte_counts_as_the_high_half() =>
        Assert.Equal(InternetChecksum.Add([1, 2, 3, 0]), InternetChecksum.Add([1, 2, 3]));

    [Fact]
    public void Carries_of_carries_are_folded_in() => Assert.Equal(0xfffd, InternetChecksum.Finish(0xfffe_0003));

    [Fact]
    public void Data_with_its_checksum_is_valid_and_any_flipped_bit_is_not()
    {
        byte[] data = [0x21, 0x33, 0x96, 0x01, 0x00, 0x01, 0x35, 0x83, 0x0a, 0x46, 0x09, 0x01, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.True(InternetChecksum.IsValid(InternetChecksum.Add(data)));
        for (int bit = 0; bit < data.Length * 8; bit++)
        {
            data[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(InternetChecksum.IsValid(InternetChecksum.Add(data)));
            data[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }
}
