using System.Text;
using HaTools.Engine.Trackers;

namespace HaTools.Engine.Tests.Trackers;

public sealed class FileNumberTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("5", 5)]
    [InlineData(" \t\n-17\n", -17)]
    [InlineData("+3 and more", 3)]
    [InlineData("0x1fG", 31)]
    [InlineData("010", 8)]
    [InlineData("08", 0)]
    [InlineData("0x", 0)]
    [InlineData("-", 0)]
    [InlineData("garbage", 0)]
    [InlineData("- 5", 0)]
    [InlineData("2147483648", 2147483648)]
    [InlineData("-2147483648", -2147483648)]
    public void Numbers_are_read_as_strtol_reads_them(string text, long expected)
    {
        Assert.True(FileNumber.TryParse(Encoding.UTF8.GetBytes(text), out long number));
        Assert.Equal(expected, number);
    }

    [Theory]
    [InlineData("2147483649")]
    [InlineData("-2147483649")]
    [InlineData("999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999")]
    public void What_is_too_large_is_refused(string text) => Assert.False(FileNumber.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void No_bytes_are_too_odd_for_it()
    {
        var random = new Random(7);
        byte[] bytes = new byte[FileNumber.MostBytes];
        for (int i = 0; i < 10_000; i++)
        {
            random.NextBytes(bytes);
            _ = FileNumber.TryParse(bytes.AsSpan(0, random.Next(bytes.Length + 1)), out _);
        }
    }
}
