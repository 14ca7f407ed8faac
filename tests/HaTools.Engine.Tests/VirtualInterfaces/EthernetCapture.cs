using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Linux;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Tests.VirtualInterfaces;

/// <summary>A frame on the wire.</summary>
/// <param name="Kind"><c>advert</c>, <c>advert6</c>, <c>garp</c>, <c>arp</c>, <c>igmp</c>, <c>mld</c>, <c>nd</c> or <c>other</c>.</param>
/// <param name="Source">The source MAC address.</param>
/// <param name="Address">Whose address it speaks of: the IP source, or ARP's sender.</param>
internal sealed record EthernetFrame(string Kind, string Source, string Address);

/// <summary>What comes in on an interface.</summary>
internal sealed unsafe class EthernetCapture : IDisposable
{
    private readonly FileDescriptor socket;
    private readonly int index;
    private readonly ConcurrentQueue<EthernetFrame> frames = new();
    private readonly Thread thread;
    private volatile bool stopped;

    /// <param name="node">Where.</param>
    /// <param name="device">The interface.</param>
    public EthernetCapture(TestNode node, string device = "eth0")
    {
        const ushort EverythingInNetworkOrder = 0x0300;
        (socket, index) = node.Namespace.Run(() =>
        {
            using RouteClient routes = RouteClient.Open();
            int type = Libc.SOCK_RAW | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC;
            return (FileDescriptor.OrThrow(Libc.socket(Libc.AF_PACKET, type, EverythingInNetworkOrder), "capturing"), routes.FindLink(device)!.Index);
        });
        thread = new Thread(Read) { IsBackground = true };
        thread.Start();
    }

    public IReadOnlyList<EthernetFrame> Frames => [.. frames];

    public void Dispose()
    {
        stopped = true;
        thread.Join();
        socket.Dispose();
    }

    private void Read()
    {
        var buffer = new byte[2048];
        while (!stopped)
        {
            sockaddr_ll from;
            uint size = (uint)sizeof(sockaddr_ll);
            nint length;
            fixed (byte* p = buffer) length = Libc.recvfrom(socket, p, (nuint)buffer.Length, 0, &from, &size);
            const byte Outgoing = 4;
            if (length < 0) Thread.Sleep(1);
            else if (from.sll_pkttype != Outgoing && from.sll_ifindex == index) frames.Enqueue(Describe(buffer.AsSpan(0, (int)length)));
        }
    }

    private static EthernetFrame Describe(ReadOnlySpan<byte> frame)
    {
        string source = string.Join(':', frame.Slice(6, 6).ToArray().Select(b => b.ToString("x2", null)));
        ReadOnlySpan<byte> payload = frame[14..];
        switch (BinaryPrimitives.ReadUInt16BigEndian(frame[12..]))
        {
            case 0x0806:
                string sender = new IPAddress(payload.Slice(14, 4)).ToString();
                return new(payload.Slice(14, 4).SequenceEqual(payload.Slice(24, 4)) ? "garp" : "arp", source, sender);
            case 0x0800:
                return new(payload[9] switch { 112 => "advert", 2 => "igmp", _ => "other" }, source, new IPAddress(payload.Slice(12, 4)).ToString());
            case 0x86dd:
                // MLD comes behind a hop-by-hop header of 8 bytes (RFC 3810 section 5).
                byte next = payload[6];
                byte type = next == 0 ? payload[48] : payload[40];
                string kind = next == 112 ? "advert6" : next == 0 && type is 131 or 132 or 143 ? "mld" : next == 58 && type is >= 133 and <= 136 ? "nd" : "other";
                return new(kind, source, new IPAddress(payload.Slice(8, 16)).ToString());
            default:
                return new("other", source, "");
        }
    }
}
