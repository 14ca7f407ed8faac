using System.Net;
using HaTools.Engine.Names;

namespace HaTools.Engine.Tests.Names;

/// <summary>Configurations with real servers in the place of names.</summary>
public sealed class NamedServersTests
{
    private static readonly RealServer App = new() { HostName = "App.example.", Port = 8080, Weight = 3, Checks = [new TcpCheck()] };

    private static readonly RealServer Http = new() { HostName = "_http._tcp.example", Records = ServerRecords.Srv, Port = 0 };

    private readonly Dictionary<NameQuestion, NameAnswer> answers = [];
    private readonly List<string> notes = [];

    [Fact]
    public void Each_address_is_a_server_with_the_name_s_properties()
    {
        Has("app.example", "192.0.2.9", "192.0.2.10");
        Assert.Equal([App with { Address = Ip("192.0.2.9") }, App with { Address = Ip("192.0.2.10") }], Expand(App));
        Assert.Equal(["192.0.2.9:8080", "192.0.2.10:8080"], Ids(App));
        Assert.Empty(notes);
    }

    [Fact]
    public void A_name_without_an_answer_is_no_server() => Assert.Empty(Expand(App));

    [Fact]
    public void What_has_no_names_is_what_it_was()
    {
        HaConfiguration plain = With(new RealServer { Address = Ip("192.0.2.1"), Port = 80 });
        Assert.Same(plain, NamedServers.Expand(plain, answers));
        Assert.Empty(NamedServers.QuestionsOf(plain, answers));
    }

    [Fact]
    public void Families_are_the_service_s_unless_the_server_says_otherwise()
    {
        answers[NameQuestion.Addresses("app.example", 6)] = NameAnswer.Of([Ip("2001:db8::9")]);
        Assert.Empty(Expand(App));
        Assert.Equal(["[2001:db8::9]:8080"], Ids(App with { Family = 6 }));
        Assert.Equal([new NameQuestion("app.example", NameQuestion.Aaaa)], NamedServers.QuestionsOf(With(App with { Family = 6 }), answers));
        Assert.Equal([new NameQuestion("app.example", NameQuestion.A)], NamedServers.QuestionsOf(With(App), answers));
    }

    [Fact]
    public void What_is_there_already_is_not_doubled_and_told()
    {
        Has("app.example", "192.0.2.9", "192.0.2.10");
        Has("other.example", "192.0.2.10", "192.0.2.11");
        var fixedOne = new RealServer { Address = Ip("192.0.2.9"), Port = 8080, Weight = 7 };
        Assert.Equal(
            ["192.0.2.10:8080 3", "192.0.2.11:8080 3", "192.0.2.9:8080 7"], Expand(App, App with { HostName = "other.example" }, fixedOne).Select(r => $"{r.Id} {r.Weight}"));
        Assert.Equal(
            ["tcp 192.0.2.1:80: 192.0.2.9:8080 of App.example.:8080 is in the service already, and stays as it is there",
                "tcp 192.0.2.1:80: 192.0.2.10:8080 of other.example:8080 is in the service already, by App.example., and stays as it is there"],
            notes);
    }

