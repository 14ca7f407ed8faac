namespace HaTools.Vrrp;

/// <summary>Adverts of others: the checks of RFC 9568 section 7.1 that need the instance.</summary>
internal sealed partial class VrrpRouter
{
    /// <summary>A datagram of IP protocol 112 or 51 arrived on the interface of an instance.</summary>
    /// <param name="instance">The instance whose virtual router id the datagram has (<see cref="PeekVirtualRouterId"/>).</param>
    /// <param name="ipDatagram">The whole IPv4 datagram with its header; padding may follow it.</param>
    /// <param name="time">When it was received.</param>
    /// <param name="actions">What is to be done.</param>
    public void OnAdvert(int instance, ReadOnlySpan<byte> ipDatagram, in ReceiveTime time, RouterActions actions)
    {
        RouterInstance i = instances[instance];
        if (!started || i.Retired) return;
        InstanceSettings own = i.Settings;
        AdvertRejection rejection = VrrpAdvert.TryDecode(ipDatagram, own.Versions, own.MulticastGroup, out VrrpAdvert advert);
        if (rejection == AdvertRejection.None && own.Family != 4) rejection = AdvertRejection.IpHeader;
        OnAdvert(instance, advert, rejection, time, actions);
    }

    /// <summary>A packet of next header 112 arrived by IPv6 on the interface of an instance.</summary>
    /// <param name="instance">The instance whose virtual router id, the message's second byte, the packet has.</param>
    /// <param name="envelope">Where it came from.</param>
    /// <param name="message">What follows the IPv6 header.</param>
    /// <param name="time">When it was received.</param>
    /// <param name="actions">What is to be done.</param>
    public void OnAdvert(
        int instance, in Ipv6Envelope envelope, ReadOnlySpan<byte> message, in ReceiveTime time, RouterActions actions)
    {
        RouterInstance i = instances[instance];
        if (!started || i.Retired) return;
        AdvertRejection rejection = VrrpAdvert.TryDecode(envelope, message, out VrrpAdvert advert);
        if (rejection == AdvertRejection.None && i.Settings.Family != 6) rejection = AdvertRejection.IpHeader;
        OnAdvert(instance, advert, rejection, time, actions);
    }

    private void OnAdvert(
        int instance, in VrrpAdvert advert, AdvertRejection rejection, in ReceiveTime time, RouterActions actions)
    {
        RouterInstance i = instances[instance];
        i.RepeatablePriority = 0;
        if (rejection == AdvertRejection.None) rejection = Examine(i, advert, time.UnixNanoseconds);
        if (rejection != AdvertRejection.None)
        {
            i.Counters.Rejected.Increment(rejection);
            actions.Add(new RouterAction(RouterActionKind.AdvertRejected, instance) { Rejection = rejection, Peer = advert.Source });
            return;
        }

        long now = time.Monotonic;
        i.Counters.AdvertsReceived++;
        if (advert.Priority == VrrpProtocol.StopPriority) i.Counters.PriorityZeroReceived++;
        if (IsEclipsed(i, advert, now)) return;
        i.LastAdvert = now;
        bool listDiffers = Compare(instance, advert, actions);
        i.RepeatablePriority = RepeatablePriorityOf(i, advert, listDiffers);

        // Who wakes from a sleep in which others may have taken over does not answer them as the master that it was.
        if (i.HasSlept(now)) StepDown(instance, now, actions);
        switch (i.State)
        {
            case VrrpStateKind.Backup:
                HearAsBackup(instance, advert, time, actions);
                break;
            case VrrpStateKind.Master:
                HearAsMaster(instance, advert, now, actions);
                break;
            default:
                // Not in the election, but whoever asks can be told who is.
                i.MasterAddress = advert.Priority == VrrpProtocol.StopPriority ? 0 : advert.Source;
                break;
        }
    }

