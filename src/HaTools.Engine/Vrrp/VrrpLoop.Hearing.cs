using System.Buffers.Binary;
using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>What is ready to be read: adverts first, and whose they are.</summary>
internal sealed partial class VrrpLoop
{
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

        // What was heard may have made us backup: the addresses go before anybody asks for them.
        effects.Work();
        if (monitored || monitorHasMore) ReadMonitor();
        if (posted) ReadMailbox();
    }

    private void Receive(HostedSocket hosted, bool untilEmpty)
    {
        long now = 0;
        for (int i = 0; i < MostDatagrams && hosted.Socket is { } socket; i++)
        {
            int length = socket.Receive(datagram, out PacketEnvelope envelope, out int errno);
            if (length < 0)
            {
                // ENETDOWN comes once when the interface goes down, which the monitor tells too.
                if (errno is not (0 or Errno.ENETDOWN)) TellSocketFailed(hosted, errno);
                break;
            }

            ReceiveTime at = Delivery.Time(MonotonicClock.Now, WallClock.UnixNanoseconds, envelope.ReceivedAt);
            now = at.Monotonic;
            ReadOnlySpan<byte> packet = datagram.AsSpan(0, length);
            if (hosted.Family == 6) Hear6(hosted, envelope, packet, at);
            else Hear4(hosted, packet, at);

            // Asking for another would cost a system call for each advert, and the next wait tells at once if there is one.
            if (!untilEmpty && Delivery.IsFresh(at, envelope.ReceivedAt)) break;
        }

        effects.Execute(actions, now);
    }

    private void Hear4(HostedSocket hosted, ReadOnlySpan<byte> packet, in ReceiveTime at)
    {
        int routerId = VrrpRouter.PeekVirtualRouterId(packet);
        if (routerId < 0) return;
        AddressBits source = BinaryPrimitives.ReadUInt32BigEndian(packet[12..]), destination = BinaryPrimitives.ReadUInt32BigEndian(packet[16..]);
        if (Find(hosted, routerId, source, destination) is { } instance)
            router.OnAdvert(instance.Index, packet, at, actions);
    }

    private void Hear6(HostedSocket hosted, in PacketEnvelope envelope, ReadOnlySpan<byte> message, in ReceiveTime at)
    {
        if (message.Length < 2) return;
        if (Find(hosted, message[1], envelope.Source, envelope.Destination) is not { } instance) return;
        router.OnAdvert(instance.Index, new Ipv6Envelope(envelope.Source, envelope.Destination, envelope.HopLimit), message, at, actions);
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

        return instance;
    }

    private void TellSocketFailed(HostedSocket hosted, int errno) =>
        sink.Raise(new VrrpHostEvent(VrrpHostEventCode.SocketFailed, options.NodeName) { First = errno, Name = hosted.Carrier.Name });
}
