namespace HaTools.Configuration.Tests;

/// <summary>Octets in hexadecimal, as keepalived's <c>read_hex_str</c> takes them.</summary>
public class OctetPatternTests
{
    [Theory]
    [InlineData("00", "00")]
    [InlineData("0a1B", "0a1b")]
    [InlineData("  0a\t1b  ", "0a1b")]
    [InlineData("a", "0a")]
    [InlineData("abc", "ab0c")]
    [InlineData("a bc d", "0abc0d")]
    [InlineData("x", "0x")]
    [InlineData("xX Xx x1 1x", "xxxxx11x")]
    public void Digits_stand_in_pairs_and_one_alone_is_the_low_one(string text, string canonical) => Assert.Equal(canonical, $"{OctetPattern.Parse(text, wildcards: true)}");

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("g")]
    [InlineData("0-1")]
    [InlineData("٣")]
    public void Anything_else_is_none(string text) => Assert.Null(OctetPattern.Parse(text, wildcards: true));

    [Fact]
    public void Only_a_pattern_has_wildcards()
    {
        Assert.Null(OctetPattern.Parse("0x", wildcards: false));
        Assert.Equal([0x0a, 0x00], OctetPattern.Parse("0a 00", wildcards: false)!.Octets.ToArray());
    }

    [Theory]
    [InlineData("0102", "0102", -1)]
    [InlineData("0102", "010203", -1)]
    [InlineData("0102", "01", -1)]
    [InlineData("0102", "", -1)]
    [InlineData("0102", "0103", 1)]
    [InlineData("0102", "1102", 0)]
    [InlineData("x1", "f1", -1)]
    [InlineData("x1", "f2", 0)]
    [InlineData("1x", "1f", -1)]
    [InlineData("1x", "2f", 0)]
    [InlineData("x", "0f", -1)]
    [InlineData("x", "1f", 0)]
    [InlineData("xx02", "ff02", -1)]
    public void Octets_are_compared_as_far_as_both_go(string pattern, string found, int mismatch) =>
        Assert.Equal(mismatch, OctetPattern.Parse(pattern, wildcards: true)!.Mismatch(Convert.FromHexString(found)));

    [Fact]
    public void One_octet_is_told() => Assert.Equal("x1", OctetPattern.Parse("00 x1", wildcards: true)!.At(1));
}
