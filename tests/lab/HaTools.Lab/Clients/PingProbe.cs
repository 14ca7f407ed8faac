using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HaTools.Lab.Machine;

namespace HaTools.Lab.Clients;

/// <summary>
/// ICMP echo requests at a fixed pace (1 ms by default) from one machine to an address: the finest measure of who answers when. Requests
/// are numbered, so that lost ones are known; the answers' arrival times give the gap.
/// </summary>
internal sealed class PingProbe : IAsyncDisposable
{
    private const int HeaderLength = 8;

    private readonly long started = Stopwatch.GetTimestamp();
    private readonly List<double> sent = [];
    private readonly Dictionary<int, double> answered = [];
    private readonly Lock guard = new();
    private readonly Task sender;
    private readonly Task receiver;
    private readonly Socket socket;
    private readonly ushort identifier = (ushort)Random.Shared.Next(1, 0xffff);
    private volatile bool stopping;

    private PingProbe(LabNode node, Socket socket, IPAddress target, TimeSpan interval)
    {
        this.socket = socket;
        receiver = NamespaceThread.Start(node, "ping receiver", Receive);
        sender = NamespaceThread.Start(node, "ping sender", () => Send(new IPEndPoint(target, 0), interval));
    }

    public static async Task<PingProbe> StartAsync(LabNode node, string target, TimeSpan? interval = null)
    {
        Socket socket = await NamespaceThread.Start(node, "ping", () =>
            new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp) { ReceiveTimeout = 100 }).ConfigureAwait(false);
        return new PingProbe(node, socket, IPAddress.Parse(target), interval ?? TimeSpan.FromMilliseconds(1));
    }

    /// <summary>Seconds since the probe began.</summary>
    public double Now => Stopwatch.GetElapsedTime(started).TotalSeconds;

    public int Sent
    {
        get
        {
            lock (guard) return sent.Count;
        }
    }

    public int Answered
    {
        get
        {
            lock (guard) return answered.Count;
        }
    }

    /// <summary>
    /// The longest time between two answers of which the later came after a time, and the requests sent in it that nobody answered.
    /// </summary>
    public Gap LongestGap(double since)
    {
        lock (guard)
        {
            double[] times = [.. answered.Values.Order()];
            var best = new Gap(since, since, 0);
            for (int i = 0; i <= times.Length; i++)
            {
                double from = i == 0 ? 0 : times[i - 1], to = i == times.Length ? Now : times[i];
                if (to > since && to - from > best.Seconds) best = new Gap(from, to, 0);
            }
            int lost = sent.Index().Count(s => s.Item >= best.From && s.Item < best.To && !answered.ContainsKey(s.Index));
            return best with { Lost = lost };
        }
    }

    public async ValueTask DisposeAsync()
    {
        stopping = true;
        await Task.WhenAll(sender, receiver).ConfigureAwait(false);
        socket.Dispose();
    }

    private void Send(IPEndPoint target, TimeSpan interval)
    {
        byte[] packet = new byte[HeaderLength + 4];
        for (int n = 0; !stopping; n++)
        {
            TimeSpan wait = n * interval - Stopwatch.GetElapsedTime(started);
            if (wait > TimeSpan.Zero) Thread.Sleep(wait);
            Fill(packet, n);
            lock (guard) sent.Add(Now);
            try
            {
                socket.SendTo(packet, target);
            }
            catch (SocketException)
            {
                // No neighbour answers the ARP request just now: this one is lost, which is what is measured.
            }
        }
    }

    private void Receive()
    {
        byte[] buffer = new byte[256];
        while (!stopping)
        {
            int length;
            try
            {
                length = socket.Receive(buffer);
            }
            catch (SocketException)
            {
                continue; // nothing within the time-out, or an ICMP error for a lost request
            }
            ReadOnlySpan<byte> icmp = buffer.AsSpan(0, length)[((buffer[0] & 15) * 4)..];
            if (icmp.Length < HeaderLength + 4 || icmp[0] != 0 || BinaryPrimitives.ReadUInt16BigEndian(icmp[4..]) != identifier) continue;
            int number = BinaryPrimitives.ReadInt32BigEndian(icmp[HeaderLength..]);
            lock (guard) answered.TryAdd(number, Now);
        }
    }

    private void Fill(Span<byte> packet, int number)
    {
        packet.Clear();
        packet[0] = 8; // echo request
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], identifier);
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], (ushort)number);
        BinaryPrimitives.WriteInt32BigEndian(packet[HeaderLength..], number);
        uint sum = 0;
        for (int i = 0; i < packet.Length; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(packet[i..]);
        while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)~sum);
    }
}
