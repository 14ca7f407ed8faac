using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.NetworkInformation;
using HaTools.Linux;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>What comes in on a node's eth0, of adverts and of ARP requests, each as a line and in order.</summary>
internal sealed unsafe class FrameCapture : IDisposable
{
    private readonly FileDescriptor socket;
    private readonly ConcurrentQueue<string> frames = new();
    private readonly ConcurrentQueue<(string Line, PhysicalAddress Sender)> senders = new();
    private readonly ConcurrentQueue<string> destinations = new();
    private readonly ConcurrentQueue<int> hopLimits = new();
    private readonly ConcurrentQueue<(int RouterId, double Time)> adverts = new();
    private readonly Thread thread;
    private volatile bool stopped;

    public FrameCapture(TestNode node)
    {
        const ushort EverythingInNetworkOrder = 0x0300;
        socket = node.Namespace.Run(() => FileDescriptor.OrThrow(
            Libc.socket(Libc.AF_PACKET, Libc.SOCK_RAW | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, EverythingInNetworkOrder), "capturing"));
        thread = new Thread(Read) { IsBackground = true };
        thread.Start();
    }

    /// <summary><c>advert PRIORITY</c>, <c>garp ADDRESS</c>; of IPv6 <c>advert6 PRIORITY</c>, <c>na ADDRESS FLAGS</c> (unsolicited ones).</summary>
    public IReadOnlyList<string> Frames => [.. frames];

    /// <summary>The <see cref="Frames"/> that a node sent.</summary>
    public IEnumerable<string> From(TestNode node)
    {
        PhysicalAddress own = node.Namespace.Run(() =>
        {
            using RouteClient routes = RouteClient.Open();
            return routes.FindLink("eth0")!.HardwareAddress!;
        });
        return senders.Where(s => s.Sender.Equals(own)).Select(s => s.Line);
    }

    /// <summary><c>advert ADDRESS</c>: where each IPv4 advert was sent to.</summary>
    public IReadOnlyList<string> Destinations => [.. destinations];

    /// <summary>The TTL or hop limit of each advert.</summary>
    public IReadOnlyList<int> HopLimits => [.. hopLimits];

    /// <summary>The virtual router id of each advert, and when it was read, in milliseconds.</summary>
    public IReadOnlyList<(int RouterId, double Time)> Adverts => [.. adverts];

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
            nint length;
            fixed (byte* p = buffer) length = Libc.recvfrom(socket, p, (nuint)buffer.Length, 0, null, null);
            if (length < 0) Thread.Sleep(1);
            else if (Describe(buffer.AsSpan(0, (int)length)) is { } line)
            {
                frames.Enqueue(line);
                senders.Enqueue((line, new PhysicalAddress(buffer[6..12])));
            }
        }
    }

    private string? Describe(ReadOnlySpan<byte> frame)
    {
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
        ReadOnlySpan<byte> payload = frame[14..];
        if (type == 0x86dd) return Describe6(payload);
        if (type == 0x0800 && payload[9] == 112)
        {
            hopLimits.Enqueue(payload[8]);
            destinations.Enqueue($"advert {new System.Net.IPAddress(payload.Slice(16, 4))}");
            adverts.Enqueue((payload[21], MonotonicClock.Now / 1e6));
            return $"advert {payload[22]}";
        }

        bool gratuitous = type == 0x0806 && payload.Slice(14, 4).SequenceEqual(payload.Slice(24, 4));
        return gratuitous ? $"garp {new System.Net.IPAddress(payload.Slice(14, 4))}" : null;
    }

    private string? Describe6(ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> message = payload[40..];
        if (payload[6] == 112)
        {
            hopLimits.Enqueue(payload[7]);
            return $"advert6 {message[2]}";
        }

        const byte NeighbourAdvertisement = 136;
        if (payload[6] != 58 || message[0] != NeighbourAdvertisement || payload[24] != 0xff) return null;
        string flags = ((message[4] & 0x80) != 0 ? "R" : "") + ((message[4] & 0x40) != 0 ? "S" : "") + ((message[4] & 0x20) != 0 ? "O" : "");
        return $"na {new System.Net.IPAddress(message.Slice(8, 16))} {flags}";
    }
}
