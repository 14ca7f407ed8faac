using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>What happened, for people.</summary>
internal sealed partial class RouterEffects
{
    /// <summary>What the router found, in words.</summary>
    private void Tell(in Errand errand)
    {
        RouterAction action = errand.Action;
        HostedInstance instance = errand.Instance;
        string name = instance.Name;
        switch (action.Kind)
        {
            case RouterActionKind.StateChanged:
                if (action.To == VrrpStateKind.Master && action.Reason == TransitionReason.MasterDownTimer)
                    sink.Raise(new VrrpHostEvent(VrrpHostEventCode.AdvertisementTimeout, name));
                if (action.To == VrrpStateKind.Fault)
                {
                    string why = Words.Of(action.Reason, instance, TrackerOf(action.Tracker));
                    sink.Raise(new VrrpHostEvent(VrrpHostEventCode.FaultBecause, name) { Name = why });
                }

                sink.Raise(new VrrpHostEvent(VrrpHostEventCode.StateChanged, name)
                {
                    OldState = action.From,
                    NewState = action.To,
                    First = errand.Priority,
                });
                break;
            case RouterActionKind.PriorityChanged:
                sink.Raise(new VrrpHostEvent(VrrpHostEventCode.PriorityChanged, name) { First = action.Previous, Second = action.Value });
                break;
            case RouterActionKind.HigherPriorityAdvert:
                RaiseAboutPeer(VrrpHostEventCode.HigherPriorityAdvert, errand);
                break;
            case RouterActionKind.LowerPriorityAdvert:
                RaiseAboutPeer(VrrpHostEventCode.LowerPriorityAdvert, errand);
                break;
            case RouterActionKind.MasterStopping:
                RaiseAboutPeer(VrrpHostEventCode.MasterStopping, errand);
                break;
            case RouterActionKind.ChecksumFormDiffers:
                RaiseAboutPeer(VrrpHostEventCode.ChecksumFormDiffers, errand);
                break;
            case RouterActionKind.AddressListDiffers:
                RaiseAboutPeer(VrrpHostEventCode.AddressListDiffers, errand);
                break;
            case RouterActionKind.NotifyLowerPriority:
                sink.Raise(new VrrpHostEvent(VrrpHostEventCode.LowerPriorityNotice, name) { First = action.Value });
                break;
            case RouterActionKind.IntervalDiffers:
                RaiseAboutPeer(VrrpHostEventCode.IntervalDiffers, errand);
                break;
            case RouterActionKind.ClockSkewed:
                RaiseAboutPeer(VrrpHostEventCode.ClockSkewed, errand);
                break;
            case RouterActionKind.RivalOwner:
                RaiseAboutPeer(VrrpHostEventCode.RivalOwner, errand);
                break;
            case RouterActionKind.AdvertRejected:
                if (rejectionsTold.Count < MostRejectionsTold && rejectionsTold.Add((name, action.Peer, action.Rejection)))
                {
                    sink.Raise(new VrrpHostEvent(VrrpHostEventCode.AdvertRejected, name)
                    {
                        First = (long)action.Rejection,
                        Address = action.Peer,
                        Family = instance.Family,
                    });
                }

                break;
        }
    }

    private void TellGroup(in RouterAction action, string group) =>
        sink.Raise(new VrrpHostEvent(VrrpHostEventCode.GroupStateChanged, group) { OldState = action.From, NewState = action.To });

    /// <summary>What was done about it, in words.</summary>
    private void TellEffect(in Errand errand)
    {
        HostedInstance instance = errand.Instance;
        switch (errand.Action.Kind)
        {
            case RouterActionKind.SendAdvert:
                TellParting(instance, errand.Sending);
                break;
            case RouterActionKind.AddAddresses when instance.HasNewsOfSetting:
                instance.HasNewsOfSetting = false;
                sink.Raise(new VrrpHostEvent(VrrpHostEventCode.SettingAddresses, instance.Name));
                // It may have changed since; the bursts to come say what is so now.
                foreach (HostedAddress address in instance.Addresses)
                {
                    if (address.Family == 6) ReadRouterFlag(address.Carrier);
                }

                break;
            case RouterActionKind.RemoveAddresses when instance.HasNewsOfRemoving:
                instance.HasNewsOfRemoving = false;
                sink.Raise(new VrrpHostEvent(VrrpHostEventCode.RemovingAddresses, instance.Name));
                break;
            case RouterActionKind.SendGratuitousArp when instance.GateEnds == long.MaxValue && instance.GarpNews.Spend(errand.Time):
                TellGratuitousArps(instance);
                break;
        }
    }

    /// <summary>Priority 0, or that it could not be said: then backups wait as for a master that has died.</summary>
    private void TellParting(HostedInstance instance, Sending sending)
    {
        VrrpHostEventCode code = sending.Failures == 0 ? VrrpHostEventCode.SentPriorityZero
            : sending.Failures < sending.Destinations ? VrrpHostEventCode.SentPriorityZeroToSome
            : VrrpHostEventCode.PriorityZeroFailed;
        sink.Raise(new VrrpHostEvent(code, instance.Name) { First = sending.Errno, Second = sending.Failures });
    }

    private void TellGratuitousArps(HostedInstance instance)
    {
        foreach (HostedAddress address in instance.Addresses)
        {
            if (address.MayBeAnnounced) RaiseAbout(VrrpHostEventCode.GratuitousArps, address);
        }
    }

    private void RaiseAboutPeer(VrrpHostEventCode code, in Errand errand)
    {
        HostedInstance instance = errand.Instance;
        if (!instance.PeerNews.Spend(errand.Time)) return;
        if (instance.PeerNews.TakeUntold() is > 0 and var untold)
            sink.Raise(new VrrpHostEvent(VrrpHostEventCode.PeerNewsLeftOut, instance.Name) { First = untold });
        sink.Raise(new VrrpHostEvent(code, instance.Name)
        {
            Address = errand.Action.Peer,
            Family = instance.Family,
            First = errand.Action.Value,
            Second = errand.Priority,
        });
    }

    private void RaiseAbout(VrrpHostEventCode code, HostedAddress address, long first = 0, string? where = null) =>
        sink.Raise(new VrrpHostEvent(code, address.Owner.Name)
        {
            Address = address.Number,
            Family = address.Family,
            First = first,
            Name = where ?? address.Carrier.Name,
        });

    private TrackerKey? TrackerOf(int index) => index >= 0 && index < Trackers.Length ? Trackers[index] : null;
}
