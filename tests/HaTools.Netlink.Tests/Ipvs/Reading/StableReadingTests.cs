using System.Net;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;
using static HaTools.Netlink.Tests.FakeKernel;

namespace HaTools.Netlink.Tests.Ipvs;

/// <summary>
/// Readings of a table that others write meanwhile. A dump is written as its pages, and an entry as its port: <c>1 2 3 | 3 4</c> is what
/// comes where something was added before the second page.
/// </summary>
public class StableReadingTests
{
    private const byte GetService = 4;
    private const byte GetDestination = 8;

    private static readonly IpvsServiceKey Web = new(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 80);

    [Fact]
    public void A_table_of_one_page_is_read_once()
    {
        var table = new Table { Dumps = ["1 2 3"] };
        Assert.Equal([1, 2, 3], table.Services());
        Assert.Equal(1, table.Read);
    }

    [Fact]
    public void A_longer_table_is_read_twice_and_stands_where_both_agree()
    {
        var table = new Table { Dumps = ["1 2 3 | 4 5"] };
        Assert.Equal([1, 2, 3, 4, 5], table.Services());
        Assert.Equal((2, 0), (table.Read, table.Asked));
    }

    [Fact]
    public void A_service_that_comes_twice_because_another_was_added_is_given_once()
    {
        var table = new Table { Dumps = ["1 2 3 | 3 4", "9 1 2 | 3 4"], Alive = [1, 2, 3, 4, 9] };
        Assert.Equal([9, 1, 2, 3, 4], table.Services());
    }

    [Fact]
    public void A_service_that_one_reading_hides_because_another_was_removed_is_found_in_the_other_one()
    {
        var first = new Table { Dumps = ["1 2 3 | 5 6", "1 3 4 | 5 6"], Alive = [1, 3, 4, 5, 6] };
        Assert.Equal([1, 3, 4, 5, 6], first.Services());
        var second = new Table { Dumps = ["1 2 3 | 4 5", "1 2 3 | 5"], Alive = [1, 3, 4, 5] };
        Assert.Equal([1, 2, 3, 5, 4], second.Services());
        Assert.Equal(1, second.Asked);
    }

    [Fact]
    public void A_table_that_is_replaced_is_read_again()
    {
        string many = string.Join(' ', Enumerable.Range(100, 40));
        var table = new Table { Dumps = [$"1 2 | {many}", "1 2 | 3", "1 2 | 3", "1 2 | 3"] };
        Assert.Equal([1, 2, 3], table.Services());
        Assert.Equal((4, 0), (table.Read, table.Asked));
    }

    [Fact]
    public void A_table_that_never_stands_still_is_an_error_that_says_so()
    {
        string[] dumps = [.. Enumerable.Range(0, 100).Select(i => $"{i * 40 + 1} | {string.Join(' ', Enumerable.Range(i * 40 + 2, 39))}")];
        var table = new Table { Dumps = dumps };
        NetlinkException e = Assert.Throws<NetlinkException>(() => table.Services());
        Assert.Equal(Errno.EINTR, e.Errno);
        Assert.Contains("others changed it during each of 16 readings", e.Message, StringComparison.Ordinal);
        Assert.Equal(32, table.Read);
    }

    [Fact]
    public void Real_servers_are_read_until_two_readings_agree()
    {
        var table = new Table { Dumps = ["1 2 | 2 3", "1 2 | 4", "1 2 | 4", "1 2 | 4"] };
        using IpvsClient client = table.Client();
        Assert.Equal([1, 2, 4], client.GetDestinations(Web).Select(d => d.Port));
        Assert.Equal(4, table.Read);

        var restless = new Table { Dumps = ["1 | 2", "1 | 3"], Repeats = true };
        using IpvsClient other = restless.Client();
        Assert.Equal(Errno.EINTR, Assert.Throws<NetlinkException>(() => other.GetDestinations(Web)).Errno);
    }

    [Fact]
    public void A_service_that_went_before_its_servers_were_read_is_not_in_the_table()
    {
        var table = new Table { Dumps = ["1 2 3"], Servers = { [1] = "11 12", [2] = "", [3] = "" }, Alive = [1, 3] };
        using IpvsClient client = table.Client();
        IReadOnlyList<IpvsTableEntry> read = client.GetTable();
        Assert.Equal([1, 3], read.Select(e => e.Service.Key.Port));
        Assert.Equal([11, 12], read[0].Destinations.Select(d => d.Port));
        Assert.Empty(read[1].Destinations);
    }

