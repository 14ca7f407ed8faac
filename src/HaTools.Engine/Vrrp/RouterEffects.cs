using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// Carries out what the router asks for: adverts, addresses, gratuitous ARPs; and tells of it. Adverts go out at once. Everything else waits in a queue,
/// in the router's order, until <see cref="Work"/>, which lets adverts that have become due meanwhile go first. The lines for people come after what
/// other machines wait for, in keepalived's order.
/// </summary>
internal sealed partial class RouterEffects(
    KernelAddresses kernel, AddressRenewer renewer, ArpSocket arp, VrrpHostOptions options)
{
    /// <summary>Rejections that are told, at most: a flood of forged senders shall not fill the memory.</summary>
    private const int MostRejectionsTold = 1000;

    private readonly byte[] datagram = new byte[VrrpRouter.MaxAdvertLength];
    private readonly HashSet<(string Instance, UInt128 Peer, AdvertRejection Reason)> rejectionsTold = [];
    private readonly IVrrpHostSink sink = options.Sink;
    private readonly Queue<Errand> errands = new(64);

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

    /// <summary>Sends the adverts, and notes the rest for <see cref="Work"/>.</summary>
    public void Execute(RouterActions actions, long now)
    {
        if (actions.Count == 0) return;
        foreach (ref readonly RouterAction action in actions.AsSpan())
        {
            if (action.Kind == RouterActionKind.SendAdvert) SendAdvert(Instances[action.Instance], action);
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
                    else Tell(errand.Action, errand.Instance, errand.Time);
                    break;
                default:
                    TellEffect(errand.Action, errand.Instance, errand.Time);
                    break;
            }
        }
    }

    private void Note(ErrandKind kind, RouterActions actions, long now)
    {
        foreach (ref readonly RouterAction action in actions.AsSpan())
        {
            if (action.Kind == RouterActionKind.GroupStateChanged)
            {
                // By its name, since the number may be another's by the time it is told.
                if (kind == ErrandKind.Tell) errands.Enqueue(new Errand(kind, action, Instances[0], now) { Group = Router.GroupName(action.Group) });
                continue;
            }

            if (Concerns(kind, action)) errands.Enqueue(new Errand(kind, action, Instances[action.Instance], now));
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
                SendGratuitousArps(instance, action.Value);
                break;
        }
    }

    private void SendAdvert(HostedInstance instance, in RouterAction action)
    {
        HostedInterface carrier = instance.Interface;
        int errno = 0;
        int destinations = Router.DestinationCount(action.Instance);
        for (int i = 0; i < destinations; i++)
        {
            UInt128 destination = Router.Destination(action.Instance, i);
            int length = Router.EncodeAdvert(action, destination, ++instance.Identification, WallClock.UnixNanoseconds, datagram);
            int result = carrier.Socket is { } socket ? socket.Send(datagram.AsSpan(0, length), (uint)destination) : Errno.ENODEV;
            if (errno == 0) errno = result;
        }

        if (errno != 0 && errno != carrier.SendError)
            sink.Raise(new VrrpHostEvent(VrrpHostEventCode.SendFailed, instance.Name) { First = errno, Name = carrier.Name });
        carrier.SendError = errno;
    }

    private void SendGratuitousArps(HostedInstance instance, int count)
    {
        if (instance.GateEnds != long.MaxValue)
        {
            instance.GarpsWaiting = count;
            return;
        }

        // The first of every address before the second of any: each client is told as early as can be.
        for (int i = 0; i < count; i++)
        {
            foreach (HostedAddress address in instance.Addresses) SendGratuitousArp(address);
            Breathe();
        }
    }

    /// <summary>The hardware address of an interface is another: the addresses that stand there are announced anew.</summary>
    public void AnnounceOn(HostedInterface carrier, long now)
    {
        foreach (HostedInstance instance in Instances)
        {
            if (!instance.IsHeld || instance.GateEnds != long.MaxValue) continue;
            bool any = false;
            for (int i = 0; i < instance.Configuration.GarpRepeat; i++)
            {
                foreach (HostedAddress address in instance.Addresses)
                {
                    if (address.Carrier != carrier) continue;
                    any = true;
                    SendGratuitousArp(address);
                }

                if (!any) break;
            }

            if (any && instance.GarpNews.Spend(now)) TellGratuitousArps(instance);
            Breathe();
        }
    }

    private void SendGratuitousArp(HostedAddress address)
    {
        HostedInterface carrier = address.Carrier;
        // A failure is not told: the advert that went before would have failed for the same reason.
        if (carrier.Index != 0 && carrier.ArpAddress.Length != 0 && address.Family == 4)
            _ = arp.SendGratuitous(carrier.Index, carrier.ArpAddress, (uint)address.Number);
    }

    private readonly record struct Errand(ErrandKind Kind, RouterAction Action, HostedInstance Instance, long Time)
    {
        /// <summary>The sync group that it is about; null: none.</summary>
        public string? Group { get; init; }
    }

    private enum ErrandKind
    {
        Do,
        Tell,
        TellEffect,
    }
}
