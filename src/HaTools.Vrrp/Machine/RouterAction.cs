namespace HaTools.Vrrp;

/// <summary>What the router asks its host to do. The host carries the actions out in the order given.</summary>
internal enum RouterActionKind
{
    /// <summary>
    /// Send an advert of the instance with the priority in <see cref="RouterAction.Value"/> (0: we stop being master), of the version in
    /// <see cref="RouterAction.Version"/>, to each of the instance's destinations (<see cref="VrrpRouter.EncodeAdvert"/>).
    /// </summary>
    SendAdvert,

    /// <summary>Put the instance's virtual addresses on their interfaces.</summary>
    AddAddresses,

    /// <summary>Take the instance's virtual addresses away.</summary>
    RemoveAddresses,

    /// <summary>
    /// Send a burst of gratuitous ARPs (IPv6: unsolicited neighbour advertisements) for the instance's addresses;
    /// <see cref="RouterAction.Value"/> is the number for each address, <see cref="RouterAction.Burst"/> why it is sent. Pacing is the host's.
    /// </summary>
    SendGratuitousArp,

    /// <summary>
    /// The state changed: <see cref="RouterAction.From"/> to <see cref="RouterAction.To"/>, because of <see cref="RouterAction.Reason"/>.
    /// </summary>
    StateChanged,

    /// <summary>The effective priority changed: <see cref="RouterAction.Previous"/> to <see cref="RouterAction.Value"/>.</summary>
    PriorityChanged,

    /// <summary>An advert was refused for <see cref="RouterAction.Rejection"/>; the host counts and may log, never floods.</summary>
    AdvertRejected,

    /// <summary>
    /// A peer sends the other checksum form, <see cref="RouterAction.Value"/> (a <see cref="VrrpChecksumForm"/>); once per peer and form.
    /// </summary>
    ChecksumFormDiffers,

    /// <summary>As master, an advert of lower priority was heard (<see cref="RouterAction.Value"/>): two masters were there.</summary>
    LowerPriorityAdvert,

    /// <summary>As master, an advert of higher priority (<see cref="RouterAction.Value"/>) was heard; we yield.</summary>
    HigherPriorityAdvert,

    /// <summary>As backup, an advert with priority 0 was heard: the master is stopping.</summary>
    MasterStopping,

    /// <summary>
    /// The address list in a peer's advert is not ours. The advert counts all the same (see <see cref="AdvertRejection.AddressList"/>);
    /// raised once for a peer until its list agrees again.
    /// </summary>
    AddressListDiffers,

    /// <summary>
    /// Version 3: the interval in a peer's advert, <see cref="RouterAction.Value"/> hundredths of a second, is not ours; a backup goes by
    /// it (RFC 9568 section 7.1: SHOULD log). Raised once for a peer until it agrees again.
    /// </summary>
    IntervalDiffers,

    /// <summary>
    /// <c>auth_hmac</c>: a peer's clock is <see cref="RouterAction.Value"/> seconds behind ours (negative: ahead), more than half of what is
    /// put up with. Raised once for a peer until its clock is right again.
    /// </summary>
    ClockSkewed,

    /// <summary>As owner of the addresses, another that claims to be the owner was heard: one of the configurations is wrong. Once a peer.</summary>
    RivalOwner,

    /// <summary>
    /// As master, a lower one was heard, and somebody may have to be told (keepalived: <c>notify_master_rx_lower_pri</c>); at most once a
    /// second. <see cref="RouterAction.Value"/> is its priority.
    /// </summary>
    NotifyLowerPriority,

    /// <summary>
    /// The state of the sync group <see cref="RouterAction.Group"/> changed: <see cref="RouterAction.From"/> to <see cref="RouterAction.To"/>,
    /// because of <see cref="RouterAction.Reason"/>. It comes after its members' changes. <see cref="RouterAction.Instance"/> is -1.
    /// </summary>
    GroupStateChanged,
}

/// <summary>Why announcements of the addresses are sent.</summary>
internal enum GarpBurst
{
    /// <summary>The addresses have come here.</summary>
    Takeover,