    [Fact]
    public void A_visitor_is_shown_what_it_wants_and_the_rest_is_not_read()
    {
        var table = new Table { Dumps = ["1 2 3"], Servers = { [1] = "11", [2] = "21 22", [3] = "31" }, Alive = [1, 2, 3] };
        using IpvsClient client = table.Client();
        var second = new Visitor(new IpvsServiceKey(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 2));
        client.ReadTable(second);
        Assert.Equal(["2", "2 192.0.2.11:21", "2 192.0.2.11:22"], second.Shown);
        Assert.Equal(2, table.Read);
        Assert.Throws<ArgumentNullException>(() => client.ReadTable(null!));
    }

    [Fact]
    public void A_view_is_told_from_every_other_key()
    {
        var table = new Table { Dumps = ["1"], Servers = { [1] = "11" }, Alive = [1] };
        using IpvsClient client = table.Client();
        foreach (IpvsServiceKey key in (IpvsServiceKey[])
        [
            new(IpvsProtocol.Udp, IPAddress.Parse("192.0.2.1"), 1), new(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.2"), 1),
            new(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 2), new(IpvsProtocol.Tcp, IPAddress.Parse("::c000:201"), 1),
            IpvsServiceKey.OfFirewallMark(1),
        ])
        {
            var visitor = new Visitor(key);
            client.ReadTable(visitor);
            Assert.Empty(visitor.Shown);
        }
    }

    private sealed class Visitor(IpvsServiceKey wanted) : IIpvsTableVisitor
    {
        private int service;

        public List<string> Shown { get; } = [];

        public bool Wants(in IpvsServiceView service) => service.Is(wanted);

        public void Service(in IpvsServiceView service) => Shown.Add($"{this.service = service.Port}");

        public void Destination(in IpvsDestinationView destination)
        {
            Assert.True(destination.Is(IPAddress.Parse("192.0.2.11"), destination.Port));
            Assert.False(destination.Is(IPAddress.Parse("192.0.2.12"), destination.Port));
            Shown.Add($"{service} {new IPAddress(destination.AddressBytes)}:{destination.Port}");
        }
    }

    /// <summary>A kernel whose dumps are written beforehand; the last one is given for ever.</summary>
    private sealed class Table
    {
        private FakeIpvs? kernel;

        public string[] Dumps { get; init; } = [];

        /// <summary>Whether the dumps begin anew, instead of the last one being repeated.</summary>
        public bool Repeats { get; init; }

        public Dictionary<int, string> Servers { get; } = [];

        public HashSet<int> Alive { get; init; } = [];

        /// <summary>How many dumps were read.</summary>
        public int Read { get; private set; }

        /// <summary>How many services were asked for one by one.</summary>
        public int Asked { get; private set; }

        public IpvsClient Client() => (kernel ??= new FakeIpvs(Answer)).Client();

        public IEnumerable<int> Services()
        {
            using IpvsClient client = Client();
            return [.. client.GetServices().Select(s => s.Key.Port)];
        }

        private IEnumerable<byte[]> Answer(FakeRequest request)
        {
            byte command = request.Payload[0];
            if (!request.Wants(NetlinkFlags.Dump))
            {
                Asked++;
                int port = Port(request);
                return Alive.Contains(port) ? [Message(request.Type, 0, request.Sequence, Entry(GetService, port))] : End(request, Errno.ESRCH);
            }

            string dump = command == GetDestination && Servers.Count > 0
                ? Servers[Port(request)]
                : Dumps[Repeats ? Read % Dumps.Length : Math.Min(Read, Dumps.Length - 1)];
            Read++;
            IEnumerable<byte[]> pages = dump.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(page => page
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .SelectMany(port => Message(request.Type, NetlinkFlags.Multi, request.Sequence, Entry(command, int.Parse(port))))
                .ToArray());
            return [.. pages, Done(request)];
        }

        /// <summary>The port of the service that a request is about.</summary>
        private static int Port(FakeRequest request)
        {
            AttributeReader reader = AttributeReader.Read(request.Payload, out genlmsghdr _);
            Assert.True(reader.Next());
            reader.Enter();
            while (reader.Next())
                if (reader.Type == 4) return reader.U16BigEndian();
            throw new InvalidOperationException("The request names no port.");
        }

        private static byte[] Entry(byte command, int port)
        {
            byte[] attributes = Hex.Bytes(command == GetService
                ? $"0600 0100 02000000 0600 0200 06000000 1400 0300 c0000201000000000000000000000000 0600 0400 {port:x4}0000 0800 0600 77727200"
                : $"0600 0b00 02000000 1400 0100 c000020b000000000000000000000000 0600 0200 {port:x4}0000");
            return [.. Hex.Bytes("01 01 0000"), .. Attribute((ushort)(command == GetService ? 0x8001 : 0x8002), attributes)];
        }
    }
}