    private static AdvertRejection Examine(RouterInstance i, in VrrpAdvert advert, long unixNanoseconds)
    {
        InstanceSettings own = i.Settings;
        // Ours, come back; or another host has our address, and then the comparison of addresses could not decide anything.
        if (advert.Source == i.SourceAddress) return AdvertRejection.OwnAddress;
        if (advert.VirtualRouterId != own.Instance.VirtualRouterId) return AdvertRejection.VirtualRouterId;
        AdvertRejection rejection = ExamineWay(own, advert);
        if (rejection != AdvertRejection.None) return rejection;
        // RFC 9568 erratum 8299: an advert without addresses is to be ignored; keepalived sends it where it has none (no_virtual_ipaddress).
        if (advert is { Version: 3, AddressCount: 0 } && own.Addresses.Length > 0) return AdvertRejection.AddressCount;
        rejection = Authenticate(i, advert, unixNanoseconds);
        if (rejection != AdvertRejection.None) return rejection;
        // RFC 3768 section 7.1: MUST discard. Version 3 learns the interval instead, also that of version 2 beside it (RFC 9568 section
        // 8.4.2).
        if (own.Version == 2 && advert.IntervalUnits != own.IntervalUnits) return AdvertRejection.Interval;
        return own.OwnerIsDeaf && i.Priority == VrrpProtocol.OwnerPriority ? AdvertRejection.Owner : AdvertRejection.None;
    }

    /// <summary>Where to, from where and from how far it came.</summary>
    private static AdvertRejection ExamineWay(InstanceSettings own, in VrrpAdvert advert)
    {
        if (!own.IsUnicast)
        {
            if (advert.Ttl != VrrpProtocol.Ttl) return AdvertRejection.Ttl;
            return advert.Destination == own.MulticastGroup ? AdvertRejection.None : AdvertRejection.Destination;
        }

        if (advert.IsMulticast) return AdvertRejection.Destination;
        if (!own.ChecksSource) return AdvertRejection.None;
        int peer = own.FindPeer(advert.Source);
        if (peer < 0) return AdvertRejection.UnknownPeer;
        InstanceSettings.Peer known = own.Peers[peer];
        return advert.Ttl >= known.MinimumTtl && advert.Ttl <= known.MaximumTtl ? AdvertRejection.None : AdvertRejection.Ttl;
    }

    private static AdvertRejection Authenticate(RouterInstance i, in VrrpAdvert advert, long unixNanoseconds)
    {
        InstanceSettings own = i.Settings;
        if (own.Hmac is { } hmac)
        {
            // A unicast sender must be a peer: nobody else's numbers are kept.
            if (own.IsUnicast && own.FindPeer(advert.Source) < 0) return AdvertRejection.UnknownPeer;
            AdvertRejection rejection = hmac.Verify(advert, unixNanoseconds);
            if (rejection != AdvertRejection.None) return rejection;
        }

        if (advert.Version != 2) return AdvertRejection.None;
        if (advert.AuthenticationType != own.AuthenticationType) return AdvertRejection.AuthenticationMismatch;
        switch ((VrrpAuthenticationType)own.AuthenticationType)
        {
            case VrrpAuthenticationType.SimplePassword:
                return advert.AuthenticationData.SequenceEqual(own.AuthenticationData)
                    ? AdvertRejection.None
                    : AdvertRejection.AuthenticationFailure;
            case VrrpAuthenticationType.AuthenticationHeader:
                if (!AuthenticationHeader.IsAuthentic(advert, own.AuthenticationData)) return AdvertRejection.AuthenticationFailure;
                return i.Sequence.TryAccept(AuthenticationHeader.SequenceOf(advert))
                    ? AdvertRejection.None
                    : AdvertRejection.AuthenticationReplay;
            default:
                return AdvertRejection.None;
        }
    }

