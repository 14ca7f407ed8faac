using System.Net;
using System.Net.Sockets;
using HaTools.Netlink.Ipvs;
using HaTools.Netlink.Ipvs.Listing;
using HaTools.Netlink.Tests.Ipvs.Save;
using static HaTools.Netlink.Tests.Ipvs.IpvsNamespace;
using static HaTools.Netlink.Tests.Programs;

namespace HaTools.Netlink.Tests.Ipvs.Listing;

/// <summary>Against Debian's ipvsadm 1.31 on a kernel with IPVS: each of its lists is written here byte for byte.</summary>
[Trait("Needs", "ipvs")]
[Trait("Row", "I3")]
public sealed class IpvsListKernelTests
{
    private static readonly (IpvsListView View, string[] Options)[] Views =
    [
        (IpvsListView.Usual, []),
        (IpvsListView.Statistics, ["--stats"]),
        (IpvsListView.Rates, ["--rate"]),
        (IpvsListView.Thresholds, ["--thresholds"]),
        (IpvsListView.Persistence, ["--persistent-conn"]),
        (IpvsListView.Tunnels, ["--tun-info"]),
    ];

    public static TheoryData<int> Seeds => [1, 2, 3, 4];

    [IpvsTheory]
    [MemberData(nameof(Seeds))]
    public void Every_list_of_ipvsadm_is_written_byte_for_byte(int seed) => InNamespace(client =>
    {
        foreach (IpvsCommandResult result in client.Apply(new RandomTable(seed).Next(services: 40, servers: 8).ToCommands()))
            Assert.True(result.Succeeded, result.ToException()?.Message);
        foreach ((IpvsListView view, string[] options) in Views)
        {
            Assert.Equal(Run("ipvsadm", ["-L", "-n", .. options]), List(client, view, IpvsListWriter.Sort(client.GetTable())));
            Assert.Equal(Run("ipvsadm", ["-L", "-n", "--nosort", .. options]), List(client, view, client.GetTable()));
        }
    });

    [IpvsFact]
    public void What_was_counted_is_what_ipvsadm_shows() => InNamespace(client =>
    {
        IPAddress address = IPAddress.Parse("192.0.2.1"), server = IPAddress.Parse("192.0.2.11");
        foreach (IPAddress own in (IPAddress[])[address, server]) Run("ip", "addr", "add", $"{own}/32", "dev", "lo");
        var key = new IpvsServiceKey(IpvsProtocol.Udp, address, 53);
        client.AddService(new IpvsService { Key = key, Scheduler = "rr", Flags = IpvsServiceFlags.Persistent, Timeout = 60 });
        client.AddDestination(key, new IpvsDestination { Address = server, Port = 5353 });
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        listener.Bind(new IPEndPoint(server, 5353));
        using var asker = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        asker.Connect(address, 53);
        asker.ReceiveTimeout = listener.ReceiveTimeout = 10_000;
        byte[] buffer = new byte[1500];
        for (int i = 0; i < 50; i++)
        {
            asker.Send(new byte[100 + i]);
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            int length = listener.ReceiveFrom(buffer, ref from);
            listener.SendTo(buffer.AsSpan(0, length), from);
            asker.Receive(buffer);
        }

        // The kernel brings counters up every two seconds.
        Assert.True(Wait.Until(() => client.FindService(key)!.Statistics is { IncomingPackets: 50, OutgoingPackets: 50 }));
        foreach ((IpvsListView view, string[] options) in Views)
        {
            foreach (bool exact in (bool[])[false, true])
            {
                // Rates change by themselves: ours lies between two equal ones of ipvsadm.
                string shown, ours;
                int tries = 0;
                do
                {
                    shown = Run("ipvsadm", ["-L", "-n", .. options, .. exact ? ["--exact"] : Array.Empty<string>()]);
                    ours = List(client, view, IpvsListWriter.Sort(client.GetTable()), exact);
                }
                while (shown != Run("ipvsadm", ["-L", "-n", .. options, .. exact ? ["--exact"] : Array.Empty<string>()]) && ++tries < 20);
                Assert.Equal(shown, ours);
            }
        }

        IpvsTableEntry read = Assert.Single(client.GetTable());
        Assert.Equal((1u, 50ul, 50ul), (read.Destinations[0].PersistentConnections, read.Service.Statistics.IncomingPackets, read.Service.Statistics.OutgoingPackets));
    });

    private static string List(IpvsClient client, IpvsListView view, IReadOnlyList<IpvsTableEntry> table, bool exact = false)
    {
        var text = new StringWriter();
        var list = new IpvsListWriter(text, view, exact);
        list.WriteHeading(client.GetInfo());
        foreach (IpvsTableEntry entry in table) list.Write(entry);
        return text.ToString();
    }
}
