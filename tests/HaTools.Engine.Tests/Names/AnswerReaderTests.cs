using System.Net;
using HaTools.Engine.DnsWire;
using HaTools.Engine.Names;
using HaTools.Engine.Tests.DnsWire;

namespace HaTools.Engine.Tests.Names;

/// <summary>What responses say of names: records, aliases, nothing, and what hostile ones say.</summary>
public sealed class AnswerReaderTests
{
    private const int NameServer = 2;

    private static readonly NameQuestion App = NameQuestion.Addresses("App.example.", 4);

    private static readonly NameQuestion Http = new("_http._tcp.example", NameQuestion.Srv);

    [Fact]
    public void Addresses_are_taken_once_each_in_the_order_of_their_bytes()
    {
        var found = Assert.IsType<NameResult.Found>(Read(App, 0, A(192, 0, 2, 10), A(192, 0, 2, 9), A(192, 0, 2, 10)));
        Assert.Equal(["192.0.2.9", "192.0.2.10"], found.Answer.Addresses.Select(a => a.ToString()));
        Assert.Equal(60u, found.Ttl);
        Assert.Equal(NameAnswer.Of([IPAddress.Parse("192.0.2.10"), IPAddress.Parse("192.0.2.9")]), found.Answer);
        var six = Assert.IsType<NameResult.Found>(Read(NameQuestion.Addresses("app.example", 6), 0, A(192, 0, 2, 9), DnsReply.Record(DnsReply.SameName, NameQuestion.Aaaa, IPAddress.Parse("2001:db8::1").GetAddressBytes())));
        Assert.Equal("2001:db8::1", six.Answer.ToString());
    }

    [Fact]
    public void What_another_name_has_does_not_count() =>
        Assert.IsType<NameResult.Empty>(Read(App, 0, DnsReply.Record(Name("other.example"), NameQuestion.A, 192, 0, 2, 1)));

    [Fact]
    public void Aliases_are_followed_in_any_order_and_the_least_time_to_live_holds()
    {
        byte[] one = Lived(5, DnsReply.Record(DnsReply.SameName, NameQuestion.Cname, Name("B.example")));
        byte[] two = DnsReply.Record(Name("b.example"), NameQuestion.Cname, Name("c.example"));
        byte[] end = DnsReply.Record(Name("C.EXAMPLE"), NameQuestion.A, 192, 0, 2, 7);
        foreach (byte[][] order in new[] { [one, two, end], new[] { end, two, one } })
        {
            var found = Assert.IsType<NameResult.Found>(Read(App, 0, order));
            Assert.Equal(("192.0.2.7", 5u), (found.Answer.ToString(), found.Ttl));
        }

        Assert.IsType<NameResult.Empty>(Read(App, 0, one, two));
    }

