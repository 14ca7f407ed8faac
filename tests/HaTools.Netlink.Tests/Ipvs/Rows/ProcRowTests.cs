using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using HaTools.Netlink.Ipvs;
using static HaTools.Netlink.Tests.Ipvs.IpvsNamespace;
using static HaTools.Netlink.Tests.Ipvs.Rows.BothWays;
using static HaTools.Netlink.Tests.Programs;

namespace HaTools.Netlink.Tests.Ipvs.Rows;

/// <summary>The row of the files under /proc/net. ip_vs_conn and ip_vs_conn_sync have tests of their own (IpvsConnectionKernelTests).</summary>
[Trait("Needs", "ipvs")]
[Trait("Row", "I26")]
public sealed class ProcRowTests
{
    private static readonly IPAddress Virtual = IPAddress.Parse("192.0.2.1"), Real = IPAddress.Parse("192.0.2.11");

    [IpvsFact]
    public void Totals_are_what_all_services_have_counted_also_those_that_are_no_more() => InNamespace(client =>
    {
        foreach (IPAddress address in (IPAddress[])[Virtual, Real]) Run("ip", "addr", "add", $"{address}/32", "dev", "lo");
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 30_000 };
        listener.Bind(new IPEndPoint(Real, 5353));
        int[] ports = [53, 54];
        foreach (int port in ports)
        {
            client.AddService(new IpvsService { Key = Udp("192.0.2.1", port), Scheduler = "rr" });
            client.AddDestination(Udp("192.0.2.1", port), new IpvsDestination { Address = Real, Port = 5353 });
        }

        Assert.Equal(default, IpvsTotals.Read());
        for (int i = 0; i < 30; i++)
        {
            using var asker = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 30_000 };
            asker.Connect(Virtual, ports[i % 2]);
            asker.Send(new byte[100 + i]);
            byte[] buffer = new byte[1500];
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            listener.SendTo(buffer.AsSpan(0, listener.ReceiveFrom(buffer, ref from) / 2), from);
            asker.Receive(buffer);
        }

        Assert.True(Wait.Until(() => IpvsTotals.Read() is { IncomingPackets: 30, OutgoingPackets: 30, IncomingByteRate: > 0 }
            && client.GetServices().Sum(s => (long)s.Statistics.IncomingPackets) == 30));
        IpvsStatistics totals = IpvsTotals.Read();
        Assert.Equal(Sum(client.GetServices().Select(s => s.Statistics)), Counters(totals));
        Assert.True(totals.IncomingBytes > totals.OutgoingBytes && totals.OutgoingBytes > 0);
        Assert.Equal(Counters(totals), Sum(IpvsTotals.ReadPerProcessor().Select(p => p.Statistics)));
        Assert.Equal(Enumerable.Range(0, IpvsTotals.ReadPerProcessor().Count), IpvsTotals.ReadPerProcessor().Select(p => p.Processor));