    /// <summary>
    /// With both versions: whether the sender's version 3 was heard not long ago, so that its version 2 is not for us (RFC 9568 section
    /// 8.4.2). It carries an interval that is rounded to seconds.
    /// </summary>
    private static bool IsEclipsed(RouterInstance i, in VrrpAdvert advert, long now)
    {
        if (!i.Settings.Instance.AlsoVersion2) return false;
        if (advert.Version == 2) return advert.Source == i.Version3Source && now - i.Version3At <= i.MasterDownInterval;
        i.Version3Source = advert.Source;
        i.Version3At = now;
        return false;
    }

    /// <summary>Notes where a valid advert shows that a peer is configured otherwise. It is heeded all the same.</summary>
    /// <returns>Whether its list of addresses is not ours.</returns>
    private bool Compare(int index, in VrrpAdvert advert, RouterActions actions)
    {
        RouterInstance i = instances[index];
        AddressBits peer = advert.Source;
        if (advert is { Version: 3, Family: 4 })
        {
            bool differs = ((int)advert.Forms & (1 << (int)i.Settings.Instance.ChecksumForm)) == 0;
            if (differs && i.Peers.NoteForm(peer, advert.Forms))
                actions.Add(new RouterAction(RouterActionKind.ChecksumFormDiffers, index) { Peer = peer, Value = (int)FormOf(advert.Forms) });
        }

        // RFC 9568 section 7.1: SHOULD log.
        if (advert.Version == 3 && i.Peers.NoteInterval(peer, advert.Interval != i.Settings.Interval))
            actions.Add(new RouterAction(RouterActionKind.IntervalDiffers, index) { Peer = peer, Value = advert.IntervalUnits });

        // RFC 9568 section 8.3.2: SHOULD log, also as backup; erratum 8298: it is no reason to be deaf.
        if (advert.Priority == VrrpProtocol.OwnerPriority && i.Settings.IsOwner && i.Peers.NoteRivalOwner(peer))
            actions.Add(new RouterAction(RouterActionKind.RivalOwner, index) { Peer = peer });

        // Before the clocks are so far apart that its adverts are refused, and both are master.
        if (i.Settings.Hmac is { } hmac && !advert.Trailer.IsEmpty && i.Peers.NoteClock(peer, hmac.IsClockSkewed, hmac.IsClockRight))
            actions.Add(new RouterAction(RouterActionKind.ClockSkewed, index) { Peer = peer, Value = hmac.ClockSkew });

        // RFC 3768 and RFC 9568 section 7.1 say that a router MAY compare the lists. RFC 3768 would then have the advert dropped unless it
        // is the owner's; keepalived 2.2.7 drops it in both versions, and then takes over (measured): two masters are the worst that a
        // difference in the lists can lead to. During a change of configuration, node after node, the lists always differ for a while. So:
        // count and tell.
        bool listDiffers = !HasOurAddresses(i.Settings.Addresses, advert);
        if (listDiffers) i.Counters.Rejected.Increment(AdvertRejection.AddressList);
        if (i.Peers.NoteAddressList(peer, listDiffers))
            actions.Add(new RouterAction(RouterActionKind.AddressListDiffers, index) { Peer = peer });
        return listDiffers;
    }

    private static VrrpChecksumForm FormOf(ChecksumForms forms) => forms switch
    {
        _ when (forms & ChecksumForms.MessageOnly) != 0 => VrrpChecksumForm.MessageOnly,
        _ when (forms & ChecksumForms.PseudoHeader) != 0 => VrrpChecksumForm.PseudoHeader,
        _ => VrrpChecksumForm.PseudoHeaderMulticast,
    };

    /// <summary>Whether the lists hold the same addresses; their order has no meaning.</summary>
    private static bool HasOurAddresses(ReadOnlySpan<AddressBits> ours, in VrrpAdvert advert)
    {
        if (advert.AddressCount != ours.Length) return false;
        for (int i = 0; i < ours.Length; i++)
        {
            // The usual case is the same order, which keeps this linear.
            AddressBits theirs = advert.Address(i);
            if (theirs != ours[i] && !ours.Contains(theirs)) return false;
        }

        return true;
    }
}
