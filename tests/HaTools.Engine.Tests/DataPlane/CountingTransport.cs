using HaTools.Netlink;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>The kernel, with every system call of a conversation counted.</summary>
internal sealed class CountingTransport : INetlinkTransport
{
    private readonly KernelTransport kernel = KernelTransport.Open(NetlinkProtocol.Generic, 1024 * 1024, nonBlocking: false);

    /// <summary>Datagrams sent and received since the last call.</summary>
    public int Take()
    {
        int taken = Calls;
        Calls = 0;
        return taken;
    }

    public uint PortId => kernel.PortId;

    private int Calls { get; set; }

    public int Send(ReadOnlySpan<byte> datagram)
    {
        Calls++;
        return kernel.Send(datagram);
    }

    public int Receive(Span<byte> buffer)
    {
        Calls++;
        return kernel.Receive(buffer);
    }

    public void Dispose() => kernel.Dispose();
}
