using System.Buffers.Binary;
using System.Net;

namespace HaTools.Linux.Tests;

/// <summary>Two namespaces with a cable between them: <c>eth0</c> on both sides, 192.0.2.1 and .2, fd00::1 and ::2, fe80::1 and ::2.</summary>
internal sealed unsafe class Wire : IDisposable
{
    public Wire()
    {
        A.Run(() => Ip($"link add eth0 type veth peer name eth0 netns {B.FilePath}"));
        for (int i = 1; i <= 2; i++)
        {
            int end = i;
            (end == 1 ? A : B).Run(() =>
            {
                Ip($"link set eth0 address 02:00:00:00:00:0{end} addrgenmode none up");
                Ip($"addr add 192.0.2.{end}/24 dev eth0");
                Ip($"addr add fe80::{end}/64 dev eth0 nodad");
                Ip($"addr add fd00::{end}/64 dev eth0 nodad");
                foreach (string network in new[] { "192.0.2.", "fe80::", "fd00::" })
                    Ip($"neigh replace {network}{3 - end} lladdr 02:00:00:00:00:0{3 - end} dev eth0 nud permanent");
            });
        }

        // A cable carries nothing before the kernel has seen that both ends are up.
        foreach (NetworkNamespace end in new[] { A, B })
        {
            for (int i = 0; !end.Run(() => Ip("-o link show eth0")).Contains("state UP", StringComparison.Ordinal); i++)
            {
                Assert.True(i < 1000, "the cable does not come up");
                Thread.Sleep(10);
            }
        }
    }

    public NetworkNamespace A { get; } = NetworkNamespace.Create();

    public NetworkNamespace B { get; } = NetworkNamespace.Create();

    public static AddressBits Address(string text)
    {
        byte[] bytes = IPAddress.Parse(text).GetAddressBytes();
        return bytes.Length == AddressBits.Size ? AddressBits.Read(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    public static int Index(string name) => (int)Libc.if_nametoindex(name);

    public static string Ip(string arguments)
    {
        var options = new ChildProcessOptions { FileName = "ip", Arguments = arguments.Split(' '), CaptureOutputBytes = 1000 };
        using var child = ChildProcess.Start(options);
        ChildExit exit = child.WaitAsync().GetAwaiter().GetResult();
        Assert.True(exit.IsSuccess, $"ip {arguments}: {exit}: {child.Output}");
        return child.Output;
    }

    public VrrpSocket Socket(NetworkNamespace end, VrrpSocketOptions options) =>
        end.Run(() => new VrrpSocket(options with { InterfaceName = "eth0", InterfaceIndex = Index("eth0") }));

    /// <summary>Waits for one packet.</summary>
    public static byte[] Receive(VrrpSocket socket, out PacketEnvelope envelope)
    {
        byte[] buffer = new byte[5000];
        for (int i = 0; ; i++)
        {
            int length = socket.Receive(buffer, out envelope, out int errno);
            Assert.Equal(0, errno);
            if (length >= 0) return buffer[..length];
            Assert.True(i < 30_000, "nothing came");
            Thread.Sleep(1);
        }
    }

    /// <summary>A socket that hears every frame of an end.</summary>
    public static FileDescriptor Capture(NetworkNamespace end) => end.Run(() =>
    {
        const ushort EverythingInNetworkOrder = 0x0300;
        return FileDescriptor.OrThrow(
            Libc.socket(Libc.AF_PACKET, Libc.SOCK_RAW | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, EverythingInNetworkOrder), "capturing");
    });

    /// <summary>Waits for a frame that fits.</summary>
    public static byte[] Frame(FileDescriptor capture, Func<byte[], bool> fits)
    {
        byte[] buffer = new byte[5000];
        for (int i = 0; ;)
        {
            nint length;
            fixed (byte* p = buffer) length = Libc.recvfrom(capture, p, (nuint)buffer.Length, 0, null, null);
            if (length >= 0 && fits(buffer[..(int)length])) return buffer[..(int)length];
            if (length >= 0) continue;
            Assert.True(i++ < 30_000, "no such frame came");
            Thread.Sleep(1);
        }
    }

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }
}
