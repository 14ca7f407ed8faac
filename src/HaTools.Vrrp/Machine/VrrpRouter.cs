namespace HaTools.Vrrp;

/// <summary>
/// The VRRP router: all instances of a node, and what they share. Pure: it knows no socket, clock, thread or log. Each call is a step:
/// something happened at <c>now</c>, and what is to be done about it is added to the caller's <see cref="RouterActions"/>. Times are
/// nanoseconds of any monotonic clock; instances and trackers are addressed by their index in the configuration. Not thread-safe. Nothing
/// is allocated outside of construction and <see cref="Reconfigure(RouterSettings, ReadOnlySpan{int}, ReadOnlySpan{int}, long, RouterActions)"/>.
/// </summary>
/// <remarks>
/// The protocol is that of RFC 3768 (version 2) and RFC 9568 (version 3); where they leave a choice, or keepalived is known to differ,
/// keepalived's measured behaviour is followed, because its routers are the peers. The host's part of the bargain: actions are carried out
/// in order; every datagram that waits is handed over before <see cref="OnTimer"/> is called, so that a stalled host does not take over
/// from a master whose adverts lie in its socket.
/// </remarks>
internal sealed partial class VrrpRouter
{
    /// <summary>The longest advert that <see cref="EncodeAdvert"/> writes.</summary>
    public const int MaxAdvertLength = VrrpAdvertWriter.MaxLength;

    private RouterSettings settings;
    private RouterInstance[] instances;
    private RouterGroup[] groups;
    private TrackerReading[] trackers;
    private DeadlineHeap deadlines;
    private bool started;

    /// <summary>Until when the delay at the start holds the instances back.</summary>
    private long heldUntil = long.MinValue;

    /// <param name="configuration">The configuration, of which the instances, the sync groups and the trackers are read.</param>
    /// <exception cref="ArgumentException">An instance cannot be put on the wire, or tracks something that is not there.</exception>
    public VrrpRouter(HaConfiguration configuration) : this(new RouterSettings(configuration))
    {
    }

    /// <param name="settings">The compiled configuration; no other router may be given the same object.</param>
    public VrrpRouter(RouterSettings settings)
    {
        this.settings = settings;
        instances = [.. settings.Instances.Select(i => new RouterInstance(i))];
        groups = [.. settings.Groups.Select(g => new RouterGroup(g))];
        trackers = new TrackerReading[settings.Trackers.Length];
        deadlines = new DeadlineHeap(instances.Length);
        foreach (RouterInstance instance in instances) instance.Priority = EffectivePriority(instance);
    }

    public int InstanceCount => instances.Length;

    public int GroupCount => groups.Length;

    /// <summary>When <see cref="OnTimer"/> is to be called next; <see cref="long.MaxValue"/>: there is no need.</summary>
    public long NextDeadline => deadlines.Earliest;

    /// <summary>
    /// The instance whose wait as backup is what ends at <see cref="NextDeadline"/>, so that it takes over unless an advert comes first; -1: that
    /// is not what is due next. While a master is heard such a deadline is moved on before it comes near.
    /// </summary>
    public int NextToTakeOver =>
        NextDeadline != DeadlineHeap.Never && instances[deadlines.EarliestItem].State == VrrpStateKind.Backup ? deadlines.EarliestItem : -1;

    /// <summary>
    /// The trackers that a configuration uses, in the order of <see cref="OnTracker"/>'s index. Trackers that nobody follows are not among
    /// them.
    /// </summary>
    public static IReadOnlyList<TrackerKey> TrackersOf(HaConfiguration configuration) => RouterSettings.TrackersOf(configuration);

    /// <summary>An instance as it stands now.</summary>
    public InstanceView this[int instance]
    {
        get
        {
            RouterInstance i = instances[instance];
            return new InstanceView
            {
                State = i.State,
                Priority = i.Priority,
                MasterAddress = i.MasterAddress,
                SourceAddress = i.SourceAddress,
                StateSince = i.StateSince,
                LastAdvert = i.LastAdvert,
                AdvertInterval = i.State == VrrpStateKind.Backup ? i.MasterInterval : i.Settings.Interval,
                MasterDownInterval = i.MasterDownInterval,
                FaultReason = i.FaultReason,
                FaultTracker = i.FaultTracker,
                PreemptAt = i.State == VrrpStateKind.Backup ? i.PreemptAt : 0,
                Counters = i.Counters,
            };
        }
    }

    /// <summary>A sync group's name.</summary>
    public string GroupName(int group) => settings.Configuration.SyncGroups[group].Name;

    /// <summary>A sync group as it stands now.</summary>
    public GroupView Group(int group) => new() { State = groups[group].State, StateSince = groups[group].StateSince };

    /// <summary>
    /// The instances begin. Those that are not master at once are told to remove their addresses, which a dead predecessor may have left;
    /// those that do not know yet what they need (the interface, the first result of a tracker without weight) stay in Initialize until
    /// they do.
    /// </summary>
    /// <param name="now">Now.</param>
    /// <param name="sinceBoot">How long the host has been up, in nanoseconds (CLOCK_BOOTTIME).</param>
    /// <param name="actions">What is to be done.</param>
    public void Start(long now, long sinceBoot, RouterActions actions)
    {
        if (started) return;
        started = true;
        HoldBack(now, sinceBoot);
        for (int i = 0; i < instances.Length; i++) Begin(i, now, actions);
        for (int i = 0; i < instances.Length; i++)
        {
            // Once for each unit, by its first member.
            if (instances[i].Settings.Unit[0] == i) Settle(i, TransitionReason.Startup, now, actions);
        }
    }

