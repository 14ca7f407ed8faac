using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// What a master says over and over is kept by the kernel (<see cref="RepeatFilter"/>), and handed to the router when it matters: before the wait of an instance is over,
/// and before anything else happens. So a backup is not woken for each advert of a master that lives, but once in a down interval.
/// </summary>
internal sealed partial class VrrpLoop
{
    /// <summary>The instances whose repeats are kept, or were.</summary>
    private readonly List<HostedInstance> keeping = new(64);

    /// <summary>The instances whose last advert is noted in their filter, and may be expected once their socket is empty.</summary>
    private readonly List<HostedInstance> noted = new(64);

    /// <summary>The wait of no instance whose repeats are kept is over before.</summary>
    private long repeatsDue = long.MaxValue;

    private long considered;
    private bool toldOfRepeats;

    /// <summary>Hands over all that was kept.</summary>
    private void TakeRepeats()
    {
        repeatsDue = long.MaxValue;
        foreach (HostedInstance instance in keeping)
        {
            if (instance.Index < 0 || instance.Socket.Repeats is not { } filter) continue;
            TakeRepeats(instance, filter);
            if (filter.IsExpecting(instance.Configuration.VirtualRouterId)) repeatsDue = Math.Min(repeatsDue, router.DeadlineOf(instance.Index));
        }

        effects.Execute(actions, MonotonicClock.Now);
    }

    private void TakeRepeats(HostedInstance instance, RepeatFilter filter)
    {
        int routerId = instance.Configuration.VirtualRouterId;
        while (filter.TryTake(routerId, out Repeats kept))
        {
            router.CountKept(instance.Index, kept.Count - 1);
            // As of the moment when it came, as if the thread had been woken for it. Only numbered adverts look at the wall clock.
            var at = new ReceiveTime(kept.Last, 0);
            if (instance.Family == 6) router.OnAdvert(instance.Index, EnvelopeOf(kept.Packet), kept.Packet[Ipv6HeaderLength..], at, actions);
            else router.OnAdvert(instance.Index, kept.Packet, at, actions);
        }
    }

    /// <summary>
    /// Before an advert of an instance that was received is heard: what was kept of it came before. Unless repeats are still kept: then the advert was received before they
    /// were.
    /// </summary>
    private void TakeRepeatsBefore(HostedInstance instance)
    {
        if (instance.Socket.Repeats is { } filter && !filter.IsExpecting(instance.Configuration.VirtualRouterId)) TakeRepeats(instance, filter);
    }

    /// <summary>After an advert was heard: whether its repeats may be kept.</summary>
    /// <param name="hosted">Where it was heard.</param>
    /// <param name="instance">Whose it is.</param>
    /// <param name="packet">The advert, from its IP header on.</param>
    private void NoteAdvert(HostedSocket hosted, HostedInstance instance, ReadOnlySpan<byte> packet)
    {
        if (hosted.Repeats is not { } filter || !hosted.IsSoleOf(instance)) return;
        int routerId = instance.Configuration.VirtualRouterId;
        if (!router.MayKeepRepeats(instance.Index))
        {
            filter.Receive(routerId);
            instance.IsNoted = false;
        }
        else if (!filter.IsExpecting(routerId) && filter.TryNote(routerId, packet))
        {
            instance.IsNoted = true;
            noted.Add(instance);
        }
    }

    /// <summary>The socket is empty: repeats of what was noted are kept from now on.</summary>
    private void ExpectNoted(HostedSocket hosted)
    {
        foreach (HostedInstance instance in noted)
        {
            if (!instance.IsNoted || instance.Socket != hosted || instance.Index < 0) continue;
            instance.IsNoted = false;
            if (!router.MayKeepRepeats(instance.Index) || hosted.Repeats is not { } filter) continue;
            filter.Expect(instance.Configuration.VirtualRouterId);
            repeatsDue = Math.Min(repeatsDue, router.DeadlineOf(instance.Index));
            if (instance.KeepsRepeats) continue;
            instance.KeepsRepeats = true;
            keeping.Add(instance);
        }

        // One of another socket is noted again with its next advert.
        foreach (HostedInstance left in noted) left.IsNoted = false;
        noted.Clear();
    }

    /// <summary>After whatever may have made another of an instance: one that hears otherwise now is given each advert again, first those that were kept.</summary>
    private void ReconsiderRepeats()
    {
        while (router.Disturbances != considered)
        {
            considered = router.Disturbances;
            foreach (HostedInstance instance in keeping)
            {
                if (instance.Index >= 0 && !router.MayKeepRepeats(instance.Index)) instance.Socket.Repeats?.Receive(instance.Configuration.VirtualRouterId);
            }

            TakeRepeats();
        }
    }

    /// <summary>Each advert is received again, and what was kept is handed over: the router's numbers are about to change.</summary>
    private void StopKeepingRepeats()
    {
        foreach (HostedInstance instance in keeping) instance.Socket.Repeats?.Receive(instance.Configuration.VirtualRouterId);
        TakeRepeats();
        foreach (HostedInstance instance in noted) instance.IsNoted = false;
        noted.Clear();
    }

    /// <summary>Everything begins anew with the next adverts; first what a filter was about to keep when it was told to stop.</summary>
    private void ForgetRepeats()
    {
        TakeRepeats();
        foreach (HostedInstance instance in keeping) instance.KeepsRepeats = false;
        keeping.Clear();
    }

    /// <summary>Where the kernel keeps no repeats the thread is woken for each advert, as it is anywhere else.</summary>
    private void TellOfRepeats(HostedSocket hosted)
    {
        if (toldOfRepeats || hosted.RepeatsError == 0) return;
        toldOfRepeats = true;
        sink.Raise(new VrrpHostEvent(VrrpHostEventCode.RepeatsNotKept, options.NodeName) { First = hosted.RepeatsError });
    }

    private static Ipv6Envelope EnvelopeOf(ReadOnlySpan<byte> packet) =>
        new(AddressBits.Read(packet[8..]), AddressBits.Read(packet[24..]), packet[7]);
}
