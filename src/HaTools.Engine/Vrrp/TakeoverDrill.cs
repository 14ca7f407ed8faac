using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// A takeover of one instance played by a router of its own, which no socket and no kernel hears of. A node that has slept finds neither its
/// code nor its data in the processor's caches: the first pass takes ten times as long as the second. So the second shall be the real one.
/// It is made on any thread, and allocates nothing when played.
/// </summary>
internal sealed class TakeoverDrill
{
    private readonly VrrpRouter router;
    private readonly RouterActions actions = new();
    private readonly byte[] datagram = new byte[VrrpRouter.MaxAdvertLength];
    private long now = 1;

    private TakeoverDrill(VrrpInstance instance)
    {
        router = new VrrpRouter(new HaConfiguration { VrrpInstances = [instance] });
        router.OnInterface(0, new InterfaceReading(true, Rehearsal.OwnAddress), now, actions);
        BecomeBackup();
    }

    /// <summary>One for every way in which adverts of a configuration are made.</summary>
    public static TakeoverDrill[] Of(HaConfiguration configuration) =>
    [
        .. configuration.VrrpInstances.DistinctBy(AdvertKind.Of).Select(i => new TakeoverDrill(Rehearsal.Alone(i)))
    ];

    /// <summary>The wait for the master ends and the adverts are made; then it is backup again.</summary>
    /// <returns>The length of the last advert in bytes, if it took over; 0: it did not, or has nobody to send one to.</returns>
    public int Play()
    {
        now = router.NextDeadline;
        router.OnTimer(now, actions);
        int length = 0;
        foreach (ref readonly RouterAction action in actions.AsSpan())
        {
            if (action.Kind == RouterActionKind.SendAdvert && router.DestinationCount(0) > 0)
                length = router.EncodeAdvert(action, router.Destination(0, 0), 1, 0, datagram);
        }

        bool tookOver = router[0].State == VrrpStateKind.Master;
        router.Stop(now, actions);
        BecomeBackup();
        return tookOver ? length : 0;
    }

    private void BecomeBackup()
    {
        router.Start(now, long.MaxValue, actions);
        actions.Clear();
    }
}