    /// <summary>Once more, some time after a burst, for those who missed it.</summary>
    Second,

    /// <summary>From time to time, as long as we are master.</summary>
    Refresh,

    /// <summary>A lower master has shown itself, and has led clients astray.</summary>
    LowerPriority,

    /// <summary>From time to time, for addresses on other interfaces than the instance's alone (keepalived: <c>garp_extra_if</c>).</summary>
    ExtraInterfaces,

    /// <summary>Somebody asked for it.</summary>
    OnDemand,
}

/// <summary>One action, for the instance at index <see cref="Instance"/>; -1: it is about a group.</summary>
internal readonly record struct RouterAction(RouterActionKind Kind, int Instance)
{
    public int Value { get; init; }

    public int Previous { get; init; }

    public VrrpStateKind From { get; init; }

    public VrrpStateKind To { get; init; }

    public TransitionReason Reason { get; init; }

    public AdvertRejection Rejection { get; init; }

    /// <summary>The peer that the action is about, an address of the instance's family; 0: none.</summary>
    public AddressBits Peer { get; init; }

    /// <summary>The version of an advert that is to be sent, 2 or 3.</summary>
    public int Version { get; init; }

    /// <summary>
    /// The authentication header's number of an advert that is to be sent: one for all unicast peers. If each had one of its own, the last of
    /// them would be above what the first one was told, and that peer's answer, one more than that, would look like a replay. 0: none yet.
    /// </summary>
    public uint AuthenticationSequence { get; init; }

    public GarpBurst Burst { get; init; }

    /// <summary>The sync group that the action is about; -1: none.</summary>
    public int Group { get; init; } = -1;

    /// <summary>The tracker that the action is about; -1: none.</summary>
    public int Tracker { get; init; } = -1;

    /// <summary>How late the timer that led to this action was, in nanoseconds.</summary>
    public long Lateness { get; init; }
}

/// <summary>Why a state changed.</summary>
internal enum TransitionReason
{
    None,
    Startup,
    Shutdown,
    MasterDownTimer,
    HigherPriorityAdvert,

    /// <summary>Another member of the sync group is the reason.</summary>
    SyncGroup,

    /// <summary>We slept longer than a backup waits.</summary>
    TimerLate,
    InterfaceDown,

    /// <summary>There is no socket to hear adverts with.</summary>
    CannotHear,
    InterfaceUp,
    NoSourceAddress,

    /// <summary>The configured source address is on no interface (<c>track_src_ip</c>).</summary>
    SourceAddressMissing,

    /// <summary>There is no unicast peer (<c>unicast_fault_no_peer</c>).</summary>
    NoPeer,
    AddressInterfaceDown,
    AddressesRefused,
    TrackerFailed,
    TrackerRecovered,
    Reconfigured,
    Removed,
}

/// <summary>Why an advert was refused. The names are those of <see cref="VrrpStatistic.Rejected"/>.</summary>
internal enum AdvertRejection
{
    None,
    TooShort,
    IpHeader,
    Ttl,
    Version,
    PacketType,
    Checksum,
    VirtualRouterId,
    AddressCount,
    AuthenticationType,
    AuthenticationMismatch,
    AuthenticationFailure,

    /// <summary>auth_hmac: the advert is signed with a key that we do not have.</summary>
    AuthenticationKey,

    /// <summary>auth_hmac: the advert's time is too far from ours.</summary>
    AuthenticationStale,

    /// <summary>An authentic advert that was heard before.</summary>
    AuthenticationReplay,
    Interval,

    /// <summary>Counted, but the advert is heeded: to be deaf to a master because of its address list would make two of them.</summary>
    AddressList,
    OwnAddress,

    /// <summary>Sent to a group while we are on unicast, or the other way round, or to another group.</summary>
    Destination,

    /// <summary>By unicast, and from none of the peers.</summary>
    UnknownPeer,

    /// <summary>We are the owner of the addresses, and deaf to other masters by configuration (<c>owner_ignore_adverts</c>).</summary>
    Owner,
}
