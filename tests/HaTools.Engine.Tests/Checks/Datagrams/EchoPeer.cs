using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Tests.Checks.Datagrams;

/// <summary>A host that answers echo requests to one of its addresses by hand, as it is told; the kernel there has to keep silent.</summary>
internal sealed class EchoPeer : IDisposable
{
    private readonly Socket socket;
    private readonly int version;
    private readonly Action<EchoPeer, byte[], EndPoint> answer;

    /// <param name="node">Where it is.</param>
    /// <param name="address">The address that is asked.</param>
    /// <param name="answer">What is done with each request.</param>
    public EchoPeer(TestNode node, IPAddress address, Action<EchoPeer, byte[], EndPoint> answer)
    {
        this.answer = answer;
        version = address.AddressFamily == AddressFamily.InterNetwork ? 4 : 6;
        socket = node.Namespace.Run(() => new Socket(address.AddressFamily, SocketType.Raw, version == 4 ? ProtocolType.Icmp : ProtocolType.IcmpV6));
        socket.Bind(new IPEndPoint(address, 0));
        _ = Task.Run(ServeAsync);
    }

    /// <summary>The requests that have come.</summary>
    public ConcurrentQueue<byte[]> Requests { get; } = new();

    /// <summary>The kernel of a host keeps silent.</summary>
    public static void Silence(TestNode node) => node.Namespace.Run(() =>
    {
        Sysctl.Write("net/ipv4/icmp_echo_ignore_all", "1");
        Sysctl.Write("net/ipv6/icmp/echo_ignore_all", "1");
    });

    /// <summary>The right reply.</summary>
    public static byte[] Reply(ReadOnlySpan<byte> request, int version)
    {
        byte[] reply = request.ToArray();
        reply[0] = (byte)(version == 4 ? 0 : 129);
        if (version == 4) Sum(reply);
        return reply;
    }

    public static void Sum(byte[] message)
    {
        (message[2], message[3]) = (0, 0);
        ushort sum = InternetChecksum.Finish(InternetChecksum.Add(message));
        (message[2], message[3]) = ((byte)(sum >> 8), (byte)sum);
    }

    public static bool IsIntact(byte[] message) => InternetChecksum.IsValid(InternetChecksum.Add(message));

    public void Send(byte[] message, EndPoint to) => socket.SendTo(message, to);

    public void Dispose() => socket.Dispose();

    private async Task ServeAsync()
    {
        byte[] buffer = new byte[2048];
        EndPoint any = new IPEndPoint(version == 4 ? IPAddress.Any : IPAddress.IPv6Any, 0);
        try
        {
            while (true)
            {
                SocketReceiveFromResult got = await socket.ReceiveFromAsync(buffer, any);
                byte[] message = buffer[(version == 4 ? (buffer[0] & 0xf) * 4 : 0)..got.ReceivedBytes];
                if (message[0] != (version == 4 ? 8 : 128)) continue;
                Requests.Enqueue(message);
                answer(this, message, got.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
