using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// Carries out what the router asks for: adverts, addresses, gratuitous ARPs; and tells of it. Adverts go out at once. Everything else waits in a queue,
/// in the router's order, until <see cref="Work"/>, which lets adverts that have become due meanwhile go first. The lines for people come after what
/// other machines wait for, in keepalived's order.
/// </summary>
internal sealed partial class RouterEffects
{
    /// <summary>Rejections that are told, at most: a flood of forged senders shall not fill the memory.</summary>
    private const int MostRejectionsTold = 1000;

    private readonly byte[] datagram = new byte[VrrpRouter.MaxAdvertLength];
    private readonly HashSet<(string Instance, AddressBits Peer, AdvertRejection Reason)> rejectionsTold = [];
    private readonly KernelAddresses kernel;
    private readonly AddressRenewer renewer;
    private readonly VrrpHostOptions options;
    private readonly IVrrpHostSink sink;
    private readonly Announcer announcer;
    private readonly Queue<Errand> errands = new(64);

    /// <summary>What became of the adverts among the actions in hand, each in its action's place.</summary>
    private Sending[] sendings = new Sending[64];

    // Made once: an advert allocates nothing.
    private readonly Func<HostedInstance, bool> isMaster;

    public RouterEffects(KernelAddresses kernel, AddressRenewer renewer, ArpSocket arp, VrrpHostOptions options)
    {
        (this.kernel, this.renewer, this.options) = (kernel, renewer, options);
        sink = options.Sink;
        announcer = new Announcer(arp);
        isMaster = IsMaster;
    }

    public required VrrpRouter Router { get; init; }

    /// <summary>
    /// Sends the adverts that have become due. It is called between the steps of whatever may take long, and must do no more than hear, let the router act,
    /// and <see cref="Execute"/>.
    /// </summary>
    public Action Breathe { get; set; } = static () => { };

    public HostedInstance[] Instances { get; set; } = [];

    public HostedInterface[] Interfaces { get; set; } = [];

    /// <summary>The trackers, by the router's index.</summary>
    public TrackerKey[] Trackers { get; set; } = [];

    /// <summary>When <see cref="Housekeeping"/> is to be called next.</summary>
    public long NextDeadline { get; private set; } = long.MaxValue;

    /// <summary>The addresses are not parked any more: the node is going.</summary>
    public bool IsStopping { get; set; }

    /// <summary>The router's numbers are those of a plan from now on.</summary>
    public void Number(HostPlan plan)
    {
        Instances = plan.Instances;
        Interfaces = plan.Interfaces;
        Trackers = plan.Settings.Trackers;
    }

    /// <summary>A plan has come into force, by whose numbers it goes already.</summary>
    public void Adopt(HostPlan plan, long now)
    {
        foreach (HostedInterface carrier in Interfaces) carrier.Pace = plan.Paces.GetValueOrDefault(carrier.Name);
        announcer.SetPaces([.. plan.Paces.Values.Distinct()]);
        WriteBook();
        PlanBeats(now);
    }

    /// <summary>Sends the adverts, and notes the rest for <see cref="Work"/>.</summary>
    public void Execute(RouterActions actions, long now)
    {
        if (actions.Count == 0) return;
        ReadOnlySpan<RouterAction> all = actions.AsSpan();
        if (sendings.Length < all.Length) Array.Resize(ref sendings, all.Length * 2);
        for (int i = 0; i < all.Length; i++)
        {
            if (all[i].Kind == RouterActionKind.SendAdvert) sendings[i] = SendAdvert(Instances[all[i].Instance], all[i]);
        }

        Note(ErrandKind.Do, actions, now);
        Note(ErrandKind.Tell, actions, now);
        Note(ErrandKind.TellEffect, actions, now);
        actions.Clear();
    }

    /// <summary>Does what waits, until nothing does.</summary>
    public void Work()
    {
        while (errands.TryDequeue(out Errand errand))
        {
            switch (errand.Kind)
            {
                case ErrandKind.Do:
                    Do(errand.Action, errand.Instance);
                    Breathe();
                    break;
                case ErrandKind.Tell:
                    if (errand.Group is { } group) TellGroup(errand.Action, group);
                    else Tell(errand);
                    break;
                default:
                    TellEffect(errand);
                    break;
            }
        }
    }

    private void Note(ErrandKind kind, RouterActions actions, long now)
    {
        ReadOnlySpan<RouterAction> all = actions.AsSpan();
        for (int i = 0; i < all.Length; i++)
        {
            ref readonly RouterAction action = ref all[i];
            if (action.Kind == RouterActionKind.GroupStateChanged)
            {
                // By its name, since the number may be another's by the time it is told.
                if (kind == ErrandKind.Tell) errands.Enqueue(new Errand(kind, action, Instances[0], now) { Group = Router.GroupName(action.Group) });
                continue;
            }

            if (!Concerns(kind, action)) continue;

            // The priority as it is now, for the same reason.
            errands.Enqueue(new Errand(kind, action, Instances[action.Instance], now)
            {
                Priority = Router[action.Instance].Priority,
                Sending = action.Kind == RouterActionKind.SendAdvert ? sendings[i] : default,
            });
        }
    }

