using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// A takeover of one instance played by a router of its own, which no socket and no kernel hears of. A node that has slept finds neither its
/// code nor its data in the processor's caches: the first pass takes ten times as long as the second. So the second shall be the real one.
/// It is made on any thread, and allocates nothing when played.
/// </summary>
internal sealed class TakeoverDrill
{
    private static readonly AddressBits OwnAddress = 0xC0000201;
    private static readonly AddressBits PeerAddress = 0xC0000202;

    private readonly VrrpRouter router;
    private readonly RouterActions actions = new();
    private readonly byte[] datagram = new byte[VrrpRouter.MaxAdvertLength];
    private readonly byte[] answer;
    private readonly int family;
    private long now = 1;

    private TakeoverDrill(VrrpInstance instance)
    {
        family = instance.AddressFamily;
        router = new VrrpRouter(new HaConfiguration { VrrpInstances = [instance] });
        router.OnInterface(0, new InterfaceReading(true, OwnAddress), now, actions);
        router.Start(now, long.MaxValue, actions);
        actions.Clear();
        answer = AdvertOfBetterMaster(instance);
    }

    /// <summary>One for every way in which adverts of a configuration are made.</summary>
    public static TakeoverDrill[] Of(HaConfiguration configuration) =>
    [
        .. configuration.VrrpInstances
            .DistinctBy(i => (i.Version, i.AlsoVersion2, i.AddressFamily, i.Authentication?.Type))
            .Select(i => new TakeoverDrill(Rehearsal.Alone(i)))
    ];

    /// <summary>The wait for the master ends, the adverts are made, and a better master comes back.</summary>
    /// <returns>How many adverts were made: 0 if there is nobody to send one to.</returns>
    public int Play()
    {
        now = Math.Max(now, router.NextDeadline == long.MaxValue ? now : router.NextDeadline);
        router.OnTimer(now, actions);
        int adverts = 0;
        foreach (ref readonly RouterAction action in actions.AsSpan())
        {
            if (action.Kind != RouterActionKind.SendAdvert || router.DestinationCount(0) == 0) continue;
            _ = router.EncodeAdvert(action, router.Destination(0, 0), 1, 0, datagram);
            adverts++;
        }

        actions.Clear();
        if (answer.Length > 0) Hear();
        actions.Clear();
        return adverts;
    }

    private void Hear()
    {
        var at = new ReceiveTime(now, 0);
        if (family == 6) router.OnAdvert(0, new Ipv6Envelope(PeerAddress, router.Destination(0, 0), byte.MaxValue), answer, at, actions);
        else router.OnAdvert(0, answer, at, actions);
    }

    private static byte[] AdvertOfBetterMaster(VrrpInstance instance)
    {
        var peer = new VrrpRouter(new HaConfiguration { VrrpInstances = [instance with { Priority = 200 }] });
        if (peer.DestinationCount(0) == 0) return [];
        peer.OnInterface(0, new InterfaceReading(true, PeerAddress), 1, new RouterActions());
        var advert = new byte[VrrpRouter.MaxAdvertLength];
        var action = new RouterAction(RouterActionKind.SendAdvert, 0) { Value = 200, Version = instance.Version };
        return advert[..peer.EncodeAdvert(action, peer.Destination(0, 0), 1, 0, advert)];
    }
}
