using System.Diagnostics;
using HaTools.Lab.Machine;
using HaTools.Linux;
using Libc = HaTools.Linux.Libc;

namespace HaTools.Lab.Watching;

/// <summary>An advert that was heard.</summary>
/// <param name="Time">When, by <see cref="Stopwatch"/>.</param>
/// <param name="Sender">The last byte of the sender's address.</param>
/// <param name="Priority">0: the sender gives up.</param>
internal readonly record struct HeardAdvert(long Time, byte Sender, byte Priority);

/// <summary>Hears the adverts on a network from a machine of its own, with the time at which each came.</summary>
internal sealed class AdvertEar : IAsyncDisposable
{
    private const int SenderLastByte = 15;
    private const int PriorityInAdvert = 2;
    private const long Patience = 100_000_000;
    private readonly List<HeardAdvert> heard = [];
    private readonly Lock guard = new();
    private readonly Task loop;
    private volatile bool stopping;

    public AdvertEar(LabNode node, string card) => loop = NamespaceThread.Start(node, "advert ear", () => Listen(card));

    /// <summary>All that was heard so far.</summary>
    public IReadOnlyList<HeardAdvert> Heard
    {
        get
        {
            lock (guard) return [.. heard];
        }
    }

    /// <summary>
    /// When the two adverts around a takeover came: the last of one sender, and the first of the other after it; null: not both heard
    /// yet.
    /// </summary>
    public (long Last, long First)? Takeover(byte from, byte to, long since)
    {
        lock (guard)
        {
            int first = heard.FindIndex(h => h.Time > since && h.Sender == to && h.Priority > 0);
            int last = first < 0 ? -1 : heard.FindLastIndex(first, h => h.Sender == from && h.Priority > 0);
            return last < 0 ? null : (heard[last].Time, heard[first].Time);
        }
    }

    public void Forget()
    {
        lock (guard) heard.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        stopping = true;
        await loop.ConfigureAwait(false);
    }

    private void Listen(string card)
    {
        using var socket = new VrrpSocket(card, (int)Libc.if_nametoindex(card));
        using var epoll = new Epoll();
        epoll.Add(socket.Handle, 0, Libc.EPOLLIN);
        Span<EpollReady> ready = stackalloc EpollReady[1];
        Span<byte> datagram = stackalloc byte[256];
        while (!stopping)
        {
            _ = epoll.Wait(ready, Patience);
            for (int length = socket.Receive(datagram, out _); length > 0; length = socket.Receive(datagram, out _))
            {
                int header = (datagram[0] & 15) * 4;
                if (length < header + 8) continue;
                lock (guard) heard.Add(new HeardAdvert(Stopwatch.GetTimestamp(), datagram[SenderLastByte],
                    datagram[header + PriorityInAdvert]));
            }
        }
    }
}
