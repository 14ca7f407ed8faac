namespace HaTools.Netlink;

/// <summary>
/// The way to a kernel: a netlink socket, or a stand-in for tests. It carries datagrams and reports errno values; it knows nothing of
/// what is in them.
/// </summary>
public interface INetlinkTransport : IDisposable
{
    /// <summary>The port id that answers are addressed to.</summary>
    uint PortId { get; }

    /// <summary>Sends requests as one datagram.</summary>
    /// <param name="datagram">One or more whole messages.</param>
    /// <returns>0, or an errno as a negative number.</returns>
    int Send(ReadOnlySpan<byte> datagram);

    /// <summary>Receives one datagram.</summary>
    /// <param name="buffer">Where to put it.</param>
    /// <returns>
    /// Its whole length, which is more than the buffer's where it did not fit (the rest is lost); or an errno as a negative number:
    /// -EAGAIN where none comes in time (or, non-blocking, is there), -ENOBUFS where some were lost.
    /// </returns>
    int Receive(Span<byte> buffer);

    /// <summary>Receives one datagram if one is there: nothing is waited for. A stand-in that never waits needs no other way than <see cref="Receive"/>.</summary>
    /// <param name="buffer">Where to put it.</param>
    /// <returns>As <see cref="Receive"/>: -EAGAIN where there is none.</returns>
    int ReceiveAtOnce(Span<byte> buffer) => Receive(buffer);
}
