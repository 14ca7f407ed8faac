using System.Net;
using System.Net.Sockets;
using HaTools.Linux;

namespace HaTools.Engine.Notify.Deliveries;

/// <summary>Connections to those who are told something. They belong to the network namespace of the thread that asks for them.</summary>
internal static class Outgoing
{
    /// <summary>Connects, to whichever of a name's addresses answers first in their order.</summary>
    /// <param name="host">An address or a name.</param>
    /// <param name="port">The port.</param>
    /// <param name="time">How long the patience is from now on.</param>
    /// <param name="patience">Ends the wait for the connection.</param>
    /// <exception cref="SocketException">Nobody has that name, or nobody answers.</exception>
    /// <exception cref="OperationCanceledException">The patience is over.</exception>
    public static Socket Connect(string host, int port, TimeSpan time, CancellationToken patience)
    {
        long end = MonotonicClock.Now + (time.Ticks * TimeSpan.NanosecondsPerTick);
        return Connect(IPAddress.TryParse(host, out IPAddress? given) ? [given] : Dns.GetHostAddresses(host), port, end, patience);
    }

    /// <summary>Connects to the first of some addresses that answers. Each has its share of the time that is left: one that drops packets leaves the others theirs.</summary>
    /// <param name="addresses">The addresses.</param>
    /// <param name="port">The port.</param>
    /// <param name="end">When the patience is over, in nanoseconds of <see cref="MonotonicClock"/>.</param>
    /// <param name="patience">Ends the wait for the connection.</param>
    /// <inheritdoc cref="Connect(string, int, TimeSpan, CancellationToken)" path="/exception"/>
    public static Socket Connect(IReadOnlyList<IPAddress> addresses, int port, long end, CancellationToken patience)
    {
        SocketException? last = null;
        for (int i = 0; i < addresses.Count; i++)
        {
            using var turn = CancellationTokenSource.CreateLinkedTokenSource(patience);
            int others = addresses.Count - i - 1;
            if (others > 0) turn.CancelAfter(TimeSpan.FromMicroseconds(Math.Max(0, (end - MonotonicClock.Now) / 1000 / (others + 1))));
            Socket? socket = null;
            try
            {
                socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                socket.ConnectAsync(new IPEndPoint(addresses[i], port), turn.Token).AsTask().GetAwaiter().GetResult();
                return socket;
            }
            catch (SocketException e)
            {
                socket?.Dispose();
                last = e;
            }
            catch (OperationCanceledException) when (!patience.IsCancellationRequested)
            {
                socket?.Dispose();
                last = new SocketException((int)SocketError.TimedOut);
            }
            catch
            {
                socket?.Dispose();
                throw;
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }
}
