using System.Runtime.InteropServices;
using HaTools.Linux;
using HaTools.Netlink;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>The kernel's addresses behind a wire that can be cut: while it is, every answer is lost (ENOBUFS), or every request refused.</summary>
internal sealed class FaultyRoutes
{
    private const ushort RTM_NEWADDR = 20;
    private const ushort RTM_DELADDR = 21;
    private const ushort RTM_GETADDR = 22;
    private const ushort RTM_GETLINK = 18;
    private const ushort RTM_DELROUTE = 25;
    private const ushort RTM_DELRULE = 33;

    /// <summary>Whether answers are lost. What is asked for is not done then.</summary>
    public volatile bool LosesAnswers;

    /// <summary>Whether the answers to those who read the addresses or the interfaces are lost.</summary>
    public volatile bool LosesReadings;

    /// <summary>How many of those have been.</summary>
    public int LostReadings;

    /// <summary>The errno with which additions are refused; 0: they are not.</summary>
    public volatile int RefusesAdditions;

    /// <summary>The errno with which removals of routes and rules are refused; 0: they are not.</summary>
    public volatile int RefusesRemovals;

    private volatile ManualResetEventSlim? holdsRenewals;

    /// <summary>Set when a renewal waits.</summary>
    public ManualResetEventSlim RenewalWaits { get; } = new();

    /// <summary>How often a removal was asked for.</summary>
    public int Removals;

    /// <summary>How often addresses were read.</summary>
    public int AddressReadings;

    /// <summary>Opens a client in the network namespace of the calling thread.</summary>
    public RouteClient Open() => new(new NetlinkSocket(new Transport(this)));

    /// <summary>Until the result is disposed of, renewals wait on their way to the kernel, as for its routing lock.</summary>
    public Held HoldRenewals() => new(this);

    public sealed class Held : IDisposable
    {
        private readonly FaultyRoutes owner;
        private readonly ManualResetEventSlim released = new();

        public Held(FaultyRoutes owner)
        {
            this.owner = owner;
            owner.holdsRenewals = released;
        }

        public void Dispose()
        {
            owner.holdsRenewals = null;
            released.Set();
        }
    }

    private sealed unsafe class Transport : INetlinkTransport
    {
        private readonly FaultyRoutes owner;
        private readonly FileDescriptor socket;
        private readonly Queue<byte[]> made = new();
        private bool loses;

        public Transport(FaultyRoutes owner)
        {
            this.owner = owner;
            socket = FileDescriptor.OrThrow(Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, 0), "opening netlink");
            Span<uint> address = stackalloc uint[3];
            address[0] = Libc.AF_NETLINK;
            uint length = 12;
            fixed (uint* p = address)
            {
                Assert.Equal(0, Libc.bind(socket, p, length));
                Assert.Equal(0, Libc.getsockname(socket, p, &length));
            }

            PortId = address[1];
        }

        public uint PortId { get; }

        public int Send(ReadOnlySpan<byte> datagram)
        {
            ushort type = MemoryMarshal.Read<ushort>(datagram[4..]);
            if (type == RTM_DELADDR) Interlocked.Increment(ref owner.Removals);
            if (type == RTM_GETADDR) Interlocked.Increment(ref owner.AddressReadings);
            loses = owner.LosesAnswers || (type is RTM_GETADDR or RTM_GETLINK && owner.LosesReadings);
            if (loses && owner.LosesReadings) Interlocked.Increment(ref owner.LostReadings);
            if (loses) return 0;
            if (type == RTM_NEWADDR && Thread.CurrentThread.Name == "vrrp-renewals" && owner.holdsRenewals is { } lockOfTheKernel)
            {
                owner.RenewalWaits.Set();
                lockOfTheKernel.Wait();
            }

            if (type == RTM_NEWADDR && owner.RefusesAdditions is not 0 and var errno)
            {
                Refuse(datagram, errno);
                return 0;
            }

            if (type is RTM_DELROUTE or RTM_DELRULE && owner.RefusesRemovals is not 0 and var refusal)
            {
                Refuse(datagram, refusal);
                return 0;
            }

            fixed (byte* p = datagram) return Libc.sendto(socket, p, (nuint)datagram.Length, 0, null, 0) < 0 ? -Marshal.GetLastPInvokeError() : 0;
        }

        public int Receive(Span<byte> buffer)
        {
            if (loses) return -Errno.ENOBUFS;
            if (made.TryDequeue(out byte[]? answer))
            {
                answer.CopyTo(buffer);
                return answer.Length;
            }

            fixed (byte* p = buffer) return (int)Libc.recvfrom(socket, p, (nuint)buffer.Length, 0, null, null);
        }

        public void Dispose() => socket.Dispose();

        // NLMSG_ERROR: the errno and the header of each request.
        private void Refuse(ReadOnlySpan<byte> requests, int errno)
        {
            while (requests.Length >= 16)
            {
                int length = MemoryMarshal.Read<int>(requests);
                byte[] answer = new byte[36];
                MemoryMarshal.Write(answer.AsSpan(0), 36);
                MemoryMarshal.Write(answer.AsSpan(4), (ushort)2);
                MemoryMarshal.Write(answer.AsSpan(8), MemoryMarshal.Read<uint>(requests[8..]));
                MemoryMarshal.Write(answer.AsSpan(12), PortId);
                MemoryMarshal.Write(answer.AsSpan(16), -errno);
                requests[..16].CopyTo(answer.AsSpan(20));
                made.Enqueue(answer);
                requests = requests[Math.Min(requests.Length, (length + 3) & ~3)..];
            }
        }
    }
}
