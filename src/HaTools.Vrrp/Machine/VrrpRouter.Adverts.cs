namespace HaTools.Vrrp;

/// <summary>Adverts of others: the checks of section 7.1 that need the instance, and the elections of section 6.4.</summary>
internal sealed partial class VrrpRouter
{
    /// <summary>
    /// The shortest time from one answer to a lower master to the next: 5 ms. Should a peer believe that it is the better one all the same
    /// (it compares addresses in another way, say), each answer would be answered, as fast as the network can. Adverts of an honest peer
    /// are 10 ms apart or more.
    /// </summary>
    private const long AnswerGap = 5_000_000;

    /// <summary>A datagram of IP protocol 112 arrived on the interface of an instance.</summary>
    /// <param name="instance">The instance whose virtual router id the datagram has (<see cref="PeekVirtualRouterId"/>).</param>
    /// <param name="ipDatagram">The whole IPv4 datagram with its header; padding may follow it.</param>
    /// <param name="time">When it was received.</param>
    /// <param name="actions">What is to be done.</param>
    public void OnAdvert(int instance, ReadOnlySpan<byte> ipDatagram, in ReceiveTime time, RouterActions actions)
    {
        long now = time.Monotonic;
        RouterInstance i = instances[instance];
        if (!started || i.Retired) return;
        AdvertRejection rejection = VrrpAdvert.TryDecode(ipDatagram, i.Settings.Version, out VrrpAdvert advert);
        if (rejection == AdvertRejection.None) rejection = Examine(i, advert);
        if (rejection != AdvertRejection.None)
        {
            i.Counters.Rejected.Increment(rejection);
            actions.Add(new RouterAction(RouterActionKind.AdvertRejected, instance) { Rejection = rejection, Peer = advert.Header.Source });
            return;
        }

        i.Counters.AdvertsReceived++;
        if (advert.Priority == VrrpProtocol.StopPriority) i.Counters.PriorityZeroReceived++;
        i.LastAdvert = now;
        Compare(instance, advert, actions);
        switch (i.State)
        {
            case VrrpStateKind.Backup:
                HearAsBackup(instance, advert, now, actions);
                break;
            case VrrpStateKind.Master:
                HearAsMaster(instance, advert, now, actions);
                break;
            default:
                // Not in the election, but whoever asks can be told who is.
                i.MasterAddress = advert.Priority == VrrpProtocol.StopPriority ? 0 : advert.Header.Source;
                break;
        }
    }

    private static AdvertRejection Examine(RouterInstance i, in VrrpAdvert advert)
    {
        InstanceSettings settings = i.Settings;
        // Ours, come back; or another host has our address, and then the comparison of addresses could not decide anything.
        if (advert.Header.Source == i.SourceAddress) return AdvertRejection.OwnAddress;
        if (advert.VirtualRouterId != settings.Instance.VirtualRouterId) return AdvertRejection.VirtualRouterId;
        if (settings.Version != 2) return AdvertRejection.None;
        if (advert.AuthenticationType != settings.AuthenticationType) return AdvertRejection.AuthenticationMismatch;
        if (settings.AuthenticationType != 0 && !advert.AuthenticationData.SequenceEqual(settings.AuthenticationData))
            return AdvertRejection.AuthenticationFailure;
        // RFC 3768 section 7.1: MUST discard. Version 3 learns the interval instead.
        return advert.IntervalUnits == settings.IntervalUnits ? AdvertRejection.None : AdvertRejection.Interval;
    }

    /// <summary>RFC 9568 section 6.4.2.</summary>
    private void HearAsBackup(int index, in VrrpAdvert advert, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        i.MasterAddress = advert.Header.Source;
        if (advert.Priority == VrrpProtocol.StopPriority)
        {
            actions.Add(new RouterAction(RouterActionKind.MasterStopping, index) { Peer = advert.Header.Source });
            RestartDownTimer(index, now, masterIsStopping: true);
        }
        else if (!i.Settings.Preempts || advert.Priority >= i.Priority)
        {
            Follow(index, advert, now);
        }
    }

    /// <summary>RFC 9568 section 6.4.3, and for version 2 the same, as keepalived does it.</summary>
    private void HearAsMaster(int index, in VrrpAdvert advert, long now, RouterActions actions)
    {
        RouterInstance i = instances[index];
        UInt128 peer = advert.Header.Source;
        if (advert.Priority == VrrpProtocol.StopPriority)
        {
            SendAdvert(index, i.Priority, actions);
            i.Timer = now + i.Settings.Interval;
            Arm(index);
        }
        else if (advert.Priority > i.Priority || (advert.Priority == i.Priority && peer > i.SourceAddress))
        {
            Yield(index, advert, now, actions);
        }
        else
        {
            actions.Add(new RouterAction(RouterActionKind.LowerPriorityAdvert, index) { Value = advert.Priority, Peer = peer });
            if (now < i.NextAnswer) return;
            i.NextAnswer = now + AnswerGap;
            SendAdvert(index, i.Priority, actions);
            Reclaim(index, now, actions);
        }
    }

    /// <summary>As backup: takes the sender for the master.</summary>
    private void Follow(int index, in VrrpAdvert advert, long now)
    {
        RouterInstance i = instances[index];
        i.MasterAddress = advert.Header.Source;
        i.MasterInterval = advert.Interval;
        i.MasterIntervalLearned = true;
        RestartDownTimer(index, now, masterIsStopping: false);
    }

    /// <summary>Notes where a valid advert shows that a peer is configured otherwise. It is heeded all the same.</summary>
    private void Compare(int index, in VrrpAdvert advert, RouterActions actions)
    {
        RouterInstance i = instances[index];
        UInt128 peer = advert.Header.Source;
        if (i.Settings.Version == 3)
        {
            VrrpChecksumForm ours = i.Settings.Instance.ChecksumForm;
            bool differs = ((int)advert.Forms & (1 << (int)ours)) == 0;
            if (differs && i.Peers.NoteForm(peer, advert.Forms))
            {
                VrrpChecksumForm theirs = ours == VrrpChecksumForm.MessageOnly
                    ? VrrpChecksumForm.PseudoHeader
                    : VrrpChecksumForm.MessageOnly;
                actions.Add(new RouterAction(RouterActionKind.ChecksumFormDiffers, index) { Peer = peer, Value = (int)theirs });
            }
        }

        // RFC 3768 and RFC 9568 section 7.1 say that a router MAY compare the lists. RFC 3768 would then have the advert dropped unless it
        // is the owner's; keepalived 2.2.7 drops it in both versions, and then takes over (measured): two masters are the worst that a
        // difference in the lists can lead to. During a change of configuration, node after node, the lists always differ for a while. So:
        // count and tell.
        bool listDiffers = !HasOurAddresses(i.Settings.Addresses, advert);
        if (listDiffers) i.Counters.Rejected.Increment(AdvertRejection.AddressList);
        if (i.Peers.NoteAddressList(peer, listDiffers))
            actions.Add(new RouterAction(RouterActionKind.AddressListDiffers, index) { Peer = peer });
    }

    /// <summary>Whether the lists hold the same addresses; their order has no meaning.</summary>
    private static bool HasOurAddresses(ReadOnlySpan<UInt128> ours, in VrrpAdvert advert)
    {
        if (advert.AddressCount != ours.Length) return false;
        for (int i = 0; i < ours.Length; i++)
        {
            // The usual case is the same order, which keeps this linear.
            if (advert.Address(i) != ours[i] && !ours.Contains((uint)advert.Address(i))) return false;
        }

        return true;
    }
}
