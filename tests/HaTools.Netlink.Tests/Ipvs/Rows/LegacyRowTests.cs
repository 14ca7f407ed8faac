using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HaTools.Netlink.Ipvs;
using static HaTools.Netlink.Tests.Ipvs.IpvsNamespace;
using static HaTools.Netlink.Tests.Ipvs.Rows.BothWays;

namespace HaTools.Netlink.Tests.Ipvs.Rows;

/// <summary>
/// The socket options that were there before the netlink family (linux/ip_vs.h, IP_VS_SO_*): IPv4 only, counters of 32 bits, no tunnels.
/// They are not spoken here; programs that do are speaking of the same table.
/// </summary>
[Trait("Needs", "ipvs")]
public sealed class LegacyRowTests
{
    private const int Base = 64 + 1024 + 64, Add = Base + 2, Delete = Base + 4, AddServer = Base + 7, SetTimeout = Base + 10;
    private const int GetInfo = Base + 1, GetServers = Base + 4, GetTimeout = Base + 6;

    [IpvsFact]
    [Trait("Row", "I25")]
    public void The_table_of_the_socket_options_is_the_same() => InNamespace(client =>
    {
        IpvsServiceKey key = Tcp("192.0.2.1", 80);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

        // Written by socket options, read here.
        byte[] service = ServiceOf("192.0.2.1", 80, "wrr");
        socket.SetRawSocketOption(0, Add, service);
        socket.SetRawSocketOption(0, AddServer, (byte[])[.. service, .. ServerOf("192.0.2.11", 8080, method: 0, weight: 7, upper: 9, lower: 4)]);
        Assert.Equal(new IpvsService { Key = key, Scheduler = "wrr" }, Assert.Single(client.GetServices()));
        Assert.Equal(
            new IpvsDestination { Address = IPAddress.Parse("192.0.2.11"), Port = 8080, Weight = 7, UpperThreshold = 9, LowerThreshold = 4 },
            Assert.Single(client.GetDestinations(key)));
        socket.SetRawSocketOption(0, SetTimeout, Numbers(800, 90, 70));
        Assert.Equal(new IpvsTimeouts(800, 90, 70), client.GetTimeouts());

        // Written here, read by socket options.
        client.SetDestination(key, new IpvsDestination
        {
            Address = IPAddress.Parse("192.0.2.11"),
            Port = 8080,
            ForwardingMethod = IpvsForwardingMethod.DirectRoute,
            Weight = 3,
        });
        client.AddService(new IpvsService { Key = Tcp("192.0.2.2", 80) });
        client.SetTimeouts(new IpvsTimeouts(700, 0, 0));
        Span<byte> timeouts = stackalloc byte[12];
        socket.GetRawSocketOption(0, GetTimeout, timeouts);
        Assert.Equal(Convert.ToHexString(Numbers(700, 90, 70)), Convert.ToHexString(timeouts));
        Span<byte> info = stackalloc byte[12];
        socket.GetRawSocketOption(0, GetInfo, info);
        Assert.Equal(
            (0x010201u, client.GetInfo().ConnectionTableSize, 2u),
            (BitConverter.ToUInt32(info), BitConverter.ToUInt32(info[4..]), BitConverter.ToUInt32(info[8..])));

        // struct ip_vs_get_dests: protocol, address, port, mark, number; then one struct ip_vs_dest_entry.
        const int Head = 24, Entry = 96;
        byte[] servers = new byte[Head + Entry];
        ServiceOf("192.0.2.1", 80, "").AsSpan(0, 16).CopyTo(servers);
        BitConverter.TryWriteBytes(servers.AsSpan(16), 1u);
        socket.GetRawSocketOption(0, GetServers, servers);
        Assert.Equal(
            Convert.ToHexString(ServerOf("192.0.2.11", 8080, method: 3, weight: 3, upper: 0, lower: 0).AsSpan(0, 6)),
            Convert.ToHexString(servers.AsSpan(Head, 6)));
        Assert.Equal((3u, 3), (BitConverter.ToUInt32(servers, Head + 8) & 7, BitConverter.ToInt32(servers, Head + 12)));

        socket.SetRawSocketOption(0, Delete, service);
        Assert.Equal(Tcp("192.0.2.2", 80), Assert.Single(client.GetServices()).Key);
    });

    /// <summary>struct ip_vs_service_user.</summary>
    private static byte[] ServiceOf(string address, ushort port, string scheduler)
    {
        byte[] bytes = new byte[44];
        BitConverter.TryWriteBytes(bytes, (ushort)IpvsProtocol.Tcp);
        Endpoint(bytes.AsSpan(4), address, port);
        Encoding.ASCII.GetBytes(scheduler, bytes.AsSpan(16));
        bytes.AsSpan(40).Fill(0xff); // the netmask
        return bytes;
    }

    /// <summary>struct ip_vs_dest_user.</summary>
    private static byte[] ServerOf(string address, ushort port, uint method, int weight, uint upper, uint lower)
    {
        byte[] bytes = new byte[24];
        Endpoint(bytes, address, port);
        BitConverter.TryWriteBytes(bytes.AsSpan(8), method);
        BitConverter.TryWriteBytes(bytes.AsSpan(12), weight);
        BitConverter.TryWriteBytes(bytes.AsSpan(16), upper);
        BitConverter.TryWriteBytes(bytes.AsSpan(20), lower);
        return bytes;
    }

    private static void Endpoint(Span<byte> bytes, string address, ushort port)
    {
        IPAddress.Parse(address).TryWriteBytes(bytes, out _);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], port);
    }

    private static byte[] Numbers(params int[] numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];
}
