using System.Security.Cryptography;
using System.Text;
using HaTools.Engine.Checks.Http;

namespace HaTools.Engine.Tests.Checks.Http;

public sealed class Md5Tests
{
    /// <summary>RFC 1321, appendix A.5.</summary>
    [Theory]
    [InlineData("", "d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("abc", "900150983cd24fb0d6963f7d28e17f72")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345678901234567890", "57edf4a22be3c955ac49da2e2107b67a")]
    public void The_vectors_of_the_RFC(string message, string digest) => Assert.Equal(digest, Of(Encoding.ASCII.GetBytes(message), 1000));

    [Fact]
    public void Any_length_in_parts_of_any_size_is_as_others_have_it()
    {
        var random = new Random(1321);
        for (int length = 0; length < 300; length++)
        {
            byte[] message = new byte[length];
            random.NextBytes(message);
#pragma warning disable CA5351 // It is what genhash prints.
            Assert.Equal(Convert.ToHexStringLower(MD5.HashData(message)), Of(message, random.Next(1, 150)));
#pragma warning restore CA5351
        }
    }

    private static string Of(byte[] message, int size)
    {
        var md5 = new Md5();
        md5.Append("another message"u8);
        md5.Reset();
        foreach (byte[] part in message.Chunk(size)) md5.Append(part);
        Span<byte> digest = stackalloc byte[Md5.Size];
        md5.Finish(digest);
        return Convert.ToHexStringLower(digest);
    }
}
