using HaTools.Linux;
using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// Carries out what the router asks for: adverts, addresses, gratuitous ARPs; and tells of it. Everything that other machines wait for
/// comes first, in the
/// router's order; the lines for people follow, in keepalived's order.
/// </summary>
internal sealed partial class RouterEffects(RouteClient routes, ArpSocket arp, VrrpHostOptions options)
{
    /// <summary>Rejections that are told, at most: a flood of forged senders shall not fill the memory.</summary>
    private const int MostRejectionsTold = 1000;

    private readonly byte[] datagram = new byte[VrrpRouter.MaxAdvertLength];
    private readonly HashSet<(string Instance, UInt128 Peer, AdvertRejection Reason)> rejectionsTold = [];
    private readonly IVrrpHostSink sink = options.Sink;

    public required VrrpRouter Router { get; init; }

    public HostedInstance[] Instances { get; set; } = [];

    /// <summary>The trackers, by the router's index.</summary>
    public List<TrackerKey> Trackers { get; set; } = [];

    /// <summary>When <see cref="Housekeeping"/> is to be called next.</summary>
    public long NextDeadline { get; private set; } = long.MaxValue;

    /// <summary>The addresses are not parked any more: the node is going.</summary>
    public bool IsStopping { get; set; }

    public void Execute(RouterActions actions, long now)
    {
        if (actions.Count == 0) return;
        foreach (ref readonly RouterAction action in actions.AsSpan())
        {
            if (action.Instance < 0) continue;
            HostedInstance instance = Instances[action.Instance];
            switch (action.Kind)
            {
                case RouterActionKind.SendAdvert:
                    SendAdvert(instance, action);
                    break;
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

        foreach (ref readonly RouterAction action in actions.AsSpan())
        {
            if (action.Instance >= 0) Tell(action, Instances[action.Instance], now);
        }

        foreach (ref readonly RouterAction action in actions.AsSpan())
        {
            if (action.Instance >= 0) TellEffect(action, Instances[action.Instance], now);
        }

        actions.Clear();
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
        }
    }

    private void SendGratuitousArp(HostedAddress address)
    {
        HostedInterface carrier = address.Carrier;
        // A failure is not told: the advert that went before would have failed for the same reason.
        if (carrier.Index != 0 && carrier.ArpAddress.Length != 0) _ = arp.SendGratuitous(carrier.Index, carrier.ArpAddress, (uint)address.Number);
    }

    /// <summary>What the router found, in words.</summary>
    private void Tell(in RouterAction action, HostedInstance instance, long now)
    {
        string name = instance.Name;
        switch (action.Kind)
        {
            case RouterActionKind.StateChanged:
                if (action.To == VrrpStateKind.Master && action.Reason == TransitionReason.MasterDownTimer)
                    sink.Raise(new VrrpHostEvent(VrrpHostEventCode.AdvertisementTimeout, name));
                if (action.To == VrrpStateKind.Fault)
                {
                    string why = Words.Of(action.Reason, instance.Interface.Name, TrackerOf(action.Tracker));
                    sink.Raise(new VrrpHostEvent(VrrpHostEventCode.FaultBecause, name) { Name = why });
                }

                sink.Raise(new VrrpHostEvent(VrrpHostEventCode.StateChanged, name) { OldState = action.From, NewState = action.To });
                break;
            case RouterActionKind.PriorityChanged:
                sink.Raise(new VrrpHostEvent(VrrpHostEventCode.PriorityChanged, name) { First = action.Previous, Second = action.Value });
                break;
            case RouterActionKind.HigherPriorityAdvert:
                RaiseAboutPeer(VrrpHostEventCode.HigherPriorityAdvert, action, instance, now);
                break;
            case RouterActionKind.LowerPriorityAdvert:
                RaiseAboutPeer(VrrpHostEventCode.LowerPriorityAdvert, action, instance, now);
                break;
            case RouterActionKind.MasterStopping:
                RaiseAboutPeer(VrrpHostEventCode.MasterStopping, action, instance, now);
                break;
            case RouterActionKind.ChecksumFormDiffers:
                RaiseAboutPeer(VrrpHostEventCode.ChecksumFormDiffers, action, instance, now);
                break;
            case RouterActionKind.AddressListDiffers:
                RaiseAboutPeer(VrrpHostEventCode.AddressListDiffers, action, instance, now);
                break;
            case RouterActionKind.AdvertRejected:
                if (rejectionsTold.Count < MostRejectionsTold && rejectionsTold.Add((name, action.Peer, action.Rejection)))
                {
                    sink.Raise(new VrrpHostEvent(VrrpHostEventCode.AdvertRejected, name)
                    {
                        First = (long)action.Rejection,
                        Address = action.Peer,
                    });
                }

                break;
        }
    }

    /// <summary>What was done about it, in words.</summary>
    private void TellEffect(in RouterAction action, HostedInstance instance, long now)
    {
        switch (action.Kind)
        {
            case RouterActionKind.SendAdvert when action.Value == 0:
                sink.Raise(new VrrpHostEvent(VrrpHostEventCode.SentPriorityZero, instance.Name));
                break;
            case RouterActionKind.AddAddresses when instance.HasNewsOfSetting:
                instance.HasNewsOfSetting = false;
                sink.Raise(new VrrpHostEvent(VrrpHostEventCode.SettingAddresses, instance.Name));
                break;
            case RouterActionKind.RemoveAddresses when instance.HasNewsOfRemoving:
                instance.HasNewsOfRemoving = false;
                sink.Raise(new VrrpHostEvent(VrrpHostEventCode.RemovingAddresses, instance.Name));
                break;
            case RouterActionKind.SendGratuitousArp when instance.GateEnds == long.MaxValue && instance.GarpNews.Spend(now):
                TellGratuitousArps(instance);
                break;
        }
    }

    private void TellGratuitousArps(HostedInstance instance)
    {
        foreach (HostedAddress address in instance.Addresses) RaiseAbout(VrrpHostEventCode.GratuitousArps, instance, address);
    }

    private void RaiseAboutPeer(VrrpHostEventCode code, in RouterAction action, HostedInstance instance, long now)
    {
        if (!instance.PeerNews.Spend(now)) return;
        if (instance.PeerNews.TakeUntold() is > 0 and var untold)
            sink.Raise(new VrrpHostEvent(VrrpHostEventCode.PeerNewsLeftOut, instance.Name) { First = untold });
        sink.Raise(new VrrpHostEvent(code, instance.Name)
        {
            Address = action.Peer,
            First = action.Value,
            Second = Router[action.Instance].Priority,
        });
    }

    private void RaiseAbout(VrrpHostEventCode code, HostedInstance instance, HostedAddress address) =>
        sink.Raise(new VrrpHostEvent(code, instance.Name) { Address = address.Number, Name = address.Carrier.Name });

    private TrackerKey? TrackerOf(int index) => index >= 0 && index < Trackers.Count ? Trackers[index] : null;
}