    /// <summary>
    /// The instances end: masters say so with priority 0 and remove their addresses. <see cref="Start"/> may follow again.
    /// </summary>
    public void Stop(long now, RouterActions actions)
    {
        if (!started) return;
        for (int i = 0; i < instances.Length; i++) End(i, TransitionReason.Shutdown, now, actions);
        for (int g = 0; g < groups.Length; g++) NoteGroup(g, TransitionReason.Shutdown, now, actions);
        started = false;
    }

    /// <summary>To how many addresses each advert of an instance goes: 1 for the multicast group, else the number of unicast peers.</summary>
    public int DestinationCount(int instance) => instances[instance].Settings.Destinations.Length;

    /// <summary>One of them.</summary>
    public AddressBits Destination(int instance, int index) => instances[instance].Settings.Destinations[index];

    /// <summary>
    /// Writes the advert that a <see cref="RouterActionKind.SendAdvert"/> asks for: for IPv4 a whole datagram with its IP header, for IPv6
    /// what follows the header, with its checksum. Each call takes a sequence number where auth_hmac has some.
    /// </summary>
    /// <param name="action">The action.</param>
    /// <param name="destination">Where to, one of <see cref="Destination"/>.</param>
    /// <param name="ipIdentification">IPv4: the datagram's identification; keepalived counts from 1 for each instance.</param>
    /// <param name="unixNanoseconds">The wall clock, for auth_hmac.</param>
    /// <param name="buffer">Where it is written; <see cref="MaxAdvertLength"/> bytes are always enough.</param>
    /// <returns>The length.</returns>
    public int EncodeAdvert(in RouterAction action, AddressBits destination, ushort ipIdentification, long unixNanoseconds, Span<byte> buffer)
    {
        RouterInstance i = instances[action.Instance];
        InstanceSettings own = i.Settings;
        int authenticationType = action.Version == 2 ? own.AuthenticationType : 0;
        var fields = new VrrpAdvertFields
        {
            Family = own.Family,
            Version = action.Version,
            VirtualRouterId = (byte)own.Instance.VirtualRouterId,
            Priority = (byte)action.Value,
            IntervalUnits = own.IntervalUnitsOf(action.Version),
            AuthenticationType = authenticationType,
            AuthenticationSequence = authenticationType != (int)VrrpAuthenticationType.AuthenticationHeader ? 0
                : action.AuthenticationSequence != 0 ? action.AuthenticationSequence : i.Sequence.Next(),
            ChecksumForm = own.Instance.ChecksumForm,
            MulticastGroup = own.MulticastGroup,
            Source = i.AdvertSource,
            Destination = destination,
            Ttl = (byte)(own.IsUnicast ? own.Instance.UnicastTtl ?? VrrpProtocol.Ttl : VrrpProtocol.Ttl),
            Identification = ipIdentification,
        };
        return VrrpAdvertWriter.Write(fields, own.Addresses, own.AuthenticationData, buffer, own.Hmac, unixNanoseconds);
    }

    /// <summary>
    /// The virtual router id of a datagram, by which the host finds the instance on an interface; nothing is checked. -1: there is none.
    /// </summary>
    public static int PeekVirtualRouterId(ReadOnlySpan<byte> ipDatagram) => VrrpAdvert.PeekVirtualRouterId(ipDatagram);

    /// <summary>The host could not send an advert: it changes what is counted, and nothing else, since nobody knows what peers have heard of the others.</summary>
    /// <param name="action">The advert.</param>
    /// <param name="wasSentToSome">Whether it has gone to some of several destinations.</param>
    public void OnSendFailed(in RouterAction action, bool wasSentToSome)
    {
        ref InstanceCounters counters = ref instances[action.Instance].Counters;
        counters.AdvertsFailed++;
        if (wasSentToSome) return;
        counters.AdvertsSent--;
        if (action.Value == VrrpProtocol.StopPriority) counters.PriorityZeroSent--;
    }

    private int EffectivePriority(RouterInstance i) =>
        i.IsDemoted ? VrrpProtocol.OwnerPriority - 1 : i.Settings.EffectivePriority(trackers);

    private void SendAdvert(int index, int priority, long now, RouterActions actions, long lateness = 0)
    {
        RouterInstance i = instances[index];
        i.LastSent = now;
        AddAdvert(i.Settings.Version);
        if (i.Settings.Instance.AlsoVersion2) AddAdvert(2);

        void AddAdvert(int version)
        {
            i.Counters.AdvertsSent++;
            if (priority == VrrpProtocol.StopPriority) i.Counters.PriorityZeroSent++;
            bool isNumbered = version == 2 && i.Settings.AuthenticationType == (int)VrrpAuthenticationType.AuthenticationHeader;
            actions.Add(new RouterAction(RouterActionKind.SendAdvert, index)
            {
                Value = priority,
                Version = version,
                Lateness = lateness,
                AuthenticationSequence = isNumbered ? i.Sequence.Next() : 0,
            });
        }
    }

    /// <summary>Brings the heap up to date after an instance's timers changed.</summary>
    private void Arm(int index) => deadlines.Set(index, instances[index].Deadline);
}
