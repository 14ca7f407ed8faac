using System.Buffers.Binary;
using HaTools.Engine.Checks;
using HaTools.Engine.Checks.Dns;
using HaTools.Engine.DnsWire;
using HaTools.Engine.Tests.DnsWire;

namespace HaTools.Engine.Tests.Checks.Dns;

/// <summary>What a DNS check asks, and how it judges what comes: without a socket.</summary>
public sealed class DnsProbeTests
{
    private static readonly DnsCheck Check = new() { Name = "www.example", RecordType = DnsRecordType.A };

    private static readonly DnsCheck Stream = Check with { Transport = DnsTransport.Tcp };

    private static readonly byte[] Address = DnsReply.Record(DnsReply.SameName, 1, 192, 0, 2, 1);

    [Fact]
    public void Each_try_has_an_id_of_its_own()
    {
        var probe = new DnsProbe(Check);
        var ids = new HashSet<int>();
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(ProbeStep.Write, probe.Begin(0));
            ids.Add(BinaryPrimitives.ReadUInt16BigEndian(probe.Output));
            Assert.Equal(DnsQuery.Of("www.example", DnsRecordType.A)[2..], probe.Output[2..].ToArray());
        }

        Assert.InRange(ids.Count, 50, 100);
    }

    [Fact]
    public void Over_TCP_the_length_stands_before_the_query()
    {
        var probe = new DnsProbe(Stream);
        _ = probe.Begin(0);
        byte[] query = DnsQuery.Of("www.example", DnsRecordType.A);
        Assert.Equal([0, (byte)query.Length], probe.Output[..2].ToArray());
        Assert.Equal(query[2..], probe.Output[4..].ToArray());
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "it answers with FORMERR (A of www.example)")]
    [InlineData(2, "it answers with SERVFAIL (A of www.example)")]
    [InlineData(3, "it answers with NXDOMAIN (A of www.example)")]
    [InlineData(5, "it answers with REFUSED (A of www.example)")]
    [InlineData(15, "it answers with response code 15 (A of www.example)")]
    public void The_response_code_decides_as_in_keepalived(int code, string? reason)
    {
        Assert.Equal(reason, Judge(Check, q => [DnsReply.To(q, code)]));
        Assert.Equal(reason, Judge(Check, q => [DnsReply.To(q, code, 0, Address)]));
        Assert.Equal(reason, Judge(Check, q => [DnsReply.To(q, code, DnsReply.Truncated)]));
        Assert.Equal(reason, Judge(Stream, q => [DnsReply.Framed(DnsReply.To(q, code, 0, Address))]));
    }

    [Fact]
    public void Over_UDP_what_does_not_answer_is_passed_over_and_counted()
    {
        byte[] other = DnsQuery.Of("other.example", DnsRecordType.A);
        Assert.Null(Judge(Check, q => [[], [1, 2, 3], q, DnsReply.To([(byte)(q[0] + 1), .. q[1..]]), DnsReply.To([.. q[..2], .. other[2..]]), DnsReply.To(q)]));
        var probe = new DnsProbe(Check);
        _ = probe.Begin(0);
        Assert.Equal(ProbeStep.Read, probe.Received([]));
        Assert.Equal(ProbeStep.Read, probe.Received([1, 2, 3]));
        Assert.Equal("A of www.example; 2 messages came that do not answer it", probe.Question);
        _ = probe.Begin(0);
        Assert.Equal("A of www.example", probe.Question);
    }

    [Fact]
    public void Over_TCP_it_is_the_server_s_fault()
    {
        const string reason = "it sends what does not answer the question (A of www.example)";
        Assert.Equal(reason, Judge(Stream, q => [DnsReply.Framed(q)]));
        Assert.Equal(reason, Judge(Stream, q => [DnsReply.Framed(DnsReply.To([(byte)(q[0] + 1), .. q[1..]]))]));
        Assert.Equal(reason, Judge(Stream, _ => [[0, 0]]));
        Assert.Equal(reason, Judge(Stream, _ => ["SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray(), new byte[0x5353]]));
        Assert.Equal("it closed the connection without an answer (A of www.example)", Judge(Stream, _ => []));
        Assert.Equal("it closed the connection before its answer was whole (A of www.example)", Judge(Stream, q => [DnsReply.Framed(DnsReply.To(q))[..^1]]));
    }

    [Fact]
    public void An_answer_whose_records_are_none_is_no_answer_unless_it_is_truncated()
    {
        Assert.Equal("its answer is malformed (A of www.example)", Judge(Check, q => [DnsReply.To(q, 0, 0, Address[..^1])]));
        Assert.Null(Judge(Check, q => [DnsReply.To(q, 0, DnsReply.Truncated, Address[..^1])]));
    }

    [Fact]
    public void A_stream_is_read_the_same_wherever_it_is_cut()
    {
        var probe = new DnsProbe(Stream);
        _ = probe.Begin(0);
        int length = DnsReply.Framed(DnsReply.To(probe.Output[2..], 0, 0, Address)).Length;
        for (int cut = 0; cut <= length; cut++)
        {
            _ = probe.Begin(0);
            byte[] bytes = DnsReply.Framed(DnsReply.To(probe.Output[2..], 0, 0, Address));
            ProbeStep first = probe.Received(bytes.AsSpan(0, cut));
            Assert.Equal(cut < length ? ProbeStep.Read : ProbeStep.Good, first);
            if (first == ProbeStep.Read) Assert.Equal(ProbeStep.Good, probe.Received(bytes.AsSpan(cut)));
            probe.End();
        }
    }

    [Fact]
    public void What_is_mutated_is_judged_the_same_by_UDP_and_TCP_and_wherever_it_is_cut_and_throws_nothing()
    {
        var random = new Random(20261122);
        DnsProbe datagram = new(Check), whole = new(Stream), parts = new(Stream);
        var met = new HashSet<ProbeStep>();
        for (int i = 0; i < 30_000; i++)
        {
            _ = datagram.Begin(0);
            byte[] message = i % 10 == 0 ? new byte[random.Next(100)]
                : DnsReply.To(datagram.Output, 0, 0, Address, DnsReply.Record([1, (byte)'x', .. DnsReply.SameName], 16, new byte[random.Next(30)]), DnsReply.Record([0xC0, 49], 28, new byte[16]));
            if (i % 10 == 0) random.NextBytes(message);
            for (int m = random.Next(4); m > 0 && message.Length > 0; m--) message[random.Next(message.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)(0xC0 | random.Next(2));
            if (random.Next(3) == 0) message = message[..random.Next(message.Length + 1)];
            ProbeStep said = datagram.Received(message);
            met.Add(said);
            Assert.Equal(said == ProbeStep.Read ? ProbeStep.Bad : said, InStream(whole, datagram, message, int.MaxValue));
            Assert.Equal(said == ProbeStep.Read ? ProbeStep.Bad : said, InStream(parts, datagram, message, random.Next(1, 20)));
        }

        Assert.Equal([ProbeStep.Read, ProbeStep.Good, ProbeStep.Bad], met.Order());
    }

    [Fact]
    public void A_try_that_is_no_news_allocates_nothing()
    {
        DnsProbe datagram = new(Check), stream = new(Stream);
        byte[] reply = DnsReply.To(DnsQuery.Of("www.example", DnsRecordType.A), 0, 0, Address), framed = DnsReply.Framed(reply);
        Allocations.None(() =>
        {
            _ = datagram.Begin(0);
            datagram.Output[..2].CopyTo(reply);
            bool isGood = datagram.Received(reply) == ProbeStep.Good;
            datagram.End();
            _ = stream.Begin(0);
            stream.Output.Slice(2, 2).CopyTo(framed.AsSpan(2));
            isGood &= stream.Received(framed.AsSpan(0, 20)) == ProbeStep.Read && stream.Received(framed.AsSpan(20)) == ProbeStep.Good;
            stream.End();
            Assert.True(isGood);
        });
    }

    // The id is to the stream's query what it was to the datagram's.
    private static ProbeStep InStream(DnsProbe probe, DnsProbe datagram, byte[] message, int size)
    {
        _ = probe.Begin(0);
        byte[] copy = [.. message];
        for (int i = 0; i < Math.Min(2, copy.Length); i++) copy[i] ^= (byte)(datagram.Output[i] ^ probe.Output[2 + i]);
        ProbeStep step = ProbeStep.Read;
        foreach (byte[] part in DnsReply.Framed(copy).Chunk(size))
        {
            if (step == ProbeStep.Read) step = probe.Received(part);
        }

        probe.End();
        return step;
    }

    private static string? Judge(DnsCheck check, Func<byte[], IEnumerable<byte[]>> answer)
    {
        var probe = new DnsProbe(check);
        Assert.Equal(ProbeStep.Write, probe.Begin(0));
        int prefix = check.Transport == DnsTransport.Tcp ? 2 : 0;
        ProbeStep step = ProbeStep.Read;
        foreach (byte[] part in answer(probe.Output[prefix..].ToArray()))
        {
            if (step == ProbeStep.Read) step = probe.Received(part);
        }

        if (step == ProbeStep.Read) step = probe.Closed();
        string? reason = step == ProbeStep.Good ? null : probe.Reason;
        probe.End();
        return reason;
    }
}
