using System.Text;
using HaTools.Engine.Checks.Http;

namespace HaTools.Engine.Tests.Checks.Http;

/// <summary>What a web server says (RFC 9112), whole, cut anywhere, mutated, and without end.</summary>
public sealed class HttpResponseTests
{
    public static TheoryData<string, string> Whole => new()
    {
        { "HTTP/1.0 200 OK\r\n\r\nall of it", "200 all of it" },
        { "HTTP/1.0 200\n\n", "200 " },
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more", "200 hello" },
        { "HTTP/1.1 404 Not Found\r\ncontent-length:0\r\n\r\nmore", "404 " },
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "200 hello" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\nContent-Length: 1\r\n\r\n5\r\nhello\r\n6;a=\"b\"\r\n world\r\n0\r\nX: y\r\n\r\nmore", "200 hello world" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n00A \r\n0123456789\r\n0\r\n\r\n", "200 0123456789" },
        { "HTTP/1.1 100 Continue\r\nContent-Length: 3\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "200 ok" },
        { "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello", "204 " },
        { "HTTP/1.1 304 Not Modified\r\n\r\n", "304 " },
        { "HTTP/1.1 200 OK\r\nX: a\r\n folded\r\nno colon\r\nContent-Length: 1\r\n\r\na", "200 a" },
        { "", "it closed the connection without a response" },
        { "HTTP/1.1 2", "it closed the connection before its response was whole" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "it closed the connection before its response was whole" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n", "it closed the connection before its response was whole" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello world\r\n", "a chunk is longer than it says" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello", "the size of a chunk is no number" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\nhello", "the size of a chunk is no number" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "it has two Content-Lengths" },
        { "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello", "its Content-Length is no number" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhello", "its Content-Length is no number" },
        { "SSH-2.0-OpenSSH_9.2\r\n", "it does not answer in HTTP" },
        { "HTTP/1.1 099 X\r\n\r\n", "it does not answer in HTTP" },
        { "HTTP/1.1 2000\r\n\r\n", "it does not answer in HTTP" },
        { "\r\nHTTP/1.1 200 OK\r\n\r\n", "it does not answer in HTTP" },
        { "HTTP/1.1 200 OK\r\nX: " + new string('x', 70_000), "its head has no end" },
        { "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", 12_000)), "its head has no end" },
        { string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 4_000)), "its head has no end" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + new string('x', 300), "the size of a chunk has no end" },
        { "HTTP/1.1 200 OK\r\nContent-Length: " + new string('0', 300) + "5\r\n\r\nhello", "its Content-Length is no number" },
    };

    [Theory]
    [MemberData(nameof(Whole))]
    public void A_response_is_read_the_same_wherever_it_is_cut(string response, string expected)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(response);
        Assert.Equal(expected, new Reader().Run(bytes, bytes.Length + 1));
        Assert.Equal(expected, new Reader().Run(bytes, 1));
        var twice = new Reader();
        for (int cut = 0; cut <= Math.Min(bytes.Length, 400); cut++) Assert.Equal(expected, twice.Run([bytes[..cut], bytes[cut..]]));
    }

    [Fact]
    public void What_is_mutated_is_read_the_same_wherever_it_is_cut_and_throws_nothing()
    {
        var random = new Random(20261122);
        byte[][] seeds = [.. Whole.Select(w => Encoding.Latin1.GetBytes(((string)w[0])[..Math.Min(200, ((string)w[0]).Length)]))];
        var (whole, parts) = (new Reader(), new Reader());
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = i % 10 == 0 ? new byte[random.Next(300)] : [.. seeds[random.Next(seeds.Length)]];
            if (i % 10 == 0) random.NextBytes(bytes);
            for (int m = random.Next(4); m > 0 && bytes.Length > 0; m--) bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : "\r\n0:; "u8[random.Next(6)];
            if (random.Next(3) == 0) bytes = bytes[..random.Next(bytes.Length + 1)];
            Assert.Equal(whole.Run(bytes, bytes.Length + 1), parts.Run(bytes, random.Next(1, 20)));
        }
    }

    /// <summary>Reads one response after another, as a check does.</summary>
    private sealed class Reader : IHttpBody
    {
        private readonly HttpResponse response;
        private readonly StringBuilder body = new();
        private int status;

        public Reader() => response = new HttpResponse(this);

        public string Run(byte[] bytes, int size) => Run(bytes.Chunk(size));

        public string Run(IEnumerable<byte[]> parts)
        {
            body.Clear();
            response.Reset();
            foreach (byte[] part in parts) response.Read(part);
            if (!response.IsDone) response.Close();
            return response.Fault ?? $"{status} {body}";
        }

        bool IHttpBody.Head(int status)
        {
            this.status = status;
            return true;
        }

        void IHttpBody.Part(ReadOnlySpan<byte> bytes) => body.Append(Encoding.Latin1.GetString(bytes));
    }
}