        client.DeleteService(Udp("192.0.2.1", 53));
        Assert.Equal(Counters(totals), Counters(IpvsTotals.Read()));
        Run("ipvsadm", "-Z");
        Assert.Equal(default, Counters(IpvsTotals.Read()));
        Assert.Equal(Counters(totals), Sum(IpvsTotals.ReadPerProcessor().Select(p => p.Statistics)));
    });

    [IpvsFact]
    public void Applications_are_those_whose_modules_are_loaded() => InNamespace(_ =>
    {
        Assert.Null(KernelModule.TryLoad("ip_vs_ftp"));
        Assert.Equal([new IpvsApplication(IpvsProtocol.Tcp, 21, 0, "ftp")], IpvsApplication.ReadAll());
    });

    /// <summary>The old file is the same table, without thresholds and tunnels: nothing reads it here.</summary>
    [IpvsFact]
    public void The_table_s_file_shows_what_was_written() => InNamespace(client =>
    {
        IpvsServiceKey web = Tcp("192.0.2.1", 80), dns = Udp("2001:db8::1", 53);
        client.AddService(new IpvsService { Key = web, Scheduler = "wrr" });
        client.AddDestination(web, new IpvsDestination { Address = Real, Port = 8080, Weight = 3 });
        client.AddService(new IpvsService { Key = dns, Scheduler = "rr" });
        client.AddService(new IpvsService { Key = IpvsServiceKey.OfFirewallMark(7), Scheduler = "rr" });
        IEnumerable<string> shown = File.ReadLines("/proc/thread-self/net/ip_vs").Skip(3)
            .Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(
            new[]
            {
                $"TCP {Hexadecimal(Virtual)}:0050 wrr",
                $"-> {Hexadecimal(Real)}:1F90 Masq 3 0 0",
                "UDP [2001:0db8:0000:0000:0000:0000:0000:0001]:0035 rr",
                "FWM 00000007 rr",
            }.Order(StringComparer.Ordinal),
            shown.Order(StringComparer.Ordinal));
    });

    [Theory]
    [InlineData("")]
    [InlineData("   Total\n   Conns\n 1 2 3 4 5\n")]
    [InlineData("   Total\n   Conns\n 1 2 3 4\n\n Conns/s\n 1 2 3 4 5\n")]
    [InlineData("   Total\n   Conns\n 1 2 3 4 x\n\n Conns/s\n 1 2 3 4 5\n")]
    public void Totals_in_another_format_are_an_error(string text) => Assert.Throws<InvalidDataException>(() => IpvsTotals.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("       Total\nCPU    Conns\n  0 1 2 3 4 5\n")]
    [InlineData("       Total\nCPU    Conns\n  0 1 2 3 4\n  ~ 1 2 3 4 5\n")]
    [InlineData("       Total\nCPU    Conns\n  - 1 2 3 4 5\n  ~ 1 2 3 4 5\n")]
    public void Processors_totals_in_another_format_are_an_error(string text) =>
        Assert.Throws<InvalidDataException>(() => IpvsTotals.ParsePerProcessor(text));

    [Theory]
    [InlineData("prot port    usecnt name\nTCP  21      ftp\n")]
    [InlineData("prot port    usecnt name\nTCP  66666   0      ftp\n")]
    public void Applications_in_another_format_are_an_error(string text) => Assert.Throws<InvalidDataException>(() => IpvsApplication.Parse(text));

    [Fact]
    public void Counters_are_hexadecimal_and_of_64_bits() => Assert.Equal(
        new IpvsStatistics
        {
            Connections = 0x1A,
            IncomingPackets = 0xFFFFFFFFFFFFFFFF,
            OutgoingPackets = 0,
            IncomingBytes = 0x123456789A,
            OutgoingBytes = 0xB,
            ConnectionRate = 1,
            IncomingPacketRate = 2,
            OutgoingPacketRate = 3,
            IncomingByteRate = 4,
            OutgoingByteRate = 0x10,
        },
        IpvsTotals.Parse("""
               Total Incoming Outgoing         Incoming         Outgoing
               Conns  Packets  Packets            Bytes            Bytes
                  1A FFFFFFFFFFFFFFFF        0       123456789A                B

             Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s
                   1        2        3                4               10
            """));

    private static IpvsStatistics Counters(IpvsStatistics s) => new()
    {
        Connections = s.Connections,
        IncomingPackets = s.IncomingPackets,
        OutgoingPackets = s.OutgoingPackets,
        IncomingBytes = s.IncomingBytes,
        OutgoingBytes = s.OutgoingBytes,
    };

    private static IpvsStatistics Sum(IEnumerable<IpvsStatistics> all) => all.Aggregate(default(IpvsStatistics), (a, b) => new IpvsStatistics
    {
        Connections = a.Connections + b.Connections,
        IncomingPackets = a.IncomingPackets + b.IncomingPackets,
        OutgoingPackets = a.OutgoingPackets + b.OutgoingPackets,
        IncomingBytes = a.IncomingBytes + b.IncomingBytes,
        OutgoingBytes = a.OutgoingBytes + b.OutgoingBytes,
    });

    private static string Hexadecimal(IPAddress address) => $"{BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes()):X8}";
}