    /// <summary>Its data is the other name and nothing else (RFC 1035 section 3.3.1): one that ends before its record, or goes on behind it, is none.</summary>
    [Fact]
    public void An_alias_that_is_not_as_long_as_its_record_is_malformed()
    {
        byte[] alias = DnsReply.Record(DnsReply.SameName, NameQuestion.Cname, [.. Name("b.example"), 0]);
        byte[] end = DnsReply.Record(Name("b.example"), NameQuestion.A, 192, 0, 2, 7);
        Assert.Contains("malformed", Assert.IsType<NameResult.Failed>(Read(App, 0, alias, end)).Reason, StringComparison.Ordinal);

        // Of what follows it nothing is part of the name: its last label is behind the record.
        byte[] cut = DnsReply.Record(DnsReply.SameName, NameQuestion.Cname, Name("b.example")[..^9]);
        Assert.Contains("malformed", Assert.IsType<NameResult.Failed>(Read(App, 0, cut, DnsReply.Record(Name("example"), NameQuestion.A, 192, 0, 2, 7))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_in_a_circle_are_no_answer() => Assert.IsType<NameResult.Failed>(Read(
        App, 0, DnsReply.Record(DnsReply.SameName, NameQuestion.Cname, Name("b.example")), DnsReply.Record(Name("b.example"), NameQuestion.Cname, DnsReply.SameName)));

    [Fact]
    public void A_name_without_records_says_how_long_that_holds()
    {
        byte[] soa = DnsReply.Record(Name("example"), NameQuestion.Soa, [0, 0, .. new byte[16], 0, 0, 0, 7]);
        byte[] reply = DnsReply.To(Query(App), 3, 0, soa);
        (reply[7], reply[9]) = (0, 1);
        Assert.Equal(new NameResult.Empty(Exists: false, 7), Read(App, reply));
        Assert.Equal(new NameResult.Empty(Exists: true, null), Read(App, DnsReply.To(Query(App))));
    }

    /// <summary>Authoritative answer, recursion available, and what the authority section says: a referral has the name servers of others there, "there is none" an SOA record.</summary>
    [Theory]
    [InlineData(false, false, NameServer, false)]
    [InlineData(false, false, 0, false)]
    [InlineData(false, false, NameQuestion.Soa, true)]
    [InlineData(true, false, 0, true)]
    [InlineData(false, true, 0, true)]
    [InlineData(false, true, NameServer, true)]
    public void That_there_are_no_records_says_who_knows_it(bool isAuthoritative, bool asksFurther, int authority, bool counts)
    {
        byte[] reply = DnsReply.To(Query(App), 0, 0, authority == 0 ? [] : [DnsReply.Record(Name("example"), authority, [.. Name("ns.example"), .. new byte[21]])]);
        (reply[7], reply[9]) = (0, reply[7]);
        Assert.Equal(counts, Read(App, By(reply, isAuthoritative, asksFurther)) is NameResult.Empty { Exists: true });
        reply[3] |= 3;
        Assert.False(Assert.IsType<NameResult.Empty>(Read(App, By(reply, isAuthoritative, asksFurther))).Exists);
    }

    [Fact]
    public void An_authority_for_a_name_need_not_know_what_its_alias_has()
    {
        byte[] reply = DnsReply.To(Query(App), 0, 0, DnsReply.Record(DnsReply.SameName, NameQuestion.Cname, Name("app.example.net")));
        Assert.IsType<NameResult.Failed>(Read(App, By(reply, isAuthoritative: true, asksFurther: false)));
        Assert.IsType<NameResult.Empty>(Read(App, By(reply, isAuthoritative: true, asksFurther: true)));
    }

    [Fact]
    public void A_time_to_live_with_the_highest_bit_is_none() =>
        Assert.Equal(0u, Assert.IsType<NameResult.Found>(Read(App, 0, Lived(0x80000001, A(192, 0, 2, 1)))).Ttl);

    [Fact]
    public void Of_services_those_of_the_lowest_priority_count()
    {
        var found = Assert.IsType<NameResult.Found>(Read(Http, 0, Srv(20, 5, 80, "c.example"), Srv(10, 0, 81, "B.example"), Srv(10, 9, 80, "a.example")));
        Assert.Equal([new ServiceRecord(10, 9, 80, "a.example"), new ServiceRecord(10, 0, 81, "b.example")], found.Answer.Services);
    }

    [Fact]
    public void A_service_at_the_root_is_none() => Assert.Equal(new NameResult.Empty(Exists: true, 60), Read(Http, 0, Srv(0, 0, 0, "")));

    [Fact]
    public void What_is_malformed_is_no_answer()
    {
        Assert.IsType<NameResult.Failed>(Read(App, 0, DnsReply.Record(DnsReply.SameName, NameQuestion.A, 192, 0, 2)));
        Assert.IsType<NameResult.Failed>(Read(App, 0, DnsReply.Record(DnsReply.SameName, NameQuestion.Cname, 0xC0, 0xFF)));
        Assert.IsType<NameResult.Failed>(Read(Http, 0, DnsReply.Record(DnsReply.SameName, NameQuestion.Srv, 0, 0, 0, 0, 0, 80)));
        byte[] reply = DnsReply.To(Query(App), 0, 0, A(192, 0, 2, 1));
        for (int length = Query(App).Length; length < reply.Length; length++) Assert.IsType<NameResult.Failed>(Read(App, reply[..length]));
    }

    [Fact]
    public void Thousands_of_records_are_taken_up_to_a_bound()
    {
        byte[][] many = [.. Enumerable.Range(0, 4000).Select(i => A(10, 0, (byte)(i >> 8), (byte)i))];
        Assert.Equal(NameAnswer.Most, Assert.IsType<NameResult.Found>(Read(App, 0, many)).Answer.Addresses.Count);
        Assert.IsType<NameResult.Failed>(Read(App, 0, [.. many, .. many[..97]]));
    }

    [Fact]
    public void Whatever_comes_is_read_to_an_end()
    {
        byte[] whole = DnsReply.To(
            Query(App), 0, 0, DnsReply.Record(DnsReply.SameName, NameQuestion.Cname, Name("b.example")), DnsReply.Record(Name("b.example"), NameQuestion.A, 192, 0, 2, 1), Srv(1, 2, 3, "x.example"));
        var random = new Random(7);
        int found = 0;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] reply = [.. whole];
            for (int changes = random.Next(1, 6); changes > 0; changes--) reply[random.Next(Query(App).Length, reply.Length)] = (byte)random.Next(256);
            reply[7] = (byte)random.Next(6);
            if (Read(App, reply[..random.Next(Query(App).Length, reply.Length + 1)]) is NameResult.Found) found++;
        }

        Assert.True(found > 0);
    }

    private static byte[] By(byte[] reply, bool isAuthoritative, bool asksFurther) =>
        [.. reply[..2], (byte)((reply[2] & 0xFB) | (isAuthoritative ? 0x04 : 0)), (byte)((reply[3] & 0x7F) | (asksFurther ? 0x80 : 0)), .. reply[4..]];

    private static byte[] Query(NameQuestion question) => question.ToQuery();

    private static NameResult Read(NameQuestion question, byte[] reply) => AnswerReader.Read(new DnsMessage(reply), Query(question), question.Type);

    private static NameResult Read(NameQuestion question, int code, params byte[][] records) => Read(question, DnsReply.To(Query(question), code, 0, records));

    private static byte[] A(params byte[] address) => DnsReply.Record(DnsReply.SameName, NameQuestion.A, address);

    private static byte[] Srv(int priority, int weight, int port, string target) =>
        DnsReply.Record(DnsReply.SameName, NameQuestion.Srv, [0, (byte)priority, 0, (byte)weight, 0, (byte)port, .. Name(target)]);

    private static byte[] Lived(uint ttl, byte[] record)
    {
        byte[] copy = [.. record];
        int at = DnsReply.SameName.Length + 4;
        (copy[at], copy[at + 1], copy[at + 2], copy[at + 3]) = ((byte)(ttl >> 24), (byte)(ttl >> 16), (byte)(ttl >> 8), (byte)ttl);
        return copy;
    }

    private static byte[] Name(string name)
    {
        byte[] buffer = new byte[DnsName.Longest];
        return buffer[..DnsName.Write(name, buffer)];
    }
}
