using System.Buffers.Binary;
using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>What is ready to be read: adverts first, and whose they are.</summary>
internal sealed partial class VrrpLoop
{
    private const int Ipv6HeaderLength = 40;

    /// <summary>255 IPv6 addresses, and every header.</summary>
    private const int LongestPacket = 4608;

    /// <summary>Datagrams from one socket in one go: a flood on one interface cannot keep the thread from its timers.</summary>
    private const int MostDatagrams = 1024;

    private readonly EpollReady[] heard = new EpollReady[64];
    private readonly byte[] datagram = new byte[LongestPacket];

    /// <summary>Reads the VRRP sockets empty, and nothing else.</summary>
    private void HearAll()
    {
        int count = heard.Length;
        for (int seen = 0; count == heard.Length && seen < listening.Count + heard.Length; seen += count)
        {
            count = epoll.Wait(heard, 0);
            for (int i = 0; i < count; i++)
            {
                if (listening.TryGetValue(heard[i].Token, out HostedSocket? hosted)) Receive(hosted, untilEmpty: true);
            }
        }
    }

    private void HandleAllThatWaits()
    {
        // One wait reports no more than a part of many interfaces. Their number bounds the rounds, should one be flooded.
        int count = ready.Length;
        for (int seen = 0; count == ready.Length && seen < listening.Count + ready.Length; seen += count)
        {
            count = epoll.Wait(ready, 0);
            Handle(count, untilEmpty: true);
        }
    }

    /// <summary>Handles what is ready.</summary>
    /// <param name="count">How much of it there is.</param>
    /// <param name="untilEmpty">Something is due: nothing that waits may be left. Otherwise the next wait tells of what does.</param>
    private void Handle(int count, bool untilEmpty)
    {
        // Adverts first: whether we are still master decides what a lost address or a result means.
        bool monitored = false;
        bool posted = false;
        for (int i = 0; i < count; i++)
        {
            switch (ready[i].Token)
            {
                case MailboxToken:
                    posted = true;
                    break;
                case MonitorToken:
                    monitored = true;
                    break;
                default:
                    if (listening.TryGetValue(ready[i].Token, out HostedSocket? hosted)) Receive(hosted, untilEmpty);
                    break;
            }
        }

        if (!monitored && !posted && !monitorHasMore) return;

        // Who asks is told what was kept; and what was heard may have made us backup: the addresses go before anybody asks for them.
        TakeRepeats();
        effects.Work();
        if (monitored || monitorHasMore) ReadMonitor();
        if (posted) ReadMailbox();
    }

    private void Receive(HostedSocket hosted, bool untilEmpty)
    {
        if (!ReceiveSome(hosted, untilEmpty)) return;
        ExpectNoted(hosted);

        // What has come since the last look was received, and repeats of it may have been kept after it.
        _ = ReceiveSome(hosted, untilEmpty: true);
    }

    /// <returns>Whether the socket is empty, and something was noted that may be expected now.</returns>
    private bool ReceiveSome(HostedSocket hosted, bool untilEmpty)
    {
        long now = 0;
        bool isEmpty = false;
        for (int i = 0; i < MostDatagrams && hosted.Socket is { } socket; i++)
        {
            // The header that IPv6 keeps from us is put before the rest where it is wanted.
            int room = hosted.Family == 6 ? Ipv6HeaderLength : 0;
            int length = socket.Receive(datagram.AsSpan(room), out PacketEnvelope envelope, out int errno);
            if (length < 0)
            {
                // ENETDOWN comes once when the interface goes down, which the monitor tells too.
                if (errno is not (0 or Errno.ENETDOWN)) TellSocketFailed(hosted, errno);
                isEmpty = errno == 0;
                break;
            }

            ReceiveTime at = Delivery.Time(MonotonicClock.Now, WallClock.UnixNanoseconds, envelope.ReceivedAt);
            now = at.Monotonic;
            Span<byte> packet = datagram.AsSpan(0, room + length);
            if (hosted.Family == 6) Hear6(hosted, envelope, packet, at);
            else Hear4(hosted, packet, at);

            // Asking for another would cost a system call for each advert, and the next wait tells at once if there is one.
            if (!untilEmpty && noted.Count == 0 && Delivery.IsFresh(at, envelope.ReceivedAt)) break;
        }

        effects.Execute(actions, now);
        return isEmpty && noted.Count > 0;
    }

    private void Hear4(HostedSocket hosted, ReadOnlySpan<byte> packet, in ReceiveTime at)
    {
        int routerId = VrrpRouter.PeekVirtualRouterId(packet);
        if (routerId < 0) return;
        AddressBits source = BinaryPrimitives.ReadUInt32BigEndian(packet[12..]), destination = BinaryPrimitives.ReadUInt32BigEndian(packet[16..]);
        if (Find(hosted, routerId, source, destination) is not { } instance) return;
        TakeRepeatsBefore(instance);
        router.OnAdvert(instance.Index, packet, at, actions);
        NoteAdvert(hosted, instance, packet);
    }

    /// <param name="hosted">Where it was received.</param>
    /// <param name="envelope">What its header said.</param>
    /// <param name="packet">The message, after room for its header.</param>
    /// <param name="at">When it was received.</param>
    private void Hear6(HostedSocket hosted, in PacketEnvelope envelope, Span<byte> packet, in ReceiveTime at)
    {
        ReadOnlySpan<byte> message = packet[Ipv6HeaderLength..];
        if (message.Length < 2) return;
        if (Find(hosted, message[1], envelope.Source, envelope.Destination) is not { } instance) return;
        TakeRepeatsBefore(instance);
        router.OnAdvert(instance.Index, new Ipv6Envelope(envelope.Source, envelope.Destination, envelope.HopLimit), message, at, actions);
        RepeatFilter.WriteIpv6Header(packet, message.Length, envelope);
        NoteAdvert(hosted, instance, packet);
    }

    private HostedInstance? Find(HostedSocket hosted, int routerId, AddressBits source, AddressBits destination)
    {
        HostedInstance? instance = hosted.Find(routerId, source, destination);
        if (instance is null && plan.Configuration.Configuration.LogUnknownVirtualRouters && hosted.NoteUnknown(routerId))
        {
            sink.Raise(new VrrpHostEvent(VrrpHostEventCode.UnknownVirtualRouter, options.NodeName)
            {
                First = routerId,
                Address = source,
                Family = hosted.Family,
                Name = hosted.Carrier.Name,
            });
        }

        // A reload has ended it, and the sockets do not know yet.
        return instance is { Index: < 0 } ? null : instance;
    }

    private void TellSocketFailed(HostedSocket hosted, int errno) =>
        sink.Raise(new VrrpHostEvent(VrrpHostEventCode.SocketFailed, options.NodeName) { First = errno, Name = hosted.Carrier.Name });
}