    [Fact]
    public void Of_too_many_the_first_are_taken_and_told()
    {
        Has("app.example", [.. Enumerable.Range(2, 70).Reverse().Select(i => $"192.0.2.{i}")]);
        Assert.Equal(Enumerable.Range(2, 64).Select(i => $"192.0.2.{i}:8080"), Ids(App));
        Assert.Equal(["192.0.2.2:8080", "192.0.2.3:8080"], Ids(App with { MostAddresses = 2 }));
        Assert.Contains(notes, n => n == "tcp 192.0.2.1:80: App.example.:8080 has 68 more than the 2 that `mostAddresses` allows, which are left out: 192.0.2.4:8080 …");
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("224.0.0.18")]
    public void What_can_be_no_server_is_left_out(string address)
    {
        Has("app.example", address, "192.0.2.9");
        Assert.Equal(["192.0.2.9:8080"], Ids(App));
        Assert.Contains($"{address} of App.example.:8080 is left out", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Services_have_their_records_ports_and_weights()
    {
        Serves(new ServiceRecord(1, 5, 81, "a.example"), new ServiceRecord(1, 2, 82, "b.example"));
        Has("a.example", "192.0.2.11", "192.0.2.12");
        Has("b.example", "192.0.2.11");
        Assert.Equal(["192.0.2.11:81 5", "192.0.2.11:82 2", "192.0.2.12:81 5"], Expand(Http).Select(r => $"{r.Id} {r.Weight}"));
        Assert.Equal(3, NamedServers.QuestionsOf(With(Http), answers).Count);
    }

    [Theory]
    [InlineData(0, 0, 1, 1)]
    [InlineData(0, 3, 1, 300)]
    [InlineData(0, 60000, 1, 60000)]
    [InlineData(0, 30000, 1, 60000)]
    [InlineData(1, 3, 1, 3)]
    public void A_service_of_weight_0_has_a_very_small_share(int one, int other, int weight, int otherWeight)
    {
        Serves(new ServiceRecord(1, one, 81, "a.example"), new ServiceRecord(1, other, 82, "a.example"));
        Has("a.example", "192.0.2.11");
        Assert.Equal([weight, otherWeight], Expand(Http).Select(r => r.Weight));
    }

    [Fact]
    public void Where_the_port_stays_as_it_is_other_ports_are_left_out()
    {
        Serves(new ServiceRecord(1, 1, 80, "a.example"), new ServiceRecord(1, 1, 81, "a.example"));
        Has("a.example", "192.0.2.11");
        Assert.Equal(["192.0.2.11:80"], Ids(Http with { Forwarding = ForwardingMethod.DirectRouting }));
        Assert.Equal("tcp 192.0.2.1:80: a.example:81 of srv _http._tcp.example is left out: direct routing leaves the port as it is, and the service's is 80", Assert.Single(notes));
    }

    [Fact]
    public void By_direct_routing_a_group_s_servers_have_their_addresses_alone_and_none_is_the_group_s_own()
    {
        Has("app.example", "192.0.2.9", "192.0.2.10", "192.0.2.101");
        var group = new VirtualServerGroup { Name = "web", Members = [new() { Address = Ip("192.0.2.100"), LastAddress = Ip("192.0.2.102"), Port = 80 }] };
        var known = new RealServer { Address = Ip("192.0.2.9"), Port = 81 };
        Assert.Equal(["192.0.2.9:81", "192.0.2.10:8080"], Grouped(ForwardingMethod.DirectRouting));
        Assert.Equal(
            ["tcp group web: 192.0.2.9:8080 of App.example.:8080 is in the service already, and stays as it is there", "tcp group web: 192.0.2.101 of App.example.:8080 is left out: it is the service's own"],
            notes);
        Assert.Equal(["192.0.2.9:81", "192.0.2.9:8080", "192.0.2.10:8080"], Grouped(ForwardingMethod.Nat));

        IEnumerable<string> Grouped(ForwardingMethod forwarding)
        {
            notes.Clear();
            HaConfiguration configuration = new() { VirtualServerGroups = [group], VirtualServers = [new() { Group = "web", Forwarding = forwarding, RealServers = [known, App] }] };
            return NamedServers.Expand(configuration, answers, notes).VirtualServers[0].RealServers.Select(r => r.Id);
        }
    }

    private static IPAddress Ip(string text) => IPAddress.Parse(text);

    private static HaConfiguration With(params RealServer[] servers) => new() { VirtualServers = [new VirtualServer { Address = Ip("192.0.2.1"), Port = 80, RealServers = [.. servers] }] };

    private void Has(string name, params string[] addresses) => answers[NameQuestion.Addresses(name, 4)] = NameAnswer.Of(addresses.Select(Ip));

    private void Serves(params ServiceRecord[] records) => answers[new NameQuestion("_http._tcp.example", NameQuestion.Srv)] = NameAnswer.Of(records);

    private ValueList<RealServer> Expand(params RealServer[] servers)
    {
        notes.Clear();
        return NamedServers.Expand(With(servers), answers, notes).VirtualServers[0].RealServers;
    }

    private IEnumerable<string> Ids(RealServer server) => Expand(server).Select(r => r.Id);
}