    private static bool Concerns(ErrandKind kind, in RouterAction action)
    {
        bool isEffect =
            action.Kind is RouterActionKind.AddAddresses or RouterActionKind.RemoveAddresses or RouterActionKind.SendGratuitousArp;
        return kind switch
        {
            ErrandKind.Do => isEffect,
            ErrandKind.Tell => !isEffect && action.Kind != RouterActionKind.SendAdvert,
            _ => isEffect || action is { Kind: RouterActionKind.SendAdvert, Value: VrrpProtocol.StopPriority },
        };
    }

    private void Do(in RouterAction action, HostedInstance instance)
    {
        long now = MonotonicClock.Now;
        switch (action.Kind)
        {
            case RouterActionKind.AddAddresses:
                AddAddresses(instance, now);
                break;
            case RouterActionKind.RemoveAddresses:
                RemoveAddresses(instance, now);
                break;
            case RouterActionKind.SendGratuitousArp:
                Announce(instance, action.Value, action.Burst);
                break;
        }
    }

    private Sending SendAdvert(HostedInstance instance, in RouterAction action)
    {
        using VrrpSocket? farewell = OpenFarewell(instance, action);
        int errno = 0, failures = 0;
        int destinations = Router.DestinationCount(action.Instance);
        for (int i = 0; i < destinations; i++)
        {
            AddressBits destination = Router.Destination(action.Instance, i);
            int length = Router.EncodeAdvert(action, destination, ++instance.Identification, WallClock.UnixNanoseconds, datagram);
            int result = (farewell ?? instance.Socket.Socket) is { } socket
                ? socket.Send(datagram.AsSpan(0, length), destination, instance.Source, instance.HopLimit)
                : Errno.ENODEV;
            if (result == 0) continue;
            failures++;
            if (errno == 0) errno = result;
        }

        instance.SendError = errno;
        if (errno != 0)
        {
            instance.LastSendError = errno;
            Router.OnSendFailed(action, wasSentToSome: failures < destinations);
        }

        // The multicasts of a socket fail together, and a peer's unicasts by themselves.
        SendTrouble trouble = instance.Group != 0 ? instance.Socket.SendTrouble : instance.SendTrouble;
        if (trouble.IsNews(instance, errno, isMaster))
        {
            VrrpHostEventCode code = errno != 0 ? VrrpHostEventCode.SendFailed : VrrpHostEventCode.SendsAgain;
            sink.Raise(new VrrpHostEvent(code, instance.Name) { First = errno, Name = instance.Interface.Name });
        }

        return new Sending(errno, failures, destinations);
    }

    private bool IsMaster(HostedInstance instance) => instance.Index >= 0 && Router[instance.Index].State == VrrpStateKind.Master;

    /// <summary>A burst: the first of every address before the second of any, so that each client is told as early as can be.</summary>
    private void Announce(HostedInstance instance, int count, GarpBurst burst)
    {
        if (instance.GateEnds != long.MaxValue)
        {
            instance.GarpsWaiting = count;
            return;
        }

        for (int i = count; i > 0; i--)
        {
            foreach (HostedAddress address in instance.Addresses)
            {
                if (!address.MayBeAnnounced) continue;
                if (burst == GarpBurst.ExtraInterfaces && !IsExtra(instance, address.Carrier)) continue;
                announcer.Announce(address, i);
            }

            Breathe();
        }

        announcer.Drain(MonotonicClock.Now);
        NextDeadline = Math.Min(NextDeadline, announcer.NextDeadline);
    }

    /// <summary>keepalived: <c>garp_extra_if</c>.</summary>
    private static bool IsExtra(HostedInstance instance, HostedInterface carrier) =>
        carrier != instance.Interface && (instance.Configuration.GarpExtraAll || carrier.IsVirtual);

    /// <summary>The hardware address of an interface is another: the addresses that stand there are announced anew.</summary>
    public void AnnounceOn(HostedInterface carrier, long now)
    {
        foreach (HostedInstance instance in Instances)
        {
            if (!instance.IsHeld || instance.GateEnds != long.MaxValue) continue;
            if (!Array.Exists(instance.Addresses, a => a.Carrier == carrier)) continue;
            Announce(instance, instance.Configuration.GarpRepeat, GarpBurst.OnDemand);
            if (instance.GarpNews.Spend(now)) TellGratuitousArps(instance);
        }
    }

    private readonly record struct Errand(ErrandKind Kind, RouterAction Action, HostedInstance Instance, long Time)
    {
        /// <summary>The sync group that it is about; null: none.</summary>
        public string? Group { get; init; }

        /// <summary>The instance's priority when it was noted.</summary>
        public int Priority { get; init; }

        /// <summary>How the advert went that it is about.</summary>
        public Sending Sending { get; init; }
    }

    /// <summary>What became of an advert.</summary>
    /// <param name="Errno">Of the first destination that the kernel refused; 0: none.</param>
    /// <param name="Failures">How many it refused.</param>
    /// <param name="Destinations">Of how many.</param>
    private readonly record struct Sending(int Errno, int Failures, int Destinations);

    private enum ErrandKind
    {
        Do,
        Tell,
        TellEffect,
    }
}
